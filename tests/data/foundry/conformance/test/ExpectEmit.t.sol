// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test, Vm} from "../src/Vm.sol";
import {Emitter} from "../src/Targets.sol";

contract ExpectEmitTest is Test {
    event None();
    event One(uint256 indexed a, uint256 b);
    event Three(uint256 indexed a, uint256 indexed b, uint256 indexed c, uint256 d);
    event Hidden(uint256 indexed a, uint256 b) anonymous;

    Emitter target;
    Emitter other;

    function setUp() public {
        target = new Emitter();
        other = new Emitter();
    }

    function test_equal() public {
        vm.expectEmit();
        emit One(1, 2);
        target.one(1, 2);
    }

    function test_other_topic_fails() public {
        vm.expectEmit();
        emit One(1, 2);
        target.one(2, 2);
    }

    function test_other_data_fails() public {
        vm.expectEmit();
        emit One(1, 2);
        target.one(1, 3);
    }

    function test_no_arguments() public {
        vm.expectEmit();
        emit None();
        target.none();
    }

    function test_other_event_fails() public {
        vm.expectEmit();
        emit None();
        target.one(1, 2);
    }

    function test_nothing_emitted_fails() public {
        vm.expectEmit();
        emit None();
        target.quietly();
    }

    function test_no_call_fails() public {
        vm.expectEmit();
        emit None();
    }

    function test_expectation_without_event_fails() public {
        vm.expectEmit();
        target.one(1, 2);
    }

    function test_expectation_alone_fails() public {
        vm.expectEmit();
    }

    function test_data_unchecked() public {
        vm.expectEmit(true, true, true, false);
        emit One(1, 9);
        target.one(1, 2);
    }

    function test_first_topic_unchecked() public {
        vm.expectEmit(false, true, true, true);
        emit One(9, 2);
        target.one(1, 2);
    }

    function test_first_topic_checked_fails() public {
        vm.expectEmit(true, false, false, true);
        emit One(9, 2);
        target.one(1, 2);
    }

    function test_second_topic_unchecked() public {
        vm.expectEmit(true, false, true, true);
        emit Three(1, 9, 3, 4);
        target.three(1, 2, 3, 4);
    }

    function test_second_topic_checked_fails() public {
        vm.expectEmit(false, true, false, false);
        emit Three(1, 9, 3, 4);
        target.three(1, 2, 3, 4);
    }

    function test_third_topic_unchecked() public {
        vm.expectEmit(true, true, false, true);
        emit Three(1, 2, 9, 4);
        target.three(1, 2, 3, 4);
    }

    function test_third_topic_checked_fails() public {
        vm.expectEmit(false, false, true, false);
        emit Three(1, 2, 9, 4);
        target.three(1, 2, 3, 4);
    }

    function test_nothing_checked() public {
        vm.expectEmit(false, false, false, false);
        emit Three(7, 8, 9, 10);
        target.three(1, 2, 3, 4);
    }

    function test_nothing_checked_but_other_event_fails() public {
        vm.expectEmit(false, false, false, false);
        emit Three(7, 8, 9, 10);
        target.one(1, 2);
    }

    function test_emitter() public {
        vm.expectEmit(address(target));
        emit One(1, 2);
        target.one(1, 2);
    }

    function test_other_emitter_fails() public {
        vm.expectEmit(address(other));
        emit One(1, 2);
        target.one(1, 2);
    }

    function test_emitter_below() public {
        vm.expectEmit(address(other));
        emit One(1, 2);
        target.through(other, 1, 2);
    }

    function test_emitter_with_flags() public {
        vm.expectEmit(true, false, false, false, address(target));
        emit One(1, 9);
        target.one(1, 2);
    }

    function test_other_emitter_with_flags_fails() public {
        vm.expectEmit(true, false, false, false, address(other));
        emit One(1, 9);
        target.one(1, 2);
    }

    function test_two_in_order() public {
        vm.expectEmit();
        emit One(0, 0);
        vm.expectEmit();
        emit One(1, 1);
        target.many(2);
    }

    function test_two_in_wrong_order_fail() public {
        vm.expectEmit();
        emit One(1, 1);
        vm.expectEmit();
        emit One(0, 0);
        target.many(2);
    }

    function test_two_with_another_between() public {
        vm.expectEmit();
        emit One(0, 0);
        vm.expectEmit();
        emit One(2, 2);
        target.many(3);
    }

    function test_two_declared_then_two_shown_fails() public {
        vm.expectEmit();
        vm.expectEmit();
        emit One(0, 0);
        emit One(1, 1);
        target.many(2);
    }

    function test_more_than_expected() public {
        vm.expectEmit();
        emit One(0, 0);
        target.many(4);
    }

    function test_second_of_many() public {
        vm.expectEmit();
        emit One(3, 3);
        target.many(4);
    }

    function test_only_the_next_call_fails() public {
        vm.expectEmit();
        emit One(1, 2);
        target.quietly();
    }

    function test_call_after_the_next_fails() public {
        vm.expectEmit();
        emit One(1, 2);
        target.none();
        target.one(1, 2);
    }

    function test_static_call_between() public {
        vm.expectEmit();
        emit One(1, 2);
        target.quietly();
        target.one(1, 2);
    }

    function test_cheatcodes_between() public {
        vm.expectEmit();
        emit One(1, 2);
        vm.warp(7);
        target.one(1, 2);
    }

    function test_twice() public {
        vm.expectEmit();
        emit One(1, 2);
        target.one(1, 2);
        vm.expectEmit();
        emit One(3, 4);
        target.one(3, 4);
    }

    function test_with_prank() public {
        vm.prank(address(4));
        vm.expectEmit();
        emit One(1, 2);
        target.one(1, 2);
    }

    function test_call_that_reverts_fails() public {
        vm.expectEmit();
        emit One(1, 2);
        target.emitAndFail(1, 2);
    }

    function test_emitted_where_it_is_undone() public {
        vm.expectEmit();
        emit One(1, 2);
        target.caught(1, 2);
    }

    function test_count() public {
        vm.expectEmit(uint64(2));
        emit One(1, 1);
        this.oneTwice(1, 1);
    }

    function test_count_too_low_fails() public {
        vm.expectEmit(uint64(3));
        emit One(1, 1);
        this.oneTwice(1, 1);
    }

    function test_count_of_zero() public {
        vm.expectEmit(uint64(0));
        emit One(1, 1);
        target.none();
    }

    function test_count_of_zero_but_emitted_fails() public {
        vm.expectEmit(uint64(0));
        emit One(1, 1);
        target.one(1, 1);
    }

    function test_count_with_emitter() public {
        vm.expectEmit(address(target), uint64(2));
        emit One(1, 1);
        this.oneTwice(1, 1);
    }

    function oneTwice(uint256 a, uint256 b) external {
        target.one(a, b);
        target.one(a, b);
    }

    function test_anonymous() public {
        vm.expectEmitAnonymous();
        emit Hidden(1, 2);
        target.hidden(1, 2);
    }

    function test_anonymous_other_topic_fails() public {
        vm.expectEmitAnonymous();
        emit Hidden(1, 2);
        target.hidden(2, 2);
    }

    function test_anonymous_unchecked_topic() public {
        vm.expectEmitAnonymous(false, true, true, true, true);
        emit Hidden(9, 2);
        target.hidden(1, 2);
    }

    function test_in_same_frame_later() public {
        vm.expectEmit();
        emit One(1, 2);
        emit One(1, 2);
    }

    function test_in_deeper_frame() public {
        this.expectHere();
    }

    function expectHere() external {
        vm.expectEmit();
        emit One(1, 2);
        target.one(1, 2);
    }

    function test_left_in_deeper_frame_fails() public {
        this.leave();
    }

    function leave() external {
        vm.expectEmit();
        emit One(1, 2);
    }
}

