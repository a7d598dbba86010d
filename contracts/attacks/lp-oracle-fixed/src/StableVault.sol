// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Suppliers' usdm, lent out as the control says. Shares of it are a token.
contract StableVault is Erc20 {
    error NotDeployer();
    error NotControl();
    error Connected();
    error NothingToDo();
    error CashTooLow(uint256 amount, uint256 cash);
    error TransferFailed();

    event Supplied(address indexed account, uint256 assets, uint256 shares);
    event Withdrawn(address indexed account, uint256 assets, uint256 shares);
    event Borrowed(address indexed account, uint256 amount, uint256 fee);
    event Repaid(address indexed payer, address indexed account, uint256 amount);

    uint256 private constant BPS = 10_000;
    uint256 private constant FEE_BPS = 30;
    uint256 private constant VIRTUAL = 1e6;

    IERC20 public immutable usdm;
    address private immutable deployer;
    address public control;
    /// Accounted, so that gifts change no price.
    uint256 public cash;
    uint256 public lent;
    mapping(address => uint256) public debt;

    constructor(IERC20 usdm_) Erc20("Supplied usdm", "sUSDM") {
        usdm = usdm_;
        deployer = msg.sender;
    }

    function connect(address control_) external {
        require(msg.sender == deployer, NotDeployer());
        require(control == address(0), Connected());
        control = control_;
    }

    function supply(uint256 assets) external returns (uint256 shares) {
        shares = assets * (totalSupply + VIRTUAL) / (cash + lent + 1);
        require(shares > 0, NothingToDo());
        cash += assets;
        _mint(msg.sender, shares);
        emit Supplied(msg.sender, assets, shares);
        require(usdm.transferFrom(msg.sender, address(this), assets), TransferFailed());
    }

    function withdraw(uint256 shares) external returns (uint256 assets) {
        assets = shares * (cash + lent + 1) / (totalSupply + VIRTUAL);
        require(assets > 0, NothingToDo());
        require(assets <= cash, CashTooLow(assets, cash));
        cash -= assets;
        _burn(msg.sender, shares);
        emit Withdrawn(msg.sender, assets, shares);
        require(usdm.transfer(msg.sender, assets), TransferFailed());
    }

    /// Whether the account may owe that much is the control's concern.
    function borrowFor(address account, uint256 amount) external {
        require(msg.sender == control, NotControl());
        require(amount <= cash, CashTooLow(amount, cash));
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        cash -= amount;
        lent += amount + fee;
        debt[account] += amount + fee;
        emit Borrowed(account, amount, fee);
        require(usdm.transfer(account, amount), TransferFailed());
    }

    function repay(address account, uint256 amount) external {
        _repay(msg.sender, account, amount);
    }

    function repayFrom(address payer, address account, uint256 amount) external {
        require(msg.sender == control, NotControl());
        _repay(payer, account, amount);
    }

    function _repay(address payer, address account, uint256 amount) private {
        require(amount > 0 && amount <= debt[account], NothingToDo());
        debt[account] -= amount;
        lent -= amount;
        cash += amount;
        emit Repaid(payer, account, amount);
        require(usdm.transferFrom(payer, address(this), amount), TransferFailed());
    }
}
