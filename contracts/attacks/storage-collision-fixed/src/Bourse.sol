// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Whoever swaps at a bourse is asked for the payment once the proceeds have been sent.
interface ISwapper {
    function onSwap(IERC20 token, uint256 amount, address payer) external;
}

/// Constant-product pool of two tokens that pays first and asks for its payment then. Shares are an ERC-20.
contract Bourse is Erc20 {
    error Busy();
    error Nothing();
    error NotPaid(uint256 missing);
    error TransferFailed();

    event Swapped(address indexed sender, address indexed to, bool zeroForOne, uint256 amountIn, uint256 amountOut);

    uint256 private constant BPS = 10_000;
    uint256 private constant LOCKED_SHARES = 10_000;
    address private constant NOBODY = address(0xdead);

    IERC20 public immutable token0;
    IERC20 public immutable token1;
    uint256 public immutable feeBps;
    uint256 public reserve0;
    uint256 public reserve1;
    bool private busy;

    constructor(IERC20 token0_, IERC20 token1_, uint256 feeBps_) Erc20("Bourse share", "BRS") {
        token0 = token0_;
        token1 = token1_;
        feeBps = feeBps_;
    }

    modifier alone() {
        require(!busy, Busy());
        busy = true;
        _;
        busy = false;
    }

    /// Takes `amount0` and what it needs of the other token beside it; the first provider brings `first1`.
    function provide(uint256 amount0, uint256 first1) external alone returns (uint256 shares) {
        uint256 amount1 = first1;
        if (totalSupply == 0) {
            shares = amount0 - LOCKED_SHARES;
            _mint(NOBODY, LOCKED_SHARES);
        } else {
            shares = amount0 * totalSupply / reserve0;
            amount1 = (amount0 * reserve1 + reserve0 - 1) / reserve0;
        }
        require(shares > 0, Nothing());
        reserve0 += amount0;
        reserve1 += amount1;
        _mint(msg.sender, shares);
        require(token0.transferFrom(msg.sender, address(this), amount0), TransferFailed());
        require(token1.transferFrom(msg.sender, address(this), amount1), TransferFailed());
    }

    function retire(uint256 shares) external alone returns (uint256 amount0, uint256 amount1) {
        amount0 = shares * reserve0 / totalSupply;
        amount1 = shares * reserve1 / totalSupply;
        _burn(msg.sender, shares);
        reserve0 -= amount0;
        reserve1 -= amount1;
        require(token0.transfer(msg.sender, amount0), TransferFailed());
        require(token1.transfer(msg.sender, amount1), TransferFailed());
    }

    function proceeds(bool zeroForOne, uint256 amountIn) public view returns (uint256) {
        (uint256 here, uint256 there) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 net = amountIn * (BPS - feeBps);
        return net * there / (here * BPS + net);
    }

    /// Sends the proceeds to `to`, and calls the sender back for `amountIn`, naming `payer`.
    function swap(bool zeroForOne, uint256 amountIn, address to, address payer)
        external
        alone
        returns (uint256 amountOut)
    {
        amountOut = proceeds(zeroForOne, amountIn);
        require(amountOut > 0, Nothing());
        (IERC20 tokenIn, IERC20 tokenOut) = zeroForOne ? (token0, token1) : (token1, token0);
        require(tokenOut.transfer(to, amountOut), TransferFailed());

        uint256 due = tokenIn.balanceOf(address(this)) + amountIn;
        ISwapper(msg.sender).onSwap(tokenIn, amountIn, payer);
        uint256 held = tokenIn.balanceOf(address(this));
        require(held >= due, NotPaid(due - held));

        if (zeroForOne) (reserve0, reserve1) = (reserve0 + amountIn, reserve1 - amountOut);
        else (reserve0, reserve1) = (reserve0 - amountOut, reserve1 + amountIn);
        emit Swapped(msg.sender, to, zeroForOne, amountIn, amountOut);
    }
}
