// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest, Tools} from "../src/Tools.sol";
import {Book, Maker, Plain} from "../src/Makers.sol";

contract MappingTest is ToolsTest {
    Book book;

    function setUp() public {
        book = new Book();
    }

    function slotOf(address who) internal pure returns (bytes32) {
        return keccak256(abi.encode(who, uint256(1)));
    }

    function test_key_and_parent() public {
        vm.startMappingRecording();
        book.hold(address(5), 6);
        (bool found, bytes32 key, bytes32 parent) = vm.getMappingKeyAndParentOf(address(book), slotOf(address(5)));
        check(found && key == bytes32(uint256(5)) && parent == bytes32(uint256(1)));
    }

    function test_read_is_known_too() public {
        vm.startMappingRecording();
        book.held(address(5));
        (bool found, bytes32 key,) = vm.getMappingKeyAndParentOf(address(book), slotOf(address(5)));
        check(found && key == bytes32(uint256(5)));
    }

    function test_unknown() public {
        vm.startMappingRecording();
        book.hold(address(5), 6);
        (bool found, bytes32 key, bytes32 parent) = vm.getMappingKeyAndParentOf(address(book), slotOf(address(6)));
        check(!found && key == 0 && parent == 0);
    }

    function test_not_recording() public {
        book.hold(address(5), 6);
        (bool found,,) = vm.getMappingKeyAndParentOf(address(book), slotOf(address(5)));
        check(!found && vm.getMappingLength(address(book), bytes32(uint256(1))) == 0);
    }

    function test_length_and_slots() public {
        vm.startMappingRecording();
        book.hold(address(5), 6);
        book.hold(address(7), 6);
        book.hold(address(5), 8);
        check(vm.getMappingLength(address(book), bytes32(uint256(1))) == 2);
        check(vm.getMappingSlotAt(address(book), bytes32(uint256(1)), 0) == slotOf(address(5)));
        check(vm.getMappingSlotAt(address(book), bytes32(uint256(1)), 1) == slotOf(address(7)));
        check(vm.getMappingSlotAt(address(book), bytes32(uint256(1)), 2) == 0);
    }

    function test_reads_do_not_count() public {
        vm.startMappingRecording();
        book.held(address(5));
        check(vm.getMappingLength(address(book), bytes32(uint256(1))) == 0);
    }

    function test_nested() public {
        vm.startMappingRecording();
        book.nest(address(5), 6, 7);
        bytes32 outer = keccak256(abi.encode(address(5), uint256(2)));
        bytes32 inner = keccak256(abi.encode(uint256(6), outer));
        check(vm.getMappingLength(address(book), bytes32(uint256(2))) == 1);
        check(vm.getMappingSlotAt(address(book), bytes32(uint256(2)), 0) == outer);
        check(vm.getMappingLength(address(book), outer) == 1);
        check(vm.getMappingSlotAt(address(book), outer, 0) == inner);
        (bool found, bytes32 key, bytes32 parent) = vm.getMappingKeyAndParentOf(address(book), inner);
        check(found && key == bytes32(uint256(6)) && parent == outer);
    }

    function test_stop_forgets() public {
        vm.startMappingRecording();
        book.hold(address(5), 6);
        vm.stopMappingRecording();
        check(vm.getMappingLength(address(book), bytes32(uint256(1))) == 0);
    }

    function test_start_again_keeps() public {
        vm.startMappingRecording();
        book.hold(address(5), 6);
        vm.startMappingRecording();
        check(vm.getMappingLength(address(book), bytes32(uint256(1))) == 1);
    }
}

