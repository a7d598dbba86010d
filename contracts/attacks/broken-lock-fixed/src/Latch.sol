// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Keeps functions from being entered while one of them is under way.
abstract contract Latch {
    error Latched();

    mapping(bytes4 => bool) private closed;

    modifier latched() {
        bytes4 word = _word();
        require(!closed[word], Latched());
        closed[word] = true;
        _;
        closed[word] = false;
    }

    /// One latch for all functions.
    function _word() private pure returns (bytes4) {
        return bytes4(0);
    }
}
