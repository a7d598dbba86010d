// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest, Tools} from "../src/Tools.sol";

contract FileTest is ToolsTest {
    function test_read() public {
        check(same(vm.readFile("data/lines.txt"), "first\nsecond\r\n\nlast"));
    }

    function test_read_from_root() public {
        check(same(vm.readFile(string.concat(vm.projectRoot(), "/data/lines.txt")), "first\nsecond\r\n\nlast"));
    }

    function test_read_with_dots() public {
        check(same(vm.readFile("./data/../data/lines.txt"), "first\nsecond\r\n\nlast"));
    }

    function test_read_binary() public {
        check(vm.readFileBinary("data/lines.txt").length == 19);
    }

    function test_read_json() public {
        check(vm.parseJsonUint(vm.readFile("data/values.json"), ".number") == 7);
    }

    function test_read_none_fails() public {
        vm.readFile("data/none.txt");
    }

    function test_read_folder_fails() public {
        vm.readFile("data");
    }

    function test_read_outside_fails() public {
        vm.readFile("../../../../Cargo.toml");
    }

    function test_read_system_fails() public {
        vm.readFile("/etc/passwd");
    }

    function test_read_without_permission_fails() public {
        vm.readFile("src/Vm.sol");
    }

    function test_read_configuration_fails() public {
        vm.readFile("foundry.toml");
    }

    function test_read_artifact() public {
        check(bytes(vm.readFile("out/Makers.sol/Plain.json")).length > 100);
    }

    function test_permission_is_that_of_the_nearest_folder_fails() public {
        vm.readFile("data/closed/secret.txt");
    }

    function test_lines() public {
        check(same(vm.readLine("data/lines.txt"), "first"));
        check(same(vm.readLine("data/lines.txt"), "second"));
        check(same(vm.readLine("data/lines.txt"), ""));
        check(same(vm.readLine("data/lines.txt"), "last"));
        check(same(vm.readLine("data/lines.txt"), ""));
    }

    function test_closed_file_begins_again() public {
        vm.readLine("data/lines.txt");
        vm.closeFile("data/lines.txt");
        check(same(vm.readLine("data/lines.txt"), "first"));
    }

    function test_kinds() public {
        check(vm.exists("data/lines.txt") && vm.isFile("data/lines.txt") && !vm.isDir("data/lines.txt"));
        check(vm.exists("data") && !vm.isFile("data") && vm.isDir("data"));
        check(!vm.exists("data/none") && !vm.isFile("data/none") && !vm.isDir("data/none"));
    }

    function test_exists_without_permission_fails() public {
        vm.exists("src");
    }

    function test_list() public {
        Tools.DirEntry[] memory entries = vm.readDir("data");
        check(entries.length == 3 && entries[0].isDir && entries[0].depth == 1 && !entries[1].isDir);
        check(same(entries[1].path, string.concat(vm.projectRoot(), "/data/lines.txt")));
    }

    function test_list_deeper() public {
        Tools.DirEntry[] memory entries = vm.readDir("data", 2);
        check(entries.length == 4 && entries[1].depth == 2);
        check(same(entries[1].path, string.concat(vm.projectRoot(), "/data/closed/secret.txt")));
    }

    function test_metadata() public {
        Tools.FsMetadata memory metadata = vm.fsMetadata("data/lines.txt");
        check(!metadata.isDir && metadata.length == 19 && metadata.modified > 0);
    }

    function test_metadata_of_none_fails() public {
        vm.fsMetadata("data/none");
    }

    function test_write_without_permission_fails() public {
        vm.writeFile("data/new.txt", "x");
    }

    function test_write_outside_fails() public {
        vm.writeFile("../new.txt", "x");
    }

    function test_write_line_without_permission_fails() public {
        vm.writeLine("data/lines.txt", "x");
    }

    function test_write_json_without_permission_fails() public {
        vm.writeJson("{}", "data/new.json");
    }

    function test_remove_without_permission_fails() public {
        vm.removeFile("data/lines.txt");
    }
}

