// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";

/// Lends francs that savers brought against amber. A loan costs a part of it once, added to the debt, and no interest.
/// Owners of positions may name operators who act for them.
contract Pawnshop {
    error NotAllowed(address account, address operator);
    error Empty();
    error Exceeds(uint256 amount, uint256 available);
    error Undersecured(address account);
    error Secured(address account);
    error BadPrice(int256 answer);
    error TransferFailed();

    event OperatorSet(address indexed account, address indexed operator, bool on);
    event Saved(address indexed saver, int256 change);
    event Pledged(address indexed account, int256 change);
    event Owed(address indexed account, int256 change);
    event Auctioned(address indexed account, address indexed buyer, uint256 paid, uint256 amber);

    uint256 private constant BPS = 10_000;
    uint256 public constant LOAN_TO_VALUE_BPS = 7_000;
    uint256 public constant AUCTION_BPS = 8_000;
    uint256 public constant DISCOUNT_BPS = 600;
    uint256 public constant LOAN_FEE_BPS = 10;

    IERC20 public immutable amber;
    IERC20 public immutable franc;
    IFeed public immutable feed;
    mapping(address => uint256) public savings;
    mapping(address => uint256) public pledge;
    mapping(address => uint256) public owed;
    mapping(address => mapping(address => bool)) public operators;

    constructor(IERC20 amber_, IERC20 franc_, IFeed feed_) {
        amber = amber_;
        franc = franc_;
        feed = feed_;
    }

    modifier onlyFor(address account) {
        require(msg.sender == account || operators[account][msg.sender], NotAllowed(account, msg.sender));
        _;
    }

    /// Francs for one amber, 18 decimals.
    function price() public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }

    function setOperator(address operator, bool on) external {
        operators[msg.sender][operator] = on;
        emit OperatorSet(msg.sender, operator, on);
    }

    function save(uint256 amount) external {
        require(amount > 0, Empty());
        savings[msg.sender] += amount;
        emit Saved(msg.sender, int256(amount));
        require(franc.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function unsave(uint256 amount) external {
        require(amount > 0, Empty());
        require(amount <= savings[msg.sender], Exceeds(amount, savings[msg.sender]));
        savings[msg.sender] -= amount;
        emit Saved(msg.sender, -int256(amount));
        require(franc.transfer(msg.sender, amount), TransferFailed());
    }

    /// Anybody may add to anybody's pledge.
    function deposit(address account, uint256 amount) external {
        require(amount > 0, Empty());
        pledge[account] += amount;
        emit Pledged(account, int256(amount));
        require(amber.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(address account, uint256 amount, address to) external onlyFor(account) {
        require(amount > 0, Empty());
        require(amount <= pledge[account], Exceeds(amount, pledge[account]));
        pledge[account] -= amount;
        require(_within(account, LOAN_TO_VALUE_BPS), Undersecured(account));
        emit Pledged(account, -int256(amount));
        require(amber.transfer(to, amount), TransferFailed());
    }

    function borrow(address account, uint256 amount, address to) external onlyFor(account) {
        require(amount > 0, Empty());
        uint256 debt = amount + (amount * LOAN_FEE_BPS + BPS - 1) / BPS;
        owed[account] += debt;
        require(_within(account, LOAN_TO_VALUE_BPS), Undersecured(account));
        emit Owed(account, int256(debt));
        require(franc.transfer(to, amount), TransferFailed());
    }

    /// Anybody may repay anybody's debt.
    function repay(address account, uint256 amount) external {
        require(amount > 0, Empty());
        require(amount <= owed[account], Exceeds(amount, owed[account]));
        owed[account] -= amount;
        emit Owed(account, -int256(amount));
        require(franc.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Sells pledges of accounts that owe too much, at a discount, until they owe no more than they may.
    function auction(address account, uint256 payment) external returns (uint256 sold) {
        require(payment > 0, Empty());
        require(!_within(account, AUCTION_BPS), Secured(account));
        require(payment <= owed[account], Exceeds(payment, owed[account]));
        sold = payment * 1e18 * (BPS + DISCOUNT_BPS) / (price() * BPS);
        require(sold <= pledge[account], Exceeds(sold, pledge[account]));
        owed[account] -= payment;
        pledge[account] -= sold;
        emit Auctioned(account, msg.sender, payment, sold);
        require(franc.transferFrom(msg.sender, address(this), payment), TransferFailed());
        require(amber.transfer(msg.sender, sold), TransferFailed());
    }

    function _within(address account, uint256 bps) private view returns (bool) {
        return owed[account] == 0 || owed[account] * BPS <= pledge[account] * price() / 1e18 * bps;
    }
}
