// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Asserts, CryticAsserts, FoundryAsserts} from "./Asserts.sol";
import {TargetFunctions} from "./TargetFunctions.sol";

/// Where Echidna and Medusa begin.
contract CryticTester is TargetFunctions, CryticAsserts {
    constructor() payable {
        setup();
    }
}

/// The same with the bugs mended.
contract MendedTester is TargetFunctions, CryticAsserts {
    constructor() payable {
        setup();
    }

    function mended() internal pure override returns (bool) {
        return true;
    }
}

/// Where forge begins.
contract CryticToFoundry is TargetFunctions, FoundryAsserts {
    function setUp() public {
        setup();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function test_crytic() public {
        vault_deposit_clamped(1 ether);
        eq(vault.total(), 1 ether, "the deposit");
    }
}
