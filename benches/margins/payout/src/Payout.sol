// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// One narrow amount: what is paid rises and falls with the amount, and is too much only near the top.
contract Payout {
    uint256 public rate;
    uint256 public slope;
    uint256 public paid;

    constructor(uint256 rate_, uint256 slope_) {
        (rate, slope) = (rate_, slope_);
    }

    function claim(uint256 amount) external {
        uint256 less = amount * slope / 1e6;
        paid = amount * (rate - less) / 1e18;
    }

    function close() external {
        paid = 0;
    }
}
