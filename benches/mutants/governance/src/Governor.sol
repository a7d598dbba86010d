// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {VotesToken} from "gallery/governance-fixed/src/VotesToken.sol";
import {Timelock} from "./Timelock.sol";

/// Proposals of one call each, decided by the holders of a token and run by a timelock. Views are called as in OpenZeppelin's.
contract Governor {
    error WrongState(uint256 id, State state);
    error AlreadyVoted(address voter);
    error BadSupport(uint8 support);

    event ProposalCreated(uint256 indexed id, address indexed proposer, address target, bytes data);
    event VoteCast(address indexed voter, uint256 indexed id, uint8 support, uint256 weight);
    event ProposalQueued(uint256 indexed id, uint256 eta);
    event ProposalExecuted(uint256 indexed id);

    enum State {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed
    }

    struct Proposal {
        address target;
        bytes data;
        uint256 snapshot;
        uint256 deadline;
        uint256 against;
        uint256 pro;
        uint256 eta;
        bool executed;
    }

    uint256 private constant BPS = 10_000;

    VotesToken public immutable token;
    Timelock public immutable timelock;
    /// Delay and period in blocks.
    uint256 public immutable votingDelay;
    uint256 public immutable votingPeriod;
    uint256 public immutable quorumVotes;

    uint256 public proposalCount;
    mapping(uint256 => Proposal) private proposals;
    mapping(uint256 => mapping(address => bool)) public hasVoted;

    constructor(VotesToken token_, Timelock timelock_, uint256 delay, uint256 period, uint256 quorum_) {
        token = token_;
        timelock = timelock_;
        votingDelay = delay;
        votingPeriod = period;
        quorumVotes = quorum_;
    }

    function quorum(uint256) public view returns (uint256) {
        return quorumVotes;
    }

    function proposalSnapshot(uint256 id) public view returns (uint256) {
        return proposals[id].snapshot;
    }

    function proposalDeadline(uint256 id) external view returns (uint256) {
        return proposals[id].deadline;
    }

    /// When a queued proposal may be executed.
    function proposalEta(uint256 id) external view returns (uint256) {
        return proposals[id].eta;
    }

    function proposalVotes(uint256 id) external view returns (uint256 against, uint256 pro, uint256 abstain) {
        return (proposals[id].against, proposals[id].pro, 0);
    }

    function state(uint256 id) public view returns (State) {
        Proposal storage proposal = proposals[id];
        if (proposal.executed) return State.Executed;
        if (proposal.eta != 0) return State.Queued;
        if (proposal.deadline == 0 || block.number <= proposal.snapshot) return State.Pending;
        if (block.number <= proposal.deadline) return State.Active;
        bool enough = proposal.pro >= quorum(proposal.snapshot);
        return enough && proposal.pro > proposal.against ? State.Succeeded : State.Defeated;
    }

    function propose(address target, bytes calldata data) external returns (uint256 id) {
        id = proposalCount++;
        Proposal storage proposal = proposals[id];
        proposal.target = target;
        proposal.data = data;
        proposal.snapshot = block.number + votingDelay;
        proposal.deadline = proposal.snapshot + votingPeriod;
        emit ProposalCreated(id, msg.sender, target, data);
    }

    /// `support` is 1 for and 0 against.
    function castVote(uint256 id, uint8 support) external returns (uint256 weight) {
        _expect(id, State.Active);
        require(support <= 1, BadSupport(support));
        require(!hasVoted[id][msg.sender], AlreadyVoted(msg.sender));
        hasVoted[id][msg.sender] = true;
        weight = token.getPastVotes(msg.sender, proposals[id].snapshot);
        if (support == 1) proposals[id].pro += weight;
        else proposals[id].against += weight;
        emit VoteCast(msg.sender, id, support, weight);
    }

    function queue(uint256 id) external returns (uint256) {
        _expect(id, State.Succeeded);
        proposals[id].eta = block.timestamp + timelock.getMinDelay();
        emit ProposalQueued(id, proposals[id].eta);
        timelock.schedule(bytes32(id));
        return id;
    }

    function execute(uint256 id) external returns (uint256) {
        _expect(id, State.Queued);
        proposals[id].executed = true;
        emit ProposalExecuted(id);
        timelock.execute(bytes32(id), proposals[id].target, proposals[id].data);
        return id;
    }

    function _expect(uint256 id, State expected) private view {
        State actual = state(id);
        require(actual == expected, WrongState(id, actual));
    }
}
