// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// ERC-3156 borrower.
interface IFlashBorrower {
    function onFlashLoan(address initiator, address token, uint256 amount, uint256 fee, bytes calldata data)
        external
        returns (bytes32);
}
