// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";
import {Basin} from "./Basin.sol";
import {Field} from "./Field.sol";

/// Sows its members' rye, sells the dew that comes of it for more rye, and sows that too. What a harvest brings is
/// released over six hours, so that coming for a harvest brings nothing.
contract Brewery {
    error NothingToDo();
    error TooMuch(uint256 shares, uint256 available);
    error TooEarly(uint256 next);
    error BadPrice(int256 answer);
    error TransferFailed();

    event Entered(address indexed account, uint256 amount, uint256 shares);
    event Exited(address indexed account, uint256 shares, uint256 amount);
    event Harvested(address indexed caller, uint256 sold, uint256 brought);

    uint256 private constant DEAD_SHARES = 1_000;
    uint256 private constant BPS = 10_000;
    uint256 public constant MAX_SALE_BPS = 10;
    uint256 public constant SLIPPAGE_BPS = 100;
    uint256 public constant INTERVAL = 1 hours;
    uint256 public constant RELEASE = 6 hours;

    IERC20 public immutable rye;
    IERC20 public immutable dew;
    Field public immutable field;
    Basin public immutable basin;
    /// Rye for a dew.
    IFeed public immutable feed;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;
    uint256 public lastHarvest;
    /// What was unreleased right after the last harvest.
    uint256 private held;

    constructor(Field field_, Basin basin_, IFeed feed_) {
        field = field_;
        basin = basin_;
        feed = feed_;
        rye = field_.rye();
        dew = field_.dew();
        rye.approve(address(field_), type(uint256).max);
        dew.approve(address(basin_), type(uint256).max);
    }

    function unreleased() public view returns (uint256) {
        uint256 age = block.timestamp - lastHarvest;
        return age >= RELEASE ? 0 : held * (RELEASE - age) / RELEASE;
    }

    /// Rye that belongs to the shares now.
    function totalRye() public view returns (uint256) {
        return field.sown(address(this)) - unreleased();
    }

    /// Value of sold dew by the feed.
    function worth(uint256 amount) public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        return amount * uint256(answer) / 10 ** feed.decimals();
    }

    function enter(uint256 amount) external returns (uint256 shares) {
        if (totalShares == 0) {
            require(amount > DEAD_SHARES, NothingToDo());
            shares = amount - DEAD_SHARES;
            totalShares = DEAD_SHARES;
        } else {
            shares = amount * totalShares / totalRye();
        }
        require(shares > 0, NothingToDo());
        sharesOf[msg.sender] += shares;
        totalShares += shares;
        emit Entered(msg.sender, amount, shares);
        require(rye.transferFrom(msg.sender, address(this), amount), TransferFailed());
        field.sow(amount);
    }

    function exit(uint256 shares) external returns (uint256 amount) {
        require(shares <= sharesOf[msg.sender], TooMuch(shares, sharesOf[msg.sender]));
        amount = shares * totalRye() / totalShares;
        require(amount > 0, NothingToDo());
        sharesOf[msg.sender] -= shares;
        totalShares -= shares;
        emit Exited(msg.sender, shares, amount);
        field.reap(amount);
        require(rye.transfer(msg.sender, amount), TransferFailed());
    }

    /// Anybody may see to it, once an hour.
    function harvest() external returns (uint256 brought) {
        require(block.timestamp >= lastHarvest + INTERVAL, TooEarly(lastHarvest + INTERVAL));
        field.gather();
        uint256 sold = dew.balanceOf(address(this));
        // A sale that moves the price by less than a swap costs is not worth surrounding, or following.
        uint256 most = basin.reserve0() * MAX_SALE_BPS / BPS;
        if (sold > most) sold = most;
        require(sold > 0, NothingToDo());
        brought = basin.swap(address(dew), sold, worth(sold) * (BPS - SLIPPAGE_BPS) / BPS, address(this));
        held = unreleased() + brought;
        lastHarvest = block.timestamp;
        emit Harvested(msg.sender, sold, brought);
        field.sow(brought);
    }
}
