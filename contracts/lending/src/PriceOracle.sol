// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../shared/Feed.sol";
import {Pool} from "../../shared/Pool.sol";

/// Value of 1e18 units of the pool's first token in units of its second one.
contract PriceOracle {
    error BadPrice(int256 answer);
    error StalePrice(uint256 updatedAt);

    Pool public immutable pool;
    IFeed public immutable feed;
    uint256 public immutable heartbeat;

    constructor(Pool pool_, IFeed feed_, uint256 heartbeat_) {
        pool = pool_;
        feed = feed_;
        heartbeat = heartbeat_;
    }

    /// The price that markets use.
    function price() external view returns (uint256) {
        return pool.reserve0() == 0 ? feedPrice() : poolPrice();
    }

    function poolPrice() public view returns (uint256) {
        return pool.reserve1() * 1e18 / pool.reserve0();
    }

    function feedPrice() public view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        require(block.timestamp - updatedAt <= heartbeat, StalePrice(updatedAt));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }
}
