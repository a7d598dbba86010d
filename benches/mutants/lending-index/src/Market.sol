// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "gallery/shared/Erc20.sol";
import {IFeed} from "gallery/shared/Feed.sol";

/// Lends `coin` against `ore` at a fixed rate. Debts are stored as what they were when the index was one.
contract Market {
    error NothingToDo();
    error Unhealthy(address account);
    error Healthy(address account);
    error TooMuch(uint256 amount, uint256 available);
    error BadPrice(int256 answer);
    error StalePrice(uint256 updatedAt);
    error TransferFailed();

    event Pledged(address indexed account, uint256 amount);
    event Released(address indexed account, uint256 amount);
    event Borrowed(address indexed account, uint256 amount);
    event Repaid(address indexed account, address indexed payer, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 repaid, uint256 seized);

    uint256 private constant WAD = 1e18;
    uint256 private constant BPS = 10_000;
    /// Interest per second, of a debt of one.
    uint256 private constant RATE = 1e9;
    uint256 private constant DISCOUNT_BPS = 10_500;
    /// Debt may reach this share of the collateral's value.
    uint256 public constant factor = 6_600;
    uint256 public constant maxAge = 2 hours;
    /// Between these the feed follows the market, in coins for an ore.
    uint256 public constant minPrice = 1e18;
    uint256 public constant maxPrice = 1e19;

    IERC20 public immutable ore;
    IERC20 public immutable coin;
    IFeed public immutable feed;
    uint256 public totalPledged;
    mapping(address => uint256) public pledged;
    uint256 private storedIndex = WAD;
    uint256 private accruedAt = block.timestamp;
    uint256 private totalPrincipal;
    mapping(address => uint256) private principal;

    constructor(IERC20 ore_, IERC20 coin_, IFeed feed_) {
        ore = ore_;
        coin = coin_;
        feed = feed_;
    }

    function borrowIndex() public view returns (uint256) {
        return storedIndex + storedIndex * RATE * (block.timestamp - accruedAt) / WAD;
    }

    function debt(address account) public view returns (uint256) {
        return principal[account] * borrowIndex() / WAD;
    }

    function totalDebt() external view returns (uint256) {
        return totalPrincipal * borrowIndex() / WAD;
    }

    /// Coins for 1e18 ore by the feed, whatever its age; zero when there is no price.
    function price() public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        return answer > 0 ? uint256(answer) * 1e10 : 0;
    }

    function priceTime() public view returns (uint256 updatedAt) {
        (,,, updatedAt,) = feed.latestRoundData();
    }

    /// Value of an account's collateral in coins.
    function collateral(address account) public view returns (uint256) {
        return pledged[account] * price() / WAD;
    }

    function pledge(uint256 amount) external {
        require(amount > 0, NothingToDo());
        pledged[msg.sender] += amount;
        totalPledged += amount;
        emit Pledged(msg.sender, amount);
        require(ore.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function release(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= pledged[msg.sender], TooMuch(amount, pledged[msg.sender]));
        pledged[msg.sender] -= amount;
        totalPledged -= amount;
        require(_healthy(msg.sender), Unhealthy(msg.sender));
        emit Released(msg.sender, amount);
        require(ore.transfer(msg.sender, amount), TransferFailed());
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _checkPrice();
        _accrue();
        uint256 added = (amount * WAD + storedIndex - 1) / storedIndex;
        principal[msg.sender] += added;
        totalPrincipal += added;
        require(_healthy(msg.sender), Unhealthy(msg.sender));
        emit Borrowed(msg.sender, amount);
        require(coin.transfer(msg.sender, amount), TransferFailed());
    }

    function repay(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _settle(msg.sender, amount);
        emit Repaid(msg.sender, msg.sender, amount);
    }

    /// Repays part of an unhealthy account's debt for its collateral at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 seized) {
        require(amount > 0, NothingToDo());
        _checkPrice();
        require(!_healthy(account), Healthy(account));
        seized = amount * DISCOUNT_BPS * WAD / (price() * BPS);
        if (seized > pledged[account]) seized = pledged[account];
        pledged[account] -= seized;
        totalPledged -= seized;
        _settle(account, amount);
        emit Liquidated(account, msg.sender, amount, seized);
        require(ore.transfer(msg.sender, seized), TransferFailed());
    }

    function _settle(address account, uint256 amount) private {
        _accrue();
        uint256 less = amount * WAD / storedIndex;
        require(less <= principal[account], TooMuch(amount, debt(account)));
        principal[account] -= less;
        totalPrincipal -= less;
        require(coin.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _accrue() private {
        storedIndex = borrowIndex();
        accruedAt = block.timestamp;
    }

    function _checkPrice() private view {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        require(price() > minPrice && price() < maxPrice, BadPrice(answer));
        require(block.timestamp - updatedAt <= maxAge, StalePrice(updatedAt));
    }

    function _healthy(address account) private view returns (bool) {
        uint256 owed = debt(account);
        return owed == 0 || owed * BPS <= collateral(account) * factor;
    }
}
