// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../shared/Erc20.sol";

/// Shares of savings in one coin. All that the contract holds belongs to the shares, transfers to it too; a part of the
/// shares is virtual, so that whoever sends it something gives most of that away.
contract Savings is Erc20 {
    error NothingToDo();
    error TransferFailed();

    event Saved(address indexed sender, address indexed owner, uint256 coins, uint256 shares);
    event Spent(address indexed owner, address indexed receiver, uint256 coins, uint256 shares);

    uint256 private constant VIRTUAL_SHARES = 1_000;
    uint256 private constant VIRTUAL_COINS = 1;

    IERC20 public immutable coin;

    constructor(IERC20 coin_) Erc20("Savings", "SAV") {
        coin = coin_;
    }

    function sharesFor(uint256 coins) public view returns (uint256) {
        return coins * (totalSupply + VIRTUAL_SHARES) / (coin.balanceOf(address(this)) + VIRTUAL_COINS);
    }

    function coinsFor(uint256 shares) public view returns (uint256) {
        return shares * (coin.balanceOf(address(this)) + VIRTUAL_COINS) / (totalSupply + VIRTUAL_SHARES);
    }

    function save(uint256 coins, address owner) external returns (uint256 shares) {
        require(coins > 0, NothingToDo());
        shares = sharesFor(coins);
        _mint(owner, shares);
        require(coin.transferFrom(msg.sender, address(this), coins), TransferFailed());
        emit Saved(msg.sender, owner, coins, shares);
    }

    function spend(uint256 shares, address receiver) external returns (uint256 coins) {
        require(shares > 0, NothingToDo());
        coins = coinsFor(shares);
        _burn(msg.sender, shares);
        require(coin.transfer(receiver, coins), TransferFailed());
        emit Spent(msg.sender, receiver, coins, shares);
    }
}
