// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../shared/Erc20.sol";
import {PriceOracle} from "./PriceOracle.sol";

/// Lends `cash` that suppliers brought against `gem` that borrowers lock. Loans bear no interest.
contract Market {
    error NothingToDo();
    error Unhealthy(address account);
    error Healthy(address account);
    error TooMuch(uint256 amount, uint256 available);
    error TransferFailed();

    event Supplied(address indexed account, uint256 amount);
    event Redeemed(address indexed account, uint256 amount);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Borrowed(address indexed account, uint256 amount);
    event Repaid(address indexed account, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 repaid, uint256 seized);

    uint256 private constant BPS = 10_000;
    /// Debt may reach this share of the collateral's value.
    uint256 public constant factor = 7_500;
    /// What liquidators get, as a share of what they repay.
    uint256 public constant LIQUIDATION_BPS = 10_500;

    IERC20 public immutable gem;
    IERC20 public immutable cash;
    PriceOracle public immutable oracle;
    uint256 public totalSupplied;
    uint256 public totalDebt;
    mapping(address => uint256) public supplied;
    mapping(address => uint256) public locked;
    mapping(address => uint256) public debt;

    constructor(IERC20 gem_, IERC20 cash_, PriceOracle oracle_) {
        gem = gem_;
        cash = cash_;
        oracle = oracle_;
    }

    /// Value of an account's collateral in units of cash.
    function collateral(address account) public view returns (uint256) {
        return locked[account] * oracle.price() / 1e18;
    }

    function healthy(address account) public view returns (bool) {
        return debt[account] == 0 || debt[account] * BPS <= collateral(account) * factor;
    }

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

    function deposit(uint256 amount) external {
        require(amount > 0, NothingToDo());
        locked[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
        require(gem.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= locked[msg.sender], TooMuch(amount, locked[msg.sender]));
        locked[msg.sender] -= amount;
        require(healthy(msg.sender), Unhealthy(msg.sender));
        emit Withdrawn(msg.sender, amount);
        require(gem.transfer(msg.sender, amount), TransferFailed());
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        debt[msg.sender] += amount;
        totalDebt += amount;
        require(healthy(msg.sender), Unhealthy(msg.sender));
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

    /// Repays part of an unhealthy account's debt for its collateral at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 seized) {
        require(amount > 0, NothingToDo());
        require(!healthy(account), Healthy(account));
        require(amount <= debt[account], TooMuch(amount, debt[account]));
        seized = amount * LIQUIDATION_BPS * 1e18 / (oracle.price() * BPS);
        if (seized > locked[account]) seized = locked[account];
        debt[account] -= amount;
        totalDebt -= amount;
        locked[account] -= seized;
        emit Liquidated(account, msg.sender, amount, seized);
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
        require(gem.transfer(msg.sender, seized), TransferFailed());
    }
}
