// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";

contract AssertionTest is Test {
    function says(string memory text) internal {
        vm._expectCheatcodeRevert(bytes(text));
    }

    function numbers(uint256 a, uint256 b) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }

    function texts(string memory a, string memory b) internal pure returns (string[] memory list) {
        list = new string[](2);
        (list[0], list[1]) = (a, b);
    }

    function test_true() public view {
        vm.assertTrue(true);
        vm.assertFalse(false);
    }

    function test_true_fails() public view {
        vm.assertTrue(false);
    }

    function test_false_fails() public view {
        vm.assertFalse(true);
    }

    function test_true_says() public {
        says("assertion failed");
        vm.assertTrue(false);
    }

    function test_true_says_reason() public {
        says("because");
        vm.assertTrue(false, "because");
    }

    function test_false_says_reason() public {
        says("because");
        vm.assertFalse(true, "because");
    }

    function test_equal() public pure {
        vm.assertEq(true, true);
        vm.assertEq(uint256(1), uint256(1));
        vm.assertEq(int256(-1), int256(-1));
        vm.assertEq(address(1), address(1));
        vm.assertEq(bytes32("a"), bytes32("a"));
        vm.assertEq(string("a"), string("a"));
        vm.assertEq(bytes("a"), bytes("a"));
        vm.assertEq(numbers(1, 2), numbers(1, 2));
        vm.assertEq(texts("a", "b"), texts("a", "b"));
    }

    function test_equal_bool_fails() public pure {
        vm.assertEq(true, false);
    }

    function test_equal_uint_fails() public pure {
        vm.assertEq(uint256(1), uint256(2));
    }

    function test_equal_int_fails() public pure {
        vm.assertEq(int256(1), int256(-1));
    }

    function test_equal_address_fails() public pure {
        vm.assertEq(address(1), address(2));
    }

    function test_equal_word_fails() public pure {
        vm.assertEq(bytes32("a"), bytes32("b"));
    }

    function test_equal_text_fails() public pure {
        vm.assertEq(string("a"), string("b"));
    }

    function test_equal_bytes_fails() public pure {
        vm.assertEq(bytes("a"), bytes("b"));
    }

    function test_equal_numbers_fails() public pure {
        vm.assertEq(numbers(1, 2), numbers(2, 1));
    }

    function test_equal_texts_fails() public pure {
        vm.assertEq(texts("a", "b"), texts("a", "c"));
    }

    function test_equal_lists_of_other_length_fails() public pure {
        vm.assertEq(numbers(1, 2), new uint256[](1));
    }

    function test_equal_bools_fails() public pure {
        bool[] memory left = new bool[](1);
        bool[] memory right = new bool[](1);
        right[0] = true;
        vm.assertEq(left, right);
    }

    function test_equal_addresses_fails() public pure {
        address[] memory left = new address[](1);
        address[] memory right = new address[](1);
        right[0] = address(1);
        vm.assertEq(left, right);
    }

    function test_equal_words_fails() public pure {
        bytes32[] memory left = new bytes32[](1);
        bytes32[] memory right = new bytes32[](1);
        right[0] = "x";
        vm.assertEq(left, right);
    }

    function test_equal_ints_fails() public pure {
        int256[] memory left = new int256[](1);
        int256[] memory right = new int256[](1);
        right[0] = -1;
        vm.assertEq(left, right);
    }

    function test_equal_lists_of_bytes_fails() public pure {
        bytes[] memory left = new bytes[](1);
        bytes[] memory right = new bytes[](1);
        right[0] = "x";
        vm.assertEq(left, right);
    }

    function test_equal_uint_says() public {
        says("assertion failed: 1 != 2");
        vm.assertEq(uint256(1), uint256(2));
    }

    function test_equal_uint_says_reason() public {
        says("why: 1 != 2");
        vm.assertEq(uint256(1), uint256(2), "why");
    }

    function test_equal_int_says() public {
        says("why: -1 != 2");
        vm.assertEq(int256(-1), int256(2), "why");
    }

    function test_equal_address_says() public {
        says("why: 0x0000000000000000000000000000000000000001 != 0x0000000000000000000000000000000000000002");
        vm.assertEq(address(1), address(2), "why");
    }

    function test_equal_bytes_says() public {
        says("why: 0x61 != 0x62");
        vm.assertEq(bytes("a"), bytes("b"), "why");
    }

    function test_equal_text_says() public {
        says("assertion failed: a != b");
        vm.assertEq(string("a"), string("b"));
    }

    function test_equal_numbers_says() public {
        says("why: [1, 2] != [2, 1]");
        vm.assertEq(numbers(1, 2), numbers(2, 1), "why");
    }

    function test_equal_texts_says() public {
        says("assertion failed: [a, b] != [a, c]");
        vm.assertEq(texts("a", "b"), texts("a", "c"));
    }

    function test_not_equal() public pure {
        vm.assertNotEq(true, false);
        vm.assertNotEq(uint256(1), uint256(2));
        vm.assertNotEq(int256(1), int256(2));
        vm.assertNotEq(address(1), address(2));
        vm.assertNotEq(bytes32("a"), bytes32("b"));
        vm.assertNotEq(string("a"), string("b"));
        vm.assertNotEq(bytes("a"), bytes("b"));
        vm.assertNotEq(numbers(1, 2), numbers(2, 1));
        vm.assertNotEq(texts("a", "b"), texts("b", "a"));
    }

    function test_not_equal_uint_fails() public pure {
        vm.assertNotEq(uint256(1), uint256(1));
    }

    function test_not_equal_text_fails() public pure {
        vm.assertNotEq(string("a"), string("a"));
    }

    function test_not_equal_numbers_fails() public pure {
        vm.assertNotEq(numbers(1, 2), numbers(1, 2));
    }

    function test_not_equal_says() public {
        says("assertion failed: 1 == 1");
        vm.assertNotEq(uint256(1), uint256(1));
    }

    function test_order() public pure {
        vm.assertLt(uint256(1), uint256(2));
        vm.assertLt(int256(-1), int256(0));
        vm.assertLe(uint256(2), uint256(2));
        vm.assertLe(int256(-2), int256(-2));
        vm.assertGt(uint256(2), uint256(1));
        vm.assertGt(int256(0), int256(-1));
        vm.assertGe(uint256(2), uint256(2));
        vm.assertGe(int256(-2), int256(-2));
    }

    function test_less_fails() public pure {
        vm.assertLt(uint256(2), uint256(2));
    }

    function test_less_int_fails() public pure {
        vm.assertLt(int256(0), int256(-1));
    }

    function test_at_most_fails() public pure {
        vm.assertLe(uint256(3), uint256(2));
    }

    function test_greater_fails() public pure {
        vm.assertGt(uint256(2), uint256(2));
    }

    function test_at_least_fails() public pure {
        vm.assertGe(uint256(1), uint256(2));
    }

    function test_less_says() public {
        says("assertion failed: 2 >= 2");
        vm.assertLt(uint256(2), uint256(2));
    }

    function test_at_most_says() public {
        says("assertion failed: 3 > 2");
        vm.assertLe(uint256(3), uint256(2));
    }

    function test_greater_says() public {
        says("assertion failed: -2 <= -2");
        vm.assertGt(int256(-2), int256(-2));
    }

    function test_at_least_says() public {
        says("why: -3 < -2");
        vm.assertGe(int256(-3), int256(-2), "why");
    }

    function test_decimals_say() public {
        says("assertion failed: 1.50 != 0.02");
        vm.assertEqDecimal(uint256(150), uint256(2), 2);
    }

    function test_decimals_of_whole_say() public {
        says("assertion failed: 1.00 != -2.00");
        vm.assertEqDecimal(int256(100), int256(-200), 2);
    }

    function test_decimals() public pure {
        vm.assertEqDecimal(uint256(150), uint256(150), 2);
        vm.assertNotEqDecimal(uint256(150), uint256(151), 2);
        vm.assertLtDecimal(uint256(150), uint256(151), 2);
        vm.assertGeDecimal(int256(151), int256(151), 2);
    }

    function test_less_decimal_fails() public pure {
        vm.assertLtDecimal(uint256(151), uint256(151), 2);
    }

    function test_less_decimal_says() public {
        says("assertion failed: 1.51 >= 1.51");
        vm.assertLtDecimal(uint256(151), uint256(151), 2);
    }

    function test_near() public pure {
        vm.assertApproxEqAbs(uint256(10), uint256(12), 2);
        vm.assertApproxEqAbs(int256(-1), int256(1), 2);
        vm.assertApproxEqRel(uint256(99), uint256(100), 0.01e18);
        vm.assertApproxEqRel(int256(-99), int256(-100), 0.01e18);
        vm.assertApproxEqRel(uint256(0), uint256(0), 0);
    }

    function test_near_fails() public pure {
        vm.assertApproxEqAbs(uint256(10), uint256(13), 2);
    }

    function test_near_signed_fails() public pure {
        vm.assertApproxEqAbs(int256(-1), int256(2), 2);
    }

    function test_near_share_fails() public pure {
        vm.assertApproxEqRel(uint256(98), uint256(100), 0.01e18);
    }

    function test_near_share_signed_fails() public pure {
        vm.assertApproxEqRel(int256(-98), int256(-100), 0.01e18);
    }

    function test_near_share_of_zero_fails() public pure {
        vm.assertApproxEqRel(uint256(1), uint256(0), 1e18);
    }

    function test_near_says() public {
        says("why: 10 !~= 13 (max delta: 2, real delta: 3)");
        vm.assertApproxEqAbs(uint256(10), uint256(13), 2, "why");
    }

    function test_near_decimal_says() public {
        says("assertion failed: 0.10 !~= 0.13 (max delta: 0.02, real delta: 0.03)");
        vm.assertApproxEqAbsDecimal(uint256(10), uint256(13), 2, 2);
    }

    function test_near_share_says() public {
        says("why: 98 !~= 100 (max delta: 1.0000000000000000%, real delta: 2.0000000000000000%)");
        vm.assertApproxEqRel(uint256(98), uint256(100), 0.01e18, "why");
    }

    function test_near_share_decimal_says() public {
        says("assertion failed: 0.98 !~= 1.00 (max delta: 1.0000000000000000%, real delta: 2.0000000000000000%)");
        vm.assertApproxEqRelDecimal(uint256(98), uint256(100), 0.01e18, 2);
    }

    function test_texts() public pure {
        check(keccak256(bytes(vm.toString(uint256(12)))) == keccak256("12"));
        check(keccak256(bytes(vm.toString(int256(-12)))) == keccak256("-12"));
        check(keccak256(bytes(vm.toString(true))) == keccak256("true"));
        check(keccak256(bytes(vm.toString(bytes(hex"c0ff")))) == keccak256("0xc0ff"));
    }

    function test_text_of_address() public pure {
        address who = 0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496;
        check(keccak256(bytes(vm.toString(who))) == keccak256("0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496"));
    }

    function test_text_of_word() public pure {
        check(bytes(vm.toString(bytes32(uint256(1)))).length == 66);
    }
}
