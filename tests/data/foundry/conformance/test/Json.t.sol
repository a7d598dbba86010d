// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest} from "../src/Tools.sol";

contract JsonTest is ToolsTest {
    string constant JSON =
        '{"number":42,"negative":-7,"large":"115792089237316195423570985008687907853269984665640564039457584007913129639935","hex":"0x2a","truth":true,"text":"hello","address":"0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38","word":"0x6100000000000000000000000000000000000000000000000000000000000000","bytes":"0x0102","numbers":[1,2,3],"texts":["a","b"],"truths":[true,false],"addresses":["0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38"],"empty":[],"object":{"b":1,"a":"x"},"list":[{"k":1},{"k":2}],"null":null,"exact":1000000000000000000,"with space":5,"quoted":"say \\"x\\""}';

    function test_uint() public {
        check(vm.parseJsonUint(JSON, ".number") == 42);
    }

    function test_uint_from_dollar() public {
        check(vm.parseJsonUint(JSON, "$.number") == 42);
    }

    function test_uint_from_text() public {
        check(vm.parseJsonUint(JSON, ".large") == type(uint256).max);
    }

    function test_uint_from_hex() public {
        check(vm.parseJsonUint(JSON, ".hex") == 42);
    }

    function test_uint_of_negative_fails() public {
        vm.parseJsonUint(JSON, ".negative");
    }

    function test_uint_of_text_fails() public {
        vm.parseJsonUint(JSON, ".text");
    }

    function test_uint_of_object_fails() public {
        vm.parseJsonUint(JSON, ".object");
    }

    function test_uint_of_list_fails() public {
        vm.parseJsonUint(JSON, ".numbers");
    }

    function test_exact() public {
        check(vm.parseJsonUint(JSON, ".exact") == 1 ether);
    }

    function test_missing_fails() public {
        vm.parseJsonUint(JSON, ".none");
    }

    function test_null_as_uint_fails() public {
        vm.parseJsonUint(JSON, ".null");
    }

    function test_deeply_nested_fails() public {
        string memory json = "1";
        for (uint256 i = 0; i < 200; i++) json = string.concat("[", json, "]");
        vm.parseJson(json);
    }

    function test_no_json_fails() public {
        vm.parseJsonUint("{", ".number");
    }

    function test_int() public {
        check(vm.parseJsonInt(JSON, ".negative") == -7);
    }

    function test_bool() public {
        check(vm.parseJsonBool(JSON, ".truth"));
    }

    function test_bool_of_number() public {
        check(!vm.parseJsonBool('{"a":0}', ".a"));
    }

    function test_address() public {
        check(vm.parseJsonAddress(JSON, ".address") == 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
    }

    function test_address_of_number_fails() public {
        vm.parseJsonAddress(JSON, ".number");
    }

    function test_word() public {
        check(vm.parseJsonBytes32(JSON, ".word") == bytes32("a"));
    }

    function test_bytes() public {
        check(keccak256(vm.parseJsonBytes(JSON, ".bytes")) == keccak256(hex"0102"));
    }

    function test_text() public {
        check(same(vm.parseJsonString(JSON, ".text"), "hello"));
    }

    function test_text_of_number() public {
        check(same(vm.parseJsonString(JSON, ".number"), "42"));
    }

    function test_text_of_object_fails() public {
        vm.parseJsonString(JSON, ".object");
    }

    function test_text_with_quotes() public {
        check(same(vm.parseJsonString(JSON, ".quoted"), 'say "x"'));
    }

    function test_lists() public {
        check(vm.parseJsonUintArray(JSON, ".numbers")[2] == 3);
        check(same(vm.parseJsonStringArray(JSON, ".texts")[1], "b"));
        check(vm.parseJsonBoolArray(JSON, ".truths")[0]);
        check(vm.parseJsonAddressArray(JSON, ".addresses").length == 1);
        check(vm.parseJsonUintArray(JSON, ".empty").length == 0);
        check(vm.parseJsonIntArray("[-1,2]", "$")[0] == -1);
        check(vm.parseJsonBytes32Array('["0x0000000000000000000000000000000000000000000000000000000000000001"]', "$")[0] == bytes32(uint256(1)));
        check(vm.parseJsonBytesArray('["0x01","0x"]', "$")[1].length == 0);
    }

    function test_list_of_scalar_fails() public {
        vm.parseJsonUintArray(JSON, ".number");
    }

    function test_item() public {
        check(vm.parseJsonUint(JSON, ".numbers[1]") == 2);
    }

    function test_item_behind_the_last_fails() public {
        vm.parseJsonUint(JSON, ".numbers[3]");
    }

    function test_nested() public {
        check(vm.parseJsonUint(JSON, ".object.b") == 1);
        check(vm.parseJsonUint(JSON, ".list[1].k") == 2);
    }

    function test_name_in_brackets() public {
        check(vm.parseJsonUint(JSON, "['with space']") == 5);
        check(vm.parseJsonUint(JSON, "$['object']['b']") == 1);
        check(vm.parseJsonUint(JSON, '.object["b"]') == 1);
    }

    function test_all_items() public {
        uint256[] memory numbers = abi.decode(vm.parseJson(JSON, ".list[*].k"), (uint256[]));
        check(numbers.length == 2 && numbers[1] == 2);
    }

    function test_anywhere() public {
        uint256[] memory numbers = abi.decode(vm.parseJson(JSON, "$..k"), (uint256[]));
        check(numbers.length == 2 && numbers[0] == 1);
    }

    function test_range() public {
        uint256[] memory numbers = abi.decode(vm.parseJson(JSON, ".numbers[0:2]"), (uint256[]));
        check(numbers.length == 2 && numbers[1] == 2);
    }

    function test_name_of_a_list_fails() public {
        vm.parseJsonUintArray(JSON, ".list.k");
    }

    function test_name_of_a_list_exists() public {
        check(!vm.keyExistsJson(JSON, ".list.k"));
    }

    function test_last() public {
        check(vm.parseJsonUint(JSON, ".numbers[-1]") == 3);
    }

    function test_exists() public {
        check(vm.keyExistsJson(JSON, ".object.a") && vm.keyExists(JSON, ".object.a"));
        check(!vm.keyExistsJson(JSON, ".object.c"));
        check(vm.keyExistsJson(JSON, ".null"));
    }

    function test_exists_without_json_fails() public {
        vm.keyExistsJson("nothing", ".a");
    }

    function test_keys() public {
        string[] memory keys = vm.parseJsonKeys(JSON, ".object");
        check(keys.length == 2 && same(keys[0], "b") && same(keys[1], "a"));
    }

    function test_keys_of_all() public {
        check(same(vm.parseJsonKeys(JSON, "$")[1], "negative"));
        check(same(vm.parseJsonKeys(JSON, ".")[1], "negative"));
        check(same(vm.parseJsonKeys(JSON, "")[1], "negative"));
    }

    function test_keys_of_number_fails() public {
        vm.parseJsonKeys(JSON, ".number");
    }

    function test_guess() public {
        check(abi.decode(vm.parseJson(JSON, ".number"), (uint256)) == 42);
        check(abi.decode(vm.parseJson(JSON, ".negative"), (int256)) == -7);
        check(abi.decode(vm.parseJson(JSON, ".truth"), (bool)));
        check(same(abi.decode(vm.parseJson(JSON, ".text"), (string)), "hello"));
        check(abi.decode(vm.parseJson(JSON, ".address"), (address)) == 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
        check(abi.decode(vm.parseJson(JSON, ".word"), (bytes32)) == bytes32("a"));
        check(abi.decode(vm.parseJson(JSON, ".bytes"), (bytes)).length == 2);
        check(abi.decode(vm.parseJson(JSON, ".large"), (uint256)) == type(uint256).max);
        check(abi.decode(vm.parseJson(JSON, ".null"), (bytes32)) == 0);
        check(abi.decode(vm.parseJson("7"), (uint256)) == 7);
    }

    function test_guess_nothing() public {
        check(vm.parseJson(JSON, ".none").length == 0);
    }

    struct ByName {
        string a;
        uint256 b;
    }

    function test_guess_object_by_name() public {
        ByName memory read = abi.decode(vm.parseJson(JSON, ".object"), (ByName));
        check(same(read.a, "x") && read.b == 1);
    }

    function test_guess_odd_hex() public {
        check(keccak256(abi.decode(vm.parseJson('"0x123"'), (bytes))) == keccak256(hex"0123"));
    }

    function test_guess_short_address_fails() public {
        vm.parseJson('"0x804c8AB1F12E6bbf3894d4083f33e07309d1f38"');
    }

    function test_guess_fraction_fails() public {
        vm.parseJson("1.5");
    }

    function test_guess_power_of_ten() public {
        check(abi.decode(vm.parseJson("1e20"), (uint256)) == 1e20);
    }

    function test_whole_fraction_as_uint() public {
        check(vm.parseJsonUint('{"a":1e18}', ".a") == 1 ether);
    }

    function test_type() public {
        bytes memory data = vm.parseJsonType('{"a":"x","b":1}', "ByName(string a,uint256 b)");
        ByName memory read = abi.decode(data, (ByName));
        check(same(read.a, "x") && read.b == 1);
    }

    function test_type_with_path() public {
        ByName memory read = abi.decode(vm.parseJsonType(JSON, ".object", "ByName(string a,uint256 b)"), (ByName));
        check(same(read.a, "x") && read.b == 1);
    }

    function test_type_array() public {
        bytes memory data = vm.parseJsonTypeArray('[{"a":"x","b":1},{"a":"y","b":2}]', "$", "ByName(string a,uint256 b)");
        ByName[] memory read = abi.decode(data, (ByName[]));
        check(read.length == 2 && read[1].b == 2);
    }

    struct Outer {
        uint8 kind;
        Inner[] inner;
    }

    struct Inner {
        address who;
        bytes32 word;
    }

    function test_type_nested() public {
        string memory json =
            '{"inner":[{"word":"0x6100000000000000000000000000000000000000000000000000000000000000","who":"0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38"}],"kind":3}';
        bytes memory data = vm.parseJsonType(json, "Outer(uint8 kind,Inner[] inner)Inner(address who,bytes32 word)");
        Outer memory read = abi.decode(data, (Outer));
        check(read.kind == 3 && read.inner.length == 1 && read.inner[0].word == bytes32("a"));
    }

    function test_type_tuple() public {
        (uint256 left, bool right) = abi.decode(vm.parseJsonType("[1,true]", "(uint256,bool)"), (uint256, bool));
        check(left == 1 && right);
    }

    function test_type_missing_field_fails() public {
        vm.parseJsonType('{"a":"x"}', "ByName(string a,uint256 b)");
    }

    function test_type_of_wrong_length_fails() public {
        vm.parseJsonType("[1]", "(uint256,bool)");
    }

    function test_type_fixed_list() public {
        uint256[2] memory read = abi.decode(vm.parseJsonType("[1,2]", "uint256[2]"), (uint256[2]));
        check(read[1] == 2);
    }

    function test_type_too_small_fails() public {
        vm.parseJsonType("256", "uint8");
    }
}

contract SerializeTest is ToolsTest {
    function test_values() public {
        vm.serializeBool("values", "truth", true);
        vm.serializeUint("values", "number", 5);
        vm.serializeInt("values", "negative", -5);
        vm.serializeAddress("values", "who", 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
        vm.serializeBytes32("values", "word", bytes32("a"));
        vm.serializeBytes("values", "bytes", hex"0102");
        string memory json = vm.serializeString("values", "text", "hello");
        check(
            same(
                json,
                '{"bytes":"0x0102","negative":-5,"number":5,"text":"hello","truth":true,"who":"0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38","word":"0x6100000000000000000000000000000000000000000000000000000000000000"}'
            )
        );
    }

    function test_lists() public {
        uint256[] memory numbers = new uint256[](2);
        numbers[1] = 7;
        vm.serializeUint("lists", "numbers", numbers);
        bool[] memory truths = new bool[](1);
        vm.serializeBool("lists", "truths", truths);
        string[] memory texts = new string[](1);
        texts[0] = "x";
        vm.serializeString("lists", "texts", texts);
        bytes[] memory all = new bytes[](1);
        vm.serializeBytes("lists", "bytes", all);
        check(
            same(
                vm.serializeInt("lists", "none", new int256[](0)),
                '{"bytes":["0x"],"none":[],"numbers":[0,7],"texts":["x"],"truths":[false]}'
            )
        );
    }

    function test_large_numbers_are_texts() public {
        vm.serializeUint("large", "a", type(uint64).max);
        vm.serializeInt("large", "b", int256(type(int64).min));
        vm.serializeInt("large", "c", int256(type(int64).max) + 1);
        check(
            same(
                vm.serializeUint("large", "d", uint256(type(uint64).max) + 1),
                '{"a":18446744073709551615,"b":-9223372036854775808,"c":"9223372036854775808","d":"18446744073709551616"}'
            )
        );
    }

    function test_hex() public {
        check(same(vm.serializeUintToHex("hex", "a", 255), '{"a":"0xff"}'));
    }

    function test_object_in_object() public {
        string memory inner = vm.serializeUint("inner", "a", 1);
        check(same(vm.serializeString("outer", "inner", inner), '{"inner":{"a":1}}'));
    }

    function test_list_as_text_stays_text() public {
        check(same(vm.serializeString("text", "a", "[1]"), '{"a":"[1]"}'));
    }

    function test_whole() public {
        string memory json = vm.serializeJson("whole", '{"b":1,"a":[2]}');
        require(same(json, '{"b":1,"a":[2]}'), json);
        json = vm.serializeUint("whole", "c", 3);
        require(same(json, '{"a":[2],"b":1,"c":3}'), json);
    }

    function test_order_inside() public {
        check(same(vm.serializeJson("inside", '{"o":{"b":1,"a":2}}'), '{"o":{"b":1,"a":2}}'));
    }

    function test_whole_of_no_object_fails() public {
        vm.serializeJson("none", "[1]");
    }

    struct Simple {
        uint256 b;
        string a;
    }

    function test_type() public {
        string memory json = vm.serializeJsonType("Simple(uint256 b,string a)", abi.encode(Simple(1, "x")));
        check(same(json, '{"b":1,"a":"x"}'));
    }

    function test_type_in_object() public {
        string memory json = vm.serializeJsonType("typed", "s", "uint256[]", abi.encode(new uint256[](1)));
        check(same(json, '{"s":[0]}'));
    }

    function test_type_of_other_data_fails() public {
        vm.serializeJsonType("uint256[]", hex"01");
    }
}

contract TomlTest is ToolsTest {
    string constant TOML =
        'number = 42\ntext = "hello"\nnumbers = [1, 2]\n[table]\nkey = true\nwhen = 1979-05-27\n[[many]]\na = 1\n[[many]]\na = 2\n';

    function test_values() public {
        check(vm.parseTomlUint(TOML, ".number") == 42);
        check(same(vm.parseTomlString(TOML, "$.text"), "hello"));
        check(vm.parseTomlBool(TOML, ".table.key"));
        check(vm.parseTomlUintArray(TOML, ".numbers")[1] == 2);
        check(vm.parseTomlUint(TOML, ".many[1].a") == 2);
        check(vm.keyExistsToml(TOML, ".table") && !vm.keyExistsToml(TOML, ".none"));
        check(same(vm.parseTomlString(TOML, ".table.when"), "1979-05-27"));
        check(abi.decode(vm.parseToml(TOML, ".number"), (uint256)) == 42);
    }

    function test_keys() public {
        string[] memory keys = vm.parseTomlKeys(TOML, "$");
        check(keys.length == 5);
    }

    function test_keys_order() public {
        string[] memory keys = vm.parseTomlKeys("b = 1\na = 2\n", "$");
        check(same(keys[0], "b"));
    }

    function test_type() public {
        check(abi.decode(vm.parseTomlType(TOML, ".numbers", "uint256[]"), (uint256[]))[0] == 1);
    }

    function test_no_toml_fails() public {
        vm.parseTomlUint("= 1", ".a");
    }

    function test_missing_fails() public {
        vm.parseTomlUint(TOML, ".none");
    }
}
