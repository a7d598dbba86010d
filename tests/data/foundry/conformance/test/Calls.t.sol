// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";
import {Caller, Other, Store} from "../src/Targets.sol";

contract ExpectCallTest is Test {
    Store store;

    function setUp() public {
        store = new Store();
    }

    function test_called() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(3);
    }

    function test_not_called_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
    }

    function test_called_with_other_argument_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(4);
    }

    function test_called_before_fails() public {
        store.set(3);
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
    }

    function test_selector_alone() public {
        vm.expectCall(address(store), abi.encodeWithSelector(Store.set.selector));
        store.set(4);
    }

    function test_any_data() public {
        vm.expectCall(address(store), "");
        store.push(4);
    }

    function test_called_twice_is_fine() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(3);
        store.set(3);
    }

    function test_expected_twice() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(3);
        store.set(3);
    }

    function test_expected_twice_called_once_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(3);
    }

    function test_count() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 2);
        store.set(3);
        store.set(3);
    }

    function test_count_too_few_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 2);
        store.set(3);
    }

    function test_count_too_many_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 1);
        store.set(3);
        store.set(3);
    }

    function test_count_of_zero() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 0);
        store.set(4);
    }

    function test_count_of_zero_but_called_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 0);
        store.set(3);
    }

    function test_count_twice_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 1);
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)), 1);
        store.set(3);
    }

    function test_value() public {
        vm.expectCall(address(store), 5, abi.encodeCall(Store.set, (3)));
        store.set{value: 5}(3);
    }

    function test_other_value_fails() public {
        vm.expectCall(address(store), 5, abi.encodeCall(Store.set, (3)));
        store.set{value: 6}(3);
    }

    function test_value_and_count() public {
        vm.expectCall(address(store), 5, abi.encodeCall(Store.set, (3)), 2);
        store.set{value: 5}(3);
        store.set{value: 6}(3);
        store.set{value: 5}(3);
    }

    function test_call_that_reverts_counts() public {
        vm.expectCall(address(store), abi.encodeCall(Store.setAndFail, (3)));
        try store.setAndFail(3) {} catch {}
    }

    function test_deeper_call_counts() public {
        Caller first = new Caller();
        Caller second = new Caller();
        vm.expectCall(address(second), abi.encodeCall(Caller.touch, ()));
        first.through(second);
    }

    function test_test_that_reverts_fails() public {
        vm.expectCall(address(store), abi.encodeCall(Store.set, (3)));
        store.set(3);
        revert("no");
    }

    function test_static_call_counts() public {
        vm.expectCall(address(store), abi.encodeWithSignature("first()"));
        store.first();
    }
}

contract MockTest is Test {
    Store store;

    function setUp() public {
        store = new Store();
    }

    function test_mock() public {
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(77));
        check(store.first() == 77);
    }

    function test_mock_lasts() public {
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(77));
        check(store.first() == 77 && store.first() == 77);
    }

    function test_mock_of_arguments() public {
        vm.mockCall(address(store), abi.encodeCall(Store.sum, (1, 2)), abi.encode(9));
        check(store.sum(1, 2) == 9 && store.sum(2, 2) == 4);
    }

    function test_mock_of_selector() public {
        vm.mockCall(address(store), abi.encodeWithSelector(Store.sum.selector), abi.encode(9));
        check(store.sum(1, 2) == 9 && store.sum(2, 2) == 9);
    }

    function test_mock_of_four_bytes() public {
        vm.mockCall(address(store), Store.sum.selector, abi.encode(9));
        check(store.sum(5, 2) == 9);
    }

    function test_tighter_mock_wins() public {
        vm.mockCall(address(store), abi.encodeWithSelector(Store.sum.selector), abi.encode(9));
        vm.mockCall(address(store), abi.encodeCall(Store.sum, (1, 2)), abi.encode(8));
        check(store.sum(1, 2) == 8 && store.sum(3, 2) == 9);
    }

    function test_later_mock_wins() public {
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(1));
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(2));
        check(store.first() == 2);
    }

    function test_clear() public {
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(77));
        vm.clearMockedCalls();
        check(store.first() == 0);
    }

    function test_mock_of_account_without_code() public {
        vm.mockCall(address(99), abi.encodeWithSignature("first()"), abi.encode(77));
        check(Store(address(99)).first() == 77);
    }

    function test_other_function_of_mocked_account_fails() public {
        vm.mockCall(address(99), abi.encodeWithSignature("first()"), abi.encode(77));
        Store(address(99)).sum(1, 2);
    }

    function test_mock_of_value() public {
        vm.mockCall(address(store), 3, abi.encodeCall(Store.worth, ()), abi.encode(1000));
        check(store.worth{value: 3}() == 1000 && store.worth{value: 4}() == 4);
    }

    function test_mock_takes_value() public {
        vm.mockCall(address(store), abi.encodeCall(Store.worth, ()), abi.encode(1000));
        check(store.worth{value: 3}() == 1000 && address(store).balance == 3);
    }

    function test_mock_revert() public {
        vm.mockCallRevert(address(store), abi.encodeWithSignature("first()"), "gone");
        try store.first() {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("gone"));
        }
    }

    function test_mock_revert_uncaught_fails() public {
        vm.mockCallRevert(address(store), abi.encodeWithSignature("first()"), "gone");
        store.first();
    }

    function test_expected_mock_revert() public {
        vm.mockCallRevert(address(store), abi.encodeWithSignature("first()"), "gone");
        vm.expectRevert(bytes("gone"));
        store.first();
    }

    function test_mocks_in_order() public {
        bytes[] memory answers = new bytes[](2);
        answers[0] = abi.encode(1);
        answers[1] = abi.encode(2);
        vm.mockCalls(address(store), abi.encodeWithSignature("first()"), answers);
        check(store.first() == 1 && store.first() == 2 && store.first() == 2);
    }

    function test_mock_function() public {
        Other other = new Other();
        vm.mockFunction(address(store), address(other), abi.encodeCall(Store.sum, (3, 4)));
        check(store.sum(3, 4) == 12 && store.sum(3, 5) == 8);
    }

    function test_mock_function_by_selector() public {
        Other other = new Other();
        vm.mockFunction(address(store), address(other), abi.encodeWithSelector(Store.sum.selector));
        check(store.sum(3, 4) == 12 && store.sum(3, 5) == 15);
    }

    function test_mocked_call_is_expected_call() public {
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(77));
        vm.expectCall(address(store), abi.encodeWithSignature("first()"));
        check(store.first() == 77);
    }

    function test_prank_ends_with_mocked_call() public {
        Caller caller = new Caller();
        vm.mockCall(address(store), abi.encodeWithSignature("first()"), abi.encode(77));
        vm.prank(address(5));
        store.first();
        caller.touch();
        check(caller.sender() == address(this));
    }

    function test_mock_is_seen_below() public {
        Caller caller = new Caller();
        Caller other = new Caller();
        vm.mockCall(address(other), abi.encodeCall(Caller.touch, ()), abi.encode(address(1), address(2)));
        (address sender, address origin) = caller.through(other);
        check(sender == address(1) && origin == address(2));
    }
}
