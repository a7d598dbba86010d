// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

library Fees {
    function of_(uint256 amount) internal pure returns (uint256 fee) {
        if (amount < 100) {
            return 1;
        }
        fee = amount / 100;
    }

    function never(uint256 amount) internal pure returns (uint256) {
        return amount * 2;
    }
}
