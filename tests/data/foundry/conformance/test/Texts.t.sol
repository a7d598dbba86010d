// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test, Vm} from "../src/Vm.sol";

contract TextsTest is Test {
    function same(string memory left, string memory right) internal pure {
        check(keccak256(bytes(left)) == keccak256(bytes(right)));
    }

    function test_uint() public pure {
        check(vm.parseUint("12") == 12);
        check(vm.parseUint("0x12") == 18);
    }

    function test_uint_of_text_fails() public pure {
        vm.parseUint("twelve");
    }

    function test_uint_below_zero_fails() public pure {
        vm.parseUint("-1");
    }

    function test_int() public pure {
        check(vm.parseInt("-12") == -12);
        check(vm.parseInt("12") == 12);
    }

    function test_int_of_text_fails() public pure {
        vm.parseInt("many");
    }

    function test_address() public pure {
        check(vm.parseAddress("0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496") == 0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496);
    }

    function test_address_too_short_fails() public pure {
        vm.parseAddress("0x7FA9385bE102ac3EAc297483Dd6233D62b3e14");
    }

    function test_bool() public pure {
        check(vm.parseBool("true") && !vm.parseBool("false"));
    }

    function test_bool_of_text_fails() public pure {
        vm.parseBool("perhaps");
    }

    function test_bytes() public pure {
        check(keccak256(vm.parseBytes("0xc0ffee")) == keccak256(hex"c0ffee"));
    }

    function test_bytes_of_odd_length_fails() public pure {
        vm.parseBytes("0xc0ffe");
    }

    function test_word() public pure {
        check(vm.parseBytes32("0x0000000000000000000000000000000000000000000000000000000000000005") == bytes32(uint256(5)));
    }

    function test_cases() public pure {
        same(vm.toLowercase("AbC"), "abc");
        same(vm.toUppercase("AbC"), "ABC");
    }

    function test_trim() public pure {
        same(vm.trim("  a b "), "a b");
    }

    function test_replace() public pure {
        same(vm.replace("a-b-c", "-", "+"), "a+b+c");
    }

    function test_split() public pure {
        string[] memory parts = vm.split("a,b,,c", ",");
        check(parts.length == 4);
        same(parts[0], "a");
        same(parts[2], "");
    }

    function test_index() public pure {
        check(vm.indexOf("hello", "l") == 2);
        check(vm.indexOf("hello", "x") == type(uint256).max);
    }

    function test_contains() public pure {
        check(vm.contains("hello", "ell") && !vm.contains("hello", "elk"));
    }
}

contract RandomTest is Test {
    function test_range() public {
        for (uint256 i = 0; i < 20; i++) {
            uint256 drawn = vm.randomUint(5, 9);
            check(drawn >= 5 && drawn <= 9);
        }
    }

    function test_range_of_one() public {
        check(vm.randomUint(7, 7) == 7);
    }

    function test_range_upside_down_fails() public {
        vm.randomUint(9, 5);
    }

    function test_bits() public {
        check(vm.randomUint(uint256(8)) < 256);
    }

    function test_too_many_bits_fails() public {
        vm.randomUint(uint256(257));
    }

    function test_two_draws_differ() public {
        check(vm.randomUint() != vm.randomUint());
    }

    function test_address_is_not_zero() public {
        check(vm.randomAddress() != address(0));
    }

    function test_bytes_have_their_length() public {
        check(vm.randomBytes(45).length == 45);
    }

    function test_four_bytes() public {
        check(vm.randomBytes4() != bytes4(0));
    }
}

