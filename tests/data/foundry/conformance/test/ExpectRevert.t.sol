// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Reverter, Unmade, Caller} from "../src/Targets.sol";

contract ExpectRevertTest is Test {
    Reverter target;
    Reverter other;

    function setUp() public {
        target = new Reverter();
        other = new Reverter();
    }

    function test_any() public {
        vm.expectRevert();
        target.text();
    }

    function test_any_but_succeeds_fails() public {
        vm.expectRevert();
        target.fine();
    }

    function test_no_call_fails() public {
        vm.expectRevert();
    }

    function test_text() public {
        vm.expectRevert(bytes("text"));
        target.text();
    }

    function test_other_text_fails() public {
        vm.expectRevert(bytes("texts"));
        target.text();
    }

    function test_encoded_text() public {
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "text"));
        target.text();
    }

    function test_selector() public {
        vm.expectRevert(Reverter.Plain.selector);
        target.plain();
    }

    function test_other_selector_fails() public {
        vm.expectRevert(Reverter.Coded.selector);
        target.plain();
    }

    function test_selector_of_error_with_arguments_fails() public {
        vm.expectRevert(Reverter.Coded.selector);
        target.coded(3);
    }

    function test_partial() public {
        vm.expectPartialRevert(Reverter.Coded.selector);
        target.coded(3);
    }

    function test_partial_of_other_fails() public {
        vm.expectPartialRevert(Reverter.Plain.selector);
        target.coded(3);
    }

    function test_whole_error() public {
        vm.expectRevert(abi.encodeWithSelector(Reverter.Coded.selector, 3, address(7)));
        target.coded(3);
    }

    function test_whole_error_with_other_argument_fails() public {
        vm.expectRevert(abi.encodeWithSelector(Reverter.Coded.selector, 4, address(7)));
        target.coded(3);
    }

    function test_empty_data_for_empty() public {
        vm.expectRevert(bytes(""));
        target.empty();
    }

    function test_empty_data_for_text_fails() public {
        vm.expectRevert(bytes(""));
        target.text();
    }

    function test_text_for_empty_fails() public {
        vm.expectRevert(bytes("text"));
        target.empty();
    }

    function test_any_for_empty() public {
        vm.expectRevert();
        target.empty();
    }

    function test_panic() public {
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 1));
        target.panics();
    }

    function test_overflow() public {
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        target.overflows(1);
    }

    function test_other_panic_fails() public {
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x12));
        target.overflows(1);
    }

    function test_invalid_instruction() public {
        vm.expectRevert();
        target.wastes();
    }

    function test_only_the_next_call() public {
        vm.expectRevert();
        target.text();
        check(target.fine() == 1);
    }

    function test_only_the_next_call_fails() public {
        vm.expectRevert();
        target.text();
        target.text();
    }

    function test_twice() public {
        vm.expectRevert();
        target.text();
        vm.expectRevert(bytes("text"));
        target.text();
    }

    function test_two_expectations_at_once_fail() public {
        vm.expectRevert();
        vm.expectRevert();
        target.text();
    }

    function test_return_values_are_zero() public {
        vm.expectRevert();
        check(target.overflows(1) == 0);
    }

    function test_return_of_bytes_is_empty() public {
        vm.expectRevert();
        check(target.bytesOf().length == 0);
    }

    function test_through_another() public {
        vm.expectRevert(bytes("text"));
        target.through(other);
    }

    function test_creation() public {
        vm.expectRevert();
        new Unmade(1);
    }

    function test_creation_with_text() public {
        vm.expectRevert(bytes("not one"));
        new Unmade(1);
    }

    function test_creation_with_other_text_fails() public {
        vm.expectRevert(bytes("not two"));
        new Unmade(1);
    }

    function test_creation_with_error() public {
        vm.expectRevert(abi.encodeWithSelector(Unmade.Never.selector, 2));
        new Unmade(2);
    }

    function test_creation_without_data() public {
        vm.expectRevert(bytes(""));
        new Unmade(3);
    }

    function test_creation_that_succeeds_fails() public {
        vm.expectRevert();
        new Unmade(4);
    }

    function test_creation2() public {
        vm.expectRevert(bytes("not one"));
        new Unmade{salt: 0}(1);
    }

    function test_address_of_creation_that_reverted() public {
        vm.expectRevert();
        check(address(new Unmade(1)) == address(1));
    }

    function test_low_level_call() public {
        vm.expectRevert(bytes("text"));
        (bool ok,) = address(target).call(abi.encodeCall(Reverter.text, ()));
        check(ok);
    }

    function test_low_level_call_that_succeeds_is_made_false() public {
        vm.expectRevert();
        (bool ok,) = address(target).call(abi.encodeCall(Reverter.fine, ()));
        check(!ok);
    }

    function test_call_to_no_code_is_made_false() public {
        vm.expectRevert();
        (bool ok,) = address(99).call("");
        check(!ok);
    }

    function test_call_without_funds() public {
        vm.expectRevert();
        (bool ok,) = address(99).call{value: address(this).balance + 1}("");
        check(ok);
    }

    function test_call_of_precompile_that_refuses() public {
        vm.expectRevert();
        (bool ok,) = address(6).call(hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
        check(ok);
    }

    function test_reverter() public {
        vm.expectRevert(address(target));
        target.text();
    }

    function test_other_reverter_fails() public {
        vm.expectRevert(address(other));
        target.text();
    }

    function test_deepest_reverter() public {
        vm.expectRevert(bytes("text"), address(other));
        target.through(other);
    }

    function test_outer_reverter_fails() public {
        vm.expectRevert(bytes("text"), address(target));
        target.through(other);
    }

    function test_selector_and_reverter() public {
        vm.expectRevert(Reverter.Plain.selector, address(target));
        target.plain();
    }

    function test_partial_and_reverter() public {
        vm.expectPartialRevert(Reverter.Coded.selector, address(target));
        target.coded(1);
    }

    function test_count_of_two() public {
        vm.expectRevert(uint64(2));
        target.text();
        target.plain();
    }

    function test_count_of_two_but_one_fails() public {
        vm.expectRevert(uint64(2));
        target.text();
        target.fine();
    }

    function test_count_of_two_with_text() public {
        vm.expectRevert(bytes("text"), uint64(2));
        target.text();
        target.text();
    }

    function test_count_of_two_with_other_text_fails() public {
        vm.expectRevert(bytes("text"), uint64(2));
        target.text();
        target.plain();
    }

    function test_count_of_zero() public {
        vm.expectRevert(uint64(0));
        target.fine();
    }

    function test_count_of_zero_but_reverts_fails() public {
        vm.expectRevert(uint64(0));
        target.text();
    }

    function test_with_prank_before() public {
        vm.prank(address(5));
        vm.expectRevert(bytes("text"));
        target.text();
    }

    function test_with_prank_after() public {
        vm.expectRevert(bytes("text"));
        vm.prank(address(5));
        target.text();
    }

    function test_pranked_state_is_back() public {
        Caller caller = new Caller();
        vm.prank(address(5));
        vm.expectRevert(bytes("no"));
        caller.touchAndFail();
        caller.touch();
        check(caller.sender() == address(this) && caller.calls() == 1);
    }

    function test_other_cheatcodes_between() public {
        vm.expectRevert(bytes("text"));
        vm.warp(9);
        vm.deal(address(3), 1);
        target.text();
    }

    function test_cheatcode() public {
        vm._expectCheatcodeRevert();
        vm.addr(0);
    }

    function test_cheatcode_with_message() public {
        vm._expectCheatcodeRevert(bytes("private key cannot be 0"));
        vm.addr(0);
    }

    function test_cheatcode_with_other_message_fails() public {
        vm._expectCheatcodeRevert(bytes("private key cannot be 1"));
        vm.addr(0);
    }

    function test_cheatcode_that_succeeds_fails() public {
        vm._expectCheatcodeRevert();
        vm.addr(1);
    }

    function test_assertion_is_a_cheatcode() public {
        vm._expectCheatcodeRevert(bytes("assertion failed: 1 != 2"));
        vm.assertEq(uint256(1), uint256(2));
    }

    function test_internal_revert_fails() public {
        vm.expectRevert(bytes("inside"));
        inside();
    }

    function inside() internal pure {
        revert("inside");
    }

    function test_in_deeper_frame() public {
        this.expectHere();
    }

    function expectHere() external {
        vm.expectRevert(bytes("text"));
        target.text();
    }

    function test_left_by_deeper_frame_fails() public {
        this.leave();
        target.fine();
    }

    function test_left_by_deeper_frame_with_revert_after_fails() public {
        this.leave();
        target.text();
    }

    function leave() external {
        vm.expectRevert();
    }

    function test_raw_bytes() public {
        vm.expectRevert(bytes(hex"c0ffee"));
        target.raw(hex"c0ffee");
    }

    function test_bytes_too_short_for_a_selector_are_alike() public {
        vm.expectRevert(bytes(hex"c0ffee"));
        target.raw(hex"c0ffef");
    }

    function test_longer_raw_bytes_that_differ_fails() public {
        vm.expectRevert(bytes(hex"c0ffeec0ffee"));
        target.raw(hex"c0ffeec0ffef");
    }

    function test_static_call() public {
        vm.expectRevert(bytes("text"));
        (bool ok,) = address(target).staticcall(abi.encodeCall(Reverter.text, ()));
        check(ok);
    }

    function test_delegate_call() public {
        vm.expectRevert(bytes("text"));
        (bool ok,) = address(target).delegatecall(abi.encodeCall(Reverter.text, ()));
        check(ok);
    }
}
