// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// The foundation's money. It is spent by the board alone; anybody may add to it.
contract Endowment {
    error NotBoard();
    error AlreadyBound();
    error TransferFailed();

    event Donated(address indexed donor, uint256 amount);
    event Paid(address indexed to, uint256 amount);

    IERC20 public immutable currency;
    address private immutable founder;
    address public board;
    uint256 public donated;
    uint256 public spent;

    constructor(IERC20 currency_) {
        currency = currency_;
        founder = msg.sender;
    }

    /// Board and endowment need each other's addresses, so one of them learns it later, once.
    function bind(address board_) external {
        require(msg.sender == founder && board == address(0), AlreadyBound());
        board = board_;
    }

    function donate(uint256 amount) external {
        donated += amount;
        emit Donated(msg.sender, amount);
        require(currency.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function pay(address to, uint256 amount) external {
        require(msg.sender == board, NotBoard());
        spent += amount;
        emit Paid(to, amount);
        require(currency.transfer(to, amount), TransferFailed());
    }
}
