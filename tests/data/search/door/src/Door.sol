// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Opens to who solves an equation, repeats what it was told, and comes back to the second.
contract Door {
    event Ticket(address indexed holder, bytes32 id);

    uint256 public stage;
    bytes32 private ticket;
    uint256 private since;

    function knock(uint256 a, uint64 b) external {
        require(a * 61 == uint256(b) * 7 + 123456789012345678901, "wrong");
        require(b > 1e9, "small");
        ticket = keccak256(abi.encode(msg.sender, a));
        stage = 1;
        emit Ticket(msg.sender, ticket);
    }

    function enter(bytes32 id) external {
        require(stage == 1 && id == ticket, "no ticket");
        stage = 2;
        since = block.timestamp;
    }

    function leave() external {
        require(stage == 2, "not inside");
        require(block.timestamp == since + 3 days + 17, "not the time");
        stage = 3;
    }

    /// Starts anew whoever did not mean to come.
    function reset(uint8 code) external {
        if (code != 42) stage = 0;
    }
}
