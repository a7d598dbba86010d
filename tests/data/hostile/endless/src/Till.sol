// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Well-behaved, with a simple bug: `take` forgets to lower the total.
contract Till {
    uint256 public total;
    uint256 public visits;
    mapping(address => uint256) public inside;
    uint256 public sum;

    function put(uint256 amount) external {
        amount %= 1e24;
        visits++;
        inside[msg.sender] += amount;
        sum += amount;
        total += amount;
    }

    function take(uint256 amount) external {
        visits++;
        inside[msg.sender] -= amount;
        sum -= amount;
    }
}
