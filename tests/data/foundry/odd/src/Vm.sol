// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

interface Vm {
    function writeFile(string calldata path, string calldata data) external;
    function ffi(string[] calldata command) external returns (bytes memory);
    function createFork(string calldata url) external returns (uint256);
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function warp(uint256 timestamp) external;
    function fee(uint256 fee) external;
    function deal(address account, uint256 balance) external;
    function assertTrue(bool condition, string calldata reason) external pure;
}

abstract contract Base {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
}

/// Counts calls of each of its functions.
contract Counter {
    uint256 public first;
    uint256 public second;
    mapping(address => uint256) public callers;

    function one() external {
        first += 1;
        callers[msg.sender] += 1;
    }

    function two() external {
        second += 1;
        callers[msg.sender] += 1;
    }

    function look() external view returns (uint256) {
        return first;
    }
}

/// The same in another place.
contract Twin {
    uint256 public third;

    function three() external {
        third += 1;
    }
}
