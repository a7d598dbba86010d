// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Pair} from "./Pair.sol";

/// What wallets trade a pair through. Inputs are measured at the pair, since a token may arrive with a part missing.
contract Bazaar {
    error TooLittle(uint256 amount, uint256 least);
    error TransferFailed();

    Pair public immutable pair;
    IERC20 public immutable ember;
    IERC20 public immutable coin;

    constructor(Pair pair_) {
        pair = pair_;
        ember = pair_.token0();
        coin = pair_.token1();
    }

    function buy(uint256 coins, uint256 leastEmbers) external returns (uint256 embers) {
        (uint256 reserveEmber, uint256 reserveCoin) = pair.getReserves();
        embers = _output(_bring(coin, coins, reserveCoin), reserveCoin, reserveEmber);
        require(embers >= leastEmbers, TooLittle(embers, leastEmbers));
        pair.swap(embers, 0, msg.sender);
    }

    function sell(uint256 embers, uint256 leastCoins) external returns (uint256 coins) {
        require(ember.transferFrom(msg.sender, address(pair), embers), TransferFailed());
        (uint256 reserveEmber, uint256 reserveCoin) = pair.getReserves();
        coins = _output(ember.balanceOf(address(pair)) - reserveEmber, reserveEmber, reserveCoin);
        require(coins >= leastCoins, TooLittle(coins, leastCoins));
        pair.swap(0, coins, msg.sender);
    }

    /// Adds embers and as many coins as they are worth; the very first provider sets the price by `coins`.
    function provide(uint256 embers, uint256 coins) external returns (uint256 shares) {
        require(ember.transferFrom(msg.sender, address(pair), embers), TransferFailed());
        (uint256 reserveEmber, uint256 reserveCoin) = pair.getReserves();
        if (reserveEmber > 0) {
            uint256 arrived = ember.balanceOf(address(pair)) - reserveEmber;
            uint256 due = (arrived * reserveCoin + reserveEmber - 1) / reserveEmber;
            require(due <= coins, TooLittle(coins, due));
            coins = due;
        }
        require(coin.transferFrom(msg.sender, address(pair), coins), TransferFailed());
        shares = pair.mint(msg.sender);
    }

    function retire(uint256 shares) external returns (uint256 embers, uint256 coins) {
        require(pair.transferFrom(msg.sender, address(pair), shares), TransferFailed());
        (embers, coins) = pair.burn(msg.sender);
    }

    /// Moves `amount` to the pair and returns by how much its balance exceeds its reserve now.
    function _bring(IERC20 token, uint256 amount, uint256 reserve) private returns (uint256) {
        require(token.transferFrom(msg.sender, address(pair), amount), TransferFailed());
        return token.balanceOf(address(pair)) - reserve;
    }

    function _output(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) private pure returns (uint256) {
        uint256 net = amountIn * 997;
        return net * reserveOut / (reserveIn * 1_000 + net);
    }
}
