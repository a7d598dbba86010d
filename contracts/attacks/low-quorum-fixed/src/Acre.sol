// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "../../../shared/Erc20.sol";

/// Votes of the commons: a fixed supply, with the balances of every past block.
contract Acre is Erc20 {
    error NotYet(uint256 number);

    struct Mark {
        uint64 number;
        uint192 balance;
    }

    mapping(address => Mark[]) private marks;

    constructor(uint256 supply, address founder) Erc20("Acre of the commons", "ACRE") {
        _mint(founder, supply);
    }

    /// Balance of an account at the end of a past block.
    function balanceAt(address account, uint256 number) external view returns (uint256) {
        require(number < block.number, NotYet(number));
        Mark[] storage history = marks[account];
        // Most questions are about the last few marks.
        for (uint256 i = history.length; i > 0; --i) {
            if (history[i - 1].number <= number) return history[i - 1].balance;
        }
        return 0;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        _mark(from);
        _mark(to);
    }

    function _mark(address account) private {
        if (account == address(0)) return;
        Mark[] storage history = marks[account];
        uint192 balance = uint192(balanceOf[account]);
        uint256 length = history.length;
        if (length > 0 && history[length - 1].number == block.number) history[length - 1].balance = balance;
        else history.push(Mark(uint64(block.number), balance));
    }
}