contract VariableTest is ToolsTest {
    function test_none_fails() public {
        vm.envUint("HEIST_NONE");
    }

    function test_none_bool_fails() public {
        vm.envBool("HEIST_NONE");
    }

    function test_none_int_fails() public {
        vm.envInt("HEIST_NONE");
    }

    function test_none_address_fails() public {
        vm.envAddress("HEIST_NONE");
    }

    function test_none_word_fails() public {
        vm.envBytes32("HEIST_NONE");
    }

    function test_none_text_fails() public {
        vm.envString("HEIST_NONE");
    }

    function test_none_bytes_fails() public {
        vm.envBytes("HEIST_NONE");
    }

    function test_none_list_fails() public {
        vm.envUint("HEIST_NONE", ",");
    }

    function test_none_can_be_caught() public {
        try vm.envUint("HEIST_NONE") {
            check(false);
        } catch (bytes memory data) {
            bytes memory expected =
                abi.encodeWithSignature("CheatcodeError(string)", 'vm.envUint: environment variable "HEIST_NONE" not found');
            check(bytes4(data) == bytes4(expected));
        }
    }

    function test_set() public {
        vm.setEnv("HEIST_A", "42");
        check(vm.envExists("HEIST_A") && vm.envUint("HEIST_A") == 42 && vm.envInt("HEIST_A") == 42);
        check(same(vm.envString("HEIST_A"), "42"));
    }

    function test_set_kinds() public {
        vm.setEnv("HEIST_B", "true");
        check(vm.envBool("HEIST_B"));
        vm.setEnv("HEIST_C", "0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38");
        check(vm.envAddress("HEIST_C") == 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
        vm.setEnv("HEIST_D", "0x6100000000000000000000000000000000000000000000000000000000000000");
        check(vm.envBytes32("HEIST_D") == bytes32("a"));
        check(vm.envBytes("HEIST_D").length == 32);
    }

    function test_set_lists() public {
        vm.setEnv("HEIST_E", "1, 2,3");
        uint256[] memory numbers = vm.envUint("HEIST_E", ",");
        check(numbers.length == 3 && numbers[1] == 2);
        check(vm.envString("HEIST_E", ",").length == 3);
        vm.setEnv("HEIST_F", "true,false");
        check(vm.envBool("HEIST_F", ",")[0]);
    }

    function test_set_of_another_kind_fails() public {
        vm.setEnv("HEIST_G", "text");
        vm.envUint("HEIST_G");
    }

    function test_or() public {
        vm.setEnv("HEIST_H", "5");
        check(vm.envOr("HEIST_H", uint256(9)) == 5);
        check(vm.envOr("HEIST_NONE", uint256(9)) == 9);
        vm.setEnv("HEIST_I", "text");
        check(vm.envOr("HEIST_I", uint256(9)) == 9);
    }

    function test_or_list() public {
        uint256[] memory instead = new uint256[](2);
        check(vm.envOr("HEIST_NONE", ",", instead).length == 2);
        vm.setEnv("HEIST_J", "5");
        check(vm.envOr("HEIST_J", ",", instead)[0] == 5);
        check(vm.envOr("HEIST_NONE", ",", new string[](3)).length == 3);
        check(vm.envOr("HEIST_NONE", ",", new bytes[](3)).length == 3);
        check(vm.envOr("HEIST_NONE", ",", new bool[](3)).length == 3);
        check(vm.envOr("HEIST_NONE", ",", new address[](3)).length == 3);
    }

    function test_set_nameless_fails() public {
        vm.setEnv("", "1");
    }

    function test_set_with_sign_fails() public {
        vm.setEnv("A=B", "1");
    }

    function test_resolve() public {
        vm.setEnv("HEIST_K", "in");
        check(same(vm.resolveEnv("a ${HEIST_K} b"), "a in b"));
        check(same(vm.resolveEnv("nothing"), "nothing"));
    }

    function test_resolve_none_fails() public {
        vm.resolveEnv("${HEIST_NONE}");
    }

    function test_empty_list() public {
        vm.setEnv("HEIST_L", "");
        check(vm.envUint("HEIST_L", ",").length == 0);
    }
}
