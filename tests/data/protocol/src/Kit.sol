// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Gold {
    string public name;
    string public symbol;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    event Transfer(address indexed from, address indexed to, uint256 value);
    error NotEnough(address who, uint256 has, uint256 needs);

    constructor(string memory name_, string memory symbol_, uint256 supply) payable {
        name = name_;
        symbol = symbol_;
        mint(msg.sender, supply);
    }

    function mint(address to, uint256 value) public {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        uint256 has = balanceOf[msg.sender];
        if (has < value) revert NotEnough(msg.sender, has, value);
        balanceOf[msg.sender] = has - value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }
}

struct Limits {
    uint128 low;
    uint128 high;
}

struct Settings {
    address owner;
    Limits[] limits;
    bytes32 salt;
}

/// Takes every kind of argument and can fail in every way.
contract Kit {
    struct Seen {
        address owner;
        bytes32 salt;
        int64 number;
        bool flag;
        bytes data;
        string text;
    }

    Seen public seen;
    uint256 public highs;
    uint256 public price;
    uint256[3] public triple;
    Pair[] internal pairs;

    function settings(Settings calldata given) external {
        seen.owner = given.owner;
        seen.salt = given.salt;
        for (uint256 i = 0; i < given.limits.length; i++) highs += given.limits[i].high;
    }

    function words(int64 number, bool flag, bytes calldata data, string calldata text) external payable {
        seen.number = number;
        seen.flag = flag;
        seen.data = data;
        seen.text = text;
    }

    function three(uint256[3] calldata given) external {
        triple = given;
    }

    function over(uint256 a) external { highs = a; }
    function over(uint256 a, uint256 b) external { highs = a + b; }
    function over(address a, uint256 b) external { highs = uint160(a) + b; }

    function setPrice(uint256 price_, bytes32 note) external { price = price_; seen.salt = note; }

    function fail(uint256 how) external {
        if (how == 0) revert("the vault\x1b[31m is shut");
        if (how == 1) assert(false);
        if (how == 2) highs = 1 / (how - 2);
        if (how == 3) revert();
        while (true) highs++;
    }

    function pull(Gold token, uint256 value) external { token.transfer(msg.sender, value); }

    function makePair(address token) external returns (Pair) {
        Pair pair = new Pair(token);
        pairs.push(pair);
        return pair;
    }

    function pairAt(uint256 index) external view returns (Pair, uint256) { return (pairs[index], pairs.length); }
    function nothing() external pure returns (address) { return address(7); }
    function count() external view returns (uint256) { return pairs.length; }
    function time() external view returns (uint256, uint256) { return (block.number, block.timestamp); }
}

contract Pair {
    address public token;
    constructor(address token_) { token = token_; }
    function poke() external {}
}

abstract contract Unfinished { function todo() external virtual; }
