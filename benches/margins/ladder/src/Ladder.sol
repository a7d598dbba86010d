// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Many small steps: weight grows only with amounts that are larger than the one before, by little each time.
contract Ladder {
    uint256 public immutable most;
    uint256 public last;
    uint256 public weight;

    constructor(uint256 most_) {
        most = most_;
    }

    function stake(uint256 amount) external {
        if (amount <= last) {
            weight = 0;
        } else {
            uint256 more = amount - last;
            weight += more < most ? more : most;
        }
        last = amount;
    }

    function leave() external {
        (last, weight) = (0, 0);
    }
}
