// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Many small steps: a call lets out a little, and what lets more in undoes all of it.
contract Reservoir {
    uint256 public immutable full;
    uint256 public immutable most;
    uint256 public level;
    uint256 public gate;

    constructor(uint256 full_, uint256 most_) {
        (full, most, level) = (full_, most_, full_);
    }

    function drip(uint256 amount) external {
        level -= amount < most ? amount : most;
    }

    function fill() external {
        level = full;
    }

    function turn(uint256 to) external {
        gate = to % 8;
        if (gate == 0) level = full;
    }

    function top(uint256 amount) external {
        uint256 room = full - level;
        level += amount < room ? amount : room;
    }
}
