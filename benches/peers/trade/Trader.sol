// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Pair} from "./amm-fixed/src/Pair.sol";
import {IERC20} from "./shared/Erc20.sol";

/// Half swaps, half transfers, whatever the arguments: they are folded into a trade that succeeds. So tools that draw arguments in
/// different ways make calls that do the same work.
contract Trader {
    IERC20 public immutable gold;
    IERC20 public immutable silver;
    Pair public immutable pair;
    uint256 public turn;

    constructor(IERC20 gold_, IERC20 silver_, Pair pair_) {
        (gold, silver, pair) = (gold_, silver_, pair_);
        gold_.approve(address(pair_), type(uint256).max);
        silver_.approve(address(pair_), type(uint256).max);
    }

    /// The first liquidity, of what the trader was given.
    function provide(uint256 amount0, uint256 amount1) external {
        pair.addLiquidity(amount0, amount1, address(this));
    }

    /// By turns a transfer of gold to one of 16 accounts, and a swap that leaves most of what is due to the pair.
    function trade(uint256 amount, uint8 to, bool zeroForOne) external {
        uint256 amountIn = 4 + amount % 1e15;
        if (turn++ % 2 == 0) {
            gold.transfer(address(uint160(0x1000 + (to & 15))), amountIn);
        } else {
            pair.swap(amountIn, amountIn / 4, zeroForOne, address(this));
        }
    }
}
