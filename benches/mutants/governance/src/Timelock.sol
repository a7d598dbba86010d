// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// What is voted with, and what the organisation owns.
import {VotesToken} from "gallery/governance-fixed/src/VotesToken.sol";
import {Token} from "gallery/shared/Erc20.sol";

/// Runs the governor's calls, each some time after it was scheduled. Owns what the organisation owns.
contract Timelock {
    error NotOwner();
    error NotGovernor();
    error AlreadySet();
    error AlreadyScheduled(bytes32 id);
    error NotReady(bytes32 id);
    error CallFailed();

    address private immutable owner;
    uint256 public immutable getMinDelay;
    address public governor;
    mapping(bytes32 => uint256) private readyAt;

    constructor(uint256 delay) {
        owner = msg.sender;
        getMinDelay = delay;
    }

    modifier onlyGovernor() {
        require(msg.sender == governor, NotGovernor());
        _;
    }

    /// The owner appoints the governor once.
    function setGovernor(address governor_) external {
        require(msg.sender == owner, NotOwner());
        require(governor == address(0), AlreadySet());
        governor = governor_;
    }

    function schedule(bytes32 id) external onlyGovernor {
        require(readyAt[id] == 0, AlreadyScheduled(id));
        readyAt[id] = block.timestamp + getMinDelay;
    }

    function execute(bytes32 id, address target, bytes calldata data) external onlyGovernor {
        require(readyAt[id] != 0 && block.timestamp >= readyAt[id], NotReady(id));
        (bool success,) = target.call(data);
        require(success, CallFailed());
    }
}
