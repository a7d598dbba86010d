// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Erc20, IERC20} from "gallery/shared/Erc20.sol";

/// Shares of deposits of one asset (ERC-4626), with a virtual part that keeps the first depositor from moving the price.
contract Vault is Erc20 {
    error TransferFailed();

    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares
    );

    uint256 private constant VIRTUAL_SHARES = 1_000;
    uint256 private constant VIRTUAL_ASSETS = 1;

    IERC20 private immutable token;
    /// Assets as accounted: what is sent without a call is nobody's.
    uint256 public totalAssets;

    constructor(IERC20 asset_) Erc20("Vault share", "SHARE") {
        token = asset_;
    }

    function asset() external view returns (address) {
        return address(token);
    }

    function convertToShares(uint256 assets) external view returns (uint256) {
        return assets * (totalSupply + VIRTUAL_SHARES) / (totalAssets + VIRTUAL_ASSETS);
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return shares * (totalAssets + VIRTUAL_ASSETS) / (totalSupply + VIRTUAL_SHARES);
    }

    function maxDeposit(address) external pure returns (uint256) {
        return type(uint256).max;
    }

    function maxMint(address) external pure returns (uint256) {
        return type(uint256).max;
    }

    function maxWithdraw(address owner) external view returns (uint256) {
        return convertToAssets(balanceOf[owner]);
    }

    function maxRedeem(address owner) external view returns (uint256) {
        return balanceOf[owner];
    }

    function previewDeposit(uint256 assets) external view returns (uint256) {
        return _sharesDown(assets);
    }

    function previewMint(uint256 shares) external view returns (uint256) {
        return _assetsUp(shares);
    }

    function previewWithdraw(uint256 assets) external view returns (uint256) {
        return _sharesUp(assets);
    }

    function previewRedeem(uint256 shares) external view returns (uint256) {
        return _assetsDown(shares);
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = _sharesDown(assets);
        _enter(assets, shares, receiver);
    }

    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        assets = _assetsUp(shares);
        _enter(assets, shares, receiver);
    }

    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        shares = _sharesUp(assets);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _leave(assets, shares, receiver, owner);
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        assets = _assetsDown(shares);
        if (owner != msg.sender) _spendAllowance(owner, msg.sender, shares);
        _leave(assets, shares, receiver, owner);
    }

    /// Gives assets to all who hold shares.
    function donate(uint256 assets) external {
        totalAssets += assets;
        require(token.transferFrom(msg.sender, address(this), assets), TransferFailed());
    }

    function _enter(uint256 assets, uint256 shares, address receiver) private {
        totalAssets += assets;
        _mint(receiver, shares);
        require(token.transferFrom(msg.sender, address(this), assets), TransferFailed());
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _leave(uint256 assets, uint256 shares, address receiver, address owner) private {
        totalAssets -= assets;
        _burn(owner, shares);
        require(token.transfer(receiver, assets), TransferFailed());
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function _sharesDown(uint256 assets) private view returns (uint256) {
        return assets * (totalSupply + VIRTUAL_SHARES) / (totalAssets + VIRTUAL_ASSETS);
    }

    function _sharesUp(uint256 assets) private view returns (uint256) {
        return _divUp(assets * (totalSupply + VIRTUAL_SHARES), totalAssets + VIRTUAL_ASSETS);
    }

    function _assetsDown(uint256 shares) private view returns (uint256) {
        return shares * (totalAssets + VIRTUAL_ASSETS) / (totalSupply + VIRTUAL_SHARES);
    }

    function _assetsUp(uint256 shares) private view returns (uint256) {
        return _divUp(shares * (totalAssets + VIRTUAL_ASSETS), totalSupply + VIRTUAL_SHARES);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
