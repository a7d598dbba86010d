// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Timelock} from "./Timelock.sol";
import {VotesToken} from "./VotesToken.sol";

/// Proposals of one call each, decided by the holders of a token and run by a timelock.
contract Governor {
    error TooFewVotes(uint256 votes, uint256 needed);
    error WrongState(uint256 id, State state);
    error AlreadyVoted(address voter);
    error BadSupport(uint8 support);

    event ProposalCreated(uint256 indexed id, address indexed proposer, address target, bytes data, string description);
    event VoteCast(address indexed voter, uint256 indexed id, uint8 support, uint256 weight);
    event ProposalQueued(uint256 indexed id);
    event ProposalExecuted(uint256 indexed id);

    enum State {
        Pending,
        Active,
        Defeated,
        Succeeded,
        Queued,
        Executed
    }

    struct Proposal {
        address target;
        uint256 value;
        bytes data;
        uint256 start;
        uint256 end;
        uint256 forVotes;
        uint256 againstVotes;
        bool queued;
        bool executed;
    }

    VotesToken public immutable token;
    Timelock public immutable timelock;
    /// Delay and period in blocks, threshold and quorum in votes.
    uint256 public immutable votingDelay;
    uint256 public immutable votingPeriod;
    uint256 public immutable proposalThreshold;
    uint256 public immutable quorum;

    uint256 public proposalCount;
    mapping(uint256 => Proposal) private proposals;
    mapping(uint256 => mapping(address => bool)) public hasVoted;

    constructor(
        VotesToken token_,
        Timelock timelock_,
        uint256 votingDelay_,
        uint256 votingPeriod_,
        uint256 proposalThreshold_,
        uint256 quorum_
    ) {
        token = token_;
        timelock = timelock_;
        votingDelay = votingDelay_;
        votingPeriod = votingPeriod_;
        proposalThreshold = proposalThreshold_;
        quorum = quorum_;
    }

    function state(uint256 id) public view returns (State) {
        Proposal storage proposal = proposals[id];
        if (proposal.executed) return State.Executed;
        if (proposal.queued) return State.Queued;
        if (proposal.end == 0 || block.number < proposal.start) return State.Pending;
        if (block.number <= proposal.end) return State.Active;
        bool passed = proposal.forVotes > proposal.againstVotes && proposal.forVotes >= quorum;
        return passed ? State.Succeeded : State.Defeated;
    }

    /// Votes for and against together.
    function votesCast(uint256 id) external view returns (uint256) {
        return proposals[id].forVotes + proposals[id].againstVotes;
    }

    function propose(address target, uint256 value, bytes calldata data, string calldata description)
        external
        returns (uint256 id)
    {
        uint256 votes = token.getVotes(msg.sender);
        require(votes >= proposalThreshold, TooFewVotes(votes, proposalThreshold));
        id = ++proposalCount;
        Proposal storage proposal = proposals[id];
        proposal.target = target;
        proposal.value = value;
        proposal.data = data;
        proposal.start = block.number + votingDelay;
        proposal.end = proposal.start + votingPeriod;
        emit ProposalCreated(id, msg.sender, target, data, description);
    }

    /// `support` is 1 for and 0 against.
    function castVote(uint256 id, uint8 support) external returns (uint256 weight) {
        _expect(id, State.Active);
        require(support <= 1, BadSupport(support));
        require(!hasVoted[id][msg.sender], AlreadyVoted(msg.sender));
        Proposal storage proposal = proposals[id];
        hasVoted[id][msg.sender] = true;
        weight = token.getVotes(msg.sender);
        if (support == 1) proposal.forVotes += weight;
        else proposal.againstVotes += weight;
        emit VoteCast(msg.sender, id, support, weight);
    }

    function queue(uint256 id) external {
        _expect(id, State.Succeeded);
        proposals[id].queued = true;
        emit ProposalQueued(id);
        timelock.schedule(bytes32(id));
    }

    function execute(uint256 id) external {
        _expect(id, State.Queued);
        Proposal storage proposal = proposals[id];
        proposal.executed = true;
        emit ProposalExecuted(id);
        timelock.execute(bytes32(id), proposal.target, proposal.value, proposal.data);
    }

    function _expect(uint256 id, State expected) private view {
        State actual = state(id);
        require(actual == expected, WrongState(id, actual));
    }
}
