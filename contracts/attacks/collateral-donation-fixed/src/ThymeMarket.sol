// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {BoundedPrice} from "./BoundedPrice.sol";

/// Lends usd against thyme, a token with a thin market. What may be lost by it is bounded by a cap on the thyme that is
/// supplied: moving the price as far as it counts costs more than all of the cap could borrow beyond its worth.
/// Supplied thyme is owned in shares of what was supplied by a call: what else arrives is nobody's.
contract ThymeMarket is Erc20 {
    error NothingToDo();
    error CapReached(uint256 supplied, uint256 cap);
    error TooMuchDebt(uint256 debt, uint256 limit);
    error Sound(address account);
    error CashTooLow(uint256 amount, uint256 cash);
    error TransferFailed();

    event Lent(address indexed account, uint256 amount);
    event Recalled(address indexed account, uint256 amount);
    event Supplied(address indexed account, uint256 thyme, uint256 shares);
    event Taken(address indexed account, uint256 thyme, uint256 shares);
    event Borrowed(address indexed account, uint256 amount, uint256 fee);
    event Repaid(address indexed payer, address indexed account, uint256 amount);
    event Liquidated(address indexed account, address indexed by, uint256 amount, uint256 shares);

    uint256 private constant BPS = 10_000;
    uint256 public constant CAP = 16_000 ether;
    uint256 public constant BORROW_BPS = 4_000;
    uint256 public constant SOUND_BPS = 5_500;
    uint256 private constant BONUS_BPS = 800;
    uint256 private constant FEE_BPS = 10;

    IERC20 public immutable thyme;
    IERC20 public immutable usd;
    BoundedPrice public immutable oracle;
    address public immutable treasury = msg.sender;

    mapping(address => uint256) public lentBy;
    mapping(address => uint256) public owed;
    uint256 public cash;

    constructor(IERC20 thyme_, IERC20 usd_, BoundedPrice oracle_) Erc20("Supplied thyme", "sTHY") {
        thyme = thyme_;
        usd = usd_;
        oracle = oracle_;
    }

    // --- Lenders: usd without interest, the treasury pays them from the fees ---

    function lend(uint256 amount) external {
        require(amount > 0, NothingToDo());
        lentBy[msg.sender] += amount;
        cash += amount;
        emit Lent(msg.sender, amount);
        require(usd.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function recall(uint256 amount) external {
        require(amount > 0, NothingToDo());
        lentBy[msg.sender] -= amount;
        emit Recalled(msg.sender, amount);
        _pay(msg.sender, amount);
    }

    // --- Collateral ---

    /// Thyme that all shares stand for.
    uint256 public supplied;

    function thymeOf(address account) public view returns (uint256) {
        return totalSupply == 0 ? 0 : balanceOf[account] * supplied / totalSupply;
    }

    function supply(uint256 amount) external returns (uint256 shares) {
        require(supplied + amount <= CAP, CapReached(supplied, CAP));
        shares = totalSupply == 0 ? amount : amount * totalSupply / supplied;
        require(shares > 0, NothingToDo());
        supplied += amount;
        _mint(msg.sender, shares);
        emit Supplied(msg.sender, amount, shares);
        require(thyme.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function take(uint256 shares) external returns (uint256 amount) {
        amount = shares * supplied / totalSupply;
        require(amount > 0, NothingToDo());
        supplied -= amount;
        _burn(msg.sender, shares);
        emit Taken(msg.sender, amount, shares);
        require(thyme.transfer(msg.sender, amount), TransferFailed());
        _requireCovered(msg.sender);
    }

    // --- Debts ---

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        owed[msg.sender] += amount + fee;
        _requireCovered(msg.sender);
        emit Borrowed(msg.sender, amount, fee);
        _pay(msg.sender, amount);
    }

    function repay(address account, uint256 amount) public {
        require(amount > 0 && amount <= owed[account], NothingToDo());
        owed[account] -= amount;
        cash += amount;
        emit Repaid(msg.sender, account, amount);
        require(usd.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Repays an unsound debt for shares that are worth a little more.
    function liquidate(address account, uint256 amount) external returns (uint256 shares) {
        uint256 value = thymeOf(account) * oracle.price() / 1e18;
        require(owed[account] * BPS > value * SOUND_BPS, Sound(account));
        shares = value == 0 ? 0 : balanceOf[account] * amount * (BPS + BONUS_BPS) / (value * BPS);
        if (shares > balanceOf[account]) shares = balanceOf[account];
        super._update(account, msg.sender, shares);
        repay(account, amount);
        emit Liquidated(account, msg.sender, amount, shares);
    }

    function _requireCovered(address account) private view {
        if (owed[account] == 0) return;
        uint256 limit = thymeOf(account) * oracle.price() / 1e18 * BORROW_BPS / BPS;
        require(owed[account] <= limit, TooMuchDebt(owed[account], limit));
    }

    /// Shares that secure a debt stay where they are.
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) _requireCovered(from);
    }

    function _pay(address to, uint256 amount) private {
        require(amount <= cash, CashTooLow(amount, cash));
        cash -= amount;
        require(usd.transfer(to, amount), TransferFailed());
    }
}
