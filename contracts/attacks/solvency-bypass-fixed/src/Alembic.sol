// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";

/// Lends out a stock of `lune` against `sol`. An account may do several things in one batch, in whatever order
/// suits it, and has to be solvent when all of them are done.
contract Alembic {
    error Lengths();
    error NothingToDo();
    error UnknownStep(uint8 step);
    error TooMuch(uint256 amount, uint256 available);
    error BadPrice(int256 answer);
    error StalePrice(uint256 updatedAt);
    error Insolvent(address account);
    error Solvent(address account);
    error TransferFailed();

    event CollateralPut(address indexed account, uint256 amount);
    event CollateralTaken(address indexed account, uint256 amount);
    event CollateralGiven(address indexed from, address indexed to, uint256 amount);
    event Drawn(address indexed account, uint256 amount, uint256 fee);
    event Paid(address indexed payer, address indexed account, uint256 amount);
    event FeesSwept(uint256 amount);
    event Liquidated(address indexed account, address indexed by, uint256 paid, uint256 seized);

    uint8 public constant PUT = 1;
    uint8 public constant TAKE = 2;
    uint8 public constant DRAW = 3;
    uint8 public constant PAY = 4;
    /// Sends the treasury its fees; the amount does not matter.
    uint8 public constant SWEEP = 10;
    /// Hands collateral to the treasury's account, as a tip.
    uint8 public constant TIP = 11;

    uint256 private constant BPS = 10_000;
    uint256 public constant factor = 7_500;
    uint256 public constant OPENING_FEE_BPS = 50;
    uint256 public constant LIQUIDATION_BPS = 11_200;
    uint256 public constant HEARTBEAT = 7 days;

    IERC20 public immutable sol;
    IERC20 public immutable lune;
    IFeed public immutable feed;
    address public immutable treasury;
    uint256 public totalDebt;
    uint256 public fees;
    mapping(address => uint256) public held;
    mapping(address => uint256) public debt;

    constructor(IERC20 sol_, IERC20 lune_, IFeed feed_, address treasury_) {
        sol = sol_;
        lune = lune_;
        feed = feed_;
        treasury = treasury_;
    }

    /// Value of an account's collateral in lunes.
    function collateral(address account) public view returns (uint256) {
        return held[account] * _price() / 1e18;
    }

    function solvent(address account) public view returns (bool) {
        return debt[account] == 0 || debt[account] * BPS <= collateral(account) * factor;
    }

    function put(uint256 amount) external {
        _put(amount);
    }

    function take(uint256 amount) external {
        _take(amount);
        require(solvent(msg.sender), Insolvent(msg.sender));
    }

    function draw(uint256 amount) external {
        _draw(amount);
        require(solvent(msg.sender), Insolvent(msg.sender));
    }

    function pay(uint256 amount) external {
        _pay(msg.sender, amount);
    }

    function batch(uint8[] calldata steps, uint256[] calldata amounts) external {
        require(steps.length == amounts.length, Lengths());
        bool check;
        for (uint256 i = 0; i < steps.length; ++i) {
            uint8 step = steps[i];
            if (step == PUT) {
                _put(amounts[i]);
            } else if (step == TAKE) {
                _take(amounts[i]);
                check = true;
            } else if (step == DRAW) {
                _draw(amounts[i]);
                check = true;
            } else if (step == PAY) {
                _pay(msg.sender, amounts[i]);
            } else {
                check = _further(step, amounts[i]) || check;
            }
        }
        if (check) require(solvent(msg.sender), Insolvent(msg.sender));
    }

    /// Pays part of an insolvent account's debt for its collateral at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 seized) {
        require(!solvent(account), Solvent(account));
        seized = amount * LIQUIDATION_BPS / BPS * 1e18 / _price();
        if (seized > held[account]) seized = held[account];
        held[account] -= seized;
        emit Liquidated(account, msg.sender, amount, seized);
        _pay(account, amount);
        require(sol.transfer(msg.sender, seized), TransferFailed());
    }

    /// Steps that came later; says whether the account's solvency has to be checked for it.
    function _further(uint8 step, uint256 amount) private returns (bool) {
        if (step == SWEEP) {
            uint256 swept = fees;
            fees = 0;
            emit FeesSwept(swept);
            require(lune.transfer(treasury, swept), TransferFailed());
            return false;
        }
        require(step == TIP, UnknownStep(step));
        _lower(amount);
        held[treasury] += amount;
        emit CollateralGiven(msg.sender, treasury, amount);
        return true;
    }

    function _put(uint256 amount) private {
        require(amount > 0, NothingToDo());
        held[msg.sender] += amount;
        emit CollateralPut(msg.sender, amount);
        require(sol.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _take(uint256 amount) private {
        _lower(amount);
        emit CollateralTaken(msg.sender, amount);
        require(sol.transfer(msg.sender, amount), TransferFailed());
    }

    function _lower(uint256 amount) private {
        require(amount > 0, NothingToDo());
        require(amount <= held[msg.sender], TooMuch(amount, held[msg.sender]));
        held[msg.sender] -= amount;
    }

    function _draw(uint256 amount) private {
        require(amount > 0, NothingToDo());
        uint256 fee = (amount * OPENING_FEE_BPS + BPS - 1) / BPS;
        fees += fee;
        debt[msg.sender] += amount + fee;
        totalDebt += amount + fee;
        emit Drawn(msg.sender, amount, fee);
        require(lune.transfer(msg.sender, amount), TransferFailed());
    }

    function _pay(address account, uint256 amount) private {
        require(amount > 0, NothingToDo());
        require(amount <= debt[account], TooMuch(amount, debt[account]));
        debt[account] -= amount;
        totalDebt -= amount;
        emit Paid(msg.sender, account, amount);
        require(lune.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _price() private view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        require(block.timestamp - updatedAt <= HEARTBEAT, StalePrice(updatedAt));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }
}
