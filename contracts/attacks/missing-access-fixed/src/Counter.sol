// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Ledger} from "./Ledger.sol";

/// Takes tokens in and pays them out; the exchange's tokens lie here.
contract Counter {
    error NotOwner();
    error NotAccepted(address token);
    error NothingToDo();
    error TransferFailed();

    event Accepted(address indexed token);

    Ledger public immutable ledger;
    address public immutable owner;
    mapping(address => bool) public accepted;

    constructor(Ledger ledger_) {
        ledger = ledger_;
        owner = msg.sender;
    }

    function accept(address token) external {
        require(msg.sender == owner, NotOwner());
        accepted[token] = true;
        emit Accepted(token);
    }

    function deposit(address token, uint256 amount) external {
        require(accepted[token], NotAccepted(token));
        require(amount > 0, NothingToDo());
        ledger.credit(token, msg.sender, amount);
        require(IERC20(token).transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(address token, uint256 amount) external {
        require(amount > 0, NothingToDo());
        ledger.debit(token, msg.sender, amount);
        require(IERC20(token).transfer(msg.sender, amount), TransferFailed());
    }
}
