// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest} from "../src/Tools.sol";
import {Made, Maker, Plain} from "../src/Makers.sol";

contract ExpectCreateTest is ToolsTest {
    Maker maker;
    bytes code;

    function setUp() public {
        maker = new Maker();
        code = address(new Plain()).code;
    }

    function test_create() public {
        vm.expectCreate(code, address(this));
        new Plain();
    }

    function test_create_by_another() public {
        vm.expectCreate(code, address(maker));
        maker.make();
    }

    function test_wrong_deployer_fails() public {
        vm.expectCreate(code, address(this));
        maker.make();
    }

    function test_no_creation_fails() public {
        vm.expectCreate(code, address(this));
    }

    function test_other_code_fails() public {
        vm.expectCreate(code, address(this));
        new Made(1);
    }

    function test_salted_is_no_plain_creation_fails() public {
        vm.expectCreate(code, address(maker));
        maker.makeSalted(bytes32(uint256(1)));
    }

    function test_plain_is_no_salted_creation_fails() public {
        vm.expectCreate2(code, address(maker));
        maker.make();
    }

    function test_create2() public {
        vm.expectCreate2(code, address(maker));
        maker.makeSalted(bytes32(uint256(1)));
    }

    function test_two_need_two() public {
        vm.expectCreate(code, address(this));
        vm.expectCreate(code, address(this));
        new Plain();
        new Plain();
    }

    function test_one_is_not_two_fails() public {
        vm.expectCreate(code, address(this));
        vm.expectCreate(code, address(this));
        new Plain();
    }

    function test_before_the_expectation_fails() public {
        new Plain();
        vm.expectCreate(code, address(this));
    }

    function test_undone_creation_counts() public {
        vm.expectCreate(code, address(maker));
        try maker.makeAndFail() {
            check(false);
        } catch {}
    }

    function test_pranked_deployer() public {
        vm.expectCreate(code, address(0xA));
        vm.prank(address(0xA));
        new Plain();
    }

    function test_intercept() public {
        vm.interceptInitcode();
        try maker.make() {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256(type(Plain).creationCode));
        }
    }

    function test_intercept_once() public {
        vm.interceptInitcode();
        try maker.make() {} catch {}
        check(address(maker.make()).code.length > 0);
    }

    function test_intercept_twice_fails() public {
        vm.interceptInitcode();
        vm.interceptInitcode();
    }
}

