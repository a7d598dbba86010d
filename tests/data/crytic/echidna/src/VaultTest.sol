// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Vault} from "./Vault.sol";

/// One depositor of the vault.
contract Depositor {
    Vault internal immutable vault;

    constructor(Vault vault_) {
        vault = vault_;
    }

    function deposit() external payable {
        vault.deposit{value: msg.value}();
    }

    function withdraw(uint256 amount) external {
        vault.withdraw(amount);
    }

    function transfer(address to, uint256 amount) external {
        vault.transfer(to, amount);
    }

    function leave() external {
        vault.leave();
    }

    receive() external payable {}
}

/// Calls the vault through three depositors, and says what must hold.
abstract contract VaultSuite {
    Vault internal vault;
    Depositor[3] internal depositors;
    uint256 internal paidIn;
    uint256 internal paidOut;

    event AssertionFailed(string reason);

    constructor(bool mended) {
        vault = new Vault(mended);
        for (uint256 i = 0; i < 3; i++) depositors[i] = new Depositor(vault);
    }

    function deposit(uint8 who) external payable {
        require(msg.value > 0);
        depositors[who % 3].deposit{value: msg.value}();
        paidIn += msg.value;
    }

    function withdraw(uint8 who, uint256 amount) external {
        Depositor depositor = depositors[who % 3];
        uint256 held = vault.balanceOf(address(depositor));
        require(held > 0);
        amount = 1 + amount % held;
        uint256 before = address(depositor).balance;
        depositor.withdraw(amount);
        uint256 paid = address(depositor).balance - before;
        paidOut += paid;
        if (paid > amount) emit AssertionFailed("paid too much");
    }

    function transfer(uint8 who, uint8 to, uint256 amount) external {
        Depositor depositor = depositors[who % 3];
        uint256 held = vault.balanceOf(address(depositor));
        require(held > 0);
        uint256 before = sum();
        depositor.transfer(address(depositors[to % 3]), 1 + amount % held);
        // A transfer neither makes nor takes.
        assert(sum() == before);
    }

    function leave(uint8 who) external {
        Depositor depositor = depositors[who % 3];
        uint256 before = address(depositor).balance;
        depositor.leave();
        paidOut += address(depositor).balance - before;
    }

    function sum() internal view returns (uint256 all) {
        for (uint256 i = 0; i < 3; i++) all += vault.balanceOf(address(depositors[i]));
    }

    /// The vault can pay its fees and all deposits.
    function echidna_solvency() external view returns (bool) {
        return address(vault).balance >= vault.total() + vault.fees();
    }

    /// The total is not more than what came in without what went out.
    function echidna_total() external view returns (bool) {
        return vault.total() + paidOut <= paidIn;
    }

    /// Nobody withdraws more than they have.
    function echidna_revert_overdraw() external {
        depositors[0].withdraw(vault.balanceOf(address(depositors[0])) + 1);
    }

    receive() external payable {}
}

contract BuggyVaultTest is VaultSuite(false) {}

contract MendedVaultTest is VaultSuite(true) {}
