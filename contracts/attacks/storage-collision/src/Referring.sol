// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Who brought a trader holds for the rest of a transaction, so that a script of several swaps says it once.
abstract contract Referring {
    /// Transient: 0 is the lock's.
    uint256 private constant REFERRER = 1;

    function _refer(address referrer) internal {
        if (referrer == address(0)) return;
        assembly ("memory-safe") {
            tstore(REFERRER, referrer)
        }
    }

    function _referrer() internal view returns (address referrer) {
        assembly ("memory-safe") {
            referrer := tload(REFERRER)
        }
    }
}
