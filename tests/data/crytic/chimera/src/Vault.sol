// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// A vault of ether that pays a bonus to who stays a week, and lets its owner take a fee.
contract Vault {
    mapping(address => uint256) public balanceOf;
    mapping(address => uint256) public since;
    uint256 public total;
    uint256 public fees;
    address public immutable owner = msg.sender;
    bool internal immutable mended;

    constructor(bool mended_) {
        mended = mended_;
    }

    function deposit() external payable {
        require(msg.value > 0, "nothing");
        balanceOf[msg.sender] += msg.value;
        total += msg.value;
        since[msg.sender] = block.timestamp;
    }

    function withdraw(uint256 amount) external {
        require(balanceOf[msg.sender] >= amount, "too much");
        uint256 fee = amount / 100;
        balanceOf[msg.sender] -= amount;
        total -= amount;
        // First bug: the fee of a large withdrawal is kept twice.
        fees += mended || amount < 10 ether ? fee : 2 * fee;
        pay(msg.sender, amount - fee);
    }

    function transfer(address to, uint256 amount) external {
        // Second bug: who sends all to themselves keeps it and gets it again.
        uint256 from = balanceOf[msg.sender];
        require(from >= amount, "too much");
        if (mended) {
            balanceOf[msg.sender] = from - amount;
            balanceOf[to] += amount;
        } else {
            uint256 there = balanceOf[to];
            balanceOf[msg.sender] = from - amount;
            balanceOf[to] = there + amount;
        }
    }

    function collect() external {
        require(msg.sender == owner, "not yours");
        uint256 amount = fees;
        fees = 0;
        pay(owner, amount);
    }

    /// Whoever stayed for four weeks may leave without a fee.
    function leave() external {
        require(since[msg.sender] != 0 && block.timestamp >= since[msg.sender] + 28 days, "too early");
        uint256 amount = balanceOf[msg.sender];
        require(amount > 0, "nothing");
        balanceOf[msg.sender] = 0;
        // Third bug: the total forgets what left only where something is left.
        if (mended || amount < total) total -= amount;
        since[msg.sender] = 0;
        pay(msg.sender, amount);
    }

    function pay(address to, uint256 amount) private {
        (bool ok,) = to.call{value: amount}("");
        require(ok, "unpaid");
    }

    receive() external payable {}
}
