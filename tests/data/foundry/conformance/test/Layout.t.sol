// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest} from "../src/Tools.sol";

contract Base {
    uint256 internal base;
}

/// Variables of all kinds. The immutable is filled into its code.
contract Shelf is Base {
    struct Pair {
        uint128 left;
        uint128 right;
        uint256[] more;
        bool flag;
    }

    uint256 internal constant FIXED = 5;
    uint256 public immutable born;
    uint64 internal low; // 1
    uint64 internal high; // 1
    bool internal flag; // 1
    uint256[3] internal row; // 2, 3, 4
    uint8[33] internal bits; // 5, 6
    Pair internal pair; // 7, 8, 9
    Pair[2] internal pairs; // 10 to 15
    mapping(uint256 => uint256) internal table; // 16
    uint256[] internal list; // 17
    bytes internal blob; // 18
    string internal text; // 19
    address internal owner; // 20
    uint256 internal Twin; // 21
    uint256 internal twin; // 22

    constructor(uint256 number) {
        born = number;
        list.push(1);
    }

    function write(string calldata next) external {
        text = next;
    }
}

contract Bare {
    function nothing() external pure returns (uint256) {
        return 77;
    }
}

contract LayoutTest is ToolsTest {
    uint256 internal own;
    Shelf internal shelf;

    function setUp() public {
        shelf = new Shelf(block.timestamp);
    }

    function slots(string memory name) internal returns (uint256[] memory) {
        return vm.getStorageSlots(address(shelf), name);
    }

    function range(string memory name, uint256 first, uint256 count) internal {
        uint256[] memory found = slots(name);
        check(found.length == count);
        for (uint256 index; index < count; index++) check(found[index] == first + index);
    }

    function test_inherited() public {
        range("base", 0, 1);
    }

    function test_packed() public {
        range("low", 1, 1);
        range("high", 1, 1);
        range("flag", 1, 1);
    }

    function test_static_array() public {
        range("row", 2, 3);
    }

    function test_packed_array() public {
        range("bits", 5, 2);
    }

    function test_struct() public {
        range("pair", 7, 3);
    }

    function test_array_of_structs() public {
        range("pairs", 10, 6);
    }

    function test_address() public {
        range("owner", 20, 1);
    }

    function test_case_does_not_count() public {
        range("OWNER", 20, 1);
        range("twin", 21, 1);
    }

    function test_empty_text() public {
        range("text", 19, 1);
        range("blob", 18, 1);
    }

    function test_short_text() public {
        shelf.write("0123456789012345678901234567890");
        range("text", 19, 1);
    }

    function long(string memory next, uint256 words) internal {
        shelf.write(next);
        uint256[] memory found = slots("text");
        check(found.length == 1 + words && found[0] == 19);
        uint256 first = uint256(keccak256(abi.encode(19)));
        for (uint256 index; index < words; index++) check(found[1 + index] == first + index);
    }

    function test_long_text() public {
        long("01234567890123456789012345678901", 1);
        long("012345678901234567890123456789012", 2);
    }

    function test_short_again() public {
        long("012345678901234567890123456789012", 2);
        shelf.write("short");
        range("text", 19, 1);
    }

    function test_word_that_was_stored() public {
        vm.store(address(shelf), bytes32(uint256(18)), bytes32(uint256(97 * 2 + 1)));
        check(slots("blob").length == 5);
    }

    function test_slot_holds_the_variable() public {
        vm.store(address(shelf), bytes32(slots("owner")[0]), bytes32(uint256(9)));
        check(vm.load(address(shelf), bytes32(uint256(20))) == bytes32(uint256(9)));
    }

    function test_own() public {
        uint256[] memory found = vm.getStorageSlots(address(this), "shelf");
        check(found.length == 1);
        check(address(uint160(uint256(vm.load(address(this), bytes32(found[0]))))) == address(shelf));
    }

    function test_code_elsewhere() public {
        vm.etch(address(0x1234), address(shelf).code);
        check(vm.getStorageSlots(address(0x1234), "row").length == 3);
    }

    function test_other_slot_fails() public {
        range("owner", 19, 1);
    }

    function test_mapping_fails() public {
        slots("table");
    }

    function test_dynamic_array_fails() public {
        slots("list");
    }

    function test_unknown_fails() public {
        slots("nowhere");
    }

    function test_constant_fails() public {
        slots("FIXED");
    }

    function test_immutable_fails() public {
        slots("born");
    }

    function test_member_fails() public {
        slots("pair.left");
    }

    function test_no_name_fails() public {
        slots("");
    }

    function test_no_variables_fails() public {
        vm.getStorageSlots(address(new Bare()), "own");
    }

    function test_no_code_fails() public {
        vm.getStorageSlots(address(0x5678), "own");
    }

    function test_foreign_code_fails() public {
        vm.etch(address(0x1234), hex"00");
        vm.getStorageSlots(address(0x1234), "own");
    }
}
