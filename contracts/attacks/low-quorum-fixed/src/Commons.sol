// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Acre} from "./Acre.sol";

/// Owns what its members have in common and does what they decide: any call, after a vote by the acres that each
/// had before the motion was made, and after days in which who disagrees can sell.
contract Commons {
    error TooFewVotes(uint256 votes, uint256 needed);
    error WrongState(uint256 id, State state);
    error AlreadyVoted(uint256 id, address member);
    error CallFailed(bytes reason);

    event ProposalCreated(uint256 indexed id, address indexed member, address target, bytes data, string description);
    event VoteCast(uint256 indexed id, address indexed member, uint8 support, uint256 votes);
    event ProposalExecuted(uint256 indexed id);

    enum State {
        Unknown,
        Pending,
        Active,
        Rejected,
        Cooling,
        Ready,
        Executed,
        Expired
    }

    struct Motion {
        address target;
        uint256 value;
        bytes data;
        uint256 snapshot;
        uint256 opens;
        uint256 closes;
        uint256 yes;
        uint256 no;
        bool executed;
    }

    uint256 private constant BPS = 10_000;
    uint256 public constant PROPOSER_BPS = 10;
    /// Votes for a motion that make it valid, as a share of all acres: more than are for sale.
    uint256 public constant QUORUM_BPS = 4_000;
    uint256 public constant VOTING_DELAY = 1 hours;
    uint256 public constant VOTING_PERIOD = 3 days;
    uint256 public constant COOLING = 2 days;
    uint256 public constant LIFETIME = 14 days;

    Acre public immutable token;
    uint256 public proposalCount;
    mapping(uint256 => Motion) private motions;
    mapping(uint256 => mapping(address => bool)) public hasVoted;

    constructor(Acre token_) {
        token = token_;
    }

    receive() external payable {}

    function quorum() public view returns (uint256) {
        return token.totalSupply() * QUORUM_BPS / BPS;
    }

    function proposalThreshold() public view returns (uint256) {
        return token.totalSupply() * PROPOSER_BPS / BPS;
    }

    function state(uint256 id) public view returns (State) {
        Motion storage motion = motions[id];
        if (motion.closes == 0) return State.Unknown;
        if (motion.executed) return State.Executed;
        if (block.timestamp < motion.opens) return State.Pending;
        if (block.timestamp < motion.closes) return State.Active;
        if (motion.yes < quorum() || motion.yes <= motion.no) return State.Rejected;
        if (block.timestamp < motion.closes + COOLING) return State.Cooling;
        return block.timestamp < motion.closes + LIFETIME ? State.Ready : State.Expired;
    }

    function motionOf(uint256 id) external view returns (Motion memory) {
        return motions[id];
    }

    function propose(address target, uint256 value, bytes calldata data, string calldata description)
        external
        returns (uint256 id)
    {
        uint256 votes = token.balanceAt(msg.sender, block.number - 1);
        require(votes >= proposalThreshold(), TooFewVotes(votes, proposalThreshold()));
        id = ++proposalCount;
        Motion storage motion = motions[id];
        motion.target = target;
        motion.value = value;
        motion.data = data;
        motion.snapshot = block.number - 1;
        motion.opens = block.timestamp + VOTING_DELAY;
        motion.closes = motion.opens + VOTING_PERIOD;
        emit ProposalCreated(id, msg.sender, target, data, description);
    }

    /// `support` is 1 for and anything else against.
    function castVote(uint256 id, uint8 support) external returns (uint256 votes) {
        _expect(id, State.Active);
        require(!hasVoted[id][msg.sender], AlreadyVoted(id, msg.sender));
        Motion storage motion = motions[id];
        votes = token.balanceAt(msg.sender, motion.snapshot);
        require(votes > 0, TooFewVotes(0, 1));
        hasVoted[id][msg.sender] = true;
        if (support == 1) motion.yes += votes;
        else motion.no += votes;
        emit VoteCast(id, msg.sender, support, votes);
    }

    function execute(uint256 id) external {
        _expect(id, State.Ready);
        Motion storage motion = motions[id];
        motion.executed = true;
        emit ProposalExecuted(id);
        (bool success, bytes memory reason) = motion.target.call{value: motion.value}(motion.data);
        require(success, CallFailed(reason));
    }

    function _expect(uint256 id, State expected) private view {
        State actual = state(id);
        require(actual == expected, WrongState(id, actual));
    }
}
