// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Many small steps: a trade moves the price by a small share of the reserves, and anybody trades both ways.
contract Walk {
    uint256 public immutable share;
    uint256 public base;
    uint256 public quote;

    constructor(uint256 share_, uint256 base_, uint256 quote_) {
        (share, base, quote) = (share_, base_, quote_);
    }

    function buy(uint256 amount) external {
        require(amount <= quote / share, "too large");
        uint256 k = base * quote;
        quote += amount;
        base = k / quote;
    }

    function sell(uint256 amount) external {
        require(amount <= base / share, "too large");
        uint256 k = base * quote;
        base += amount;
        quote = k / base;
    }

    function add(uint256 amount) external {
        amount %= base;
        quote += quote * amount / base;
        base += amount;
    }

    function price() external view returns (uint256) {
        return quote * 1e18 / base;
    }
}
