// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Creates contracts, as many as the gas allows.
contract Spawner {
    address[] public children;

    function spawn(uint8 count) external {
        for (uint256 each = 0; each < count; each++) {
            children.push(address(new Child()));
        }
    }

    function spawnForever() external {
        while (true) new Child();
    }

    /// Creation code that fails, and code that nobody may deploy.
    function miscarry() external returns (address failed, address forbidden) {
        assembly {
            mstore(0, shl(248, 0xfe))
            failed := create(0, 0, 1)
            mstore(0, shl(192, 0x60ef5f5360015ff3))
            forbidden := create(0, 0, 8)
        }
    }
}

contract Child {
    address public parent = msg.sender;
}
