// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {Warden} from "./Warden.sol";

/// Market of one asset in a group of markets: suppliers own units of it, borrowers are secured by units of other ones.
contract Market is Erc20 {
    error NotWarden();
    error NothingToDo();
    error CashTooLow(uint256 amount, uint256 cash);
    error TransferFailed();

    event Minted(address indexed account, uint256 amount, uint256 units);
    event Redeemed(address indexed account, uint256 amount, uint256 units);
    event Borrowed(address indexed account, uint256 amount, uint256 fee);
    event Repaid(address indexed payer, address indexed account, uint256 amount);
    event Seized(address indexed from, address indexed to, uint256 units);

    uint256 private constant ONE = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant FEE_BPS = 20;
    /// Base units of the asset for a unit of an empty market, times 1e18.
    uint256 private constant INITIAL_RATE = 2e8 * ONE;
    /// Units of the first supply that nobody gets, so that a market never shrinks to a few.
    uint256 private constant DEAD_UNITS = 1e6;

    IERC20 public immutable asset;
    Warden public immutable warden;
    uint256 public totalBorrows;
    /// Fees, which suppliers do not own.
    uint256 public reserves;
    mapping(address => uint256) public borrowBalance;

    constructor(IERC20 asset_, Warden warden_, string memory name_, string memory symbol_) Erc20(name_, symbol_) {
        asset = asset_;
        warden = warden_;
    }

    function cash() public view returns (uint256) {
        return asset.balanceOf(address(this));
    }

    /// Base units of the asset for a unit, times 1e18.
    function exchangeRate() public view returns (uint256) {
        if (totalSupply == 0) return INITIAL_RATE;
        return (cash() + totalBorrows - reserves) * ONE / totalSupply;
    }

    function mint(uint256 amount) external returns (uint256 units) {
        units = amount * ONE / exchangeRate();
        if (totalSupply == 0) {
            units -= DEAD_UNITS;
            _mint(address(0xdead), DEAD_UNITS);
        }
        require(units > 0, NothingToDo());
        _mint(msg.sender, units);
        emit Minted(msg.sender, amount, units);
        require(asset.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function redeem(uint256 units) external returns (uint256 amount) {
        amount = units * exchangeRate() / ONE;
        _redeem(amount, units);
    }

    /// Pays exactly `amount`.
    function redeemUnderlying(uint256 amount) external returns (uint256 units) {
        units = (amount * ONE + exchangeRate() - 1) / exchangeRate();
        _redeem(amount, units);
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _requireCash(amount);
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        borrowBalance[msg.sender] += amount + fee;
        totalBorrows += amount + fee;
        reserves += fee;
        emit Borrowed(msg.sender, amount, fee);
        require(asset.transfer(msg.sender, amount), TransferFailed());
        // Only now is the rate right again: what was lent is either cash or a debt, but not both.
        warden.requireBorrowAllowed(msg.sender);
    }

    function repay(uint256 amount) external {
        _repay(msg.sender, msg.sender, amount);
    }

    /// Repays a part of what an account owes that is short, for its units of another market.
    function liquidate(address account, uint256 amount, Market held) external {
        uint256 units = warden.unitsToSeize(account, this, amount, held);
        _repay(msg.sender, account, amount);
        warden.seize(held, account, msg.sender, units);
    }

    function seize(address from, address to, uint256 units) external {
        require(msg.sender == address(warden), NotWarden());
        emit Seized(from, to, units);
        _update(from, to, units);
    }

    function _redeem(uint256 amount, uint256 units) private {
        require(amount > 0 && units > 0, NothingToDo());
        _requireCash(amount);
        warden.requireRedeemAllowed(msg.sender, this, units);
        _burn(msg.sender, units);
        emit Redeemed(msg.sender, amount, units);
        require(asset.transfer(msg.sender, amount), TransferFailed());
    }

    function _repay(address payer, address account, uint256 amount) private {
        require(amount > 0 && amount <= borrowBalance[account], NothingToDo());
        borrowBalance[account] -= amount;
        totalBorrows -= amount;
        emit Repaid(payer, account, amount);
        require(asset.transferFrom(payer, address(this), amount), TransferFailed());
    }

    function _requireCash(uint256 amount) private view {
        require(amount + reserves <= cash(), CashTooLow(amount, cash()));
    }

    /// Units that secure a debt stay where they are.
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0) && msg.sender != address(warden)) {
            warden.requireBorrowAllowed(from);
        }
    }
}
