// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20, Token} from "../../shared/Erc20.sol";
import {IFeed} from "../../shared/Feed.sol";

/// Mints a stable token against locked collateral. The feed gives the collateral's price in stable tokens.
contract Minter {
    error NothingToDo();
    error Unhealthy(address account);
    error Healthy(address account);
    error TooMuch(uint256 amount, uint256 available);
    error BadPrice(int256 answer);
    error StalePrice(uint256 updatedAt);
    error TransferFailed();

    event Locked(address indexed account, uint256 amount);
    event Unlocked(address indexed account, uint256 amount);
    event Minted(address indexed account, uint256 amount);
    event Repaid(address indexed account, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 repaid, uint256 seized);

    uint256 private constant BPS = 10_000;
    /// Debt may reach this share of the collateral's value.
    uint256 public constant factor = 6_600;
    /// What liquidators get, as a share of what they repay.
    uint256 public constant LIQUIDATION_BPS = 11_000;

    IERC20 public immutable gem;
    Token public immutable stable;
    IFeed public immutable feed;
    /// A price older than this many seconds is stale.
    uint256 public immutable maxAge;
    uint256 private immutable unit;
    uint256 public totalDebt;
    uint256 public totalLocked;
    mapping(address => uint256) public locked;
    mapping(address => uint256) public debt;

    constructor(IERC20 gem_, Token stable_, IFeed feed_, uint256 maxAge_) {
        gem = gem_;
        stable = stable_;
        feed = feed_;
        maxAge = maxAge_;
        unit = 10 ** feed_.decimals();
    }

    /// When the feed was last written.
    function priceTime() external view returns (uint256 updatedAt) {
        (,,, updatedAt,) = feed.latestRoundData();
    }

    /// Value of an account's collateral in stable tokens at the last price, whatever its age.
    function collateral(address account) external view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        return answer > 0 ? _value(locked[account], uint256(answer)) : 0;
    }

    function lock(uint256 amount) external {
        require(amount > 0, NothingToDo());
        locked[msg.sender] += amount;
        totalLocked += amount;
        emit Locked(msg.sender, amount);
        require(gem.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function unlock(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= locked[msg.sender], TooMuch(amount, locked[msg.sender]));
        locked[msg.sender] -= amount;
        totalLocked -= amount;
        require(_healthy(msg.sender), Unhealthy(msg.sender));
        emit Unlocked(msg.sender, amount);
        require(gem.transfer(msg.sender, amount), TransferFailed());
    }

    function mint(uint256 amount) external {
        require(amount > 0, NothingToDo());
        debt[msg.sender] += amount;
        totalDebt += amount;
        require(_healthy(msg.sender), Unhealthy(msg.sender));
        emit Minted(msg.sender, amount);
        stable.mint(msg.sender, amount);
    }

    function repay(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= debt[msg.sender], TooMuch(amount, debt[msg.sender]));
        _settle(msg.sender, amount);
        emit Repaid(msg.sender, amount);
    }

    /// Repays part of an unhealthy account's debt for its collateral at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 seized) {
        require(amount > 0, NothingToDo());
        require(amount <= debt[account], TooMuch(amount, debt[account]));
        require(!_healthy(account), Healthy(account));
        seized = amount * LIQUIDATION_BPS * unit / (_price() * BPS);
        if (seized > locked[account]) seized = locked[account];
        locked[account] -= seized;
        totalLocked -= seized;
        _settle(account, amount);
        emit Liquidated(account, msg.sender, amount, seized);
        require(gem.transfer(msg.sender, seized), TransferFailed());
    }

    /// Burns the caller's stable tokens against an account's debt.
    function _settle(address account, uint256 amount) private {
        debt[account] -= amount;
        totalDebt -= amount;
        require(stable.transferFrom(msg.sender, address(this), amount), TransferFailed());
        stable.burn(amount);
    }

    function _healthy(address account) private view returns (bool) {
        return debt[account] == 0 || debt[account] * BPS <= _value(locked[account], _price()) * factor;
    }

    function _price() private view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        require(block.timestamp - updatedAt <= maxAge, StalePrice(updatedAt));
        return uint256(answer);
    }

    function _value(uint256 amount, uint256 price) private view returns (uint256) {
        return amount * price / unit;
    }
}
