// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Constant-product exchange whose liquidity the treasury put in for good. Who lists a token against it can therefore count
/// on what it costs to move the price: one percent of every trade stays here.
contract Exchange {
    error AlreadyEndowed();
    error NotAToken(IERC20 token);
    error NothingToDo();
    error OutputTooLow(uint256 amountOut, uint256 minOut);
    error TransferFailed();

    event Endowed(uint256 amount0, uint256 amount1);
    event Traded(address indexed trader, IERC20 indexed tokenIn, uint256 amountIn, uint256 amountOut);

    uint256 private constant PERCENT = 100;
    uint256 public constant swapFeeBps = 100;

    IERC20 public immutable token0;
    IERC20 public immutable token1;
    uint256 public reserve0;
    uint256 public reserve1;

    constructor(IERC20 token0_, IERC20 token1_) {
        token0 = token0_;
        token1 = token1_;
    }

    function endow(uint256 amount0, uint256 amount1) external {
        require(reserve0 == 0, AlreadyEndowed());
        (reserve0, reserve1) = (amount0, amount1);
        emit Endowed(amount0, amount1);
        require(token0.transferFrom(msg.sender, address(this), amount0), TransferFailed());
        require(token1.transferFrom(msg.sender, address(this), amount1), TransferFailed());
    }

    function trade(IERC20 tokenIn, uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        bool forward = tokenIn == token0;
        require(forward || tokenIn == token1, NotAToken(tokenIn));
        (uint256 reserveIn, uint256 reserveOut) = forward ? (reserve0, reserve1) : (reserve1, reserve0);
        amountOut = reserveOut * amountIn * (PERCENT - 1) / (reserveIn * PERCENT + amountIn * (PERCENT - 1));
        require(amountOut > 0, NothingToDo());
        require(amountOut >= minOut, OutputTooLow(amountOut, minOut));
        if (forward) (reserve0, reserve1) = (reserveIn + amountIn, reserveOut - amountOut);
        else (reserve0, reserve1) = (reserveOut - amountOut, reserveIn + amountIn);
        emit Traded(msg.sender, tokenIn, amountIn, amountOut);
        require(tokenIn.transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require((forward ? token1 : token0).transfer(msg.sender, amountOut), TransferFailed());
    }
}
