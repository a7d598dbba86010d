// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
// Compiled for the set-up.
import {FlashLender} from "gallery/shared/FlashLender.sol";

/// What the vault holds; all of it exists from the start.
contract AssetToken is ERC20 {
    constructor(uint256 supply, address holder) ERC20("Asset", "AST") {
        _mint(holder, supply);
    }
}

/// The vault as the library has it, without an offset of decimals.
contract Vault is ERC4626 {
    constructor(IERC20 asset) ERC20("Vault share", "vAST") ERC4626(asset) {}
}
