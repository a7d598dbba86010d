// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";

/// Price feed whose answers stay within bounds that were set when it began, as a circuit breaker against
/// reporters' errors: a report beyond a bound is answered with the bound.
contract BoundedFeed is IFeed {
    error NotReporter();
    error BadBounds();

    event Reported(uint80 indexed round, int256 reported, int256 answer);

    uint8 public immutable decimals;
    int256 public immutable minAnswer;
    int256 public immutable maxAnswer;
    address public immutable reporter;
    uint80 private round;
    int256 private answer;
    uint256 private updatedAt;

    constructor(uint8 decimals_, int256 minAnswer_, int256 maxAnswer_, int256 first, address reporter_) {
        require(0 < minAnswer_ && minAnswer_ < maxAnswer_, BadBounds());
        decimals = decimals_;
        minAnswer = minAnswer_;
        maxAnswer = maxAnswer_;
        reporter = reporter_;
        _write(first);
    }

    function report(int256 price) external {
        require(msg.sender == reporter, NotReporter());
        _write(price);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (round, answer, updatedAt, updatedAt, round);
    }

    function _write(int256 price) private {
        round += 1;
        updatedAt = block.timestamp;
        answer = price < minAnswer ? minAnswer : price > maxAnswer ? maxAnswer : price;
        emit Reported(round, price, answer);
    }
}
