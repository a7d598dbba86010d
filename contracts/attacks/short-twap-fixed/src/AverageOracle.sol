// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";
import {ReedPair} from "./ReedPair.sol";

/// Average price of a reed over the last window that somebody closed. Anybody may close one that is long enough.
/// While nobody does, a feed that is written rarely stands in.
contract AverageOracle {
    error WindowOpen(uint256 closesAt);
    error BadAnswer(int256 answer);
    error Deviates(uint256 average, uint256 byFeed);

    event WindowClosed(uint256 average, uint256 length);

    /// Shortest window: half an hour of standing in the market is dear.
    uint256 public constant WINDOW = 30 minutes;
    /// Farther from the feed an average is not believed, however long it took.
    uint256 public constant MAX_DEVIATION_BPS = 300;
    uint256 public constant MAX_AGE = 6 hours;

    ReedPair public immutable pair;
    IFeed public immutable feed;
    uint256 public average;
    uint256 private sumAtStart;
    uint256 public windowStart;

    constructor(ReedPair pair_, IFeed feed_) {
        pair = pair_;
        feed = feed_;
        sumAtStart = pair_.cumulativePrice();
        windowStart = block.timestamp;
    }

    function update() external {
        uint256 length = block.timestamp - windowStart;
        require(length >= WINDOW, WindowOpen(windowStart + WINDOW));
        uint256 sum = pair.cumulativePrice();
        average = (sum - sumAtStart) / length;
        sumAtStart = sum;
        windowStart = block.timestamp;
        emit WindowClosed(average, length);
    }

    /// Usd for 1e18 reed.
    function price() external view returns (uint256) {
        if (average == 0 || block.timestamp - windowStart > MAX_AGE) return byFeed();
        uint256 far = average > byFeed() ? average - byFeed() : byFeed() - average;
        require(far * 10_000 <= byFeed() * MAX_DEVIATION_BPS, Deviates(average, byFeed()));
        return average;
    }

    function byFeed() public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadAnswer(answer));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }
}
