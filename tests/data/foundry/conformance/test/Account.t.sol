// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Other, Store} from "../src/Targets.sol";

contract AccountTest is Test {
    Store store;
    address constant ALICE = address(0xA11CE);

    function setUp() public {
        store = new Store();
        store.set(5);
    }

    function test_deal() public {
        vm.deal(ALICE, 7);
        check(ALICE.balance == 7);
    }

    function test_deal_less() public {
        vm.deal(ALICE, 7);
        vm.deal(ALICE, 3);
        check(ALICE.balance == 3);
    }

    function test_deal_to_this() public {
        vm.deal(address(this), 1);
        check(address(this).balance == 1);
    }

    function test_dealt_value_can_be_sent() public {
        vm.deal(address(this), 1 ether);
        check(store.worth{value: 1 ether}() == 1 ether);
        check(address(this).balance == 0 && address(store).balance == 1 ether);
    }

    function test_more_than_dealt_cannot_be_sent_fails() public {
        vm.deal(address(this), 1);
        store.worth{value: 2}();
    }

    function test_deal_in_a_call_that_reverts_is_not_undone() public {
        try this.dealAndFail() {} catch {}
        check(ALICE.balance == 9);
    }

    function dealAndFail() external {
        vm.deal(ALICE, 9);
        revert("undone");
    }

    function test_store_and_load() public {
        vm.store(address(store), bytes32(0), bytes32(uint256(8)));
        check(store.first() == 8 && vm.load(address(store), bytes32(0)) == bytes32(uint256(8)));
    }

    function test_load_of_set_up() public view {
        check(uint256(vm.load(address(store), bytes32(0))) == 5);
    }

    function test_load_of_nothing() public view {
        check(vm.load(ALICE, bytes32(uint256(3))) == 0);
    }

    function test_store_in_mapping() public {
        bytes32 slot = keccak256(abi.encode(ALICE, uint256(1)));
        vm.store(address(store), slot, bytes32(uint256(99)));
        check(store.held(ALICE) == 99);
    }

    function test_store_in_a_call_that_reverts_is_undone() public {
        try this.storeAndFail() {} catch {}
        check(store.first() == 5);
    }

    function storeAndFail() external {
        vm.store(address(store), bytes32(0), bytes32(uint256(6)));
        revert("undone");
    }

    function test_store_to_account_without_code() public {
        vm.store(ALICE, bytes32(uint256(1)), bytes32(uint256(2)));
        check(vm.load(ALICE, bytes32(uint256(1))) == bytes32(uint256(2)));
    }

    function test_store_to_precompile_fails() public {
        vm.store(address(1), bytes32(0), bytes32(uint256(2)));
    }

    function test_load_of_precompile_fails() public view {
        vm.load(address(2), bytes32(0));
    }

    function test_etch() public {
        vm.etch(ALICE, address(store).code);
        Store(ALICE).set(3);
        check(Store(ALICE).first() == 3 && store.first() == 5);
    }

    function test_etch_keeps_storage() public {
        vm.etch(address(store), address(new Other()).code);
        check(store.first() == 5 && store.sum(3, 4) == 12);
    }

    function test_etch_nothing() public {
        vm.etch(address(store), "");
        check(address(store).code.length == 0);
    }

    function test_etch_in_a_call_that_reverts_is_undone() public {
        try this.etchAndFail() {} catch {}
        check(ALICE.code.length == 0);
    }

    function etchAndFail() external {
        vm.etch(ALICE, hex"00");
        revert("undone");
    }

    function test_etch_precompile_fails() public {
        vm.etch(address(4), hex"00");
    }

    function test_nonce_of_new_account() public view {
        check(vm.getNonce(ALICE) == 0);
    }

    function test_nonce_of_contract() public view {
        check(vm.getNonce(address(store)) == 1);
    }

    function test_nonce_of_this_counts_creations() public {
        uint64 before = vm.getNonce(address(this));
        new Store();
        check(vm.getNonce(address(this)) == before + 1);
    }

    function test_set_nonce() public {
        vm.setNonce(ALICE, 12);
        check(vm.getNonce(ALICE) == 12);
    }

    function test_set_nonce_down_fails() public {
        vm.setNonce(ALICE, 12);
        vm.setNonce(ALICE, 11);
    }

    function test_set_nonce_unsafe_down() public {
        vm.setNonce(ALICE, 12);
        vm.setNonceUnsafe(ALICE, 11);
        check(vm.getNonce(ALICE) == 11);
    }

    function test_reset_nonce_of_account() public {
        vm.setNonce(ALICE, 12);
        vm.resetNonce(ALICE);
        check(vm.getNonce(ALICE) == 0);
    }

    function test_reset_nonce_of_contract() public {
        vm.setNonce(address(store), 12);
        vm.resetNonce(address(store));
        check(vm.getNonce(address(store)) == 1);
    }

    function test_label() public {
        vm.label(ALICE, "alice");
        check(keccak256(bytes(vm.getLabel(ALICE))) == keccak256("alice"));
    }

    function test_no_label() public view {
        string memory label = vm.getLabel(ALICE);
        check(bytes(label).length == 52);
    }

    function test_addr_of_one() public view {
        check(vm.addr(1) == 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf);
    }

    function test_addr_of_zero_fails() public view {
        vm.addr(0);
    }

    function test_addr_of_order_fails() public view {
        vm.addr(115792089237316195423570985008687907852837564279074904382605163141518161494337);
    }

    function test_sign_recovers() public view {
        bytes32 digest = keccak256("message");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(77, digest);
        check(ecrecover(digest, v, r, s) == vm.addr(77));
    }

    function test_sign_is_deterministic() public view {
        (, bytes32 r,) = vm.sign(1, bytes32(uint256(1)));
        check(r == 0x6673ffad2147741f04772b6f921f0ba6af0c1e77fc439e65c36dedf4092e8898);
    }

    function test_create_address() public {
        address expected = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        check(address(new Store()) == expected);
    }

    function test_create2_address() public {
        bytes32 hash = keccak256(type(Store).creationCode);
        address expected = vm.computeCreate2Address(bytes32(uint256(5)), hash, address(this));
        check(address(new Store{salt: bytes32(uint256(5))}()) == expected);
    }

    function test_create2_of_factory() public {
        bytes memory code = type(Store).creationCode;
        address expected = vm.computeCreate2Address(bytes32(uint256(6)), keccak256(code));
        (bool ok,) = 0x4e59b44847b379578588920cA78FbF26c0B4956C.call(abi.encodePacked(bytes32(uint256(6)), code));
        check(ok && expected.code.length > 0);
    }
}
