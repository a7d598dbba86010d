// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Nobody deploys it.
contract Unused {
    uint256 public value = 7;

    function set(uint256 value_) external {
        value = value_;
    }
}
