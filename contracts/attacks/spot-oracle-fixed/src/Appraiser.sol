// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";
import {Pool} from "../../../shared/Pool.sol";

/// What pearls are worth in WETH by a feed; the deepest pool is kept for those who display it.
contract Appraiser {
    error BadAnswer(int256 answer);
    error OldAnswer(uint256 updatedAt);

    /// The feed is written at least once a month.
    uint256 private constant HEARTBEAT = 31 days;

    Pool public immutable pool;
    IFeed public immutable feed;

    constructor(Pool pool_, IFeed feed_) {
        pool = pool_;
        feed = feed_;
    }

    /// Value of `pearls` in WETH.
    function appraise(uint256 pearls) external view returns (uint256) {
        return byFeed(pearls);
    }

    function byFeed(uint256 pearls) public view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadAnswer(answer));
        require(block.timestamp - updatedAt <= HEARTBEAT, OldAnswer(updatedAt));
        return pearls * uint256(answer) / 10 ** feed.decimals();
    }
}
