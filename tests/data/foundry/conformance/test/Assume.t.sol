// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ToolsTest, Tools} from "../src/Tools.sol";
import {Failer} from "../src/Makers.sol";

contract AssumeNoRevertTest is ToolsTest {
    Failer failer;
    Failer other;

    function setUp() public {
        failer = new Failer();
        other = new Failer();
    }

    function test_no_revert() public {
        vm.assumeNoRevert();
        check(failer.odd(2) == 2);
    }

    function test_revert_is_discarded_fails() public {
        vm.assumeNoRevert();
        failer.odd(1);
    }

    function test_what_is_discarded() public {
        vm.assumeNoRevert();
        try failer.odd(1) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_only_the_next_call() public {
        vm.assumeNoRevert();
        failer.odd(2);
        try failer.odd(1) {
            check(false);
        } catch (bytes memory data) {
            check(bytes4(data) == Failer.Odd.selector);
        }
    }

    function test_deeper_revert_is_discarded() public {
        vm.assumeNoRevert();
        try failer.through(other) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function discarded(Tools.PotentialRevert memory potential) internal returns (bool) {
        vm.assumeNoRevert(potential);
        try failer.odd(3) {
            return false;
        } catch (bytes memory data) {
            return keccak256(data) == keccak256("FOUNDRY::ASSUME");
        }
    }

    function test_whole_data() public {
        check(discarded(Tools.PotentialRevert(address(0), false, abi.encodeWithSelector(Failer.Odd.selector, 3))));
    }

    function test_other_data_is_not_discarded() public {
        check(!discarded(Tools.PotentialRevert(address(0), false, abi.encodeWithSelector(Failer.Odd.selector, 5))));
    }

    function test_partial_data() public {
        check(discarded(Tools.PotentialRevert(address(0), true, abi.encodeWithSelector(Failer.Odd.selector, 5))));
    }

    function test_selector_only_is_not_whole() public {
        check(!discarded(Tools.PotentialRevert(address(0), false, abi.encodeWithSelector(Failer.Odd.selector))));
    }

    function test_reverter() public {
        check(discarded(Tools.PotentialRevert(address(failer), true, abi.encodeWithSelector(Failer.Odd.selector))));
    }

    function test_other_reverter_is_not_discarded() public {
        check(!discarded(Tools.PotentialRevert(address(other), true, abi.encodeWithSelector(Failer.Odd.selector))));
    }

    function test_deeper_reverter() public {
        vm.assumeNoRevert(Tools.PotentialRevert(address(other), false, "text"));
        try failer.through(other) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_text() public {
        vm.assumeNoRevert(Tools.PotentialRevert(address(0), false, abi.encodeWithSignature("Error(string)", "text")));
        try failer.text() {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_one_of_several() public {
        Tools.PotentialRevert[] memory all = new Tools.PotentialRevert[](2);
        all[0] = Tools.PotentialRevert(address(0), false, "other");
        all[1] = Tools.PotentialRevert(address(0), true, abi.encodeWithSelector(Failer.Odd.selector));
        vm.assumeNoRevert(all);
        try failer.odd(3) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_none_of_several() public {
        Tools.PotentialRevert[] memory all = new Tools.PotentialRevert[](2);
        all[0] = Tools.PotentialRevert(address(0), false, "other");
        all[1] = Tools.PotentialRevert(address(other), true, abi.encodeWithSelector(Failer.Odd.selector));
        vm.assumeNoRevert(all);
        try failer.odd(3) {
            check(false);
        } catch (bytes memory data) {
            check(bytes4(data) == Failer.Odd.selector);
        }
    }

    function test_no_reasons_is_any() public {
        vm.assumeNoRevert(new Tools.PotentialRevert[](0));
        try failer.odd(3) {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_silent_revert() public {
        vm.assumeNoRevert();
        try failer.silent() {
            check(false);
        } catch (bytes memory data) {
            check(keccak256(data) == keccak256("FOUNDRY::ASSUME"));
        }
    }

    function test_silent_revert_with_a_reason() public {
        vm.assumeNoRevert(Tools.PotentialRevert(address(0), false, "x"));
        try failer.silent() {
            check(false);
        } catch (bytes memory data) {
            check(data.length == 0);
        }
    }

    function test_invalid_is_no_revert() public {
        vm.assumeNoRevert();
        try failer.invalid{gas: 10_000}() {
            check(false);
        } catch (bytes memory data) {
            check(data.length == 0);
        }
    }

    function test_twice_fails() public {
        vm.assumeNoRevert();
        vm.assumeNoRevert();
    }

    function test_generic_and_specific_fails() public {
        vm.assumeNoRevert();
        vm.assumeNoRevert(Tools.PotentialRevert(address(0), false, "x"));
    }

    /// The discarded call ends the test, which is what is expected then.
    function test_behind_an_expectation() public {
        vm.expectRevert();
        vm.assumeNoRevert();
        failer.odd(1);
    }
}
