// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test, Vm} from "../src/Vm.sol";

interface About {
    function getRecordedLogsJson() external returns (string memory);
    function getFoundryVersion() external view returns (string memory);
    function foundryVersionCmp(string calldata version) external view returns (int256);
    function foundryVersionAtLeast(string calldata version) external view returns (bool);
    function unixTime() external view returns (uint256);
    function currentFilePath() external view returns (string memory);
}

contract AboutTest is Test {
    About internal constant about = About(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    event Poured(uint256 indexed cup, bytes what);

    function test_logs_as_text() public {
        vm.recordLogs();
        emit Poured(3, hex"c0ffee");
        string memory text = about.getRecordedLogsJson();
        string memory emitter = "0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496";
        check(address(this) == 0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496);
        string memory wanted = string.concat(
            '[{"topics":["',
            vm.toString(keccak256("Poured(uint256,bytes)")),
            '","',
            vm.toString(bytes32(uint256(3))),
            '"],"data":"',
            vm.toString(abi.encode(bytes(hex"c0ffee"))),
            '","emitter":"',
            emitter,
            '"}]'
        );
        check(keccak256(bytes(text)) == keccak256(bytes(wanted)));
        check(keccak256(bytes(about.getRecordedLogsJson())) == keccak256("[]"));
        check(vm.getRecordedLogs().length == 0);
    }

    function test_no_logs_as_text() public {
        emit Poured(3, hex"c0ffee");
        check(keccak256(bytes(about.getRecordedLogsJson())) == keccak256("[]"));
    }

    function test_version() public view {
        check(bytes(about.getFoundryVersion()).length > 4);
        check(about.foundryVersionAtLeast("0.3.0") && about.foundryVersionAtLeast("1.0.0"));
        check(!about.foundryVersionAtLeast("9.0.0"));
    }

    function test_version_compared() public view {
        check(about.foundryVersionCmp("1.0.0") == 1 && about.foundryVersionCmp("1.7.1") == 0);
        check(about.foundryVersionCmp("1.7.2") == -1 && about.foundryVersionCmp("1.10.0") == -1);
    }

    function test_version_of_two_numbers_fails() public view {
        about.foundryVersionCmp("1.0");
    }

    function test_version_with_a_letter_fails() public view {
        about.foundryVersionAtLeast("v1.0.0");
    }

    function test_version_with_a_zero_in_front_fails() public view {
        about.foundryVersionAtLeast("01.0.0");
    }

    function test_version_before_a_release_fails() public view {
        about.foundryVersionAtLeast("1.0.0-rc1");
    }

    function test_version_of_a_build_fails() public view {
        about.foundryVersionAtLeast("1.0.0+5");
    }

    function test_time() public view {
        check(about.unixTime() >= 1000);
    }

    function test_no_time_fails() public view {
        check(about.unixTime() == 0);
    }

    function test_path() public view {
        check(keccak256(bytes(about.currentFilePath())) == keccak256("test/About.t.sol"));
    }

    function test_other_path_fails() public view {
        check(keccak256(bytes(about.currentFilePath())) == keccak256("src/About.sol"));
    }
}
