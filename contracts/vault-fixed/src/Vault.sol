// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../shared/Erc20.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

/// Shares of deposits of one asset (ERC-4626). Idle assets are lent out for the length of a call
/// (ERC-3156); the fees raise the price of a share.
/// Assets are accounted and shares have a virtual part, so transfers to the vault move no price.
contract Vault is Erc20 {
    error NothingToDo();
    error UnsupportedToken(address token);
    error CallbackFailed();
    error LoanOpen();
    error TransferFailed();

    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares
    );
    event FlashLoan(address indexed receiver, uint256 amount, uint256 fee);

    bytes32 private constant CALLBACK_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");
    uint256 private constant BPS = 10_000;
    uint256 private constant VIRTUAL_SHARES = 1_000;
    uint256 private constant VIRTUAL_ASSETS = 1;

    IERC20 private immutable token;
    uint256 public immutable flashFeeBps;
    uint256 public totalAssets;
    bool private lending;

    constructor(IERC20 asset_, string memory name_, string memory symbol_, uint256 flashFeeBps_)
        Erc20(name_, symbol_)
    {
        token = asset_;
        flashFeeBps = flashFeeBps_;
    }

    function asset() external view returns (address) {
        return address(token);
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return assets * (totalSupply + VIRTUAL_SHARES) / (totalAssets + VIRTUAL_ASSETS);
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return shares * (totalAssets + VIRTUAL_ASSETS) / (totalSupply + VIRTUAL_SHARES);
    }

    function previewMint(uint256 shares) public view returns (uint256) {
        return _divUp(shares * (totalAssets + VIRTUAL_ASSETS), totalSupply + VIRTUAL_SHARES);
    }

    function previewWithdraw(uint256 assets) public view returns (uint256) {
        return _divUp(assets * (totalSupply + VIRTUAL_SHARES), totalAssets + VIRTUAL_ASSETS);
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

    function maxFlashLoan(address token_) external view returns (uint256) {
        return token_ == address(token) ? token.balanceOf(address(this)) : 0;
    }

    function flashFee(address token_, uint256 amount) public view returns (uint256) {
        require(token_ == address(token), UnsupportedToken(token_));
        return _divUp(amount * flashFeeBps, BPS);
    }

    function flashLoan(IFlashBorrower receiver, address token_, uint256 amount, bytes calldata data)
        external
        returns (bool)
    {
        uint256 fee = flashFee(token_, amount);
        require(!lending, LoanOpen());
        lending = true;
        require(token.transfer(address(receiver), amount), TransferFailed());
        require(receiver.onFlashLoan(msg.sender, token_, amount, fee, data) == CALLBACK_SUCCESS, CallbackFailed());
        require(token.transferFrom(address(receiver), address(this), amount + fee), TransferFailed());
        lending = false;
        totalAssets += fee;
        emit FlashLoan(address(receiver), amount, fee);
        return true;
    }

    function _enter(uint256 assets, uint256 shares, address receiver) private {
        require(!lending, LoanOpen());
        require(assets > 0 && shares > 0, NothingToDo());
        totalAssets += assets;
        _mint(receiver, shares);
        require(token.transferFrom(msg.sender, address(this), assets), TransferFailed());
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _leave(uint256 assets, uint256 shares, address receiver, address owner) private {
        require(!lending, LoanOpen());
        require(assets > 0 && shares > 0, NothingToDo());
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        totalAssets -= assets;
        _burn(owner, shares);
        require(token.transfer(receiver, assets), TransferFailed());
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
