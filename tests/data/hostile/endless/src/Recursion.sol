// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Calls itself until the gas or the stack of calls ends.
contract Recursion {
    Mirror public immutable mirror;
    uint256 public deepest;

    constructor() {
        mirror = new Mirror();
    }

    function deepen() external {
        deepest++;
        this.deepen();
    }

    /// The depth stays: a failed inner call is forgiven.
    function dig(uint256 depth) external {
        if (depth > deepest) deepest = depth;
        try this.dig(depth + 1) {} catch {}
    }

    /// Two calls at each level.
    function branch(uint256 depth) external {
        if (depth == 0) return;
        this.branch(depth - 1);
        this.branch(depth - 1);
    }

    function reflect(uint256 times) external {
        mirror.reflect(times);
    }
}

/// Calls back whoever calls.
contract Mirror {
    function reflect(uint256 times) external {
        Recursion(msg.sender).reflect(times + 1);
    }
}
