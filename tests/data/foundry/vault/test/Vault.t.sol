// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Base, Test} from "../src/Vm.sol";
import {Vault} from "../src/Vault.sol";

/// Calls the vault as one of its actors, and keeps account of what should be there.
contract VaultHandler is Base {
    Vault public immutable vault;
    address[] public actors;
    uint256 public ghostIn;
    uint256 public ghostOut;
    address internal actor;

    constructor(Vault vault_, address[] memory actors_) {
        vault = vault_;
        actors = actors_;
    }

    modifier as_(uint256 seed) {
        actor = actors[bound(seed, 0, actors.length - 1)];
        vm.startPrank(actor);
        _;
        vm.stopPrank();
    }

    function deposit(uint256 seed, uint256 amount) external as_(seed) {
        amount = bound(amount, 1, 50 ether);
        vm.deal(actor, amount);
        vault.deposit{value: amount}();
        ghostIn += amount;
    }

    function withdraw(uint256 seed, uint256 amount) external as_(seed) {
        uint256 held = vault.balanceOf(actor);
        vm.assume(held > 0);
        amount = bound(amount, 1, held);
        uint256 before = actor.balance;
        vault.withdraw(amount);
        ghostOut += actor.balance - before;
        vm.assertLe(actor.balance - before, amount, "paid too much");
    }

    function transfer(uint256 seed, uint256 to, uint256 amount) external as_(seed) {
        uint256 held = vault.balanceOf(actor);
        vm.assume(held > 0);
        vault.transfer(actors[bound(to, 0, actors.length - 1)], bound(amount, 1, held));
    }

    function leave(uint256 seed) external as_(seed) {
        uint256 before = actor.balance;
        vault.leave();
        ghostOut += actor.balance - before;
    }

    function collect() external {
        uint256 before = address(this).balance;
        vm.prank(vault.owner());
        vault.collect();
        before;
    }

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1 hours, 30 days));
    }

    function count() external view returns (uint256) {
        return actors.length;
    }
}

abstract contract VaultSuite is Test {
    Vault internal vault;
    VaultHandler internal handler;

    function mended() internal pure virtual returns (bool);

    function setUp() public {
        vault = new Vault(mended());
        address[] memory actors = new address[](3);
        (actors[0], actors[1], actors[2]) = (address(0xA11CE), address(0xB0B), address(0xCA401));
        vm.label(actors[0], "alice");
        handler = new VaultHandler(vault, actors);
        targetContract(address(handler));
    }

    receive() external payable {}

    /// The vault can pay its fees and all deposits.
    function invariant_solvency() external view {
        vm.assertGe(address(vault).balance, vault.total() + vault.fees(), "insolvent");
    }

    /// The deposits are what the depositors have.
    function invariant_sum() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < handler.count(); i++) sum += vault.balanceOf(handler.actors(i));
        vm.assertLe(sum, vault.total(), "more than all");
    }

    /// The total is not more than what came in without what went out.
    function invariant_total() external view {
        vm.assertLe(vault.total() + handler.ghostOut(), handler.ghostIn(), "more than came in");
    }
}

contract BuggyVaultTest is VaultSuite {
    function mended() internal pure override returns (bool) {
        return false;
    }
}

contract MendedVaultTest is VaultSuite {
    function mended() internal pure override returns (bool) {
        return true;
    }
}
