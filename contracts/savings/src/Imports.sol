// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// Shared contracts that the set-up deploys.
import {Token} from "../../shared/Erc20.sol";
