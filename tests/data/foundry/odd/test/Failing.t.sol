// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Base, Counter} from "../src/Vm.sol";

contract Refusing {
    error Refused(uint256 code, string why);

    function enter(uint256 code) external pure {
        revert Refused(code, "closed");
    }
}

contract SetUpRevertsTest is Base {
    function setUp() public {
        new Refusing().enter(7);
    }

    function invariant_nothing() external view {}
}

contract SetUpUsesFfiTest is Base {
    function setUp() public {
        string[] memory command = new string[](1);
        command[0] = "true";
        vm.ffi(command);
    }

    function invariant_nothing() external view {}
}

contract SetUpWritesTest is Base {
    function setUp() public {
        vm.writeFile("written.txt", "anything");
    }

    function invariant_nothing() external view {}
}

contract SetUpForksTest is Base {
    function setUp() public {
        vm.createFork("mainnet");
    }

    function invariant_nothing() external view {}
}

contract ConstructorRevertsTest {
    constructor() {
        require(false, "not even made");
    }

    function invariant_nothing() external view {}
}

contract ConstructorTakesTest {
    constructor(uint256) {}

    function invariant_nothing() external view {}
}

contract NoTargetsTest is Base {
    function invariant_nothing() external view {}
}

contract FalseAtStartTest is Base {
    function setUp() public {
        new Counter();
    }

    function invariant_never() external pure {
        require(false, "from the beginning");
    }
}

contract Forker is Base {
    uint256 public calls;

    function fine() external {
        calls += 1;
    }

    function fork() external {
        vm.createFork("mainnet");
    }
}

contract UnsupportedCallTest is Base {
    function setUp() public {
        new Forker();
    }

    function invariant_nothing() external view {}
}
