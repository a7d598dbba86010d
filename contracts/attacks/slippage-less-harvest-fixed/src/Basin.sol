// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Constant-product market of two tokens, 0.3 % a swap. Liquidity stays for a day at least, so that nobody
/// brings it for the length of one large trade.
contract Basin {
    error UnknownToken(address token);
    error NothingToDo();
    error Slipped(uint256 amountOut, uint256 leastOut);
    error TooMuch(uint256 parts, uint256 available);
    error StillBound(uint256 until);
    error TransferFailed();

    event Swapped(address indexed sender, address indexed tokenIn, uint256 amountIn, uint256 amountOut, address to);
    event Provided(address indexed account, uint256 amount0, uint256 amount1, uint256 parts);
    event Withdrawn(address indexed account, uint256 amount0, uint256 amount1, uint256 parts);

    uint256 private constant DEAD_PARTS = 1_000;
    uint256 public constant BINDING = 1 days;
    uint256 public constant swapFeeBps = 30;

    IERC20 public immutable token0;
    IERC20 public immutable token1;
    uint256 public reserve0;
    uint256 public reserve1;
    uint256 public totalSupply;
    mapping(address => uint256) public partsOf;
    mapping(address => uint256) public boundUntil;

    constructor(IERC20 token0_, IERC20 token1_) {
        token0 = token0_;
        token1 = token1_;
    }

    function swap(address tokenIn, uint256 amountIn, uint256 leastOut, address to) external returns (uint256 amountOut) {
        bool forward = tokenIn == address(token0);
        require(forward || tokenIn == address(token1), UnknownToken(tokenIn));
        (uint256 reserveIn, uint256 reserveOut) = forward ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 net = amountIn * (10_000 - swapFeeBps);
        amountOut = net * reserveOut / (reserveIn * 10_000 + net);
        require(amountOut > 0, NothingToDo());
        require(amountOut >= leastOut, Slipped(amountOut, leastOut));
        (reserve0, reserve1) =
            forward ? (reserve0 + amountIn, reserve1 - amountOut) : (reserve0 - amountOut, reserve1 + amountIn);
        emit Swapped(msg.sender, tokenIn, amountIn, amountOut, to);
        require(IERC20(tokenIn).transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require((forward ? token1 : token0).transfer(to, amountOut), TransferFailed());
    }

    /// Takes `amount0` and what belongs to it, but at most `most1`, of the other token.
    function provide(uint256 amount0, uint256 most1) external returns (uint256 parts) {
        uint256 amount1 = most1;
        if (totalSupply == 0) {
            parts = amount0 - DEAD_PARTS;
            totalSupply = DEAD_PARTS;
        } else {
            amount1 = (amount0 * reserve1 + reserve0 - 1) / reserve0;
            require(amount1 <= most1, TooMuch(amount1, most1));
            parts = amount0 * totalSupply / reserve0;
        }
        require(parts > 0, NothingToDo());
        partsOf[msg.sender] += parts;
        totalSupply += parts;
        boundUntil[msg.sender] = block.timestamp + BINDING;
        reserve0 += amount0;
        reserve1 += amount1;
        emit Provided(msg.sender, amount0, amount1, parts);
        require(token0.transferFrom(msg.sender, address(this), amount0), TransferFailed());
        require(token1.transferFrom(msg.sender, address(this), amount1), TransferFailed());
    }

    function withdraw(uint256 parts) external returns (uint256 amount0, uint256 amount1) {
        require(parts > 0, NothingToDo());
        require(parts <= partsOf[msg.sender], TooMuch(parts, partsOf[msg.sender]));
        require(block.timestamp >= boundUntil[msg.sender], StillBound(boundUntil[msg.sender]));
        amount0 = parts * reserve0 / totalSupply;
        amount1 = parts * reserve1 / totalSupply;
        partsOf[msg.sender] -= parts;
        totalSupply -= parts;
        reserve0 -= amount0;
        reserve1 -= amount1;
        emit Withdrawn(msg.sender, amount0, amount1, parts);
        require(token0.transfer(msg.sender, amount0), TransferFailed());
        require(token1.transfer(msg.sender, amount1), TransferFailed());
    }
}
