// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Caller, Store} from "../src/Targets.sol";

contract SnapshotTest is Test {
    Store store;

    function setUp() public {
        store = new Store();
        store.set(1);
    }

    function test_back() public {
        uint256 id = vm.snapshotState();
        store.set(2);
        check(vm.revertToState(id));
        check(store.first() == 1);
    }

    function test_older_names() public {
        uint256 id = vm.snapshot();
        store.set(2);
        check(vm.revertTo(id));
        check(store.first() == 1);
    }

    function test_back_twice() public {
        uint256 id = vm.snapshotState();
        store.set(2);
        vm.revertToState(id);
        store.set(3);
        check(vm.revertToState(id));
        check(store.first() == 1);
    }

    function test_ids_count() public {
        uint256 first = vm.snapshotState();
        check(vm.snapshotState() == first + 1);
    }

    function test_later_snapshot_stays() public {
        uint256 first = vm.snapshotState();
        store.set(2);
        uint256 second = vm.snapshotState();
        vm.revertToState(first);
        check(vm.revertToState(second));
        check(store.first() == 2);
    }

    function test_later_snapshot_stays_where_the_earlier_is_deleted() public {
        uint256 first = vm.snapshotState();
        store.set(2);
        uint256 second = vm.snapshotState();
        vm.revertToStateAndDelete(first);
        check(vm.revertToState(second));
        check(store.first() == 2);
    }

    function test_back_undone_by_a_revert_fails() public {
        uint256 id = vm.snapshotState();
        store.set(2);
        try this.backAndFail(id) {} catch {}
        check(store.first() == 1);
    }

    function backAndFail(uint256 id) external {
        vm.revertToState(id);
        store.set(9);
        revert("undone");
    }

    function test_unknown_snapshot() public {
        check(!vm.revertToState(1234));
    }

    function test_back_and_delete() public {
        uint256 id = vm.snapshotState();
        store.set(2);
        check(vm.revertToStateAndDelete(id));
        check(!vm.revertToState(id));
        check(store.first() == 1);
    }

    function test_delete() public {
        uint256 id = vm.snapshotState();
        check(vm.deleteStateSnapshot(id));
        check(!vm.deleteStateSnapshot(id));
        check(!vm.revertToState(id));
    }

    function test_delete_all() public {
        uint256 id = vm.snapshotState();
        vm.deleteStateSnapshots();
        check(!vm.revertToState(id));
    }

    function test_balance_is_back() public {
        uint256 id = vm.snapshotState();
        vm.deal(address(5), 9);
        vm.revertToState(id);
        check(address(5).balance == 0);
    }

    function test_block_is_back() public {
        vm.warp(10);
        uint256 id = vm.snapshotState();
        vm.warp(20);
        vm.roll(30);
        vm.revertToState(id);
        check(block.timestamp == 10 && block.number == 1);
    }

    function test_created_contract_is_gone() public {
        uint256 id = vm.snapshotState();
        Store made = new Store();
        check(address(made).code.length > 0);
        vm.revertToState(id);
        check(address(made).code.length == 0);
    }

    function test_local_variables_stay() public {
        uint256 id = vm.snapshotState();
        uint256 kept = 5;
        store.set(2);
        kept += store.first();
        vm.revertToState(id);
        check(kept == 7);
    }

    function test_snapshot_in_deeper_frame() public {
        uint256 id = this.take();
        store.set(2);
        check(vm.revertToState(id));
        check(store.first() == 1);
    }

    function take() external returns (uint256) {
        return vm.snapshotState();
    }

    function test_back_in_deeper_frame() public {
        uint256 id = vm.snapshotState();
        store.set(2);
        this.back(id);
        check(store.first() == 1);
    }

    function back(uint256 id) external {
        vm.revertToState(id);
    }
}

