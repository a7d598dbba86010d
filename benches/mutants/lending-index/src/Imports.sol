// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// What the set-up deploys.
import {Token} from "gallery/shared/Erc20.sol";
import {Feed} from "gallery/shared/Feed.sol";
