// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// A closed register of whole units in a trust of cash. A unit is a part of what the trust owns; who wants in or out
/// pays a levy that stays with those who remain.
contract UnitTrust {
    error NotTrustee();
    error NothingToDo();
    error TooFewUnits(address holder, uint256 units, uint256 needed);
    error OutOfBounds(uint256 amount, uint256 bound);
    error TransferFailed();

    event Subscribed(address indexed holder, uint256 units, uint256 paid);
    event Redeemed(address indexed holder, uint256 units, uint256 received);
    event Assigned(address indexed from, address indexed to, uint256 units);
    event IncomeBooked(uint256 amount, uint256 unitValue);

    uint256 private constant BPS = 10_000;
    uint256 public constant LEVY_BPS = 150;
    /// Whoever comes in takes at least as many units.
    uint256 public constant LOT = 20;

    IERC20 public immutable cash;
    address public immutable trustee;
    /// What the first unit costs.
    uint256 public immutable faceValue;
    uint256 public assets;
    uint256 public unitsIssued;
    mapping(address => uint256) public unitsOf;

    constructor(IERC20 cash_, uint256 faceValue_) {
        cash = cash_;
        trustee = msg.sender;
        faceValue = faceValue_;
    }

    function unitValue() public view returns (uint256) {
        return unitsIssued == 0 ? faceValue : assets / unitsIssued;
    }

    /// Buys whole units at their value and the levy.
    function subscribe(uint256 units, uint256 maxPaid) external returns (uint256 paid) {
        require(units >= LOT, OutOfBounds(units, LOT));
        uint256 value = unitsIssued == 0 ? units * faceValue : _divUp(units * assets, unitsIssued);
        paid = value + _levy(value);
        require(paid <= maxPaid, OutOfBounds(paid, maxPaid));
        assets += paid;
        unitsIssued += units;
        unitsOf[msg.sender] += units;
        emit Subscribed(msg.sender, units, paid);
        require(cash.transferFrom(msg.sender, address(this), paid), TransferFailed());
    }

    /// Gives units back for their value less the levy.
    function redeem(uint256 units) external returns (uint256 received) {
        require(units > 0, NothingToDo());
        uint256 value = units * assets / unitsIssued;
        received = _cancel(units, value);
    }

    /// Takes an amount of cash out, before the levy, for as many units as it is worth.
    function withdraw(uint256 amount, uint256 maxUnits) external returns (uint256 units) {
        require(amount > 0 && amount <= assets, OutOfBounds(amount, assets));
        units = (amount * unitsIssued + assets / 2) / assets;
        require(units > 0, NothingToDo());
        require(units <= maxUnits, OutOfBounds(units, maxUnits));
        _cancel(units, amount);
    }

    /// Units move by an entry in the register.
    function assign(address to, uint256 units) external {
        require(to != address(0) && units > 0, NothingToDo());
        _takeUnits(msg.sender, units);
        unitsOf[to] += units;
        emit Assigned(msg.sender, to, units);
    }

    /// Rent and interest, for all holders alike.
    function bookIncome(uint256 amount) external {
        require(msg.sender == trustee, NotTrustee());
        assets += amount;
        emit IncomeBooked(amount, unitValue());
        require(cash.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _cancel(uint256 units, uint256 value) private returns (uint256 received) {
        _takeUnits(msg.sender, units);
        unitsIssued -= units;
        received = value - _levy(value);
        assets -= received;
        emit Redeemed(msg.sender, units, received);
        require(cash.transfer(msg.sender, received), TransferFailed());
    }

    function _takeUnits(address holder, uint256 units) private {
        require(units <= unitsOf[holder], TooFewUnits(holder, unitsOf[holder], units));
        unitsOf[holder] -= units;
    }

    function _levy(uint256 value) private pure returns (uint256) {
        return _divUp(value * LEVY_BPS, BPS);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
