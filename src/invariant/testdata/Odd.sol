// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// Fixtures of the invariant module's tests. Compiled with solc 0.8.30, optimizer on with 200 runs, cancun, metadata without
// hash and appendix: `node compile.mjs` beside this file.

/// A token whose balances and supply go their own ways.
contract Purse {
    event Transfer(address indexed from, address indexed to, uint256 value);

    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    /// Index of the entry that `pick` reads: the slot that a view reads depends on the state.
    uint256 public choice;
    uint256[8] private entries;
    uint256 public limit = 1000;
    uint256 private stamp;
    bool public open = true;

    constructor() {
        stamp = block.timestamp;
    }

    function mint(address to, uint64 amount) external {
        totalSupply += amount;
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function burn(uint64 amount) external {
        balanceOf[msg.sender] -= amount;
        totalSupply -= amount;
        emit Transfer(msg.sender, address(0), amount);
    }

    function transfer(address to, uint64 amount) external {
        uint256 mine = balanceOf[msg.sender] - amount;
        uint256 theirs = balanceOf[to] + amount;
        balanceOf[msg.sender] = mine;
        balanceOf[to] = theirs;
        emit Transfer(msg.sender, to, amount);
    }

    /// Conjures a balance and says nothing.
    function conjure(uint64 amount) external {
        balanceOf[msg.sender] += amount;
    }

    function choose(uint8 index) external {
        choice = index % 8;
    }

    function set(uint8 index, uint64 value) external {
        entries[index % 8] = value;
    }

    function setLimit(uint64 value) external {
        limit = value;
    }

    function shut(bool closed) external {
        open = !closed;
    }

    /// Reverts while shut.
    function pick() external view returns (uint256) {
        require(open, "shut");
        return entries[choice];
    }

    /// Grows with time.
    function interest() external view returns (uint256) {
        return block.timestamp - stamp;
    }

    function touch() external {
        stamp = block.timestamp;
    }

    function deposit() external payable {}

    function pay(address payable to, uint64 amount) external {
        (bool sent,) = to.call{value: amount}("");
        require(sent, "not sent");
    }

    function purseOf(address other) external view returns (uint256) {
        return other.balance;
    }

    /// Reverts after it has written.
    function fail() external {
        totalSupply = 1;
        revert("no");
    }
}

/// A contract behind an interface that promises something else.
contract Odd {
    struct Note {
        uint256 number;
        string text;
        address who;
    }

    uint256 public counter = 5;

    function bump() external returns (uint256) {
        return ++counter;
    }

    function flag() external pure returns (uint256) {
        return 7;
    }

    function owner() external pure returns (uint256) {
        return type(uint256).max;
    }

    function small() external pure returns (uint256) {
        return 256;
    }

    function nothing() external pure {}

    function fails() external pure {
        revert("no");
    }

    function spins() external pure {
        while (true) {}
    }

    function tag() external pure returns (bytes4) {
        return 0x01020304;
    }

    function debt() external pure returns (int128) {
        return -3;
    }

    function many() external pure returns (uint112, uint112, uint32) {
        return (11, 22, 33);
    }

    function list() external pure returns (uint256[3] memory, uint256) {
        return ([uint256(1), 2, 3], 44);
    }

    function note() external view returns (Note memory) {
        return Note(55, "a text that is long enough to need more than one word of memory", address(this));
    }

    function name() external pure returns (string memory) {
        return "odd";
    }

    function f(uint256 x) external pure returns (uint256) {
        return x + 1;
    }

    function f(address) external pure returns (uint256) {
        return 1000;
    }

    function f(bool x) external pure returns (bool) {
        return !x;
    }

    function tiny(uint8 x) external pure returns (uint8) {
        return x;
    }

    function half(int16 x) external pure returns (int16) {
        return x / 2;
    }

    function self() external view returns (address) {
        return address(this);
    }
}

/// What `Odd` is not.
interface Liar {
    function bump() external view returns (uint256);
    function flag() external view returns (bool);
    function owner() external view returns (address);
    function small() external view returns (uint8);
    function nothing() external view returns (uint256);
    function fails() external view returns (uint256);
    function spins() external view returns (uint256);
    function gone() external view returns (uint256);
}

/// What hypothetical calls must survive.
contract Trap {
    uint256 public calls;
    address public child;

    /// What is transient lasts for one transaction.
    function mark() external returns (uint256 before) {
        assembly {
            before := tload(0)
            tstore(0, add(before, 1))
        }
        calls++;
    }

    function marked() external view returns (uint256 value) {
        assembly {
            value := tload(0)
        }
    }

    /// Burns all gas.
    function spin() external {
        while (true) calls++;
    }

    /// Makes a contract that destroys itself at once.
    function flash() external {
        child = address(new Mayfly());
        Mayfly(child).die();
    }

    function breed() external returns (address) {
        child = address(new Mayfly());
        return child;
    }

    /// Calls itself as often as it is told.
    function again(uint256 times) external returns (uint256) {
        calls++;
        return times == 0 ? calls : this.again(times - 1);
    }

    function who() external returns (address, address) {
        calls++;
        return (msg.sender, tx.origin);
    }

    function refund(address payable to, uint256 amount) external {
        (bool sent,) = to.call{value: amount}("");
        require(sent, "not sent");
    }

    receive() external payable {}
}

contract Mayfly {
    uint256 public age = 7;

    function die() external {
        selfdestruct(payable(msg.sender));
    }
}
