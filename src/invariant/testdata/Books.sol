// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// What a contract can store: a fixture for reading variables by name. Compiled with Odd.sol.

contract Shelf {
    uint256 private twice = 1;
}

contract Books is Shelf {
    enum Phase {
        Idle,
        Open,
        Shut
    }
    type Price is uint128;

    struct Position {
        uint128 debt;
        int64 score;
        bool frozen;
        address owner;
        mapping(address => uint256) shares;
        uint256[2] pair;
    }

    uint256 private total = 77;
    uint64 private small = 5;
    int32 private negative = -6;
    bool private flag = true;
    Phase private phase = Phase.Shut;
    bytes4 private tag = 0x01020304;
    address private boss;
    Books private self;
    mapping(address => uint256) private debts;
    mapping(address => mapping(uint8 => int128)) private nested;
    mapping(uint256 => Position) private positions;
    mapping(bytes4 => bool) private known;
    mapping(string => uint256) private titles;
    Position private last;
    Price private price = Price.wrap(9);
    string private name = "books";
    uint256[] private list;
    uint256 private twice = 2;

    constructor(address who) {
        boss = who;
        self = this;
        debts[who] = 33;
        nested[who][4] = -44;
        known[0x01020304] = true;
        fill(positions[7], who);
        fill(last, who);
        last.score = 13;
    }

    function fill(Position storage position, address who) private {
        position.debt = 11;
        position.score = -12;
        position.frozen = true;
        position.owner = who;
        position.shares[who] = 55;
    }

    function borrow(uint64 amount) external {
        debts[msg.sender] += amount;
        negative -= 1;
        positions[7].debt += amount;
    }
}
