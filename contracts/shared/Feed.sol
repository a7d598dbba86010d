// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

interface IFeed {
    function decimals() external view returns (uint8);
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

/// Price feed in the shape of Chainlink's aggregators, written by one operator.
contract Feed is IFeed {
    error NotOperator();

    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    uint8 public immutable decimals;
    address public immutable operator;
    uint80 private round;
    int256 private answer;
    uint256 private updatedAt;

    constructor(uint8 decimals_, int256 price, address operator_) {
        decimals = decimals_;
        operator = operator_;
        _write(price);
    }

    function setPrice(int256 price) external {
        require(msg.sender == operator, NotOperator());
        _write(price);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (round, answer, updatedAt, updatedAt, round);
    }

    function _write(int256 price) private {
        round += 1;
        answer = price;
        updatedAt = block.timestamp;
        emit AnswerUpdated(price, round, block.timestamp);
    }
}
