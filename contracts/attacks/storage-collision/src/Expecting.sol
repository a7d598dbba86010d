// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Remembers which contract may call back, for as long as it is being called.
abstract contract Expecting {
    error Unexpected(address caller);

    /// Transient: 0 is the lock's.
    uint256 private constant EXPECTED = 1;

    modifier onlyExpected() {
        address expected;
        assembly ("memory-safe") {
            expected := tload(EXPECTED)
        }
        require(msg.sender == expected, Unexpected(msg.sender));
        _;
    }

    function _expect(address callee) internal {
        assembly ("memory-safe") {
            tstore(EXPECTED, callee)
        }
    }
}
