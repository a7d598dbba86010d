// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Caller, Made, Store} from "../src/Targets.sol";

/// As deployment scripts do it.
contract Deployer is Test {
    function run(address owner) external returns (Made made, Store store) {
        vm.startBroadcast(owner);
        made = new Made();
        store = new Store();
        store.hold(7);
        vm.stopBroadcast();
    }
}

contract BroadcastTest is Test {
    Caller caller;
    Caller other;
    address constant ALICE = address(0xA11CE);

    function setUp() public {
        caller = new Caller();
        other = new Caller();
    }

    function test_script_deploys_as_owner() public {
        (Made made, Store store) = new Deployer().run(ALICE);
        check(made.maker() == ALICE && made.origin() == ALICE && store.held(ALICE) == 7);
    }

    function test_callers_are_back_after_a_script() public {
        new Deployer().run(ALICE);
        caller.touch();
        check(caller.sender() == address(this) && caller.origin() == tx.origin && tx.origin != ALICE);
    }

    function test_without_sender_the_origin_sends() public {
        vm.startBroadcast();
        caller.touch();
        check(caller.sender() == tx.origin);
    }

    function test_key_sends() public {
        vm.broadcast(uint256(77));
        caller.touch();
        check(caller.sender() == vm.addr(77));
    }

    function test_one_call() public {
        vm.broadcast(ALICE);
        caller.touch();
        check(caller.sender() == ALICE && caller.origin() == ALICE);
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_deeper_calls_are_their_own() public {
        vm.broadcast(ALICE);
        (address sender, address origin) = caller.through(other);
        check(sender == address(caller) && origin == ALICE);
    }

    function test_nonce_counts_calls() public {
        uint64 before = vm.getNonce(ALICE);
        vm.startBroadcast(ALICE);
        caller.touch();
        caller.touch();
        vm.stopBroadcast();
        check(vm.getNonce(ALICE) == before + 2);
    }

    function test_nonce_counts_creations() public {
        uint64 before = vm.getNonce(ALICE);
        vm.startBroadcast(ALICE);
        new Made();
        vm.stopBroadcast();
        check(vm.getNonce(ALICE) == before + 1);
    }

    function test_nonce_does_not_count_views() public {
        uint64 before = vm.getNonce(ALICE);
        vm.startBroadcast(ALICE);
        check(caller.who() == ALICE);
        vm.stopBroadcast();
        check(vm.getNonce(ALICE) == before);
    }

    function test_twice_fails() public {
        vm.startBroadcast(ALICE);
        vm.startBroadcast(ALICE);
    }

    function test_stop_without_broadcast_fails() public {
        vm.stopBroadcast();
    }

    function test_prank_within_broadcast_fails() public {
        vm.startBroadcast(ALICE);
        vm.prank(address(5));
    }

    function test_broadcast_within_prank_fails() public {
        vm.startPrank(ALICE);
        vm.startBroadcast(address(5));
    }

    function test_callers_are_told() public {
        vm.startBroadcast(ALICE);
        (uint8 mode, address sender, address origin) = vm.readCallers();
        check(mode == 2 && sender == ALICE && origin == ALICE);
    }

    function test_callers_of_one_call_are_told() public {
        vm.broadcast(ALICE);
        (uint8 mode, address sender,) = vm.readCallers();
        check(mode == 1 && sender == ALICE);
    }
}