contract AccessesTest is Test {
    Store store;

    function setUp() public {
        store = new Store();
    }

    function test_read() public {
        vm.record();
        store.first();
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(store));
        check(reads.length == 1 && reads[0] == 0 && writes.length == 0);
    }

    function test_write_reads_too() public {
        vm.record();
        store.set(3);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(store));
        check(reads.length == 1 && writes.length == 1 && writes[0] == 0);
    }

    function test_before_recording() public {
        store.set(3);
        vm.record();
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(store));
        check(reads.length == 0 && writes.length == 0);
    }

    function test_of_another_account() public {
        vm.record();
        store.set(3);
        (bytes32[] memory reads,) = vm.accesses(address(77));
        check(reads.length == 0);
    }

    function test_mapping_slot() public {
        vm.record();
        store.held(address(4));
        (bytes32[] memory reads,) = vm.accesses(address(store));
        check(reads.length == 1 && reads[0] == keccak256(abi.encode(address(4), uint256(1))));
    }

    function test_record_again_forgets() public {
        vm.record();
        store.set(3);
        vm.record();
        (bytes32[] memory reads,) = vm.accesses(address(store));
        check(reads.length == 0);
    }

    function test_stop() public {
        vm.record();
        store.first();
        vm.stopRecord();
        store.set(3);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(store));
        check(reads.length == 1 && writes.length == 0);
    }

    function test_push_touches_length_and_element() public {
        vm.record();
        store.push(3);
        (, bytes32[] memory writes) = vm.accesses(address(store));
        check(writes.length == 2);
    }
}

contract FlowTest is Test {
    function test_assume_true() public view {
        vm.assume(true);
    }

    function test_assume_false_fails() public view {
        vm.assume(false);
    }

    function test_skip() public {
        vm.skip(true);
        check(false);
    }

    function test_skip_with_reason() public {
        vm.skip(true, "later");
    }

    function test_no_skip() public {
        vm.skip(false);
    }

    function test_no_skip_fails() public {
        vm.skip(false);
        check(false);
    }

    function test_noted_failure_fails() public {
        note();
    }

    function test_noted_failure_in_deeper_frame_fails() public {
        this.noteHere();
    }

    function noteHere() external {
        note();
    }

    function test_undone_note_is_no_failure() public {
        try this.noteAndFail() {} catch {}
    }

    function noteAndFail() external {
        note();
        revert("undone");
    }

    function test_note_before_going_back_fails() public {
        uint256 id = vm.snapshotState();
        note();
        vm.revertToState(id);
    }

    function test_assert_fails() public pure {
        assert(false);
    }

    function test_require_fails() public pure {
        require(false);
    }

    function test_returns() public pure returns (bool) {
        return false;
    }

    function test_out_of_gas_fails() public pure {
        uint256 i = 0;
        while (true) {
            unchecked {
                i++;
            }
        }
    }

    function test_gas_of_a_test_is_plenty() public view {
        check(gasleft() > 500_000_000);
    }

    function test_console_is_ignored() public view {
        (bool ok,) = address(0x000000000000000000636F6e736F6c652e6c6f67).staticcall(
            abi.encodeWithSignature("log(string)", "hello")
        );
        check(ok);
    }

    function test_caught_cheatcode_failure() public {
        try vm.addr(0) {
            check(false);
        } catch {}
    }

    function test_unknown_cheatcode_fails() public {
        (bool ok,) = address(vm).call(abi.encodeWithSignature("noSuchThing(uint256)", 1));
        require(ok, "refused");
    }
}

contract SetUpFailsTest is Test {
    function setUp() public pure {
        revert("not today");
    }

    function test_never_runs_fails() public pure {}
}

contract SetUpLeavesThingsTest is Test {
    Caller caller;
    Store store;

    function setUp() public {
        caller = new Caller();
        store = new Store();
        vm.label(address(caller), "caller");
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(5));
        vm.startPrank(address(0xA));
    }

    function test_prank_lasts() public {
        caller.touch();
        check(caller.sender() == address(0xA));
    }

    function test_prank_can_be_stopped() public {
        vm.stopPrank();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_mock_lasts() public view {
        check(store.first() == 5);
    }

    function test_label_lasts() public view {
        check(keccak256(bytes(vm.getLabel(address(caller)))) == keccak256("caller"));
    }
}
