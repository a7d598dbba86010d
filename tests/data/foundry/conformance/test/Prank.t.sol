// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Caller, Made} from "../src/Targets.sol";

contract PrankTest is Test {
    Caller caller;
    Caller other;
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);

    function setUp() public {
        caller = new Caller();
        other = new Caller();
    }

    function test_prank_lasts_one_call() public {
        vm.prank(ALICE);
        caller.touch();
        check(caller.sender() == ALICE);
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_prank_wrongly_expected_twice_fails() public {
        vm.prank(ALICE);
        caller.touch();
        caller.touch();
        check(caller.sender() == ALICE);
    }

    function test_prank_counts_for_static_calls() public {
        vm.prank(ALICE);
        check(caller.who() == ALICE);
        check(caller.who() == address(this));
    }

    function test_prank_leaves_origin() public {
        address before = caller.fromWhere();
        vm.prank(ALICE);
        check(caller.fromWhere() == before);
    }

    function test_prank_with_origin() public {
        vm.prank(ALICE, BOB);
        (address sender, address origin) = caller.touch();
        check(sender == ALICE && origin == BOB);
        (sender, origin) = caller.touch();
        check(sender == address(this) && origin == tx.origin && origin != BOB);
    }

    function test_prank_does_not_reach_deeper_calls() public {
        vm.prank(ALICE);
        (address sender,) = caller.through(other);
        check(sender == address(caller));
    }

    function test_prank_deeper_origin() public {
        vm.prank(ALICE, BOB);
        (address sender, address origin) = caller.through(other);
        check(sender == address(caller) && origin == BOB);
    }

    function test_origin_is_back_after_prank() public {
        vm.prank(ALICE, BOB);
        caller.touch();
        check(tx.origin != BOB);
    }

    function test_start_prank_lasts() public {
        vm.startPrank(ALICE);
        caller.touch();
        caller.touch();
        check(caller.sender() == ALICE && caller.calls() == 2);
        vm.stopPrank();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_start_prank_with_origin() public {
        vm.startPrank(ALICE, BOB);
        caller.touch();
        check(caller.sender() == ALICE && caller.origin() == BOB);
        vm.stopPrank();
        caller.touch();
        check(caller.origin() == tx.origin);
    }

    function test_start_prank_again_after_use() public {
        vm.startPrank(ALICE);
        caller.touch();
        vm.startPrank(BOB);
        caller.touch();
        check(caller.sender() == BOB);
    }

    function test_start_prank_again_before_use_fails() public {
        vm.startPrank(ALICE);
        vm.startPrank(BOB);
    }

    function test_prank_twice_before_use_fails() public {
        vm.prank(ALICE);
        vm.prank(BOB);
    }

    function test_prank_within_start_prank_fails() public {
        vm.startPrank(ALICE);
        caller.touch();
        vm.prank(BOB);
    }

    function test_prank_survives_a_revert() public {
        vm.startPrank(ALICE);
        try caller.fail() {} catch {}
        caller.touch();
        check(caller.sender() == ALICE);
    }

    function test_single_prank_ends_with_a_revert() public {
        vm.prank(ALICE);
        try caller.fail() {} catch {}
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_prank_is_undone_where_calls_are_undone() public {
        vm.startPrank(ALICE);
        check(!caller.attempt(other));
        check(other.calls() == 0);
        caller.touch();
        check(caller.sender() == ALICE);
    }

    function test_prank_of_creation() public {
        vm.prank(ALICE);
        Made made = new Made();
        check(made.maker() == ALICE);
        check(new Made().maker() == address(this));
    }

    function test_prank_of_creation_with_origin() public {
        vm.prank(ALICE, BOB);
        Made made = new Made();
        check(made.maker() == ALICE && made.origin() == BOB);
    }

    function test_start_prank_of_creations() public {
        vm.startPrank(ALICE);
        Made first = new Made();
        Made second = new Made();
        check(first.maker() == ALICE && second.maker() == ALICE && address(first) != address(second));
    }

    function test_pranked_creation_uses_the_nonce_of_the_pranked() public {
        address expected = vm.computeCreateAddress(ALICE, vm.getNonce(ALICE));
        vm.prank(ALICE);
        check(address(new Made()) == expected);
    }

    function test_creation_in_pranked_call_is_made_by_callee() public {
        vm.prank(ALICE);
        check(caller.make().maker() == address(caller));
    }

    function test_prank_sends_value_of_the_pranked() public {
        vm.deal(ALICE, 3 ether);
        uint256 before = address(this).balance;
        vm.prank(ALICE);
        caller.touch{value: 1 ether}();
        check(ALICE.balance == 2 ether && address(this).balance == before);
    }

    function test_prank_without_funds_fails() public {
        vm.prank(ALICE);
        caller.touch{value: 1 ether}();
    }

    function test_low_level_call_is_pranked() public {
        vm.prank(ALICE);
        (bool ok,) = address(caller).call(abi.encodeCall(Caller.touch, ()));
        check(ok && caller.sender() == ALICE);
    }

    function test_delegate_call_is_not_pranked_by_default() public {
        vm.prank(ALICE);
        (bool ok, bytes memory data) = address(caller).delegatecall(abi.encodeCall(Caller.who, ()));
        check(ok && abi.decode(data, (address)) == msg.sender);
    }

    function test_delegate_prank_of_account_without_code_fails() public {
        vm.prank(ALICE, true);
    }

    function test_delegate_prank() public {
        vm.prank(address(other), true);
        (bool ok, bytes memory data) = address(caller).delegatecall(abi.encodeCall(Caller.who, ()));
        check(ok && abi.decode(data, (address)) == address(other));
    }

    function test_delegate_prank_writes_the_storage_of_the_pranked() public {
        vm.prank(address(other), true);
        (bool ok,) = address(caller).delegatecall(abi.encodeCall(Caller.touch, ()));
        check(ok && other.calls() == 1 && caller.calls() == 0);
    }

    function test_stop_prank_without_prank_is_fine() public {
        vm.stopPrank();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_stop_prank_before_use() public {
        vm.startPrank(ALICE);
        vm.stopPrank();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_prank_self_transfer_through_this() public {
        vm.prank(ALICE);
        check(this.caughtSender() == ALICE);
    }

    function caughtSender() external view returns (address) {
        return msg.sender;
    }

    function test_prank_inside_deeper_call_stays_there() public {
        this.prankHere();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function prankHere() external {
        vm.startPrank(BOB);
        caller.touch();
        check(caller.sender() == BOB);
        vm.stopPrank();
    }

    function test_prank_left_in_deeper_call() public {
        this.leavePrank();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function leavePrank() external {
        vm.startPrank(BOB);
    }

    function test_read_callers_without_prank() public {
        (uint8 mode, address from, address origin) = vm.readCallers();
        check(mode == 0 && from == tx.origin && origin == tx.origin);
    }

    function test_read_callers_with_prank() public {
        vm.prank(ALICE);
        (uint8 mode, address from,) = vm.readCallers();
        check(mode == 3 && from == ALICE);
        caller.touch();
    }

    function test_read_callers_with_start_prank() public {
        vm.startPrank(ALICE, BOB);
        (uint8 mode, address from, address origin) = vm.readCallers();
        check(mode == 4 && from == ALICE && origin == BOB);
    }

    function test_prank_to_account_without_code() public {
        vm.deal(ALICE, 1 ether);
        vm.prank(ALICE);
        payable(BOB).transfer(1 ether);
        check(BOB.balance == 1 ether);
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_prank_of_this_is_allowed() public {
        vm.prank(address(this));
        caller.touch();
        check(caller.sender() == address(this));
    }
}
