// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// A dollar with six decimals, issued by one bank and taken back from any holder.
contract Dollar is IERC20 {
    error NotBank();
    error NoRecipient();
    error Overdrawn(address account, uint256 balance);
    error NotAllowed(address spender, uint256 allowed);

    uint8 public constant decimals = 6;
    string public name;
    string public symbol;
    address public immutable bank;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_) {
        name = name_;
        symbol = symbol_;
        bank = msg.sender;
    }

    function issue(address to, uint256 value) external {
        require(msg.sender == bank, NotBank());
        require(to != address(0), NoRecipient());
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= value, NotAllowed(msg.sender, allowed));
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
        _move(from, to, value);
        return true;
    }

    function _move(address from, address to, uint256 value) private {
        require(to != address(0), NoRecipient());
        uint256 balance = balanceOf[from];
        require(balance >= value, Overdrawn(from, balance));
        balanceOf[from] = balance - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