contract ArtifactTest is ToolsTest {
    function is_plain(bytes memory code) internal pure returns (bool) {
        return keccak256(code) == keccak256(type(Plain).creationCode);
    }

    function test_file_and_name() public {
        check(is_plain(vm.getCode("Makers.sol:Plain")));
    }

    function test_name() public {
        check(is_plain(vm.getCode("Plain")));
    }

    function test_path_and_name() public {
        check(is_plain(vm.getCode("src/Makers.sol:Plain")));
    }

    function test_path_of_artifact() public {
        check(is_plain(vm.getCode("out/Makers.sol/Plain.json")));
    }

    function test_dotted_path_of_artifact() public {
        check(is_plain(vm.getCode("./out/../out/Makers.sol/Plain.json")));
    }

    function test_path_outside_fails() public {
        vm.getCode("../conformance.json");
    }

    function test_path_that_is_not_there_fails() public {
        vm.getCode("out/Makers.sol/None.json");
    }

    function test_unknown_name_fails() public {
        vm.getCode("NoSuchContract");
    }

    function test_unknown_file_fails() public {
        vm.getCode("NoSuchFile.sol:Plain");
    }

    function test_name_in_another_file_fails() public {
        vm.getCode("Targets.sol:Plain");
    }

    function test_file_with_several_contracts_fails() public {
        vm.getCode("Makers.sol");
    }

    function test_half_a_file_name_fails() public {
        vm.getCode("akers.sol:Plain");
    }

    function test_name_of_two_contracts_fails() public {
        vm.getCode("Made");
    }

    function test_interface_has_no_code_fails() public {
        vm.getCode("Tools.sol:Tools");
    }

    function test_deployed_code() public {
        check(keccak256(vm.getDeployedCode("Makers.sol:Plain")) == keccak256(address(new Plain()).code));
    }

    function test_library_is_linked() public {
        bytes memory code = vm.getCode("Makers.sol:Linked");
        address made;
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
        (bool ok, bytes memory answer) = made.call(abi.encodeWithSignature("twice(uint256)", 21));
        check(ok && abi.decode(answer, (uint256)) == 42);
    }

    function test_etched_library_is_linked() public {
        vm.etch(address(0xE7C4), vm.getDeployedCode("Makers.sol:Linked"));
        (bool ok, bytes memory answer) = address(0xE7C4).call(abi.encodeWithSignature("twice(uint256)", 4));
        check(ok && abi.decode(answer, (uint256)) == 8);
    }

    function test_deploy() public {
        Plain plain = Plain(vm.deployCode("Makers.sol:Plain"));
        check(plain.seven() == 7 && plain.maker() == address(this));
    }

    function test_deploy_with_arguments() public {
        Made made = Made(vm.deployCode("Makers.sol:Made", abi.encode(5)));
        check(made.number() == 5 && made.maker() == address(this) && made.paid() == 0);
    }

    function test_deploy_with_value() public {
        Plain plain = Plain(vm.deployCode("Makers.sol:Plain", 6));
        check(address(plain).balance == 6);
    }

    function test_deploy_with_arguments_and_value() public {
        Made made = Made(vm.deployCode("Makers.sol:Made", abi.encode(5), 6));
        check(made.paid() == 6 && made.number() == 5);
    }

    function test_deploy_salted() public {
        bytes32 salt = bytes32(uint256(9));
        address made = vm.deployCode("Makers.sol:Plain", salt);
        bytes32 hash = keccak256(type(Plain).creationCode);
        bytes32 expected = keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, hash));
        check(made == address(uint160(uint256(expected))));
    }

    function test_deploy_salted_with_arguments() public {
        check(Made(vm.deployCode("Makers.sol:Made", abi.encode(5), bytes32(uint256(1)))).number() == 5);
    }

    function test_deploy_salted_with_value() public {
        check(vm.deployCode("Plain", 3, bytes32(uint256(1))).balance == 3);
    }

    function test_deploy_salted_with_all() public {
        check(Made(vm.deployCode("Makers.sol:Made", abi.encode(5), 3, bytes32(uint256(1)))).paid() == 3);
    }

    function test_deploy_salted_twice_fails() public {
        vm.deployCode("Plain", bytes32(uint256(1)));
        vm.deployCode("Plain", bytes32(uint256(1)));
    }

    function test_deploy_address_follows_from_nonce() public {
        address expected = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        check(vm.deployCode("Plain") == expected);
    }

    function test_deploy_reverts_fails() public {
        vm.deployCode("Makers.sol:Made", abi.encode(13));
    }

    function test_deploy_revert_can_be_caught() public {
        try vm.deployCode("Makers.sol:Made", abi.encode(13)) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256(abi.encodeWithSignature("Error(string)", "unlucky")));
        }
    }

    function test_deploy_without_funds_fails() public {
        vm.deal(address(this), 1);
        vm.deployCode("Makers.sol:Plain", 2);
    }

    function test_deploy_pranked() public {
        vm.prank(address(0xA));
        check(Plain(vm.deployCode("Plain")).maker() == address(0xA));
    }

    function test_deploy_while_pranked() public {
        vm.startPrank(address(0xA));
        check(Plain(vm.deployCode("Plain")).maker() == address(0xA));
        check(Plain(vm.deployCode("Plain")).maker() == address(0xA));
    }

    function test_deploy_linked() public {
        (bool ok, bytes memory answer) = vm.deployCode("Linked").call(abi.encodeWithSignature("twice(uint256)", 3));
        check(ok && abi.decode(answer, (uint256)) == 6);
    }

    function test_deploy_is_expected() public {
        vm.expectCreate(address(new Plain()).code, address(this));
        vm.deployCode("Plain");
    }
}
