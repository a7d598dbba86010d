// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {BeforeAfter} from "./BeforeAfter.sol";

/// What must hold after every call.
abstract contract Properties is BeforeAfter {
    /// The vault can pay its fees and all deposits.
    function property_solvency() public view returns (bool) {
        return address(vault).balance >= vault.total() + vault.fees();
    }

    /// The total is not more than what came in without what went out.
    function invariant_total() public {
        lte(vault.total() + paidOut, paidIn, "more than came in");
    }

    /// The deposits are not more than the total.
    function invariant_sum() public {
        lte(sum(), vault.total(), "more than all");
    }

    /// The most that the fees have been.
    function optimize_fees() public view returns (int256) {
        return int256(vault.fees());
    }
}
