// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Who owns what of the tokens that the exchange keeps. The contracts of the exchange are its operators; it moves no
/// token itself.
contract Ledger {
    error NotOwner();
    error NotOperator(address caller);
    error TooMuch(address token, address account, uint256 amount, uint256 available);

    event OperatorSet(address indexed operator, bool allowed);
    event Credited(address indexed token, address indexed account, uint256 amount);
    event Debited(address indexed token, address indexed account, uint256 amount);
    event Settled(address indexed token, address indexed from, address indexed to, uint256 amount);

    address public immutable owner;
    mapping(address => bool) public isOperator;
    /// By token and account.
    mapping(address => mapping(address => uint256)) public owned;
    mapping(address => uint256) public total;

    constructor() {
        owner = msg.sender;
    }

    modifier onlyOperator() {
        require(isOperator[msg.sender], NotOperator(msg.sender));
        _;
    }

    function setOperator(address operator, bool allowed) external {
        require(msg.sender == owner, NotOwner());
        isOperator[operator] = allowed;
        emit OperatorSet(operator, allowed);
    }

    function credit(address token, address account, uint256 amount) external onlyOperator {
        owned[token][account] += amount;
        total[token] += amount;
        emit Credited(token, account, amount);
    }

    function debit(address token, address account, uint256 amount) external onlyOperator {
        _lower(token, account, amount);
        total[token] -= amount;
        emit Debited(token, account, amount);
    }

    /// One leg of a trade.
    function settle(address token, address from, address to, uint256 amount) external {
        _lower(token, from, amount);
        owned[token][to] += amount;
        emit Settled(token, from, to, amount);
    }

    function _lower(address token, address account, uint256 amount) private {
        uint256 available = owned[token][account];
        require(amount <= available, TooMuch(token, account, amount, available));
        owned[token][account] = available - amount;
    }
}
