// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../shared/Erc20.sol";

/// Holds the organisation's tokens; only the timelock may spend them.
contract Treasury {
    error NotTimelock();
    error TransferFailed();

    address public immutable timelock;

    constructor(address timelock_) {
        timelock = timelock_;
    }

    function transfer(IERC20 token, address to, uint256 amount) external {
        require(msg.sender == timelock, NotTimelock());
        require(token.transfer(to, amount), TransferFailed());
    }
}
