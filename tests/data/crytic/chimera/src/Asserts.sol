// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// What suites of this layout call to state things; each runner fails in its own way.
abstract contract Asserts {
    function t(bool holds, string memory reason) internal virtual;
    function eq(uint256 left, uint256 right, string memory reason) internal virtual;
    function lte(uint256 left, uint256 right, string memory reason) internal virtual;

    function between(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + value % (most - least + 1);
    }

    function precondition(bool holds) internal pure {
        require(holds, "precondition");
    }
}

/// For Echidna and Medusa: `assert`.
abstract contract CryticAsserts is Asserts {
    event Log(string reason);

    function t(bool holds, string memory reason) internal override {
        if (!holds) {
            emit Log(reason);
            assert(false);
        }
    }

    function eq(uint256 left, uint256 right, string memory reason) internal override {
        t(left == right, reason);
    }

    function lte(uint256 left, uint256 right, string memory reason) internal override {
        t(left <= right, reason);
    }
}

interface Vm {
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function deal(address account, uint256 balance) external;
    function assertTrue(bool condition, string calldata reason) external pure;
    function assertEq(uint256 left, uint256 right, string calldata reason) external pure;
    function assertLe(uint256 left, uint256 right, string calldata reason) external pure;
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// For forge: its cheatcodes.
abstract contract FoundryAsserts is Asserts {
    function t(bool holds, string memory reason) internal pure override {
        vm.assertTrue(holds, reason);
    }

    function eq(uint256 left, uint256 right, string memory reason) internal pure override {
        vm.assertEq(left, right, reason);
    }

    function lte(uint256 left, uint256 right, string memory reason) internal pure override {
        vm.assertLe(left, right, reason);
    }
}
