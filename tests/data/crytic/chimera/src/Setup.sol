// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Asserts} from "./Asserts.sol";
import {Vault} from "./Vault.sol";

/// Deploys what is tested, and names who acts.
abstract contract Setup is Asserts {
    Vault internal vault;
    address[3] internal actors = [address(0xA11CE), address(0xB0B), address(0xCA401)];
    address internal actor = actors[0];
    uint256 internal paidIn;
    uint256 internal paidOut;

    function mended() internal pure virtual returns (bool) {
        return false;
    }

    function setup() internal {
        vault = new Vault(mended());
    }
}
