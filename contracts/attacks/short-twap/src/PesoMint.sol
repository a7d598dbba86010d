// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {AverageOracle} from "./AverageOracle.sol";

/// A stable token that is issued in two ways: against locked reed, or at a desk for usd. The desk takes it back for
/// usd as long as it has any.
contract PesoMint is Erc20 {
    error NothingToDo();
    error TooMuchDebt(uint256 debt, uint256 limit);
    error Healthy(address account);
    error DeskEmpty(uint256 amount, uint256 reserve);
    error TransferFailed();

    event Locked(address indexed account, uint256 reed);
    event Unlocked(address indexed account, uint256 reed);
    event Issued(address indexed account, uint256 pesos, uint256 debt);
    event PaidBack(address indexed account, uint256 pesos);
    event Liquidated(address indexed account, address indexed by, uint256 pesos, uint256 reed);
    event Desk(address indexed account, bool buysPesos, uint256 amountIn, uint256 amountOut);

    uint256 private constant BPS = 10_000;
    uint256 private constant ISSUE_FEE_BPS = 50;
    uint256 private constant DESK_FEE_BPS = 10;
    uint256 public constant ISSUE_BPS = 6_000;
    /// A debt beyond this share of the collateral may be liquidated.
    uint256 public constant factor = 7_500;
    uint256 private constant LIQUIDATOR_BPS = 11_000;

    IERC20 public immutable reed;
    IERC20 public immutable usd;
    AverageOracle public immutable oracle;
    mapping(address => uint256) public lockedReed;
    mapping(address => uint256) public debt;
    uint256 public totalDebt;
    /// Usd of the desk.
    uint256 public reserve;

    constructor(IERC20 reed_, IERC20 usd_, AverageOracle oracle_) Erc20("Reed peso", "PESO") {
        reed = reed_;
        usd = usd_;
        oracle = oracle_;
    }

    function collateral(address account) public view returns (uint256) {
        return lockedReed[account] * oracle.price() / 1e18;
    }

    function lockReed(uint256 amount) external {
        require(amount > 0, NothingToDo());
        lockedReed[msg.sender] += amount;
        emit Locked(msg.sender, amount);
        require(reed.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function unlockReed(uint256 amount) external {
        require(amount > 0, NothingToDo());
        lockedReed[msg.sender] -= amount;
        _requireCovered(msg.sender);
        emit Unlocked(msg.sender, amount);
        require(reed.transfer(msg.sender, amount), TransferFailed());
    }

    function issue(uint256 pesos) external {
        uint256 owed = pesos + (pesos * ISSUE_FEE_BPS + BPS - 1) / BPS;
        require(pesos > 0, NothingToDo());
        debt[msg.sender] += owed;
        totalDebt += owed;
        _requireCovered(msg.sender);
        emit Issued(msg.sender, pesos, owed);
        _mint(msg.sender, pesos);
    }

    function payBack(uint256 pesos) external {
        require(pesos > 0 && pesos <= debt[msg.sender], NothingToDo());
        debt[msg.sender] -= pesos;
        totalDebt -= pesos;
        emit PaidBack(msg.sender, pesos);
        _burn(msg.sender, pesos);
    }

    function liquidate(address account, uint256 pesos) external returns (uint256 seized) {
        require(pesos > 0 && pesos <= debt[account], NothingToDo());
        require(debt[account] * BPS > collateral(account) * factor, Healthy(account));
        seized = pesos * LIQUIDATOR_BPS * 1e18 / (oracle.price() * BPS);
        if (seized > lockedReed[account]) seized = lockedReed[account];
        debt[account] -= pesos;
        totalDebt -= pesos;
        lockedReed[account] -= seized;
        emit Liquidated(account, msg.sender, pesos, seized);
        _burn(msg.sender, pesos);
        require(reed.transfer(msg.sender, seized), TransferFailed());
    }

    /// Usd for pesos, one for one, less the fee.
    function deskBuy(uint256 usdIn) external returns (uint256 pesos) {
        pesos = usdIn * (BPS - DESK_FEE_BPS) / BPS;
        require(pesos > 0, NothingToDo());
        reserve += usdIn;
        emit Desk(msg.sender, true, usdIn, pesos);
        _mint(msg.sender, pesos);
        require(usd.transferFrom(msg.sender, address(this), usdIn), TransferFailed());
    }

    function deskSell(uint256 pesos) external returns (uint256 usdOut) {
        usdOut = pesos * (BPS - DESK_FEE_BPS) / BPS;
        require(usdOut > 0, NothingToDo());
        require(usdOut <= reserve, DeskEmpty(usdOut, reserve));
        reserve -= usdOut;
        emit Desk(msg.sender, false, pesos, usdOut);
        _burn(msg.sender, pesos);
        require(usd.transfer(msg.sender, usdOut), TransferFailed());
    }

    function _requireCovered(address account) private view {
        uint256 owed = debt[account];
        if (owed == 0) return;
        uint256 limit = collateral(account) * ISSUE_BPS / BPS;
        require(owed <= limit, TooMuchDebt(owed, limit));
    }
}
