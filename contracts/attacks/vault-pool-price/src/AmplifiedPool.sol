// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Pool of two coins of equal value. Trades follow a constant product of reserves that are both enlarged by
/// the same virtual amount, so that prices move less than in a plain pool. Liquidity comes and goes in proportion.
contract AmplifiedPool is Erc20 {
    error NothingToDo();
    error UnequalStart(uint256 amountX, uint256 amountY);
    error OutputTooLow(uint256 amountOut, uint256 minOut);
    error ReserveTooLow(uint256 amountOut, uint256 reserve);
    error TransferFailed();

    event Swap(address indexed sender, bool xForY, uint256 amountIn, uint256 amountOut);
    event Joined(address indexed account, uint256 shares, uint256 amountX, uint256 amountY);
    event Left(address indexed account, uint256 shares, uint256 amountX, uint256 amountY);

    uint256 private constant FEE_BPS = 4;
    uint256 private constant BPS = 10_000;
    /// Virtual amount per share. With two shares for a pair of coins it is four times a reserve at rest.
    uint256 private constant VIRTUAL_PER_SHARE = 2;
    address private constant NOBODY = address(0xdead);
    uint256 private constant LOCKED = 1_000;

    IERC20 public immutable coinX;
    IERC20 public immutable coinY;
    uint256 public reserveX;
    uint256 public reserveY;

    constructor(IERC20 coinX_, IERC20 coinY_) Erc20("Amplified pool share", "AMP") {
        coinX = coinX_;
        coinY = coinY_;
    }

    /// The virtual amount that is added to both reserves.
    function virtualAmount() public view returns (uint256) {
        return totalSupply * VIRTUAL_PER_SHARE;
    }

    /// What one coin of Y buys of X for a small trade without fee, in 1e18.
    function priceOfY() external view returns (uint256) {
        uint256 v = virtualAmount();
        return (reserveX + v) * 1e18 / (reserveY + v);
    }

    /// Value of a share in coins with the pool at rest, in 1e18: fees raise it, trades do not move it otherwise.
    function virtualPrice() external view returns (uint256) {
        uint256 v = virtualAmount();
        uint256 atRest = _sqrt((reserveX + v) * (reserveY + v)) - v;
        return 2 * atRest * 1e18 / totalSupply;
    }

    /// Opens the pool with as much of one coin as of the other.
    function open(uint256 amount, address to) external {
        require(totalSupply == 0, UnequalStart(reserveX, reserveY));
        _mint(NOBODY, LOCKED);
        _mint(to, 2 * amount - LOCKED);
        _take(amount, amount);
    }

    function join(uint256 shares, address to) external returns (uint256 amountX, uint256 amountY) {
        require(shares > 0 && totalSupply > 0, NothingToDo());
        amountX = _divUp(shares * reserveX, totalSupply);
        amountY = _divUp(shares * reserveY, totalSupply);
        _mint(to, shares);
        emit Joined(to, shares, amountX, amountY);
        _take(amountX, amountY);
    }

    function leave(uint256 shares, address to) external returns (uint256 amountX, uint256 amountY) {
        require(shares > 0, NothingToDo());
        amountX = shares * reserveX / totalSupply;
        amountY = shares * reserveY / totalSupply;
        _burn(msg.sender, shares);
        reserveX -= amountX;
        reserveY -= amountY;
        emit Left(msg.sender, shares, amountX, amountY);
        require(coinX.transfer(to, amountX), TransferFailed());
        require(coinY.transfer(to, amountY), TransferFailed());
    }

    function swap(bool xForY, uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        uint256 v = virtualAmount();
        (uint256 reserveIn, uint256 reserveOut) = xForY ? (reserveX, reserveY) : (reserveY, reserveX);
        uint256 net = amountIn - _divUp(amountIn * FEE_BPS, BPS);
        amountOut = net * (reserveOut + v) / (reserveIn + v + net);
        require(amountOut > 0, NothingToDo());
        require(amountOut < reserveOut, ReserveTooLow(amountOut, reserveOut));
        require(amountOut >= minOut, OutputTooLow(amountOut, minOut));
        emit Swap(msg.sender, xForY, amountIn, amountOut);
        if (xForY) {
            reserveY -= amountOut;
            _take(amountIn, 0);
            require(coinY.transfer(msg.sender, amountOut), TransferFailed());
        } else {
            reserveX -= amountOut;
            _take(0, amountIn);
            require(coinX.transfer(msg.sender, amountOut), TransferFailed());
        }
    }

    function _take(uint256 amountX, uint256 amountY) private {
        reserveX += amountX;
        reserveY += amountY;
        if (amountX > 0) require(coinX.transferFrom(msg.sender, address(this), amountX), TransferFailed());
        if (amountY > 0) require(coinY.transferFrom(msg.sender, address(this), amountY), TransferFailed());
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
