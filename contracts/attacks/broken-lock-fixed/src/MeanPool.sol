// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {Latch} from "./Latch.sol";

/// Two coins, whose geometric mean the shares divide. Liquidity may be added in any proportion, one coin alone included,
/// and is removed in the pool's own.
contract MeanPool is Erc20, Latch {
    error NothingToDo();
    error TooLittle(uint256 amount, uint256 least);
    error TransferFailed();

    event Added(address indexed account, uint256[2] amounts, uint256 shares);
    event Removed(address indexed account, uint256[2] amounts, uint256 shares);
    event Traded(address indexed account, uint256 from, uint256 amountIn, uint256 amountOut);

    uint256 private constant BURIED = 10 ** 6;
    uint256 private constant UNIT = 1_000;
    /// Of what a trader brings, out of 1000.
    uint256 public constant tradeFee = 3;

    IERC20[2] public coins;
    uint256[2] public stock;

    constructor(IERC20 first, IERC20 second) Erc20("Mean pool share", "MEAN") {
        coins = [first, second];
    }

    /// The shares grow as the mean does.
    function addLiquidity(uint256[2] calldata amounts, uint256 leastShares) external latched returns (uint256 shares) {
        uint256 before = mean();
        for (uint256 i = 0; i < 2; ++i) {
            stock[i] += amounts[i];
            if (amounts[i] > 0) require(coins[i].transferFrom(msg.sender, address(this), amounts[i]), TransferFailed());
        }
        if (totalSupply == 0) {
            shares = mean() - BURIED;
            _mint(address(0xdead), BURIED);
        } else {
            // Rounded in the pool's favour on either side.
            uint256 grown = mean();
            require(grown > before + 1, NothingToDo());
            shares = (grown - before - 1) * totalSupply / (before + 1);
        }
        require(shares > 0 && shares >= leastShares, TooLittle(shares, leastShares));
        _mint(msg.sender, shares);
        emit Added(msg.sender, amounts, shares);
    }

    function removeLiquidity(uint256 shares, uint256[2] calldata least)
        external
        latched
        returns (uint256[2] memory amounts)
    {
        uint256 supply = totalSupply;
        require(shares > 0 && shares <= balanceOf[msg.sender], NothingToDo());
        for (uint256 i = 0; i < 2; ++i) {
            amounts[i] = stock[i] * shares / supply;
            require(amounts[i] >= least[i], TooLittle(amounts[i], least[i]));
            stock[i] -= amounts[i];
            require(coins[i].transfer(msg.sender, amounts[i]), TransferFailed());
        }
        _burn(msg.sender, shares);
        emit Removed(msg.sender, amounts, shares);
    }

    /// Brings coin `from` (0 or 1) for the other one.
    function trade(uint256 from, uint256 amountIn, uint256 least) external latched returns (uint256 amountOut) {
        uint256 to = 1 - from;
        amountOut = quote(from, amountIn);
        require(amountOut > 0 && amountOut >= least, TooLittle(amountOut, least));
        stock[from] += amountIn;
        stock[to] -= amountOut;
        emit Traded(msg.sender, from, amountIn, amountOut);
        require(coins[from].transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require(coins[to].transfer(msg.sender, amountOut), TransferFailed());
    }

    function quote(uint256 from, uint256 amountIn) public view returns (uint256) {
        uint256 net = amountIn * (UNIT - tradeFee);
        return net * stock[1 - from] / (stock[from] * UNIT + net);
    }

    /// The square root of the product.
    function mean() public view returns (uint256 root) {
        uint256 product = stock[0] * stock[1];
        if (product == 0) return 0;
        root = product;
        uint256 next = product / 2 + 1;
        while (next < root) {
            root = next;
            next = (product / next + next) / 2;
        }
    }
}
