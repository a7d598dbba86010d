// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Members put crowns in and share the guild's income, which is paid in crowns as well. Whoever owes the guild
/// simply sends it crowns: whatever lies here beyond the members' stakes and dues is income, and the next call shares it.
contract Guild {
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error TransferFailed();

    event Joined(address indexed member, uint256 amount);
    event Left(address indexed member, uint256 amount);
    event Shared(uint256 income, uint256 index);
    event Collected(address indexed member, uint256 amount);
    event Restaked(address indexed member, uint256 amount);

    struct Member {
        uint256 stake;
        /// The index up to which income is credited.
        uint256 index;
        uint256 due;
    }

    uint256 private constant SCALE = 1e27;

    IERC20 public immutable crown;
    /// Income per staked crown since the beginning, scaled.
    uint256 public index;
    uint256 public totalStaked;
    /// Shared and not yet collected.
    uint256 public totalDue;
    mapping(address => Member) private members;

    constructor(IERC20 crown_) {
        crown = crown_;
    }

    function stakeOf(address account) external view returns (uint256) {
        return members[account].stake;
    }

    /// What a member could collect now.
    function dueOf(address account) external view returns (uint256) {
        Member storage member = members[account];
        uint256 next = totalStaked == 0 ? index : index + unshared() * SCALE / totalStaked;
        return member.due + member.stake * (next - member.index) / SCALE;
    }

    /// Income that has come since the last call.
    function unshared() public view returns (uint256) {
        uint256 balance = crown.balanceOf(address(this));
        uint256 spoken = totalStaked + totalDue;
        return balance > spoken ? balance - spoken : 0;
    }

    function join(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _stake(_settle(msg.sender), msg.sender, amount);
        require(crown.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// A stake that somebody else pays, such as a salary.
    function joinFor(address account, uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(crown.transferFrom(msg.sender, address(this), amount), TransferFailed());
        _stake(_settle(account), account, amount);
    }

    function leave(uint256 amount) external {
        require(amount > 0, NothingToDo());
        Member storage member = _settle(msg.sender);
        require(amount <= member.stake, TooMuch(amount, member.stake));
        member.stake -= amount;
        totalStaked -= amount;
        emit Left(msg.sender, amount);
        require(crown.transfer(msg.sender, amount), TransferFailed());
    }

    function collect() external returns (uint256 amount) {
        amount = _takeDue(_settle(msg.sender));
        emit Collected(msg.sender, amount);
        require(crown.transfer(msg.sender, amount), TransferFailed());
    }

    /// Adds what is due to the stake.
    function restake() external returns (uint256 amount) {
        Member storage member = _settle(msg.sender);
        amount = _takeDue(member);
        _stake(member, msg.sender, amount);
        emit Restaked(msg.sender, amount);
    }

    function _stake(Member storage member, address account, uint256 amount) private {
        member.stake += amount;
        totalStaked += amount;
        emit Joined(account, amount);
    }

    function _takeDue(Member storage member) private returns (uint256 amount) {
        amount = member.due;
        require(amount > 0, NothingToDo());
        member.due = 0;
        totalDue -= amount;
    }

    /// Shares what has come and credits a member with its part.
    function _settle(address account) private returns (Member storage member) {
        uint256 income = unshared();
        if (income > 0 && totalStaked > 0) {
            index += income * SCALE / totalStaked;
            totalDue += income;
            emit Shared(income, index);
        }
        member = members[account];
        member.due += member.stake * (index - member.index) / SCALE;
        member.index = index;
    }
}
