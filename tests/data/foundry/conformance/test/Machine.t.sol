// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest, Tools} from "../src/Tools.sol";
import {Book, Failer} from "../src/Makers.sol";

contract GasTest is ToolsTest {
    Book book;
    Failer failer;

    function setUp() public {
        book = new Book();
        failer = new Failer();
    }

    function test_last_call() public {
        book.set(1);
        Tools.Gas memory gas = vm.lastCallGas();
        check(gas.used > 20_000 && gas.used < 30_000 && gas.remaining == gas.limit - gas.used);
        check(gas.refunded == 0 && gas.memoryUsed == 0);
    }

    function test_last_call_exactly() public {
        book.set{gas: 100_000}(1);
        Tools.Gas memory first = vm.lastCallGas();
        book.set{gas: 100_000}(1);
        Tools.Gas memory second = vm.lastCallGas();
        check(first.limit == 100_000 && first.used - second.used == 20_000 + 2_100 - 100 - 0);
    }

    function test_last_call_is_the_last() public {
        book.set{gas: 100_000}(1);
        book.set{gas: 90_000}(1);
        check(vm.lastCallGas().limit == 90_000);
    }

    function test_last_call_that_failed() public {
        try failer.odd{gas: 50_000}(1) {} catch {}
        check(vm.lastCallGas().limit == 50_000);
    }

    function test_last_call_of_the_set_up() public {
        check(vm.lastCallGas().limit > 0);
    }

    function test_paused() public {
        vm.pauseGasMetering();
        uint256 before = gasleft();
        book.spend(1_000);
        vm.resumeGasMetering();
        check(before - gasleft() < 5_000);
    }

    function test_not_paused() public {
        uint256 before = gasleft();
        book.spend(1_000);
        check(before - gasleft() > 50_000);
    }

    function test_paused_twice_resumed_once() public {
        vm.pauseGasMetering();
        vm.pauseGasMetering();
        vm.resumeGasMetering();
        uint256 before = gasleft();
        book.spend(1_000);
        check(before - gasleft() > 50_000);
    }

    function test_own_work_is_paused() public {
        uint256 before = gasleft();
        vm.pauseGasMetering();
        uint256 sum;
        for (uint256 i = 0; i < 1_000; i++) sum += i;
        vm.resumeGasMetering();
        check(sum > 0 && before - gasleft() < 5_000);
    }

    function test_resumed_without_pause() public {
        vm.resumeGasMetering();
    }

    function test_reset() public {
        book.spend(10_000);
        vm.resetGasMetering();
        check(gasleft() > 1_050_000_000);
    }
}

contract StorageTest is ToolsTest {
    Book book;
    Book other;

    function setUp() public {
        book = new Book();
        other = new Book();
    }

    function test_arbitrary() public {
        vm.setArbitraryStorage(address(book));
        check(book.first() != 0 && book.held(address(1)) != 0 && book.held(address(1)) != book.held(address(2)));
    }

    function test_arbitrary_stays() public {
        vm.setArbitraryStorage(address(book));
        uint256 value = book.first();
        check(book.first() == value && uint256(vm.load(address(book), 0)) == value);
    }

    function test_not_arbitrary() public {
        vm.setArbitraryStorage(address(other));
        check(book.first() == 0);
    }

    function test_written_stays() public {
        book.set(5);
        vm.setArbitraryStorage(address(book));
        check(book.first() == 5);
    }

    function test_overwritten() public {
        book.set(5);
        vm.setArbitraryStorage(address(book), true);
        check(book.first() != 5);
    }

    function test_written_later_stays() public {
        vm.setArbitraryStorage(address(book));
        book.first();
        book.set(5);
        check(book.first() == 5);
    }

    function test_copy() public {
        book.set(5);
        book.hold(address(1), 6);
        vm.copyStorage(address(book), address(other));
        check(other.first() == 5 && other.held(address(1)) == 6);
    }

    function test_copy_replaces() public {
        book.set(5);
        other.hold(address(2), 9);
        vm.copyStorage(address(book), address(other));
        check(other.held(address(2)) == 0);
    }

    function test_copy_onto_arbitrary_fails() public {
        vm.setArbitraryStorage(address(other));
        vm.copyStorage(address(book), address(other));
    }

    function test_copy_of_arbitrary() public {
        vm.setArbitraryStorage(address(book));
        vm.copyStorage(address(book), address(other));
        uint256 copied = other.first();
        check(copied != 0 && copied == book.first());
    }

    function test_clone() public {
        book.set(5);
        vm.deal(address(book), 7);
        vm.cloneAccount(address(book), address(0xC10E));
        check(Book(payable(address(0xC10E))).first() == 5 && address(0xC10E).balance == 7);
    }

    function cost() internal returns (uint256) {
        book.first();
        return vm.lastCallGas().used;
    }

    function test_cool() public {
        cost();
        uint256 warm = cost();
        vm.cool(address(book));
        check(cost() - warm == 2_000);
    }

    function test_cool_slot() public {
        cost();
        uint256 warm = cost();
        vm.coolSlot(address(book), 0);
        check(cost() - warm == 2_000);
    }

    function test_warm_slot() public {
        cost();
        uint256 warm = cost();
        vm.coolSlot(address(book), 0);
        vm.warmSlot(address(book), 0);
        check(cost() == warm);
    }
}

