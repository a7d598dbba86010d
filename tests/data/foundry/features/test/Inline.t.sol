// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Bell} from "../src/Boxes.sol";

abstract contract BellTest {
    Bell internal bell;

    function setUp() public {
        bell = new Bell();
    }
}

/// Says of itself how deep it goes.
/// forge-config: default.invariant.depth = 7
/// forge-config: ci.invariant.depth = 9
/// forge-config: default.invariant.runs = 11
contract InlineContractTest is BellTest {
    string internal constant NOTE = "/// forge-config: default.invariant.depth = 1";

    function invariant_rung_once() public view {
        require(bell.rings() < 2, "twice");
    }

    /// forge-config: default.fuzz.runs = 3
    function testFuzz_other(uint256) public {}
}

contract InlineFunctionTest is BellTest {
    /**
     * Says it in a block.
     * forge-config: default.invariant.depth = 12
     * forge-config: default.invariant.fail-on-revert = true
     */
    function invariant_rung_once() public view {
        require(bell.rings() < 2, "twice");
    }

    /// forge-config: default.invariant.depth = 5
    function invariant_rung() public view {
        require(bell.rings() < 2, "twice");
    }

    // forge-config: default.invariant.depth = 99
    function invariant_plain() public view {
        require(bell.rings() < 2, "twice");
    }
}

/// Nothing of the comments above is meant for it.
contract InlineNothingTest is BellTest {
    function invariant_rung_once() public view {
        require(bell.rings() < 2, "twice");
    }
}
