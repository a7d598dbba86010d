// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Keeps the grain that stakers are paid with; hands it to one mill, and never more than its budget.
contract Granary {
    error NotOwner();
    error NotMill();
    error AlreadySet();
    error TransferFailed();

    event MillSet(address indexed mill);
    event Drawn(uint256 amount, uint256 left);

    IERC20 public immutable grain;
    address public immutable owner;
    address public mill;

    constructor(IERC20 grain_) {
        grain = grain_;
        owner = msg.sender;
    }

    function setMill(address mill_) external {
        require(msg.sender == owner, NotOwner());
        require(mill == address(0), AlreadySet());
        mill = mill_;
        emit MillSet(mill_);
    }

    /// Pays the mill `wanted`, or what is left.
    function draw(uint256 wanted) external returns (uint256 amount) {
        require(msg.sender == mill, NotMill());
        uint256 left = grain.balanceOf(address(this));
        amount = wanted < left ? wanted : left;
        emit Drawn(amount, left - amount);
        require(grain.transfer(mill, amount), TransferFailed());
    }
}
