// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";
import {TwinPool} from "./TwinPool.sol";

/// Lends dew against shares of the twin pool, which are worth what the pool says. Dew is worth what a feed says.
contract DewLoans {
    error NotSteward();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error Unsafe(address account);
    error Safe(address account);
    error BadPrice();
    error TransferFailed();

    event Lent(address indexed account, uint256 amount);
    event Called(address indexed account, uint256 amount);
    event Locked(address indexed account, uint256 shares);
    event Unlocked(address indexed account, uint256 shares);
    event Borrowed(address indexed account, uint256 amount, uint256 fee);
    event Repaid(address indexed account, address indexed payer, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 amount, uint256 shares);

    uint256 private constant BPS = 10_000;
    uint256 public constant BORROW_BPS = 7_500;
    uint256 public constant LIQUIDATION_BPS = 8_500;
    uint256 public constant BONUS_BPS = 500;
    /// Once for each loan, to the steward.
    uint256 public constant FEE_BPS = 20;

    TwinPool public immutable pool;
    IERC20 public immutable dew;
    IFeed public immutable feed;
    address public immutable steward;
    mapping(address => uint256) public lentBy;
    mapping(address => uint256) public lockedBy;
    mapping(address => uint256) public debtOf;
    uint256 public feesOwed;

    constructor(TwinPool pool_, IFeed feed_, address steward_) {
        pool = pool_;
        dew = pool_.dew();
        feed = feed_;
        steward = steward_;
    }

    function lend(uint256 amount) external {
        require(amount > 0, NothingToDo());
        lentBy[msg.sender] += amount;
        emit Lent(msg.sender, amount);
        require(dew.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// As long as there is dew that is not lent.
    function callBack(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= lentBy[msg.sender], TooMuch(amount, lentBy[msg.sender]));
        lentBy[msg.sender] -= amount;
        emit Called(msg.sender, amount);
        require(dew.transfer(msg.sender, amount), TransferFailed());
    }

    function lock(uint256 shares) external {
        require(shares > 0, NothingToDo());
        lockedBy[msg.sender] += shares;
        emit Locked(msg.sender, shares);
        require(pool.transferFrom(msg.sender, address(this), shares), TransferFailed());
    }

    function unlock(uint256 shares) external {
        require(shares > 0, NothingToDo());
        require(shares <= lockedBy[msg.sender], TooMuch(shares, lockedBy[msg.sender]));
        lockedBy[msg.sender] -= shares;
        require(_covers(msg.sender, BORROW_BPS), Unsafe(msg.sender));
        emit Unlocked(msg.sender, shares);
        require(pool.transfer(msg.sender, shares), TransferFailed());
    }

    function borrow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        debtOf[msg.sender] += amount + fee;
        feesOwed += fee;
        require(_covers(msg.sender, BORROW_BPS), Unsafe(msg.sender));
        emit Borrowed(msg.sender, amount, fee);
        require(dew.transfer(msg.sender, amount), TransferFailed());
    }

    function repay(address account, uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= debtOf[account], TooMuch(amount, debtOf[account]));
        debtOf[account] -= amount;
        emit Repaid(account, msg.sender, amount);
        require(dew.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Repays for an account beyond its limit, for its shares at a discount.
    function liquidate(address account, uint256 amount) external returns (uint256 shares) {
        require(amount > 0, NothingToDo());
        require(!_covers(account, LIQUIDATION_BPS), Safe(account));
        require(amount <= debtOf[account], TooMuch(amount, debtOf[account]));
        shares = amount * _dewPrice() * (BPS + BONUS_BPS) / (_sharePrice() * BPS);
        if (shares > lockedBy[account]) shares = lockedBy[account];
        debtOf[account] -= amount;
        lockedBy[account] -= shares;
        emit Liquidated(account, msg.sender, amount, shares);
        require(dew.transferFrom(msg.sender, address(this), amount), TransferFailed());
        require(pool.transfer(msg.sender, shares), TransferFailed());
    }

    function collect(uint256 amount) external {
        require(msg.sender == steward, NotSteward());
        feesOwed -= amount;
        require(dew.transfer(steward, amount), TransferFailed());
    }

    function _covers(address account, uint256 bps) private view returns (bool) {
        uint256 debt = debtOf[account];
        return debt == 0 || debt * _dewPrice() * BPS <= lockedBy[account] * _sharePrice() * bps;
    }

    function _sharePrice() private view returns (uint256) {
        return pool.pricePerShare();
    }

    /// Ether for 1e18 dew.
    function _dewPrice() private view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice());
        return uint256(answer);
    }
}
