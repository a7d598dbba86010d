// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {FuzzArtifactSelector} from "./Created.t.sol";

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

struct FuzzInterface {
    address addr;
    string[] artifacts;
}

contract Left {
    uint256 public count;

    function up() external {
        count++;
    }

    function down() external {
        count += 2;
    }

    function look() external view returns (uint256) {
        return count;
    }
}

contract Right {
    uint256 public count;

    function step() external {
        count++;
    }

    fallback() external {
        count++;
    }
}

/// A contract whose ABI is an interface.
contract Upward {
    function up() external virtual {}
}

/// Ways to say whom to call, two at a time.
abstract contract TwoWays {
    Left internal left;
    Right internal right;

    function setUp() public {
        left = new Left();
        right = new Right();
    }

    function list(address one) internal pure returns (address[] memory addresses) {
        addresses = new address[](1);
        addresses[0] = one;
    }

    function some(string memory one) internal pure returns (string[] memory names) {
        names = new string[](1);
        names[0] = one;
    }

    function pick(address one, bytes4 selector) internal pure returns (FuzzSelector[] memory chosen) {
        chosen = new FuzzSelector[](1);
        chosen[0].addr = one;
        chosen[0].selectors = new bytes4[](1);
        chosen[0].selectors[0] = selector;
    }

    function artifact(string memory one, bytes4 selector) internal pure returns (FuzzArtifactSelector[] memory chosen) {
        chosen = new FuzzArtifactSelector[](1);
        chosen[0].artifact = one;
        chosen[0].selectors = new bytes4[](1);
        chosen[0].selectors[0] = selector;
    }

    function invariant_nothing() external view {}
}

contract SelectorsBothWaysTest is TwoWays {
    function targetSelectors() external view returns (FuzzSelector[] memory chosen) {
        chosen = new FuzzSelector[](1);
        chosen[0].addr = address(left);
        chosen[0].selectors = new bytes4[](2);
        chosen[0].selectors[0] = Left.up.selector;
        chosen[0].selectors[1] = Left.down.selector;
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory) {
        return pick(address(left), Left.down.selector);
    }
}

contract ExcludedOfNoTargetTest is TwoWays {
    function targetContracts() external view returns (address[] memory) {
        return list(address(right));
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory) {
        return pick(address(left), Left.down.selector);
    }
}

contract SelectorOfNoTargetTest is TwoWays {
    function targetContracts() external view returns (address[] memory) {
        return list(address(right));
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return pick(address(left), Left.down.selector);
    }
}

contract SelectorOfViewTest is TwoWays {
    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return pick(address(left), Left.look.selector);
    }
}

contract ArtifactBothWaysTest is TwoWays {
    function targetArtifacts() external pure returns (string[] memory) {
        return some("Left");
    }

    function excludeArtifacts() external pure returns (string[] memory) {
        return some("Left");
    }
}

contract ArtifactSelectorExcludedTest is TwoWays {
    function targetArtifactSelectors() external pure returns (FuzzArtifactSelector[] memory) {
        return artifact("Left", Left.up.selector);
    }

    function excludeArtifacts() external pure returns (string[] memory) {
        return some("Left");
    }
}

contract ContractBothWaysTest is TwoWays {
    function targetContracts() external view returns (address[] memory both) {
        both = new address[](2);
        both[0] = address(left);
        both[1] = address(right);
    }

    function excludeContracts() external view returns (address[] memory) {
        return list(address(left));
    }
}

contract InterfaceOfTargetTest is TwoWays {
    function targetInterfaces() external view returns (FuzzInterface[] memory chosen) {
        chosen = new FuzzInterface[](1);
        chosen[0] = FuzzInterface(address(left), some("Upward"));
    }
}

contract InterfaceOfExcludedTest is TwoWays {
    function excludeContracts() external view returns (address[] memory) {
        return list(address(left));
    }

    function targetInterfaces() external view returns (FuzzInterface[] memory chosen) {
        chosen = new FuzzInterface[](1);
        chosen[0] = FuzzInterface(address(left), some("Upward"));
    }
}

contract InterfaceElsewhereTest is TwoWays {
    function targetInterfaces() external view returns (FuzzInterface[] memory chosen) {
        chosen = new FuzzInterface[](1);
        chosen[0] = FuzzInterface(address(this), some("Upward"));
    }

    function up() external {}
}

contract OwnFunctionsTest is TwoWays {
    uint256 internal state;

    function targetContracts() external view returns (address[] memory) {
        return list(address(this));
    }

    function excludeSelectors() external view returns (FuzzSelector[] memory) {
        return pick(address(this), this.left_out.selector);
    }

    function act() external {
        state++;
    }

    function left_out() external {
        state++;
    }

    function targetPractice() external {
        state++;
    }

    function excludeNobody() external {
        state++;
    }

    function fixtureOfMine() external {
        state++;
    }

    function beforeTestSetup(bytes4) external returns (bytes[] memory) {
        state++;
    }

    function beforeTea() external {
        state++;
    }

    function testing() external {
        state++;
    }

    function checkIn() external {
        state++;
    }

    function proveIt() external {
        state++;
    }

    function IS_TEST() external returns (bool) {
        state++;
        return true;
    }

    function failed() external returns (bool) {
        state++;
        return false;
    }
}

contract SendersBothWaysTest is TwoWays {
    function targetSenders() external pure returns (address[] memory both) {
        both = new address[](2);
        both[0] = address(0xCAFE);
        both[1] = address(0xBEEF);
    }

    function excludeSenders() external pure returns (address[] memory) {
        return list(address(0xBEEF));
    }
}
