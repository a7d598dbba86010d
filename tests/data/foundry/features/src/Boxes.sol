// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Something that only a box creates.
contract Lid {
    bool public lifted;

    function lift() external {
        lifted = true;
    }
}

/// Something that only a shop creates.
contract Box {
    uint256 public immutable number;
    bool public opened;
    Lid public lid;

    constructor(uint256 number_) {
        number = number_;
    }

    function open(uint256 hand) external {
        require(hand < 100, "too many hands");
        opened = true;
    }

    function close() external {
        opened = false;
    }

    function cover() external {
        lid = new Lid();
    }
}

contract Shop {
    Box[] public boxes;

    function make() external returns (Box box) {
        box = new Box(boxes.length);
        boxes.push(box);
    }

    /// Creates one, and fails.
    function fumble() external {
        new Box(7);
        revert("dropped");
    }

    function count() external view returns (uint256) {
        return boxes.length;
    }
}

/// Opens to whoever knows a secret.
contract Safe {
    bytes32 public immutable lock;
    uint256 public turns;
    bool public opened;

    constructor(bytes32 lock_) {
        lock = lock_;
    }

    function unlock(bytes32 secret) external {
        require(keccak256(abi.encode(secret)) == lock, "wrong");
        opened = true;
    }

    function turn(uint256 _Number) external {
        require(uint256(keccak256(abi.encode(_Number))) == uint256(lock) + 1, "wrong number");
        turns++;
    }
}

/// Fails when it is asked twice.
contract Bell {
    uint256 public rings;

    function ring() external {
        require(rings == 0, "rung");
        rings++;
    }
}
