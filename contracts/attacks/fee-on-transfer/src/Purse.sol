// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Keeps a token for many accounts, who pay each other within the purse, at once or by cheques, without moving it.
contract Purse {
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error NoCheque(uint256 number);
    error NotYours(uint256 number);
    error TransferFailed();

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Paid(address indexed from, address indexed to, uint256 amount);
    event ChequeWritten(uint256 indexed number, address indexed from, address indexed to, uint256 amount);
    event ChequeClosed(uint256 indexed number, address indexed by);

    struct Cheque {
        address from;
        address to;
        uint256 amount;
    }

    IERC20 public immutable token;
    uint256 public totalCredit;
    uint256 public cheques;
    mapping(address => uint256) public credit;
    mapping(uint256 => Cheque) public chequeOf;

    constructor(IERC20 token_) {
        token = token_;
    }

    function deposit(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
        credit[msg.sender] += amount;
        totalCredit += amount;
        emit Deposited(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        _take(msg.sender, amount);
        totalCredit -= amount;
        emit Withdrawn(msg.sender, amount);
        require(token.transfer(msg.sender, amount), TransferFailed());
    }

    function pay(address to, uint256 amount) external {
        _take(msg.sender, amount);
        credit[to] += amount;
        emit Paid(msg.sender, to, amount);
    }

    /// Sets an amount aside for `to`, who cashes it; until then the writer may tear the cheque up.
    function write(address to, uint256 amount) external returns (uint256 number) {
        _take(msg.sender, amount);
        number = ++cheques;
        chequeOf[number] = Cheque(msg.sender, to, amount);
        emit ChequeWritten(number, msg.sender, to, amount);
    }

    function cash(uint256 number) external {
        Cheque memory cheque = _close(number);
        require(msg.sender == cheque.to, NotYours(number));
        credit[cheque.to] += cheque.amount;
    }

    function tear(uint256 number) external {
        Cheque memory cheque = _close(number);
        require(msg.sender == cheque.from, NotYours(number));
        credit[cheque.from] += cheque.amount;
    }

    function _close(uint256 number) private returns (Cheque memory cheque) {
        cheque = chequeOf[number];
        require(cheque.amount > 0, NoCheque(number));
        delete chequeOf[number];
        emit ChequeClosed(number, msg.sender);
    }

    function _take(address account, uint256 amount) private {
        require(amount > 0, NothingToDo());
        require(amount <= credit[account], TooMuch(amount, credit[account]));
        credit[account] -= amount;
    }
}
