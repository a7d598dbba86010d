// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Each way in which a property holds or does not.
contract Properties {
    uint256 internal count;
    bool internal opened;

    function step() external {
        count++;
    }

    function open() external {
        opened = true;
    }

    function echidna_holds() external pure returns (bool) {
        return true;
    }

    function echidna_is_false_at_three() external view returns (bool) {
        return count < 3;
    }

    function crytic_reverts_at_two() external view returns (bool) {
        require(count < 2, "two");
        return true;
    }

    function property_moves_nothing() external returns (bool) {
        // What a property changes is gone when it was asked.
        count += 1000;
        return count < 100_000;
    }

    function invariant_fails_at_one() external view {
        require(count < 1, "one");
    }

    function invariant_never_fails() external view {
        require(count < 1000, "many");
    }

    function own_is_false_when_open() external view returns (bool) {
        return !opened;
    }

    function echidna_revert_always() external pure {
        revert("always");
    }

    function echidna_revert_until_open() external view returns (bool) {
        require(opened, "closed");
        return true;
    }
}
