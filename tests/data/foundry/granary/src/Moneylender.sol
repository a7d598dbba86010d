// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Sack} from "./Sack.sol";

interface IDebtor {
    function onFlashLoan(address initiator, address token, uint256 amount, uint256 fee, bytes calldata data)
        external
        returns (bytes32);
}

/// Lends its purse for the length of one call (ERC-3156), for nine hundredths of a percent.
contract Moneylender {
    error NotThatMuch(uint256 purse);
    error Unpaid();

    Sack public immutable coin;

    constructor(Sack coin_) {
        coin = coin_;
    }

    function maxFlashLoan(address token) public view returns (uint256) {
        return token == address(coin) ? coin.balanceOf(address(this)) : 0;
    }

    function flashFee(address, uint256 amount) public pure returns (uint256) {
        return amount * 9 / 10_000 + 1;
    }

    function flashLoan(address receiver, address token, uint256 amount, bytes calldata data) external returns (bool) {
        uint256 purse = maxFlashLoan(token);
        require(amount <= purse, NotThatMuch(purse));
        uint256 fee = flashFee(token, amount);
        coin.transfer(receiver, amount);
        bytes32 answer = IDebtor(receiver).onFlashLoan(msg.sender, token, amount, fee, data);
        require(answer == keccak256("ERC3156FlashBorrower.onFlashLoan"), Unpaid());
        coin.transferFrom(receiver, address(this), amount + fee);
        return true;
    }
}
