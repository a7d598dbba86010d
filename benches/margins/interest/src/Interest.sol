// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Many small steps: interest is added for a day at most, however long nobody called, and a payment takes it back.
contract Interest {
    uint256 public immutable daily;
    uint256 public index = 1e18;
    uint256 public last;

    constructor(uint256 daily_) {
        daily = daily_;
        last = block.timestamp;
    }

    function accrue() public {
        uint256 time = block.timestamp - last;
        if (time > 1 days) time = 1 days;
        index += index * daily * time / (1 days * 1e18);
        last = block.timestamp;
    }

    function pay(uint256 amount) external {
        accrue();
        if (amount > 0) index = 1e18;
    }

    function skip() external {
        last = block.timestamp;
        index = 1e18 + (index - 1e18) / 2;
    }
}
