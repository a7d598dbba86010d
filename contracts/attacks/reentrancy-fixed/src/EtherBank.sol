// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {WoolDesk} from "./WoolDesk.sol";

/// Lends savers' ether against wool at the desk. A loan costs a fee once, which belongs to the savers.
contract EtherBank {
    error Entered();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error OverLimit(uint256 owed, uint256 limit);
    error StillSafe(address account);
    error PaymentFailed();

    event Saved(address indexed account, uint256 amount, uint256 parts);
    event Taken(address indexed account, uint256 amount, uint256 parts);
    event Lent(address indexed account, uint256 amount, uint256 fee);
    event PaidBack(address indexed account, address indexed payer, uint256 amount);
    event Liquidated(address indexed account, address indexed liquidator, uint256 amount, uint256 wool);

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 25;
    uint256 public constant BONUS_BPS = 600;
    /// Parts that belong to nobody, so that a part has a price before the first saver comes.
    uint256 private constant FOUNDING_PARTS = 1_000;

    WoolDesk public immutable desk;
    /// What savers' parts are worth together: ether here and ether lent.
    uint256 public pooled;
    uint256 public totalOwed;
    uint256 public totalParts;
    mapping(address => uint256) public partsOf;
    mapping(address => uint256) public owedBy;
    bool private entered;

    constructor(WoolDesk desk_) payable {
        require(msg.value >= FOUNDING_PARTS, NothingToDo());
        desk = desk_;
        pooled = msg.value;
        totalParts = msg.value;
    }

    modifier guarded() {
        require(!entered, Entered());
        entered = true;
        _;
        entered = false;
    }

    /// Ether that is not lent.
    function idle() public view returns (uint256) {
        return pooled - totalOwed;
    }

    function savingsOf(address account) external view returns (uint256) {
        return partsOf[account] * pooled / totalParts;
    }

    function save() external payable guarded returns (uint256 parts) {
        parts = msg.value * totalParts / pooled;
        require(parts > 0, NothingToDo());
        pooled += msg.value;
        totalParts += parts;
        partsOf[msg.sender] += parts;
        emit Saved(msg.sender, msg.value, parts);
    }

    function take(uint256 parts) external guarded returns (uint256 amount) {
        require(parts <= partsOf[msg.sender], TooMuch(parts, partsOf[msg.sender]));
        amount = parts * pooled / totalParts;
        require(amount > 0, NothingToDo());
        require(amount <= idle(), TooMuch(amount, idle()));
        partsOf[msg.sender] -= parts;
        totalParts -= parts;
        pooled -= amount;
        emit Taken(msg.sender, amount, parts);
        _pay(msg.sender, amount);
    }

    function borrow(uint256 amount) external guarded {
        require(amount > 0, NothingToDo());
        require(amount <= idle(), TooMuch(amount, idle()));
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        uint256 owed = owedBy[msg.sender] + amount + fee;
        uint256 limit = desk.limitOf(msg.sender);
        require(owed <= limit, OverLimit(owed, limit));
        emit Lent(msg.sender, amount, fee);
        owedBy[msg.sender] = owed;
        totalOwed += amount + fee;
        pooled += fee;
        _pay(msg.sender, amount);
    }

    /// Pays a debt, one's own or somebody else's; no more than there is.
    function payBack(address account) external payable guarded {
        require(msg.value > 0, NothingToDo());
        require(msg.value <= owedBy[account], TooMuch(msg.value, owedBy[account]));
        owedBy[account] -= msg.value;
        totalOwed -= msg.value;
        emit PaidBack(account, msg.sender, msg.value);
    }

    /// Pays the debt of an account that the desk calls unsafe, for wool at a discount.
    function liquidate(address account) external payable guarded returns (uint256 wool) {
        require(desk.isUnsafe(account), StillSafe(account));
        require(msg.value > 0, NothingToDo());
        require(msg.value <= owedBy[account], TooMuch(msg.value, owedBy[account]));
        owedBy[account] -= msg.value;
        totalOwed -= msg.value;
        wool = msg.value * (BPS + BONUS_BPS) * 1e18 / (desk.price() * BPS);
        uint256 pledged = desk.pledgeOf(account);
        if (wool > pledged) wool = pledged;
        emit Liquidated(account, msg.sender, msg.value, wool);
        desk.seize(account, msg.sender, wool);
    }

    function _pay(address to, uint256 amount) private {
        (bool success,) = to.call{value: amount}("");
        require(success, PaymentFailed());
    }
}