contract BlockTest is ToolsTest {
    function test_block_hash() public {
        vm.roll(300);
        vm.setBlockhash(299, bytes32(uint256(7)));
        check(blockhash(299) == bytes32(uint256(7)));
    }

    function test_block_hash_of_this_block() public {
        vm.roll(300);
        vm.setBlockhash(300, bytes32(uint256(7)));
        check(blockhash(300) == 0);
    }

    function test_block_hash_too_old() public {
        vm.roll(300);
        vm.setBlockhash(10, bytes32(uint256(7)));
        check(blockhash(10) == 0);
    }

    function test_block_hash_of_the_future_fails() public {
        vm.roll(300);
        vm.setBlockhash(301, bytes32(uint256(7)));
    }

    function test_blob_hashes() public {
        bytes32[] memory hashes = new bytes32[](2);
        hashes[0] = bytes32(uint256(1));
        hashes[1] = bytes32(uint256(2));
        vm.blobhashes(hashes);
        check(vm.getBlobhashes().length == 2 && vm.getBlobhashes()[1] == bytes32(uint256(2)));
        bytes32 second;
        bytes32 third;
        assembly {
            second := blobhash(1)
            third := blobhash(2)
        }
        check(second == bytes32(uint256(2)) && third == 0);
    }

    function test_no_blob_hashes() public {
        check(vm.getBlobhashes().length == 0);
    }

    function test_version() public {
        check(same(vm.getEvmVersion(), "cancun"));
    }

    function test_sleep() public {
        vm.sleep(1);
        vm.breakpoint("a");
        vm.breakpoint("a", true);
    }

    function test_context() public {
        check(vm.isContext(0) && vm.isContext(1) && !vm.isContext(2) && !vm.isContext(4));
    }
}

