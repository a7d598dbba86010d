// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// One narrow amount: two sides with different weights come too near to each other only where their sums fit.
contract Scales {
    uint256 public immutable leftWeight;
    uint256 public immutable rightWeight;
    uint256 public left;
    uint256 public right;

    constructor(uint256 leftWeight_, uint256 rightWeight_, uint256 left_) {
        (leftWeight, rightWeight, left) = (leftWeight_, rightWeight_, left_);
    }

    function addLeft(uint96 amount) external {
        left += amount;
    }

    function addRight(uint96 amount) external {
        right += amount;
    }

    function gap() external view returns (uint256) {
        (uint256 a, uint256 b) = (left * leftWeight, right * rightWeight);
        return a > b ? a - b : b - a;
    }
}
