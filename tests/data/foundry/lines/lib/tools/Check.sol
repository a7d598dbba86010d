// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Foreign code: what fails here is the caller's fault.
library Check {
    error TooMuch(uint256 amount);

    function atMost(uint256 amount, uint256 most) internal pure {
        if (amount > most) {
            revert TooMuch(amount);
        }
    }
}
