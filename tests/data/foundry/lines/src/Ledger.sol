// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Fees} from "./Fees.sol";
import {Check} from "../lib/tools/Check.sol";

/// Who has how much. Grüße: a column counts letters, not bytes.
contract Ledger {
    error NotOwner(address caller);

    address public immutable owner;
    mapping(address => uint256) public held;
    uint256 public total;
    uint256 public rounds;
    bool public closed;

    modifier onlyOwner() {
        if (msg.sender != owner) {
            revert NotOwner(msg.sender);
        }
        _;
    }

    constructor(address owner_) {
        require(owner_ != address(0), "no owner");
        owner = owner_;
    }

    function put(uint256 amount) external {
        Check.atMost(amount, 1e24);
        /* Grüße */ require(amount > 9, "too little");
        uint256 fee = Fees.of_(amount);
        held[msg.sender] += amount - fee;
        // The planted bug: large amounts are counted with their fee.
        total += amount > 1000 ? amount : amount - fee;
        rounds++;
    }

    function take(uint256 amount) external {
        held[msg.sender] -= amount;
        total -= amount;
        for (uint256 i = 0; i < 3; i++) {
            if (i == 2) {
                rounds += i;
            }
        }
    }

    function close() external onlyOwner {
        closed = true;
        held[owner] = 0;
    }

    function check(uint256 number) external view {
        if (number > 1e30) {
            assert(rounds != 1);
        } else {
            number;
        }
    }
}
