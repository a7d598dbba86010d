// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";
// Compiled for the set-up.
import {Token} from "gallery/shared/Erc20.sol";

/// The library's wallet with a cliff.
contract Wallet is VestingWalletCliff {
    constructor(address beneficiary, uint64 start, uint64 duration, uint64 cliff)
        VestingWallet(beneficiary, start, duration)
        VestingWalletCliff(cliff)
    {}
}
