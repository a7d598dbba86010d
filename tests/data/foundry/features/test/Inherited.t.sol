// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Gong {
    uint256 public strikes;

    function strike() external {
        strikes++;
    }
}

/// Nothing of this holds for who inherits it: with one call a run nobody strikes twice.
/// forge-config: default.invariant.depth = 1
abstract contract ShallowTest {
    Gong internal gong;

    function setUp() public {
        gong = new Gong();
    }
}

abstract contract ShallowGongTest is ShallowTest {
    /// forge-config: default.invariant.depth = 1
    function invariant_struck_once() public view virtual {
        require(gong.strikes() < 2, "twice");
    }

    /// forge-config: ci.fuzz.runs = 3
    function testFuzz_other(uint256) public {}
}

contract InheritedTest is ShallowGongTest {}

/// forge-config: default.invariant.depth = 21
contract InheritedOverTest is ShallowGongTest {
    /// forge-config: default.invariant.depth = 1
    function invariant_struck_once() public view override {
        require(gong.strikes() < 2, "twice");
    }
}

contract Stuck {
    uint256 public pushes;

    function push() external {
        pushes++;
        require(pushes == 0, "stuck");
    }
}

/// forge-config: default.invariant.fail-on-revert = true
abstract contract StrictTest {
    Stuck internal stuck;

    function setUp() public {
        stuck = new Stuck();
    }

    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_stuck() public view {}
}

contract InheritedStrictTest is StrictTest {}

/// forge-config: default.invariant.fail-on-revert = true
contract InheritedStrictAgainTest is StrictTest {}
