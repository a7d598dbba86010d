// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// Compiled for the set-up.
import {Token} from "gallery/shared/Erc20.sol";
import {FlashLender} from "gallery/shared/FlashLender.sol";
