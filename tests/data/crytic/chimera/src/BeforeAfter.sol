// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Setup} from "./Setup.sol";

/// Ghost variables around each call.
abstract contract BeforeAfter is Setup {
    struct Vars {
        uint256 sum;
        uint256 total;
        uint256 held;
    }

    Vars internal _before;
    Vars internal _after;

    modifier updateGhosts() {
        note(_before);
        _;
        note(_after);
    }

    function note(Vars storage vars) private {
        (vars.sum, vars.total, vars.held) = (sum(), vault.total(), actor.balance);
    }

    function sum() internal view returns (uint256 all) {
        for (uint256 i = 0; i < 3; i++) all += vault.balanceOf(actors[i]);
    }
}
