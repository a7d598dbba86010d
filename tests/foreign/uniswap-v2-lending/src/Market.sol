// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "gallery/shared/Erc20.sol";
import {IOracle} from "./Oracles.sol";

/// Lends `cash` that suppliers brought against `gem` that borrowers deposit. Loans bear no interest.
contract Market {
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error TooMuchDebt(uint256 debt, uint256 limit);
    error Healthy(address account);
    error TransferFailed();

    event Supplied(address indexed account, uint256 amount);
    event Redeemed(address indexed account, uint256 amount);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Borrowed(address indexed account, uint256 amount);
    event Repaid(address indexed account, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 repaid, uint256 seized);

    uint256 private constant BPS = 10_000;
    /// New debt may reach this share of the collateral's value; beyond the second one anybody may liquidate.
    uint256 public constant BORROW_BPS = 6_000;
    uint256 public constant LIMIT_BPS = 7_500;
    /// Value that liquidators get, as a share of what they repay.
    uint256 public constant LIQUIDATOR_BPS = 10_500;

    IERC20 public immutable gem;
    IERC20 public immutable cash;
    IOracle public immutable oracle;
    uint256 public totalSupplied;
    uint256 public totalDebt;
    mapping(address => uint256) public supplied;
    mapping(address => uint256) public deposited;
    mapping(address => uint256) public debt;

    constructor(IERC20 gem_, IERC20 cash_, IOracle oracle_) {
        gem = gem_;
        cash = cash_;
        oracle = oracle_;
    }

    /// Value of an account's gems in cash.
    function collateral(address account) public view returns (uint256) {
        return deposited[account] * oracle.price() / 1e18;
    }

    // --- Suppliers ---

    function supply(uint256 amount) external {
        require(amount > 0, NothingToDo());
        supplied[msg.sender] += amount;
        totalSupplied += amount;
        emit Supplied(msg.sender, amount);
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function redeem(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= supplied[msg.sender], TooMuch(amount, supplied[msg.sender]));
        supplied[msg.sender] -= amount;
        totalSupplied -= amount;
        emit Redeemed(msg.sender, amount);
        require(cash.transfer(msg.sender, amount), TransferFailed());
    }

    // --- Borrowers ---

    function deposit(uint256 amount) external {
        require(amount > 0, NothingToDo());
        deposited[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
        require(gem.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= deposited[msg.sender], TooMuch(amount, deposited[msg.sender]));
        deposited[msg.sender] -= amount;
        _requireCovered(msg.sender);
        emit Withdrawn(msg.sender, amount);
        require(gem.transfer(msg.sender, amount), TransferFailed());
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        debt[msg.sender] += amount;
        totalDebt += amount;
        _requireCovered(msg.sender);
        emit Borrowed(msg.sender, amount);
        require(cash.transfer(msg.sender, amount), TransferFailed());
    }

    function repay(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= debt[msg.sender], TooMuch(amount, debt[msg.sender]));
        debt[msg.sender] -= amount;
        totalDebt -= amount;
        emit Repaid(msg.sender, amount);
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Repays debt of an account beyond its limit for gems at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 seized) {
        require(amount > 0, NothingToDo());
        require(amount <= debt[account], TooMuch(amount, debt[account]));
        require(debt[account] * BPS > collateral(account) * LIMIT_BPS, Healthy(account));
        seized = amount * LIQUIDATOR_BPS * 1e18 / (oracle.price() * BPS);
        if (seized > deposited[account]) seized = deposited[account];
        debt[account] -= amount;
        totalDebt -= amount;
        deposited[account] -= seized;
        emit Liquidated(account, msg.sender, amount, seized);
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
        require(gem.transfer(msg.sender, seized), TransferFailed());
    }

    function _requireCovered(address account) private view {
        if (debt[account] == 0) return;
        uint256 limit = collateral(account) * BORROW_BPS / BPS;
        require(debt[account] <= limit, TooMuchDebt(debt[account], limit));
    }
}
