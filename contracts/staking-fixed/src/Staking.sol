// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../shared/Erc20.sol";

/// Pays a funded reward over a period to those who stake, in proportion to stake and time.
contract Staking {
    error NotOwner();
    error NothingToDo();
    error PeriodRunning(uint256 finish);
    error TooMuch(uint256 amount, uint256 available);
    error ZeroAddress();
    error TransferFailed();

    event Funded(uint256 amount, uint256 finish);
    event Staked(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event StakeMoved(address indexed from, address indexed to, uint256 amount);
    event Claimed(address indexed account, uint256 amount);

    uint256 private constant SCALE = 1e18;

    IERC20 public immutable token;
    IERC20 public immutable reward;
    address public immutable owner;

    /// Reward per second and the time up to which it is funded.
    uint256 public rate;
    uint256 public periodFinish;
    uint256 public lastUpdate;
    /// Reward per staked token since the beginning, scaled.
    uint256 public index;
    uint256 public totalStaked;
    mapping(address => uint256) public staked;
    mapping(address => uint256) private indexOf;
    mapping(address => uint256) private accrued;

    constructor(IERC20 token_, IERC20 reward_) {
        token = token_;
        reward = reward_;
        owner = msg.sender;
    }

    /// Pays `amount` out over `duration` seconds; what does not divide stays in the contract.
    function fund(uint256 amount, uint256 duration) external {
        require(msg.sender == owner, NotOwner());
        require(block.timestamp >= periodFinish, PeriodRunning(periodFinish));
        require(amount >= duration && duration > 0, NothingToDo());
        _accrue();
        rate = amount / duration;
        lastUpdate = block.timestamp;
        periodFinish = block.timestamp + duration;
        emit Funded(amount, periodFinish);
        require(reward.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Rewards accrue up to the end of the funded period.
    function currentIndex() public view returns (uint256) {
        uint256 time = block.timestamp < periodFinish ? block.timestamp : periodFinish;
        if (totalStaked == 0 || time <= lastUpdate) return index;
        return index + (time - lastUpdate) * rate * SCALE / totalStaked;
    }

    /// What an account may claim now.
    function earned(address account) public view returns (uint256) {
        return accrued[account] + staked[account] * (currentIndex() - indexOf[account]) / SCALE;
    }

    function stake(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _checkpoint(msg.sender);
        staked[msg.sender] += amount;
        totalStaked += amount;
        emit Staked(msg.sender, amount);
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint256 amount) external {
        _take(msg.sender, amount);
        totalStaked -= amount;
        emit Withdrawn(msg.sender, amount);
        require(token.transfer(msg.sender, amount), TransferFailed());
    }

    /// Hands staked tokens to another account without taking them out.
    function moveStake(address to, uint256 amount) external {
        require(to != address(0), ZeroAddress());
        _take(msg.sender, amount);
        _checkpoint(to);
        staked[to] += amount;
        emit StakeMoved(msg.sender, to, amount);
    }

    function claim() external returns (uint256 amount) {
        _checkpoint(msg.sender);
        amount = accrued[msg.sender];
        require(amount > 0, NothingToDo());
        accrued[msg.sender] = 0;
        emit Claimed(msg.sender, amount);
        require(reward.transfer(msg.sender, amount), TransferFailed());
    }

    function _take(address account, uint256 amount) private {
        require(amount > 0, NothingToDo());
        require(amount <= staked[account], TooMuch(amount, staked[account]));
        _checkpoint(account);
        staked[account] -= amount;
    }

    function _accrue() private {
        index = currentIndex();
        uint256 time = block.timestamp < periodFinish ? block.timestamp : periodFinish;
        if (time > lastUpdate) lastUpdate = time;
    }

    /// Credits what an account has earned up to now.
    function _checkpoint(address account) private {
        _accrue();
        accrued[account] = earned(account);
        indexOf[account] = index;
    }
}
