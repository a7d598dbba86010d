// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// Compiled for the set-up.
import {IERC20, Token} from "gallery/shared/Erc20.sol";

interface IPair is IERC20 {
    function token0() external view returns (IERC20);
    function token1() external view returns (IERC20);
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 updatedAt);
    function mint(address to) external returns (uint256 liquidity);
    function burn(address to) external returns (uint256 amount0, uint256 amount1);
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
}

/// The pair expects its tokens before it is called; this pays and calls in one transaction, for the sender only.
contract Router {
    error UnknownToken();
    error TransferFailed();

    IPair public immutable pair;

    constructor(IPair pair_) {
        pair = pair_;
    }

    function swapExactIn(IERC20 tokenIn, uint256 amountIn, address to) external returns (uint256 amountOut) {
        bool zeroForOne = tokenIn == pair.token0();
        require(zeroForOne || tokenIn == pair.token1(), UnknownToken());
        (uint256 reserveIn, uint256 reserveOut,) = pair.getReserves();
        if (!zeroForOne) (reserveIn, reserveOut) = (reserveOut, reserveIn);
        uint256 net = amountIn * 997;
        amountOut = net * reserveOut / (reserveIn * 1_000 + net);
        _pay(tokenIn, amountIn);
        pair.swap(zeroForOne ? 0 : amountOut, zeroForOne ? amountOut : 0, to, "");
    }

    /// Takes at most the two amounts, in the ratio of the reserves.
    function add(uint256 amount0, uint256 amount1) external returns (uint256 liquidity) {
        (uint256 reserve0, uint256 reserve1,) = pair.getReserves();
        uint256 fitting1 = amount0 * reserve1 / reserve0;
        if (fitting1 <= amount1) amount1 = fitting1;
        else amount0 = amount1 * reserve0 / reserve1;
        _pay(pair.token0(), amount0);
        _pay(pair.token1(), amount1);
        return pair.mint(msg.sender);
    }

    function remove(uint256 liquidity) external returns (uint256 amount0, uint256 amount1) {
        _pay(pair, liquidity);
        return pair.burn(msg.sender);
    }

    function _pay(IERC20 token, uint256 amount) private {
        require(token.transferFrom(msg.sender, address(pair), amount), TransferFailed());
    }
}
