// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {LpLocker} from "./LpLocker.sol";
import {LpValue} from "./LpValue.sol";
import {StableVault} from "./StableVault.sol";

/// Decides who may borrow from the vault against what the locker holds, and who is liquidated.
contract Control {
    error LimitExceeded(uint256 debt, uint256 limit);
    error Covered(address account);

    event Liquidated(address indexed account, address indexed by, uint256 debt, uint256 shares);

    uint256 private constant BPS = 10_000;
    uint256 public constant BORROW_BPS = 6_500;
    /// Beyond this share of the collateral's value a debt may be liquidated.
    uint256 public constant factor = 7_500;

    LpLocker public immutable locker;
    StableVault public immutable vault;
    LpValue public immutable lpValue;

    constructor(LpLocker locker_, StableVault vault_, LpValue lpValue_) {
        locker = locker_;
        vault = vault_;
        lpValue = lpValue_;
    }

    function collateral(address account) public view returns (uint256) {
        return lpValue.valueOf(locker.locked(account));
    }

    function debt(address account) public view returns (uint256) {
        return vault.debt(account);
    }

    function totalDebt() external view returns (uint256) {
        return vault.lent();
    }

    function borrow(uint256 amount) external {
        vault.borrowFor(msg.sender, amount);
        requireCovered(msg.sender);
    }

    /// Reverts unless the account could have borrowed what it owes just now.
    function requireCovered(address account) public view {
        uint256 owed = debt(account);
        if (owed == 0) return;
        uint256 limit = collateral(account) * BORROW_BPS / BPS;
        require(owed <= limit, LimitExceeded(owed, limit));
    }

    /// Pays all of an account's debt for all of its shares.
    function liquidate(address account) external {
        uint256 owed = debt(account);
        require(owed * BPS > collateral(account) * factor, Covered(account));
        vault.repayFrom(msg.sender, account, owed);
        uint256 shares = locker.seize(account, msg.sender);
        emit Liquidated(account, msg.sender, owed, shares);
    }
}
