// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "./Erc20.sol";
import {IFlashBorrower} from "./IFlashBorrower.sol";

/// ERC-3156 lender of whatever tokens it holds; fees stay with it.
contract FlashLender {
    error AmountTooLarge(uint256 amount, uint256 available);
    error CallbackFailed();
    error TransferFailed();

    bytes32 private constant CALLBACK_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");
    uint256 private constant BPS = 10_000;

    uint256 public immutable feeBps;

    constructor(uint256 feeBps_) {
        feeBps = feeBps_;
    }

    function maxFlashLoan(address token) public view returns (uint256) {
        return token.code.length == 0 ? 0 : IERC20(token).balanceOf(address(this));
    }

    /// The fee in the borrowed token, rounded up.
    function flashFee(address, uint256 amount) public view returns (uint256) {
        return (amount * feeBps + BPS - 1) / BPS;
    }

    function flashLoan(IFlashBorrower receiver, address token, uint256 amount, bytes calldata data)
        external
        returns (bool)
    {
        uint256 available = maxFlashLoan(token);
        require(amount <= available, AmountTooLarge(amount, available));
        uint256 fee = flashFee(token, amount);

        require(IERC20(token).transfer(address(receiver), amount), TransferFailed());
        require(receiver.onFlashLoan(msg.sender, token, amount, fee, data) == CALLBACK_SUCCESS, CallbackFailed());
        require(IERC20(token).transferFrom(address(receiver), address(this), amount + fee), TransferFailed());
        return true;
    }
}
