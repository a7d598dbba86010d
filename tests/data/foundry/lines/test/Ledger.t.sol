// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Ledger} from "../src/Ledger.sol";
import {Check} from "../lib/tools/Check.sol";

interface Vm {
    function assertEq(uint256 left, uint256 right, string calldata reason) external pure;
}

/// As forge-std's assertions do: the cheatcode is called from foreign code.
abstract contract LedgerSuite {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    Ledger internal ledger;
    address[3] internal senders = [address(0x10000), address(0x20000), address(0x30000)];

    function setUp() public virtual {
        ledger = new Ledger(address(this));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(ledger);
    }
}

contract LedgerTest is LedgerSuite {
    /// All that is held is counted.
    function invariant_total() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < senders.length; i++) {
            sum += ledger.held(senders[i]);
        }
        vm.assertEq(sum, ledger.total(), "not the sum");
    }

    function invariant_cap() external view {
        Check.atMost(ledger.total(), 1500);
    }
}

contract QuietTest is LedgerSuite {
    function invariant_open() external view {
        require(!ledger.closed(), "closed");
    }
}

/// Calls the ledger for others.
contract Clerk {
    Ledger internal immutable ledger;

    constructor(Ledger ledger_) {
        ledger = ledger_;
    }

    function pay(uint256 amount) external {
        ledger.put(10 + amount % 500);
        book();
    }

    function overdraw(uint256 amount) external {
        ledger.take(amount + 1e30);
    }

    function book() internal view {
        assert(
            ledger.total() < 600
        );
    }
}

contract ClerkTest {
    Clerk internal clerk;

    function setUp() public {
        clerk = new Clerk(new Ledger(address(this)));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(clerk);
    }

    function invariant_nothing() external view {}
}

/// For Echidna: its properties only say no.
contract Property {
    Ledger internal ledger = new Ledger(address(this));

    function put(uint256 amount) external {
        ledger.put(amount);
    }

    function echidna_small() external view returns (bool) {
        return ledger.total() < 5000;
    }
}

contract OwnerlessTest is LedgerSuite {
    function setUp() public override {
        make(address(0));
    }

    function make(address owner) internal {
        ledger = new Ledger(owner);
    }

    function invariant_nothing() external view {}
}

contract GreedyTest is LedgerSuite {
    function setUp() public override {
        super.setUp();
        ledger.put(100);
        ledger.put(2e24);
    }

    function invariant_nothing() external view {}
}

contract OverdrawnTest is LedgerSuite {
    function setUp() public override {
        super.setUp();
        ledger.take(1);
    }

    function invariant_nothing() external view {}
}
