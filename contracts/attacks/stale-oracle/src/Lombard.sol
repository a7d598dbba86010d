// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {BoundedFeed} from "./BoundedFeed.sol";

/// Lends cash against several kinds of collateral, each with a feed and a loan-to-value of its own. Opening a loan
/// costs a fee that suppliers share, by what they have supplied.
contract Lombard {
    error NotOwner();
    error NothingToDo();
    error UnknownAsset(address asset);
    error TooMuch(uint256 amount, uint256 available);
    error BadPrice(address asset, int256 answer);
    error StalePrice(address asset, uint256 updatedAt);
    error Unhealthy(address account);
    error Healthy(address account);
    error TransferFailed();

    event Listed(address indexed asset, address feed, uint256 ltvBps);
    event Supplied(address indexed account, uint256 amount, uint256 shares);
    event Redeemed(address indexed account, uint256 amount, uint256 shares);
    event Pledged(address indexed account, address indexed asset, uint256 amount);
    event Released(address indexed account, address indexed asset, uint256 amount);
    event Borrowed(address indexed account, uint256 amount, uint256 fee);
    event Repaid(address indexed account, uint256 amount);
    event Liquidated(address indexed account, address indexed asset, uint256 repaid, uint256 seized);

    struct Asset {
        BoundedFeed feed;
        uint256 ltvBps;
    }

    uint256 private constant BPS = 10_000;
    uint256 private constant DEAD_SHARES = 1_000;
    uint256 public constant OPENING_FEE_BPS = 20;
    uint256 public constant LIQUIDATION_BPS = 10_800;
    uint256 public constant HEARTBEAT = 1 days;

    IERC20 public immutable cash;
    address public immutable owner;
    address[] public assets;
    mapping(address => Asset) public assetOf;
    /// Cash that is here, and cash that is owed.
    uint256 public idle;
    uint256 public totalDebt;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;
    mapping(address => uint256) public debt;
    mapping(address => mapping(address => uint256)) public pledged;

    constructor(IERC20 cash_) {
        cash = cash_;
        owner = msg.sender;
    }

    function list(address asset, BoundedFeed feed, uint256 ltvBps) external {
        require(msg.sender == owner, NotOwner());
        require(address(assetOf[asset].feed) == address(0) && ltvBps < BPS, NothingToDo());
        assetOf[asset] = Asset(feed, ltvBps);
        assets.push(asset);
        emit Listed(asset, address(feed), ltvBps);
    }

    /// What an account may owe.
    function limit(address account) public view returns (uint256 total) {
        for (uint256 i = 0; i < assets.length; ++i) {
            uint256 amount = pledged[account][assets[i]];
            if (amount > 0) total += amount * price(assets[i]) / 1e18 * assetOf[assets[i]].ltvBps / BPS;
        }
    }

    /// Cash for 1e18 units of an asset.
    function price(address asset) public view returns (uint256) {
        BoundedFeed feed = assetOf[asset].feed;
        require(address(feed) != address(0), UnknownAsset(asset));
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(asset, answer));
        require(block.timestamp - updatedAt <= HEARTBEAT, StalePrice(asset, updatedAt));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }

    function supply(uint256 amount) external returns (uint256 shares) {
        uint256 worth = idle + totalDebt;
        if (totalShares == 0) {
            require(amount > DEAD_SHARES, NothingToDo());
            shares = amount - DEAD_SHARES;
            totalShares = DEAD_SHARES;
        } else {
            shares = amount * totalShares / worth;
        }
        require(shares > 0, NothingToDo());
        sharesOf[msg.sender] += shares;
        totalShares += shares;
        emit Supplied(msg.sender, amount, shares);
        _takeCash(amount);
    }

    function redeem(uint256 shares) external returns (uint256 amount) {
        require(shares > 0, NothingToDo());
        require(shares <= sharesOf[msg.sender], TooMuch(shares, sharesOf[msg.sender]));
        amount = shares * (idle + totalDebt) / totalShares;
        sharesOf[msg.sender] -= shares;
        totalShares -= shares;
        emit Redeemed(msg.sender, amount, shares);
        _payCash(amount);
    }

    function pledge(address asset, uint256 amount) external {
        require(address(assetOf[asset].feed) != address(0), UnknownAsset(asset));
        require(amount > 0, NothingToDo());
        pledged[msg.sender][asset] += amount;
        emit Pledged(msg.sender, asset, amount);
        require(IERC20(asset).transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function release(address asset, uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= pledged[msg.sender][asset], TooMuch(amount, pledged[msg.sender][asset]));
        pledged[msg.sender][asset] -= amount;
        _requireHealthy(msg.sender);
        emit Released(msg.sender, asset, amount);
        require(IERC20(asset).transfer(msg.sender, amount), TransferFailed());
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        uint256 fee = (amount * OPENING_FEE_BPS + BPS - 1) / BPS;
        debt[msg.sender] += amount + fee;
        totalDebt += amount + fee;
        _requireHealthy(msg.sender);
        emit Borrowed(msg.sender, amount, fee);
        _payCash(amount);
    }

    function repay(uint256 amount) external {
        _settle(msg.sender, amount);
        emit Repaid(msg.sender, amount);
    }

    /// Repays part of an unhealthy account's debt for one kind of its collateral.
    function liquidate(address account, address asset, uint256 amount) external returns (uint256 seized) {
        require(debt[account] > limit(account), Healthy(account));
        seized = amount * LIQUIDATION_BPS / BPS * 1e18 / price(asset);
        require(seized <= pledged[account][asset], TooMuch(seized, pledged[account][asset]));
        pledged[account][asset] -= seized;
        _settle(account, amount);
        emit Liquidated(account, asset, amount, seized);
        require(IERC20(asset).transfer(msg.sender, seized), TransferFailed());
    }

    function _settle(address account, uint256 amount) private {
        require(amount > 0, NothingToDo());
        require(amount <= debt[account], TooMuch(amount, debt[account]));
        debt[account] -= amount;
        totalDebt -= amount;
        _takeCash(amount);
    }

    function _requireHealthy(address account) private view {
        require(debt[account] == 0 || debt[account] <= limit(account), Unhealthy(account));
    }

    function _takeCash(uint256 amount) private {
        idle += amount;
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _payCash(uint256 amount) private {
        require(amount <= idle, TooMuch(amount, idle));
        idle -= amount;
        require(cash.transfer(msg.sender, amount), TransferFailed());
    }
}
