// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Token} from "../../shared/Erc20.sol";

/// Token whose balances vote. Each account votes for itself until it delegates to another one.
/// Past votes are kept per block.
contract VotesToken is Token {
    error FutureBlock(uint256 number);

    event DelegateChanged(address indexed delegator, address indexed from, address indexed to);
    event DelegateVotesChanged(address indexed delegate, uint256 previous, uint256 current);

    struct Checkpoint {
        uint64 blockNumber;
        uint192 votes;
    }

    mapping(address => address) private chosen;
    mapping(address => Checkpoint[]) private checkpoints;

    constructor(string memory name_, string memory symbol_) Token(name_, symbol_) {}

    function delegates(address account) public view returns (address) {
        address delegate_ = chosen[account];
        return delegate_ == address(0) ? account : delegate_;
    }

    /// Votes of an account now.
    function getVotes(address account) public view returns (uint256) {
        Checkpoint[] storage history = checkpoints[account];
        return history.length == 0 ? 0 : history[history.length - 1].votes;
    }

    /// Votes of an account at the end of a past block.
    function getPastVotes(address account, uint256 number) external view returns (uint256) {
        require(number < block.number, FutureBlock(number));
        Checkpoint[] storage history = checkpoints[account];
        uint256 low = 0;
        uint256 high = history.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (history[middle].blockNumber > number) high = middle;
            else low = middle + 1;
        }
        return low == 0 ? 0 : history[low - 1].votes;
    }

    /// Gives all of the sender's votes to `delegate_`; the zero address takes them back.
    function delegate(address delegate_) external {
        address from = delegates(msg.sender);
        chosen[msg.sender] = delegate_;
        address to = delegates(msg.sender);
        emit DelegateChanged(msg.sender, from, to);
        _moveVotes(from, to, balanceOf[msg.sender]);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        _moveVotes(
            from == address(0) ? address(0) : delegates(from), to == address(0) ? address(0) : delegates(to), value
        );
    }

    function _moveVotes(address from, address to, uint256 value) private {
        if (from == to || value == 0) return;
        if (from != address(0)) _writeVotes(from, getVotes(from) - value);
        if (to != address(0)) _writeVotes(to, getVotes(to) + value);
    }

    function _writeVotes(address account, uint256 votes) private {
        emit DelegateVotesChanged(account, getVotes(account), votes);
        Checkpoint[] storage history = checkpoints[account];
        uint256 length = history.length;
        if (length > 0 && history[length - 1].blockNumber == block.number) {
            history[length - 1].votes = uint192(votes);
        } else {
            history.push(Checkpoint(uint64(block.number), uint192(votes)));
        }
    }
}
