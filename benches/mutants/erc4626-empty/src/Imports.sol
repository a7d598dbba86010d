// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// What the vault holds.
import {Token} from "gallery/shared/Erc20.sol";
