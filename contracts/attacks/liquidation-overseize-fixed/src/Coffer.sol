// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20, Token} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";
import {Gavel} from "./Gavel.sol";

/// Mints dollars against opals worth at least one and a half times as much. Positions that fall below are auctioned;
/// the penalty is the coffer's reserve against auctions that raise too little.
contract Coffer {
    error NotOwner();
    error AlreadySet();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error Unsafe(address account);
    error Safe(address account);
    error BadPrice(int256 answer);
    error StalePrice(uint256 updatedAt);
    error TransferFailed();

    event GavelSet(address gavel);
    event Locked(address indexed account, uint256 amount);
    event Freed(address indexed account, uint256 amount);
    event Drawn(address indexed account, uint256 amount);
    event Wiped(address indexed account, uint256 amount);
    event Bitten(address indexed account, uint256 lot, uint256 debt, uint256 auction);
    event Healed(uint256 amount);

    uint256 private constant BPS = 10_000;
    uint256 public constant RATIO_BPS = 15_000;
    uint256 public constant PENALTY_BPS = 1_300;
    uint256 public constant HEARTBEAT = 3 days;

    IERC20 public immutable opal;
    Token public immutable dollar;
    IFeed public immutable feed;
    address public immutable owner;
    Gavel public gavel;
    uint256 public totalDebt;
    /// Debt of bitten positions whose dollars are not burned yet.
    uint256 public unbacked;
    mapping(address => uint256) public locked;
    mapping(address => uint256) public debt;

    constructor(IERC20 opal_, Token dollar_, IFeed feed_) {
        opal = opal_;
        dollar = dollar_;
        feed = feed_;
        owner = msg.sender;
    }

    function setGavel(Gavel gavel_) external {
        require(msg.sender == owner, NotOwner());
        require(address(gavel) == address(0), AlreadySet());
        gavel = gavel_;
        emit GavelSet(address(gavel_));
    }

    /// Dollars for an opal.
    function price() public view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        require(block.timestamp - updatedAt <= HEARTBEAT, StalePrice(updatedAt));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }

    /// The most that an account may owe.
    function limit(address account) public view returns (uint256) {
        return locked[account] * price() / 1e18 * BPS / RATIO_BPS;
    }

    function lock(uint256 amount) external {
        require(amount > 0, NothingToDo());
        locked[msg.sender] += amount;
        emit Locked(msg.sender, amount);
        require(opal.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function free(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= locked[msg.sender], TooMuch(amount, locked[msg.sender]));
        locked[msg.sender] -= amount;
        _requireSafe();
        emit Freed(msg.sender, amount);
        require(opal.transfer(msg.sender, amount), TransferFailed());
    }

    function draw(uint256 amount) external {
        require(amount > 0, NothingToDo());
        debt[msg.sender] += amount;
        totalDebt += amount;
        _requireSafe();
        emit Drawn(msg.sender, amount);
        dollar.mint(msg.sender, amount);
    }

    function wipe(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= debt[msg.sender], TooMuch(amount, debt[msg.sender]));
        debt[msg.sender] -= amount;
        totalDebt -= amount;
        emit Wiped(msg.sender, amount);
        require(dollar.transferFrom(msg.sender, address(this), amount), TransferFailed());
        dollar.burn(amount);
    }

    /// Hands an unsafe position to the gavel, debt and opals.
    function bite(address account) external returns (uint256 auction) {
        uint256 owed = debt[account];
        require(owed > limit(account), Safe(account));
        uint256 lot = locked[account];
        debt[account] = 0;
        locked[account] = 0;
        totalDebt -= owed;
        unbacked += owed;
        require(opal.transfer(address(gavel), lot), TransferFailed());
        auction = gavel.start(account, lot, owed * (BPS + PENALTY_BPS) / BPS);
        emit Bitten(account, lot, owed, auction);
    }

    /// Burns what auctions have raised, as far as dollars stand against nothing.
    function heal() external {
        uint256 amount = dollar.balanceOf(address(this));
        if (amount > unbacked) amount = unbacked;
        require(amount > 0, NothingToDo());
        unbacked -= amount;
        emit Healed(amount);
        dollar.burn(amount);
    }

    function _requireSafe() private view {
        require(debt[msg.sender] == 0 || debt[msg.sender] <= limit(msg.sender), Unsafe(msg.sender));
    }
}
