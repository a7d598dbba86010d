// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Store} from "../src/Targets.sol";

contract EnvironmentTest is Test {
    Store store;

    function setUp() public {
        store = new Store();
    }

    function test_first_block() public view {
        check(block.number == 1 && block.timestamp == 1);
    }

    function test_chain() public view {
        check(block.chainid == 31337);
    }

    function test_fees() public view {
        check(block.basefee == 0 && tx.gasprice == 0);
    }

    function test_coinbase() public view {
        check(block.coinbase == address(0));
    }

    function test_prevrandao() public view {
        check(block.prevrandao == 0);
    }

    function test_gas_limit() public view {
        check(block.gaslimit == 1 << 30);
    }

    function test_addresses() public view {
        check(address(this) == 0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496);
        check(msg.sender == 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
        check(tx.origin == 0x1804c8AB1F12E6bbf3894d4083f33e07309d1f38);
    }

    function test_balance_of_the_test() public view {
        check(address(this).balance == 0xffffffffffffffffffffffff);
    }

    function test_balance_of_the_sender() public view {
        check(msg.sender.balance == 0xffffffffffffffffffffffff);
    }

    function test_factory_is_there() public view {
        check(0x4e59b44847b379578588920cA78FbF26c0B4956C.code.length == 69);
    }

    function test_cheatcodes_have_code() public view {
        check(address(vm).code.length > 0);
    }

    function test_warp() public {
        vm.warp(1000);
        check(block.timestamp == 1000);
    }

    function test_warp_is_seen_below() public {
        vm.warp(1000);
        (uint256 time, uint256 number) = store.now_();
        check(time == 1000 && number == 1);
    }

    function test_warp_back() public {
        vm.warp(1000);
        vm.warp(5);
        check(block.timestamp == 5);
    }

    function test_roll() public {
        vm.roll(77);
        check(block.number == 77 && block.timestamp == 1);
    }

    function test_roll_does_not_warp_fails() public {
        vm.roll(77);
        check(block.timestamp == 77);
    }

    function test_get_block_timestamp() public {
        vm.warp(99);
        check(vm.getBlockTimestamp() == 99);
    }

    function test_get_block_number() public {
        vm.roll(98);
        check(vm.getBlockNumber() == 98);
    }

    function test_warp_survives_a_revert() public {
        try this.warpAndFail() {} catch {}
        check(block.timestamp == 500);
    }

    function warpAndFail() external {
        vm.warp(500);
        revert("undone");
    }

    function test_fee() public {
        vm.fee(25 gwei);
        check(block.basefee == 25 gwei);
    }

    function test_fee_too_high_fails() public {
        vm.fee(1 << 64);
    }

    function test_set_prevrandao_word() public {
        vm.prevrandao(bytes32(uint256(42)));
        check(block.prevrandao == 42);
    }

    function test_set_prevrandao_number() public {
        vm.prevrandao(uint256(43));
        check(block.prevrandao == 43);
    }

    function test_chain_id() public {
        vm.chainId(10);
        check(block.chainid == 10 && vm.getChainId() == 10);
    }

    function test_chain_id_too_high_fails() public {
        vm.chainId(1 << 64);
    }

    function test_set_coinbase() public {
        vm.coinbase(address(9));
        check(block.coinbase == address(9));
    }

    function test_gas_price() public {
        vm.txGasPrice(7);
        check(tx.gasprice == 7);
    }

    function test_gas_price_too_high_fails() public {
        vm.txGasPrice(1 << 65);
    }

    function test_no_environment_leaks_between_tests() public view {
        check(block.timestamp == 1 && block.number == 1 && block.chainid == 31337 && tx.gasprice == 0);
    }

    function test_block_hash_of_the_future_is_zero() public view {
        check(blockhash(block.number) == 0);
    }
}

contract EnvironmentOfSetUpTest is Test {
    function setUp() public {
        vm.warp(5000);
        vm.roll(60);
        vm.chainId(3);
        vm.fee(11);
        vm.txGasPrice(12);
        vm.coinbase(address(13));
        vm.prevrandao(uint256(14));
    }

    function test_time() public view {
        check(block.timestamp == 5000);
    }

    function test_number() public view {
        check(block.number == 60);
    }

    function test_chain() public view {
        check(block.chainid == 3);
    }

    function test_fee() public view {
        check(block.basefee == 11);
    }

    function test_gas_price() public view {
        check(tx.gasprice == 12);
    }

    function test_coinbase() public view {
        check(block.coinbase == address(13));
    }

    function test_prevrandao() public view {
        check(block.prevrandao == 14);
    }
}
