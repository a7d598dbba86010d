// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// A bank that pays before it writes, and somebody who is called when he is paid. Compiled with Odd.sol.

contract Bank {
    mapping(address => uint256) public shares;
    uint256 public total;
    bool transient locked;
    bool private locks;

    function lock(bool on) external {
        locks = on;
    }

    function deposit() external payable {
        shares[msg.sender] += msg.value;
        total += msg.value;
    }

    /// Pays, and only then lowers the total.
    function withdraw() external {
        locked = true;
        uint256 amount = shares[msg.sender];
        shares[msg.sender] = 0;
        (bool sent,) = msg.sender.call{value: amount}("");
        require(sent, "not sent");
        total -= amount;
        locked = false;
    }

    /// Wei behind a thousand shares; refuses to answer during a withdrawal where it locks.
    function price() external view returns (uint256) {
        require(!locks || !locked, "locked");
        return total == 0 ? 1000 : address(this).balance * 1000 / total;
    }
}

contract Caller {
    Bank private immutable bank;

    constructor(Bank bank_) {
        bank = bank_;
    }

    receive() external payable {}

    function put() external payable {
        bank.deposit{value: msg.value}();
    }

    function get() external {
        bank.withdraw();
    }

    /// Gets its money back in a frame that reverts.
    function tryGet() external {
        try this.getAndRevert() {} catch {}
    }

    function getAndRevert() external {
        bank.withdraw();
        revert("no");
    }
}
