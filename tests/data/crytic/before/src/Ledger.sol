// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Steps that must be taken in order.
contract Ledger {
    uint256 internal stage;
    uint256 internal kept;

    function first(uint256 code) external {
        require(code == 0xfeedbeef1234567890, "wrong code");
        if (stage == 0) stage = 1;
    }

    function renamed(uint8 x) external {
        if (x > 3) kept = x;
    }

    function grown(uint8 x) external {
        if (x > 7) kept = x;
    }

    function retyped(uint256 x) external {
        if (x > 9) kept = 1;
    }

    function second(bytes calldata word, address[] calldata list, int64 number) external {
        if (stage == 1 && word.length > 2 && list.length > 1 && number < 0) stage = 2;
    }

    function echidna_first_is_never_done() external view returns (bool) {
        return stage < 1;
    }

    function echidna_second_is_never_done() external view returns (bool) {
        return stage < 2;
    }
}
