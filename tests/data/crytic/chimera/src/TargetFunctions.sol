// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {vm} from "./Asserts.sol";
import {Properties} from "./Properties.sol";

/// What is called: clamped handlers, a shortcut, and the choice of the actor.
abstract contract TargetFunctions is Properties {
    function switchActor(uint256 entropy) public {
        actor = actors[entropy % 3];
    }

    function vault_deposit_clamped(uint256 amount) public updateGhosts {
        amount = between(amount, 1, 50 ether);
        vm.deal(actor, amount);
        vm.prank(actor);
        vault.deposit{value: amount}();
        paidIn += amount;
    }

    function vault_withdraw_clamped(uint256 amount) public updateGhosts {
        uint256 held = vault.balanceOf(actor);
        precondition(held > 0);
        uint256 before = actor.balance;
        vm.prank(actor);
        vault.withdraw(between(amount, 1, held));
        paidOut += actor.balance - before;
        t(actor.balance - before <= held, "paid too much");
    }

    function vault_transfer_clamped(uint256 to, uint256 amount) public updateGhosts {
        uint256 held = vault.balanceOf(actor);
        precondition(held > 0);
        vm.prank(actor);
        vault.transfer(actors[to % 3], between(amount, 1, held));
    }

    function vault_leave() public updateGhosts {
        uint256 before = actor.balance;
        vm.prank(actor);
        vault.leave();
        paidOut += actor.balance - before;
    }

    /// A deposit and the way out again.
    function shortcut_round_trip(uint256 amount) public {
        vault_deposit_clamped(amount);
        vault_withdraw_clamped(type(uint256).max);
    }

    function wait_clamped(uint256 time) public {
        vm.warp(block.timestamp + between(time, 1 hours, 30 days));
    }
}
