// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Base, Counter, Twin} from "../src/Vm.sol";

struct Selectors {
    address target;
    bytes4[] selectors;
}

struct ArtifactSelectors {
    string artifact;
    bytes4[] selectors;
}

struct Interface {
    address target;
    string[] artifacts;
}

contract Both {
    function one() external virtual {}
}

/// Two counters and a twin.
abstract contract Choosing is Base {
    Counter internal first;
    Counter internal second;
    Twin internal twin;

    function setUp() public virtual {
        first = new Counter();
        second = new Counter();
        twin = new Twin();
    }

    function list(address one) internal pure returns (address[] memory addresses) {
        addresses = new address[](1);
        addresses[0] = one;
    }

    function selectors(bytes4 one) internal pure returns (bytes4[] memory some) {
        some = new bytes4[](1);
        some[0] = one;
    }

    function names(string memory one) internal pure returns (string[] memory some) {
        some = new string[](1);
        some[0] = one;
    }

    function invariant_nothing() external view {}
}

contract ChooseAllTest is Choosing {}

contract ChooseContractTest is Choosing {
    function targetContracts() external view returns (address[] memory) {
        return list(address(second));
    }
}

contract ChooseNotContractTest is Choosing {
    function excludeContracts() external view returns (address[] memory) {
        return list(address(second));
    }
}

contract ChooseSelectorTest is Choosing {
    function targetContracts() external view returns (address[] memory) {
        return list(address(first));
    }

    function targetSelectors() external view returns (Selectors[] memory chosen) {
        chosen = new Selectors[](1);
        chosen[0] = Selectors(address(first), selectors(Counter.two.selector));
    }
}

contract ChooseNotSelectorTest is Choosing {
    function excludeSelectors() external view returns (Selectors[] memory chosen) {
        chosen = new Selectors[](1);
        chosen[0] = Selectors(address(first), selectors(Counter.two.selector));
    }
}

contract ChooseArtifactTest is Choosing {
    function targetArtifacts() external pure returns (string[] memory) {
        return names("Twin");
    }
}

contract ChooseNotArtifactTest is Choosing {
    function excludeArtifacts() external pure returns (string[] memory) {
        return names("Counter");
    }
}

contract ChooseArtifactSelectorTest is Choosing {
    function targetArtifactSelectors() external pure returns (ArtifactSelectors[] memory chosen) {
        chosen = new ArtifactSelectors[](1);
        chosen[0] = ArtifactSelectors("Counter", selectors(Counter.one.selector));
    }
}

contract ChooseInterfaceTest is Choosing {
    function targetContracts() external view returns (address[] memory) {
        return list(address(twin));
    }

    function targetInterfaces() external view returns (Interface[] memory chosen) {
        chosen = new Interface[](1);
        chosen[0] = Interface(address(second), names("Both"));
    }
}

contract ChooseSelfTest is Choosing {
    uint256 public own;

    function targetContracts() external view returns (address[] memory) {
        return list(address(this));
    }

    function act() external {
        own += 1;
    }
}

contract ChooseSenderTest is Choosing {
    function targetSenders() external pure returns (address[] memory) {
        return list(address(0xCAFE));
    }

    function invariant_only_the_sender_calls() external view {
        require(first.callers(address(0xCAFE)) == first.first() + first.second(), "somebody else");
    }
}

/// What functions do that are called.
contract Acting is Base {
    uint256 public number;
    uint256 public time;

    function panics(uint256 choice) external {
        number += 1;
        assert(choice != 77);
    }

    function asserts(uint8 choice) external {
        number += 1;
        vm.assertTrue(choice != 42, "forty-two");
    }

    function assumes(uint256 choice) external {
        vm.assume(choice < 1000);
        number += 1;
    }

    function overflows(uint256 choice) external pure returns (uint256) {
        return choice + type(uint256).max;
    }

    function catches(uint256 choice) external {
        try this.panics(choice) {} catch {}
    }

    function notes(uint256 choice) external {
        if (choice == 5) {
            (bool ok,) = address(vm).call(
                abi.encodeWithSignature(
                    "store(address,bytes32,bytes32)", address(vm), bytes32("failed"), bytes32(uint256(1))
                )
            );
            require(ok);
        }
    }

    function leavesThings(uint256 choice) external {
        vm.warp(block.timestamp + 1);
        vm.fee(choice % 100);
        vm.deal(address(0xDEA1), choice % 7);
        time = block.timestamp;
        require(choice % 3 != 0, "undone, but not all of it");
    }
}

/// Speaks only of the end.
contract EndingTest is Base {
    Counter internal counter;

    function setUp() public {
        counter = new Counter();
    }

    function invariant_nothing() external view {}

    function afterInvariant() external view {
        require(counter.first() > 0, "nothing has happened");
        require(counter.first() != 3 || counter.second() != 2, "three and two");
    }
}

contract ActingTest is Base {
    Acting internal acting;

    function setUp() public {
        acting = new Acting();
    }

    function invariant_nothing() external view {
        require(acting.time() <= block.timestamp, "time goes back");
    }

    /// False after some calls that revert, for what cheatcodes changed stays.
    function invariant_no_fee() external view {
        require(block.basefee != 99, "the fee is there");
    }

    function invariant_balance() external view {
        require(address(0xDEA1).balance < 7, "too rich");
    }
}

/// Goes back to before it was made, and goes on.
contract Ghost is Base {
    uint256 public number;

    function vanish(uint256 id) external {
        (bool ok,) = address(vm).call(abi.encodeWithSignature("revertToState(uint256)", id));
        require(ok);
        number += 1;
        new Counter();
    }
}

contract Haunting is Base {
    uint256 public number;

    function haunt() external {
        number += 1;
        (bool ok, bytes memory data) = address(vm).call(abi.encodeWithSignature("snapshotState()"));
        require(ok);
        try new Ghost().vanish(abi.decode(data, (uint256))) {} catch {}
        number += 1;
    }

    /// All items are the same large one.
    function bomb(uint256 size) external {
        size = size % 60_000;
        bytes memory data = abi.encodePacked(
            bytes4(keccak256("assertEq(string[],string[])")), uint256(64), uint256(64), uint256(size)
        );
        bytes memory items = new bytes(32 * size + 32);
        (bool ok,) = address(vm).call(abi.encodePacked(data, items));
        ok;
        number += 1;
    }

    /// Each byte becomes as many as there are, and each a part of its own.
    function swell() external {
        string memory text = string(new bytes(300_000));
        string memory part = string(new bytes(1));
        (bool ok,) = address(vm).call(abi.encodeWithSignature("replace(string,string,string)", text, part, text));
        require(!ok);
        (ok,) = address(vm).call(abi.encodeWithSignature("split(string,string)", text, part));
        require(!ok);
        number += 1;
    }
}

contract HauntingTest is Base {
    Haunting internal haunting;

    function setUp() public {
        haunting = new Haunting();
    }

    function invariant_nothing() external view {
        require(haunting.number() < type(uint128).max);
    }
}
