// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A token that is honest about supply and balances, and emits what no token should.
contract Noise {
    event Transfer(address indexed from, address indexed to, uint256 amount);
    event Ping(uint256 indexed number);

    bytes32 private constant TRANSFER = keccak256("Transfer(address,address,uint256)");
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;

    constructor() {
        totalSupply = 1e24;
        balanceOf[msg.sender] = 1e24;
        emit Transfer(address(0), msg.sender, 1e24);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        require(to != address(0), "nobody");
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
        return true;
    }

    function ping() external {
        for (uint256 each = 0; each < 5000; each++) emit Ping(each);
    }

    /// More holders than anybody wants to know.
    function crowd() external {
        for (uint256 each = 1; each <= 2000; each++) {
            emit Transfer(msg.sender, address(uint160(uint256(keccak256(abi.encode(each))))), 0);
        }
    }

    /// None of these is the event of an ERC-20 token, but for the last.
    function oddities() external {
        bytes32 topic = TRANSFER;
        assembly {
            mstore(0, not(0))
            mstore(0x20, not(0))
            log0(0, 0x40)
            log1(0, 0x40, topic)
            log2(0, 0x20, topic, 0)
            log3(0, 0, topic, 0, caller())
            log3(0, 31, topic, 0, caller())
            log3(0, 33, topic, 0, caller())
            log4(0, 0, topic, 0, caller(), 1)
            log4(0, 0x20, topic, 0, caller(), 1)
            mstore(0, 0)
            log3(0, 0x20, topic, not(0), not(0))
        }
    }

    /// An event of two megabytes would cost more than a call may: this one has a hundred kilobytes.
    function shout() external {
        assembly {
            log1(0, 100000, 1)
        }
    }
}
