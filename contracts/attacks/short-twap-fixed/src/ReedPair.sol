// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Constant-product market of reed and usd, which one founder funds. It sums its price over time, so that others
/// can average it: the price of a second counts from the second's beginning, whatever is traded within it.
contract ReedPair {
    error NotFounder();
    error NothingToDo();
    error OutputTooLow(uint256 amountOut, uint256 minOut);
    error TransferFailed();

    event Sync(uint256 reserveReed, uint256 reserveUsd);
    event Swap(address indexed sender, bool sellReed, uint256 amountIn, uint256 amountOut);

    uint256 private constant BPS = 10_000;
    uint256 public constant swapFeeBps = 30;

    address public immutable founder;
    IERC20 public immutable reed;
    IERC20 public immutable usd;
    uint256 public reserveReed;
    uint256 public reserveUsd;
    uint256 private priceSum;
    uint256 private summedAt;

    constructor(IERC20 reed_, IERC20 usd_) {
        founder = msg.sender;
        reed = reed_;
        usd = usd_;
    }

    /// Seconds times the price of a reed in usd (1e18), up to now.
    function cumulativePrice() public view returns (uint256) {
        if (reserveReed == 0) return priceSum;
        return priceSum + reserveUsd * 1e18 / reserveReed * (block.timestamp - summedAt);
    }

    function fund(uint256 amountReed, uint256 amountUsd) external {
        require(msg.sender == founder, NotFounder());
        _write(reserveReed + amountReed, reserveUsd + amountUsd);
        require(reed.transferFrom(msg.sender, address(this), amountReed), TransferFailed());
        require(usd.transferFrom(msg.sender, address(this), amountUsd), TransferFailed());
    }

    function sell(uint256 amountReed, uint256 minUsd) external returns (uint256 amountUsd) {
        amountUsd = _output(amountReed, reserveReed, reserveUsd, minUsd);
        _write(reserveReed + amountReed, reserveUsd - amountUsd);
        emit Swap(msg.sender, true, amountReed, amountUsd);
        require(reed.transferFrom(msg.sender, address(this), amountReed), TransferFailed());
        require(usd.transfer(msg.sender, amountUsd), TransferFailed());
    }

    function buy(uint256 amountUsd, uint256 minReed) external returns (uint256 amountReed) {
        amountReed = _output(amountUsd, reserveUsd, reserveReed, minReed);
        _write(reserveReed - amountReed, reserveUsd + amountUsd);
        emit Swap(msg.sender, false, amountUsd, amountReed);
        require(usd.transferFrom(msg.sender, address(this), amountUsd), TransferFailed());
        require(reed.transfer(msg.sender, amountReed), TransferFailed());
    }

    function _output(uint256 amountIn, uint256 reserveIn, uint256 reserveOut, uint256 minOut)
        private
        pure
        returns (uint256 amountOut)
    {
        uint256 net = amountIn * (BPS - swapFeeBps);
        amountOut = net * reserveOut / (reserveIn * BPS + net);
        require(amountOut > 0, NothingToDo());
        require(amountOut >= minOut, OutputTooLow(amountOut, minOut));
    }

    /// The old price is summed up before the new one holds.
    function _write(uint256 newReed, uint256 newUsd) private {
        priceSum = cumulativePrice();
        summedAt = block.timestamp;
        reserveReed = newReed;
        reserveUsd = newUsd;
        emit Sync(newReed, newUsd);
    }
}
