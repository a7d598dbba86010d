// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Granary} from "./Granary.sol";

/// Members lock seeds here and decide on grants from the granary with them. A grant is paid a week after it was
/// proposed when half of the locked seeds are for it, or at once when two thirds are: not every need can wait.
contract Silo {
    error NothingToDo();
    error TooFewSeeds(uint256 seeds, uint256 needed);
    error UnknownGrant(uint256 id);
    error AlreadyPaid(uint256 id);
    error AlreadyVoted(uint256 id, address member);
    error TooEarly(uint256 readyAt);
    error Expired(uint256 id);
    error TransferFailed();

    event Locked(address indexed member, uint256 seeds);
    event Unlocked(address indexed member, uint256 seeds);
    event Proposed(uint256 indexed id, address indexed member, IERC20 token, address payee, uint256 amount, string memo);
    event Voted(uint256 indexed id, address indexed member, uint256 seeds);
    event Executed(uint256 indexed id, bool atOnce);

    struct Grant {
        IERC20 token;
        address payee;
        uint256 amount;
        uint256 proposedAt;
        uint256 proposedIn;
        uint256 votes;
        bool paid;
    }

    uint256 public constant WAIT = 7 days;
    uint256 public constant LIFETIME = 30 days;
    /// Part of the locked seeds that a member must have to propose, as its inverse.
    uint256 private constant PROPOSER_PART = 1_000;

    IERC20 public immutable seed;
    Granary public immutable granary;
    uint256 public totalLocked;
    mapping(address => uint256) public locked;
    /// Block in which a member last locked seeds.
    mapping(address => uint256) public lockedIn;
    Grant[] private grants;
    mapping(uint256 => mapping(address => bool)) public hasVoted;

    constructor(IERC20 seed_, Granary granary_) {
        seed = seed_;
        granary = granary_;
    }

    function lock(uint256 seeds) external {
        require(seeds > 0, NothingToDo());
        locked[msg.sender] += seeds;
        totalLocked += seeds;
        lockedIn[msg.sender] = block.number;
        emit Locked(msg.sender, seeds);
        require(seed.transferFrom(msg.sender, address(this), seeds), TransferFailed());
    }

    function unlock(uint256 seeds) external {
        require(seeds > 0, NothingToDo());
        locked[msg.sender] -= seeds;
        totalLocked -= seeds;
        emit Unlocked(msg.sender, seeds);
        require(seed.transfer(msg.sender, seeds), TransferFailed());
    }

    function propose(IERC20 token, address payee, uint256 amount, string calldata memo) external returns (uint256 id) {
        uint256 needed = totalLocked / PROPOSER_PART;
        require(locked[msg.sender] >= needed && needed > 0, TooFewSeeds(locked[msg.sender], needed));
        id = grants.length;
        grants.push(Grant(token, payee, amount, block.timestamp, block.number, 0, false));
        emit Proposed(id, msg.sender, token, payee, amount, memo);
    }

    /// All of the sender's locked seeds are for the grant.
    function vote(uint256 id) external {
        Grant storage grant = _open(id);
        require(!hasVoted[id][msg.sender], AlreadyVoted(id, msg.sender));
        uint256 seeds = _seedsFor(grant, msg.sender);
        require(seeds > 0, TooFewSeeds(0, 1));
        hasVoted[id][msg.sender] = true;
        grant.votes += seeds;
        emit Voted(id, msg.sender, seeds);
    }

    function execute(uint256 id) external {
        Grant storage grant = _open(id);
        require(block.timestamp >= grant.proposedAt + WAIT, TooEarly(grant.proposedAt + WAIT));
        require(grant.votes * 2 > totalLocked, TooFewSeeds(grant.votes, totalLocked / 2 + 1));
        _pay(id, grant, false);
    }

    function emergencyCommit(uint256 id) external {
        Grant storage grant = _open(id);
        require(grant.votes * 3 >= totalLocked * 2 && grant.votes > 0, TooFewSeeds(grant.votes, totalLocked * 2 / 3));
        _pay(id, grant, true);
    }

    function grantCount() external view returns (uint256) {
        return grants.length;
    }

    function grantOf(uint256 id) external view returns (Grant memory) {
        return grants[id];
    }

    /// Seeds that a member may vote with: none, if it locked any since the grant was proposed or in the same block.
    function _seedsFor(Grant storage grant, address member) private view returns (uint256) {
        return lockedIn[member] < grant.proposedIn ? locked[member] : 0;
    }

    function _open(uint256 id) private view returns (Grant storage grant) {
        require(id < grants.length, UnknownGrant(id));
        grant = grants[id];
        require(!grant.paid, AlreadyPaid(id));
        require(block.timestamp <= grant.proposedAt + LIFETIME, Expired(id));
    }

    function _pay(uint256 id, Grant storage grant, bool atOnce) private {
        grant.paid = true;
        emit Executed(id, atOnce);
        granary.pay(grant.token, grant.payee, grant.amount);
    }
}
