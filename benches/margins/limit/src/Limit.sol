// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// One narrow amount: beyond a limit the call fails, and just below it too much is taken.
contract Limit {
    uint256 public immutable price;
    uint256 public immutable funds;
    uint256 public taken;

    constructor(uint256 price_, uint256 funds_) {
        (price, funds) = (price_, funds_);
    }

    function take(uint128 amount) external {
        uint256 cost = amount + uint256(amount) * amount / price;
        uint256 left = funds - cost;
        taken = funds - left;
    }

    function give(uint256 amount) external {
        taken -= amount < taken ? amount : taken;
    }
}
