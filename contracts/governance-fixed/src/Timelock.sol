// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Runs the governor's calls, each at least `delay` seconds after it was scheduled.
contract Timelock {
    error NotOwner();
    error NotGovernor();
    error AlreadySet();
    error AlreadyScheduled(bytes32 id);
    error NotReady(bytes32 id);
    error CallFailed();

    event Scheduled(bytes32 indexed id, uint256 readyAt);
    event Executed(bytes32 indexed id);

    address private immutable owner;
    uint256 public immutable delay;
    address public governor;
    mapping(bytes32 => uint256) public readyAt;

    constructor(uint256 delay_) {
        owner = msg.sender;
        delay = delay_;
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
        readyAt[id] = block.timestamp + delay;
        emit Scheduled(id, readyAt[id]);
    }

    function execute(bytes32 id, address target, uint256 value, bytes calldata data) external onlyGovernor {
        require(readyAt[id] != 0 && block.timestamp >= readyAt[id], NotReady(id));
        readyAt[id] = type(uint256).max;
        emit Executed(id);
        (bool success,) = target.call{value: value}(data);
        require(success, CallFailed());
    }
}