contract RecordedLogsTest is Test {
    event One(uint256 indexed a, uint256 b);

    Emitter target;

    function setUp() public {
        target = new Emitter();
    }

    function test_recorded() public {
        vm.recordLogs();
        target.one(1, 2);
        target.three(3, 4, 5, 6);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length == 2 && logs[0].emitter == address(target));
        check(logs[0].topics.length == 2 && logs[0].topics[0] == One.selector && uint256(logs[0].topics[1]) == 1);
        check(abi.decode(logs[0].data, (uint256)) == 2 && logs[1].topics.length == 4);
    }

    function test_taken_logs_are_gone() public {
        vm.recordLogs();
        target.one(1, 2);
        check(vm.getRecordedLogs().length == 1);
        check(vm.getRecordedLogs().length == 0);
        target.one(1, 2);
        check(vm.getRecordedLogs().length == 1);
    }

    function test_logs_before_recording_do_not_count() public {
        target.one(1, 2);
        vm.recordLogs();
        check(vm.getRecordedLogs().length == 0);
    }

    function test_nothing_without_recording() public {
        target.one(1, 2);
        check(vm.getRecordedLogs().length == 0);
    }

    function test_own_logs_count() public {
        vm.recordLogs();
        emit One(1, 2);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length == 1 && logs[0].emitter == address(this));
    }

    function test_undone_logs_count() public {
        vm.recordLogs();
        target.caught(1, 2);
        check(vm.getRecordedLogs().length == 1);
    }

    function test_anonymous_log() public {
        vm.recordLogs();
        target.hidden(1, 2);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        check(logs.length == 1 && logs[0].topics.length == 1);
    }
}
