// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// A fixture for calls by crowds, for texts, and for accounts that no event names. Compiled with Odd.sol.

contract Queue {
    address[] private members;
    mapping(address => mapping(uint256 => uint256)) private places;
    mapping(uint256 => address) private numbered;

    /// Walks through all who came before.
    function join(address who) external {
        for (uint256 i = 0; i < members.length; ++i) require(members[i] != who, "twice");
        members.push(who);
    }

    /// Costs the same for everybody, and says nothing.
    function sit(address who) external {
        places[who][7] = block.timestamp;
    }

    /// Stores nothing for the account.
    function number(uint256 index, address who) external {
        numbered[index] = who;
    }

    function size() external view returns (uint256) {
        return members.length;
    }

    function note(string calldata text, bytes calldata data) external pure returns (bytes32, uint256) {
        return (keccak256(bytes(text)), bytes(text).length * 1000 + data.length);
    }
}