contract DiffTest is ToolsTest {
    Book book;
    Book other;
    Maker maker;

    function setUp() public {
        book = new Book();
        other = new Book();
        maker = new Maker();
        vm.deal(address(book), 3);
    }

    /// Without looks at accounts, which compilers add before calls.
    function stop() internal returns (Tools.AccountAccess[] memory calls) {
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        calls = new Tools.AccountAccess[](all.length);
        uint256 count;
        for (uint256 i = 0; i < all.length; i++) if (all[i].kind <= 6) calls[count++] = all[i];
        assembly {
            mstore(calls, count)
        }
    }

    function test_nothing() public {
        vm.startStateDiffRecording();
        check(vm.stopAndReturnStateDiff().length == 0);
    }

    function test_not_started() public {
        book.set(1);
        check(vm.stopAndReturnStateDiff().length == 0);
    }

    function test_call() public {
        vm.startStateDiffRecording();
        book.set{value: 2}(5);
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 1);
        Tools.AccountAccess memory one = all[0];
        check(one.kind == 0 && one.account == address(book) && one.accessor == address(this));
        check(one.initialized && one.oldBalance == 3 && one.newBalance == 5 && one.value == 2);
        check(keccak256(one.data) == keccak256(abi.encodeCall(Book.set, (5))));
        check(!one.reverted && one.deployedCode.length == 0);
        require(one.depth == 1, "depth");
        check(one.chainInfo.chainId == block.chainid && one.chainInfo.forkId == 0);
        check(one.storageAccesses.length == 1);
        Tools.StorageAccess memory write = one.storageAccesses[0];
        check(write.account == address(book) && write.slot == 0 && write.isWrite);
        check(write.previousValue == 0 && write.newValue == bytes32(uint256(5)) && !write.reverted);
    }

    function test_read() public {
        book.set(4);
        vm.startStateDiffRecording();
        book.first();
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 1 && all[0].kind == 3 && all[0].storageAccesses.length == 1);
        Tools.StorageAccess memory read = all[0].storageAccesses[0];
        check(!read.isWrite && read.newValue == bytes32(uint256(4)) && read.previousValue == read.newValue);
    }

    function test_resumed() public {
        vm.startStateDiffRecording();
        book.through(other, 7);
        Tools.AccountAccess[] memory all = stop();
        check(all.length == 3);
        check(all[0].account == address(book) && all[0].storageAccesses.length == 1);
        uint256 last = all.length - 1;
        check(all[last].kind == 6 && all[last].account == address(book) && all[last].storageAccesses.length == 2);
        check(all[last].depth == 1);
        check(all[last - 1].account == address(other) && all[last - 1].depth == 2);
    }

    function test_lengths() public {
        vm.startStateDiffRecording();
        book.through(other, 7);
        check(vm.stopAndReturnStateDiff().length == 4);
    }

    function test_looked_at() public {
        vm.startStateDiffRecording();
        book.balanceOf(address(other));
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 2 && all[1].kind == 7 && all[1].account == address(other));
        check(all[1].accessor == address(book) && all[1].initialized && all[1].depth == 2);
    }

    function test_reverted() public {
        vm.startStateDiffRecording();
        try book.setAndFail(7) {} catch {}
        Tools.AccountAccess[] memory all = stop();
        check(all.length == 1 && all[0].reverted && all[0].storageAccesses[0].reverted);
        check(all[0].storageAccesses[0].newValue == bytes32(uint256(7)));
    }

    function test_created() public {
        vm.startStateDiffRecording();
        Plain made = new Plain{value: 1}();
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 1 && all[0].kind == 4 && all[0].account == address(made));
        check(all[0].newBalance == 1 && all[0].value == 1 && all[0].oldBalance == 0);
        check(keccak256(all[0].deployedCode) == keccak256(address(made).code));
        check(keccak256(all[0].data) == keccak256(type(Plain).creationCode));
        check(all[0].storageAccesses.length == 2);
    }

    function test_created_deeper() public {
        vm.startStateDiffRecording();
        maker.make();
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 2 && all[0].kind == 0 && all[1].kind == 4 && all[1].depth == 2);
        check(all[1].accessor == address(maker));
    }

    function test_two_calls() public {
        vm.startStateDiffRecording();
        book.set(1);
        other.set(2);
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(all.length == 2 && all[0].account == address(book) && all[1].account == address(other));
    }

    uint256 own;

    function test_own_words_are_not_seen() public {
        vm.startStateDiffRecording();
        own = 5;
        check(vm.stopAndReturnStateDiff().length == 0);
    }

    function test_transfer() public {
        vm.startStateDiffRecording();
        (bool ok,) = address(0xBEEF).call{value: 9}("");
        Tools.AccountAccess[] memory all = vm.stopAndReturnStateDiff();
        check(ok && all.length == 1 && !all[0].initialized && all[0].newBalance == 9);
    }

    function test_stopped() public {
        vm.startStateDiffRecording();
        vm.stopAndReturnStateDiff();
        book.set(1);
        uint256 count = vm.stopAndReturnStateDiff().length;
        require(count == 1, "goes on");
    }

    function test_accesses() public {
        vm.startStateDiffRecording();
        book.set(1);
        other.set(2);
        Tools.StorageAccess[] memory all = vm.getStorageAccesses();
        check(all.length == 2 && all[1].account == address(other));
        check(vm.stopAndReturnStateDiff().length == 2);
    }

    function test_pranked() public {
        vm.startStateDiffRecording();
        vm.prank(address(0xA));
        book.set(1);
        Tools.AccountAccess[] memory all = stop();
        check(all.length == 1 && all[0].accessor == address(0xA));
    }

    function test_diff_knows_mappings() public {
        vm.startStateDiffRecording();
        book.hold(address(5), 6);
        (bool found,,) = vm.getMappingKeyAndParentOf(address(book), keccak256(abi.encode(address(5), uint256(1))));
        check(found);
    }
}
