// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../shared/Erc20.sol";

/// Constant-product pair with a fee of 0.3 %; its shares are an ERC-20.
/// The caller of `swap` says what it pays and what it takes, the pair checks its product.
/// Reserves are accounted: tokens sent to the pair without a call change nothing.
contract Pair is Erc20 {
    error NothingToDo();
    error ReserveTooLow(uint256 amountOut, uint256 reserve);
    error ProductTooLow();
    error TransferFailed();

    event Swap(address indexed sender, address indexed to, bool zeroForOne, uint256 amountIn, uint256 amountOut);
    event LiquidityAdded(address indexed sender, uint256 amount0, uint256 amount1, uint256 shares);
    event LiquidityRemoved(address indexed sender, uint256 amount0, uint256 amount1, uint256 shares);

    uint256 private constant LOCKED_SHARES = 1_000;
    address private constant LOCKED_OWNER = address(0xdead);
    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 30;

    IERC20 public immutable token0;
    IERC20 public immutable token1;
    uint256 public reserve0;
    uint256 public reserve1;

    constructor(IERC20 token0_, IERC20 token1_) Erc20("Pair share", "PAIR") {
        token0 = token0_;
        token1 = token1_;
    }

    /// Takes at most the two amounts, in the pair's ratio.
    function addLiquidity(uint256 max0, uint256 max1, address to) external returns (uint256 shares) {
        uint256 amount0 = max0;
        uint256 amount1 = max1;
        if (totalSupply == 0) {
            shares = _sqrt(amount0 * amount1) - LOCKED_SHARES;
            _mint(LOCKED_OWNER, LOCKED_SHARES);
        } else {
            amount1 = _divUp(max0 * reserve1, reserve0);
            if (amount1 > max1) {
                amount1 = max1;
                amount0 = _divUp(max1 * reserve0, reserve1);
                if (amount0 > max0) amount0 = max0;
            }
            uint256 shares0 = amount0 * totalSupply / reserve0;
            uint256 shares1 = amount1 * totalSupply / reserve1;
            shares = shares0 < shares1 ? shares0 : shares1;
        }
        require(shares > 0, NothingToDo());
        reserve0 += amount0;
        reserve1 += amount1;
        _mint(to, shares);
        require(token0.transferFrom(msg.sender, address(this), amount0), TransferFailed());
        require(token1.transferFrom(msg.sender, address(this), amount1), TransferFailed());
        emit LiquidityAdded(msg.sender, amount0, amount1, shares);
    }

    function removeLiquidity(uint256 shares, address to) external returns (uint256 amount0, uint256 amount1) {
        require(shares > 0, NothingToDo());
        amount0 = shares * reserve0 / totalSupply;
        amount1 = shares * reserve1 / totalSupply;
        _burn(msg.sender, shares);
        reserve0 -= amount0;
        reserve1 -= amount1;
        require(token0.transfer(to, amount0), TransferFailed());
        require(token1.transfer(to, amount1), TransferFailed());
        emit LiquidityRemoved(msg.sender, amount0, amount1, shares);
    }

    /// The most that a swap of `amountIn` may take now.
    function quote(uint256 amountIn, bool zeroForOne) external view returns (uint256) {
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 net = amountIn * (BPS - FEE_BPS);
        return net * reserveOut / (reserveIn * BPS + net);
    }

    /// Takes `amountIn` of one token from the caller and sends `amountOut` of the other one.
    function swap(uint256 amountIn, uint256 amountOut, bool zeroForOne, address to) external {
        require(amountIn > 0 && amountOut > 0, NothingToDo());
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        require(amountOut < reserveOut, ReserveTooLow(amountOut, reserveOut));

        uint256 nextIn = reserveIn + amountIn;
        uint256 nextOut = reserveOut - amountOut;
        uint256 adjustedIn = nextIn * BPS - amountIn * FEE_BPS;
        uint256 adjustedOut = nextOut * BPS;
        require(adjustedIn * adjustedOut >= reserveIn * reserveOut * 1_000 ** 2, ProductTooLow());

        (reserve0, reserve1) = zeroForOne ? (nextIn, nextOut) : (nextOut, nextIn);
        (IERC20 tokenIn, IERC20 tokenOut) = zeroForOne ? (token0, token1) : (token1, token0);
        require(tokenIn.transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require(tokenOut.transfer(to, amountOut), TransferFailed());
        emit Swap(msg.sender, to, zeroForOne, amountIn, amountOut);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function _sqrt(uint256 value) private pure returns (uint256 root) {
        if (value == 0) return 0;
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}
