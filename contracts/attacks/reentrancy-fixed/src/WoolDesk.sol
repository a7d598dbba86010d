// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";

interface IDebts {
    function owedBy(address account) external view returns (uint256);
}

/// Keeps the wool that borrowers pledge and says how much ether it is good for. The bank that lends reads it.
contract WoolDesk {
    error AlreadyBound();
    error NotBank();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error StillNeeded(uint256 owed, uint256 limit);
    error BadPrice(int256 answer);
    error TransferFailed();

    event Pledged(address indexed account, uint256 amount);
    event Released(address indexed account, uint256 amount);
    event Seized(address indexed account, address indexed to, uint256 amount);

    /// Debt may reach this share of the pledge's value, in percent; beyond the second one it may be liquidated.
    uint256 public constant BORROW_PERCENT = 70;
    uint256 public constant LIQUIDATION_PERCENT = 80;

    IERC20 public immutable wool;
    IFeed public immutable feed;
    address private immutable founder;
    IDebts public bank;
    mapping(address => uint256) public pledgeOf;

    constructor(IERC20 wool_, IFeed feed_) {
        wool = wool_;
        feed = feed_;
        founder = msg.sender;
    }

    function bind(IDebts bank_) external {
        require(msg.sender == founder && address(bank) == address(0), AlreadyBound());
        bank = bank_;
    }

    /// Ether for 1e18 units of wool.
    function price() public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        return uint256(answer);
    }

    function valueOf(address account) public view returns (uint256) {
        return pledgeOf[account] * price() / 1e18;
    }

    function limitOf(address account) public view returns (uint256) {
        return valueOf(account) * BORROW_PERCENT / 100;
    }

    function isUnsafe(address account) external view returns (bool) {
        return bank.owedBy(account) > valueOf(account) * LIQUIDATION_PERCENT / 100;
    }

    function pledge(uint256 amount) external {
        require(amount > 0, NothingToDo());
        pledgeOf[msg.sender] += amount;
        emit Pledged(msg.sender, amount);
        require(wool.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// What the debt does not need may go.
    function release(uint256 amount) external {
        uint256 pledged = pledgeOf[msg.sender];
        require(amount > 0, NothingToDo());
        require(amount <= pledged, TooMuch(amount, pledged));
        pledgeOf[msg.sender] = pledged - amount;
        uint256 owed = bank.owedBy(msg.sender);
        uint256 limit = limitOf(msg.sender);
        require(owed <= limit, StillNeeded(owed, limit));
        emit Released(msg.sender, amount);
        require(wool.transfer(msg.sender, amount), TransferFailed());
    }

    function seize(address account, address to, uint256 amount) external {
        require(msg.sender == address(bank), NotBank());
        require(amount <= pledgeOf[account], TooMuch(amount, pledgeOf[account]));
        pledgeOf[account] -= amount;
        emit Seized(account, to, amount);
        require(wool.transfer(to, amount), TransferFailed());
    }
}
