// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "gallery/shared/Erc20.sol";

/// The native coin as an ERC-20. Wrapping is minting and unwrapping is burning, also in events.
contract Weth is Erc20 {
    error TransferFailed();

    event Deposit(address indexed account, uint256 value);
    event Withdrawal(address indexed account, uint256 value);

    constructor() Erc20("Wrapped coin", "WETH") {}

    receive() external payable {
        deposit();
    }

    function deposit() public payable {
        emit Deposit(msg.sender, msg.value);
        _mint(msg.sender, msg.value);
    }

    function withdraw(uint256 value) external {
        emit Withdrawal(msg.sender, value);
        _burn(msg.sender, value);
        (bool success,) = msg.sender.call{value: value}("");
        require(success, TransferFailed());
    }
}
