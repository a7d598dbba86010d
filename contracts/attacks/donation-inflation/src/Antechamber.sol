// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {SeasonVault} from "./SeasonVault.sol";

/// Collects cobalt of those who want to be in the vault from its first day. Once it has opened the doors, anybody may
/// lead anybody in, so that nobody has to be awake for it; before that and until then each may leave again.
contract Antechamber {
    error NotHost();
    error DoorsShut();
    error NothingToDo();
    error TransferFailed();

    event Waiting(address indexed guest, uint256 amount);
    event Left(address indexed guest, uint256 amount);
    event DoorsOpened(address vault);
    event LedIn(address indexed guest, uint256 amount, uint256 shares);

    address public immutable host;
    IERC20 public immutable cobalt;
    SeasonVault public vault;
    mapping(address => uint256) public waiting;
    uint256 public totalWaiting;

    constructor(IERC20 cobalt_) {
        host = msg.sender;
        cobalt = cobalt_;
    }

    function join(uint256 amount) external {
        require(amount > 0, NothingToDo());
        waiting[msg.sender] += amount;
        totalWaiting += amount;
        emit Waiting(msg.sender, amount);
        require(cobalt.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function leave(uint256 amount) external {
        require(amount > 0, NothingToDo());
        waiting[msg.sender] -= amount;
        totalWaiting -= amount;
        emit Left(msg.sender, amount);
        require(cobalt.transfer(msg.sender, amount), TransferFailed());
    }

    function openDoors(SeasonVault vault_) external {
        require(msg.sender == host, NotHost());
        vault = vault_;
        cobalt.approve(address(vault_), type(uint256).max);
        emit DoorsOpened(address(vault_));
    }

    /// Moves all that `guest` brought into the vault, for the guest.
    function leadIn(address guest) external returns (uint256 shares) {
        require(address(vault) != address(0), DoorsShut());
        uint256 amount = waiting[guest];
        require(amount > 0, NothingToDo());
        waiting[guest] = 0;
        totalWaiting -= amount;
        shares = vault.enter(amount, 0, guest);
        emit LedIn(guest, amount, shares);
    }
}