contract KeyTest is ToolsTest {
    function test_sign_with_wallet() public {
        Tools.Wallet memory wallet = vm.createWallet("somebody");
        bytes32 digest = keccak256("message");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(wallet, digest);
        check(ecrecover(digest, v, r, s) == wallet.account);
        (uint8 v2, bytes32 r2, bytes32 s2) = vm.sign(wallet.key, digest);
        check(v == v2 && r == r2 && s == s2);
    }

    function test_sign_compact() public {
        for (uint256 key = 1; key < 9; key++) {
            bytes32 digest = keccak256(abi.encode(key));
            (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
            (uint8 v, bytes32 r2, bytes32 s) = vm.sign(key, digest);
            check(r == r2 && uint256(vs) == (uint256(s) | (uint256(v - 27) << 255)));
        }
    }

    function test_sign_without_wallet_fails() public {
        vm.sign(keccak256("message"));
    }

    function test_sign_by_unknown_fails() public {
        vm.sign(address(5), keccak256("message"));
    }

    function test_nonce_of_wallet() public {
        Tools.Wallet memory wallet = vm.createWallet(uint256(5));
        check(vm.getNonce(wallet) == 0);
    }

    function test_name_hash() public {
        check(vm.ensNamehash("eth") == 0x93cdeb708b7545dc668eb9280176169d1c33cfd8ed6f04690a0bcc88a93fc4ae);
        check(vm.ensNamehash("") == 0);
        check(vm.ensNamehash("foo.eth") == 0xde9b09fd7c5f901e23a3f19fecc54828e9c848539801e86591bd9801b019f84f);
    }

    function test_name_hash_of_capitals() public {
        check(vm.ensNamehash("Foo.eth") != vm.ensNamehash("foo.eth"));
    }

    function test_p256() public {
        (uint256 x, uint256 y) = vm.publicKeyP256(1);
        check(x == 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296);
        check(y == 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5);
        (bytes32 r, bytes32 s) = vm.signP256(1, keccak256("message"));
        check(r != 0 && s != 0);
    }

    function test_p256_zero_fails() public {
        vm.publicKeyP256(0);
    }
}

contract HelperTest is ToolsTest {
    function test_bound() public {
        for (uint256 i = 0; i < 20; i++) {
            uint256 bound = vm.bound(uint256(5), 1, 10);
            check(bound >= 1 && bound <= 10);
            int256 signed = vm.bound(int256(-5), -10, 10);
            check(signed >= -10 && signed <= 10);
        }
    }

    function test_bound_of_what_is_outside_fails() public {
        vm.bound(uint256(11), 1, 10);
    }

    function test_bound_of_a_signed_number_outside_fails() public {
        vm.bound(int256(11), -10, 10);
    }

    function test_bound_without_another_number_fails() public {
        vm.bound(uint256(1), 1, 1);
    }

    function test_bound_upside_down_fails() public {
        vm.bound(uint256(5), 10, 1);
    }

    function test_bound_signed_upside_down_fails() public {
        vm.bound(int256(5), 10, -1);
    }

    function test_sort() public {
        uint256[] memory items = new uint256[](3);
        (items[0], items[1], items[2]) = (3, 1, 2);
        uint256[] memory sorted = vm.sort(items);
        check(sorted[0] == 1 && sorted[1] == 2 && sorted[2] == 3 && items[0] == 3);
    }

    function test_shuffle() public {
        uint256[] memory items = new uint256[](20);
        for (uint256 i = 0; i < 20; i++) items[i] = i;
        uint256[] memory sorted = vm.sort(vm.shuffle(items));
        for (uint256 i = 0; i < 20; i++) check(sorted[i] == i);
    }

    function test_random_int_bits() public {
        int256 drawn = vm.randomInt(8);
        check(drawn >= -128 && drawn <= 127);
        check(vm.randomInt(0) == 0);
    }

    function test_random_int_too_many_bits_fails() public {
        vm.randomInt(257);
    }

    function test_base64() public {
        check(same(vm.toBase64(bytes("hello?>")), "aGVsbG8/Pg=="));
        check(same(vm.toBase64(bytes(hex"fbff")), "+/8="));
        check(same(vm.toBase64URL(bytes("hello?>")), "aGVsbG8_Pg=="));
        check(same(vm.toBase64URL(bytes(hex"fbff")), "-_8="));
        check(same(vm.toBase64(bytes("")), ""));
        string memory text = "hello?>";
        check(same(vm.toBase64(text), "aGVsbG8/Pg==") && same(vm.toBase64URL(text), "aGVsbG8_Pg=="));
    }

    function test_rlp() public {
        bytes[] memory items = new bytes[](3);
        items[0] = hex"01";
        items[1] = "dog";
        bytes memory encoded = vm.toRlp(items);
        check(keccak256(encoded) == keccak256(hex"c60183646f6780"));
        bytes[] memory decoded = vm.fromRlp(encoded);
        check(decoded.length == 3 && same(string(decoded[1]), "dog") && decoded[2].length == 0);
    }

    function test_rlp_of_nonsense_fails() public {
        vm.fromRlp(hex"c7018364");
    }

    function test_rlp_of_no_list_fails() public {
        vm.fromRlp(hex"01");
    }

    function test_ffi_is_off_fails() public {
        string[] memory command = new string[](1);
        command[0] = "true";
        (bool ok,) = address(vm).call(abi.encodeWithSignature("ffi(string[])", command));
        check(ok);
    }

    function test_no_fork_is_active_fails() public {
        (bool ok,) = address(vm).call(abi.encodeWithSignature("activeFork()"));
        check(ok);
    }
}
