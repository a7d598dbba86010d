// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Constant-product pair that is paid first and asked afterwards: what its balances exceed its reserves by
/// is the input of whoever calls next. Trades cost 0.3 %.
contract Pair is Erc20 {
    error Locked();
    error NoLiquidity();
    error NoOutput();
    error OutputTooLarge();
    error ProductFell();
    error TransferFailed();

    event Sync(uint256 reserve0, uint256 reserve1);
    event Swap(address indexed sender, address indexed to, uint256 amount0Out, uint256 amount1Out);

    uint256 private constant MINIMUM = 1_000;
    address private constant NOBODY = address(0xdead);

    IERC20 public immutable token0;
    IERC20 public immutable token1;
    uint256 private reserve0;
    uint256 private reserve1;
    bool private entered;

    modifier lock() {
        require(!entered, Locked());
        entered = true;
        _;
        entered = false;
    }

    constructor(IERC20 token0_, IERC20 token1_) Erc20("Pair share", "PAIR") {
        token0 = token0_;
        token1 = token1_;
    }

    function getReserves() external view returns (uint256, uint256) {
        return (reserve0, reserve1);
    }

    function mint(address to) external lock returns (uint256 shares) {
        (uint256 balance0, uint256 balance1) = _balances();
        uint256 in0 = balance0 - reserve0;
        uint256 in1 = balance1 - reserve1;
        if (totalSupply == 0) {
            shares = _root(in0 * in1) - MINIMUM;
            _mint(NOBODY, MINIMUM);
        } else {
            uint256 shares0 = in0 * totalSupply / reserve0;
            uint256 shares1 = in1 * totalSupply / reserve1;
            shares = shares0 < shares1 ? shares0 : shares1;
        }
        require(shares > 0, NoLiquidity());
        _mint(to, shares);
        _write(balance0, balance1);
    }

    function burn(address to) external lock returns (uint256 out0, uint256 out1) {
        (uint256 balance0, uint256 balance1) = _balances();
        uint256 shares = balanceOf[address(this)];
        out0 = shares * balance0 / totalSupply;
        out1 = shares * balance1 / totalSupply;
        require(out0 > 0 && out1 > 0, NoLiquidity());
        _burn(address(this), shares);
        _pay(to, out0, out1);
        (balance0, balance1) = _balances();
        _write(balance0, balance1);
    }

    function swap(uint256 out0, uint256 out1, address to) external lock {
        require(out0 > 0 || out1 > 0, NoOutput());
        require(out0 < reserve0 && out1 < reserve1, OutputTooLarge());
        require(to != address(token0) && to != address(token1), TransferFailed());
        _pay(to, out0, out1);
        (uint256 balance0, uint256 balance1) = _balances();
        uint256 in0 = balance0 > reserve0 - out0 ? balance0 - (reserve0 - out0) : 0;
        uint256 in1 = balance1 > reserve1 - out1 ? balance1 - (reserve1 - out1) : 0;
        require(
            (balance0 * 1_000 - in0 * 3) * (balance1 * 1_000 - in1 * 3) >= reserve0 * reserve1 * 1_000_000, ProductFell()
        );
        emit Swap(msg.sender, to, out0, out1);
        _write(balance0, balance1);
    }

    /// Hands out what lies here beyond the reserves.
    function skim(address to) external lock {
        (uint256 balance0, uint256 balance1) = _balances();
        _pay(to, balance0 - reserve0, balance1 - reserve1);
    }

    /// Takes the balances as the reserves.
    function sync() external lock {
        (uint256 balance0, uint256 balance1) = _balances();
        _write(balance0, balance1);
    }

    function _balances() private view returns (uint256, uint256) {
        return (token0.balanceOf(address(this)), token1.balanceOf(address(this)));
    }

    function _write(uint256 balance0, uint256 balance1) private {
        reserve0 = balance0;
        reserve1 = balance1;
        emit Sync(balance0, balance1);
    }

    function _pay(address to, uint256 out0, uint256 out1) private {
        if (out0 > 0) require(token0.transfer(to, out0), TransferFailed());
        if (out1 > 0) require(token1.transfer(to, out1), TransferFailed());
    }

    function _root(uint256 value) private pure returns (uint256 root) {
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}