contract NoEnvironmentTest is Test {
    string constant NAME = "HEIST_SURELY_NOT_SET";

    function test_not_there() public view {
        check(!vm.envExists(NAME));
    }

    function test_bool() public view {
        check(vm.envOr(NAME, true));
    }

    function test_uint() public view {
        check(vm.envOr(NAME, uint256(5)) == 5);
    }

    function test_int() public view {
        check(vm.envOr(NAME, int256(-5)) == -5);
    }

    function test_address() public view {
        check(vm.envOr(NAME, address(5)) == address(5));
    }

    function test_word() public view {
        check(vm.envOr(NAME, bytes32(uint256(5))) == bytes32(uint256(5)));
    }

    function test_text() public view {
        check(keccak256(bytes(vm.envOr(NAME, string("five")))) == keccak256("five"));
    }

    function test_bytes() public view {
        check(keccak256(vm.envOr(NAME, bytes("five"))) == keccak256("five"));
    }
}

contract WalletTest is Test {
    function test_remembered_key() public {
        check(vm.rememberKey(5) == vm.addr(5));
    }

    function test_wallet_of_key() public {
        Vm.Wallet memory wallet = vm.createWallet(5);
        check(wallet.account == vm.addr(5) && wallet.key == 5);
        check(wallet.account == address(uint160(uint256(keccak256(abi.encode(wallet.publicKeyX, wallet.publicKeyY))))));
    }

    function test_wallet_of_label() public {
        Vm.Wallet memory wallet = vm.createWallet("alice");
        check(wallet.key == uint256(keccak256("alice")) && wallet.account == vm.addr(wallet.key));
    }

    function test_blob_fee_that_was_set() public {
        vm.blobBaseFee(9);
        check(vm.getBlobBaseFee() == 9);
    }

    function test_blob_fee_of_the_block() public {
        vm.blobBaseFee(9);
        check(block.blobbasefee == 1);
    }

    function test_blob_fee_of_the_block_grows() public {
        vm.blobBaseFee(100_000_000);
        check(block.blobbasefee > 1_000_000);
    }

    function test_blob_fee_at_first() public view {
        check(block.blobbasefee == 1 && vm.getBlobBaseFee() == 0);
    }
}

library Scale {
    function twice(uint256 number) external pure returns (uint256) {
        return 2 * number;
    }

    function whoCalls() external view returns (address) {
        return msg.sender;
    }
}

library Deeper {
    function fourTimes(uint256 number) external pure returns (uint256) {
        return Scale.twice(Scale.twice(number));
    }
}

contract UsesLibrary {
    function eight(uint256 number) external pure returns (uint256) {
        return 2 * Deeper.fourTimes(number);
    }
}

contract LibraryTest is Test {
    function test_library_is_linked() public pure {
        check(Scale.twice(4) == 8);
    }

    function test_library_of_library_is_linked() public pure {
        check(Deeper.fourTimes(4) == 16);
    }

    function test_library_of_created_contract_is_linked() public {
        check(new UsesLibrary().eight(2) == 16);
    }

    function test_library_runs_as_its_user() public view {
        check(Scale.whoCalls() == msg.sender);
    }
}

contract NoSetUpTest is Test {
    uint256 internal made = 5;

    constructor() {
        made += 1;
    }

    function test_constructor_ran() public view {
        check(made == 6);
    }

    function test_balance_is_there() public view {
        check(address(this).balance == 0xffffffffffffffffffffffff);
    }
}

contract KeptTest is Test {
    uint256 internal number;

    function setUp() public {
        number += 1;
    }

    function test_first() public {
        check(number == 1);
        number = 9;
    }

    function test_second() public {
        check(number == 1);
        number = 9;
    }

    function test_value_is_received() public {
        (bool ok,) = address(this).call{value: 1}("");
        check(!ok);
    }

    function test_transient_storage_lasts_a_test() public {
        this.keep(5);
        check(this.kept() == 5);
    }

    function test_transient_storage_is_not_shared() public view {
        check(this.kept() == 0);
    }

    function keep(uint256 value) external {
        assembly {
            tstore(0, value)
        }
    }

    function kept() external view returns (uint256 value) {
        assembly {
            value := tload(0)
        }
    }
}
