// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Pair} from "../contracts/amm-fixed/src/Pair.sol";
import {Token} from "../contracts/shared/Erc20.sol";
import {Trader} from "../contracts/Trader.sol";

/// The set-up, targets and senders of trade.toml for forge; the predicate is that of its invariant AMM-RESERVES.
contract TradeTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Token private gold;
    Token private silver;
    Pair private pair;
    Trader private trader;

    function setUp() external {
        gold = new Token("Gold", "GLD");
        silver = new Token("Silver", "SLV");
        pair = new Pair(gold, silver);
        trader = new Trader(gold, silver, pair);
        gold.mint(address(trader), 1_000_000_000 ether);
        silver.mint(address(trader), 1_000_000_000 ether);
        trader.provide(100_000 ether, 200_000 ether);
    }

    function invariant_amm_reserves() external view {
        require(gold.balanceOf(address(pair)) >= pair.reserve0() && silver.balanceOf(address(pair)) >= pair.reserve1());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = Trader.trade.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(trader), selectors);
    }

    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](3);
        (senders[0], senders[1], senders[2]) = (address(0xA77AC8), address(0xA11CE), address(0xB0B));
    }
}
