// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "../../../shared/Erc20.sol";

/// Pools ether for validators. Shares are an ERC-20 that grows in worth with what validators earn; a part of the ether stays
/// here so that holders can redeem at once, for a fee that the others get.
/// Ether is accounted: what is forced upon the contract moves no rate.
contract Harbor is Erc20 {
    error NotOperator();
    error NothingToDo();
    error LengthsDiffer();
    error BatchTooLong(uint256 length);
    error Underpaid(uint256 amount, uint256 paid);
    error BufferTooLow(uint256 amount, uint256 buffer);
    error TooLittle(uint256 amount, uint256 minimum);
    error SendFailed();

    event Staked(address indexed account, uint256 amount, uint256 shares);
    event Redeemed(address indexed account, uint256 shares, uint256 amount);
    event Dispatched(uint256 amount, uint256 outside);
    event Recalled(uint256 amount, uint256 earned);

    uint256 private constant BPS = 10_000;
    uint256 public constant REDEEM_FEE_BPS = 12;
    uint256 public constant MAX_BATCH = 24;
    address private constant LOCKED = address(0xdead);

    /// Runs the validators.
    address public immutable operator;
    /// All ether that shares stand for, and the part that is with validators.
    uint256 public pooled;
    uint256 public outside;

    /// The first shares are nobody's.
    constructor(address operator_) payable Erc20("Harbored ether", "hETH") {
        operator = operator_;
        pooled = msg.value;
        _mint(LOCKED, msg.value);
    }

    modifier onlyOperator() {
        require(msg.sender == operator, NotOperator());
        _;
    }

    function buffer() public view returns (uint256) {
        return pooled - outside;
    }

    function sharesFor(uint256 amount) public view returns (uint256) {
        return amount * totalSupply / pooled;
    }

    function worth(uint256 shares) public view returns (uint256) {
        return shares * pooled / totalSupply;
    }

    function stake() external payable returns (uint256 shares) {
        return _stake(msg.sender, msg.value);
    }

    /// Stakes for others, such as a payroll.
    function stakeMany(address[] calldata accounts, uint256[] calldata amounts) external payable {
        require(accounts.length == amounts.length, LengthsDiffer());
        require(accounts.length <= MAX_BATCH, BatchTooLong(accounts.length));
        uint256 total = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            total += amounts[i];
            _stake(accounts[i], amounts[i]);
        }
        require(total == msg.value, Underpaid(total, msg.value));
    }

    /// Pays shares out of the buffer.
    function redeem(uint256 shares, uint256 minimum) external returns (uint256 amount) {
        uint256 gross = worth(shares);
        amount = gross - (gross * REDEEM_FEE_BPS + BPS - 1) / BPS;
        require(amount > 0, NothingToDo());
        require(amount >= minimum, TooLittle(amount, minimum));
        require(amount <= buffer(), BufferTooLow(amount, buffer()));
        _burn(msg.sender, shares);
        pooled -= amount;
        emit Redeemed(msg.sender, shares, amount);
        (bool success,) = msg.sender.call{value: amount}("");
        require(success, SendFailed());
    }

    /// Sends ether to validators.
    function dispatch(uint256 amount) external onlyOperator {
        require(amount <= buffer(), BufferTooLow(amount, buffer()));
        outside += amount;
        emit Dispatched(amount, outside);
        (bool success,) = operator.call{value: amount}("");
        require(success, SendFailed());
    }

    /// Ether comes back from validators, `earned` of it on top of what was sent there.
    function recall(uint256 earned) external payable onlyOperator {
        require(earned <= msg.value, Underpaid(earned, msg.value));
        outside -= msg.value - earned;
        pooled += earned;
        emit Recalled(msg.value, earned);
    }

    function _stake(address account, uint256 amount) private returns (uint256 shares) {
        require(amount <= msg.value, Underpaid(amount, msg.value));
        shares = sharesFor(amount);
        require(shares > 0, NothingToDo());
        pooled += amount;
        _mint(account, shares);
        emit Staked(account, amount, shares);
    }
}
