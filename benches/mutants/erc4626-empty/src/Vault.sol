// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Erc20, IERC20} from "gallery/shared/Erc20.sol";

/// Shares of whatever the vault holds of one asset (ERC-4626): gifts belong to all who have shares. A virtual part keeps the first
/// depositor from moving the price.
contract Vault is Erc20 {
    error TransferFailed();

    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares
    );

    address public immutable asset;
    /// What depositors brought and did not take out.
    uint256 public accounted;

    constructor(address asset_) Erc20("Open vault share", "OPEN") {
        asset = asset_;
    }

    function totalAssets() public view returns (uint256) {
        return IERC20(asset).balanceOf(address(this));
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return assets * _shares() / _assets();
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return shares * _assets() / _shares();
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

    function previewDeposit(uint256 assets) public view returns (uint256) {
        return convertToShares(assets);
    }

    function previewMint(uint256 shares) public view returns (uint256) {
        return _divUp(shares * _assets(), _shares());
    }

    function previewWithdraw(uint256 assets) public view returns (uint256) {
        return _divUp(assets * _shares(), _assets());
    }

    function previewRedeem(uint256 shares) public view returns (uint256) {
        return convertToAssets(shares);
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = convertToShares(assets);
        _enter(assets, shares, receiver);
    }

    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        assets = previewMint(shares);
        _enter(assets, shares, receiver);
    }

    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        shares = previewWithdraw(assets);
        _leave(assets, shares, receiver, owner);
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        assets = convertToAssets(shares);
        _leave(assets, shares, receiver, owner);
    }

    function _enter(uint256 assets, uint256 shares, address receiver) private {
        require(IERC20(asset).transferFrom(msg.sender, address(this), assets), TransferFailed());
        accounted += assets;
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _leave(uint256 assets, uint256 shares, address receiver, address owner) private {
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _burn(owner, shares);
        accounted -= assets < accounted ? assets : accounted;
        require(IERC20(asset).transfer(receiver, assets), TransferFailed());
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function _shares() private view returns (uint256) {
        return totalSupply + 1_000;
    }

    function _assets() private view returns (uint256) {
        return totalAssets() + 1;
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
