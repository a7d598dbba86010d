// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// The cheatcodes that this suite uses.
interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function deal(address account, uint256 balance) external;
    function assume(bool condition) external pure;
    function label(address account, string calldata name) external;
    function assertEq(uint256 left, uint256 right, string calldata reason) external pure;
    function assertLe(uint256 left, uint256 right, string calldata reason) external pure;
    function assertGe(uint256 left, uint256 right, string calldata reason) external pure;
}

/// What suites here begin with.
abstract contract Base {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// A number of a range, from any.
    function bound(uint256 number, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + number % (most - least + 1);
    }
}

abstract contract Test is Base {
    address[] private targets;

    function targetContract(address target) internal {
        targets.push(target);
    }

    function targetContracts() external view returns (address[] memory) {
        return targets;
    }
}
