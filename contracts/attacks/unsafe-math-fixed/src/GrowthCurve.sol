// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// A token that is minted and burned along a straight line: each one costs a little more than the one before. What
/// was paid lies here and buys every token back along the same line, less a fee for the foundation.
contract GrowthCurve is Erc20 {
    error NotFoundation();
    error NothingToDo();
    error OutOfBounds(uint256 amount, uint256 bound);
    error TransferFailed();

    event Bought(address indexed buyer, address indexed to, uint256 tokens, uint256 cost);
    event Sold(address indexed seller, uint256 tokens, uint256 refund, uint256 fee);
    event FeesCollected(uint256 amount);

    uint256 private constant UNIT = 1_000;
    /// Of a refund, out of 1000.
    uint256 public constant exitFee = 8;
    /// Tokens squared for one unit of money: at a supply of s the next token costs 2 s / DEPTH.
    uint256 public constant DEPTH = 4_000_000 ether;

    IERC20 public immutable money;
    address public immutable foundation;
    /// Both in one word, as each trade writes both.
    uint128 public reserve;
    uint128 public fees;

    constructor(IERC20 money_, address foundation_) Erc20("Sapling", "SAP") {
        money = money_;
        foundation = foundation_;
    }

    /// What `tokens` more cost now.
    function costOf(uint256 tokens) public view returns (uint256) {
        uint256 supply = totalSupply;
        uint256 end = supply + tokens;
        return (end * end - supply * supply + DEPTH - 1) / DEPTH;
    }

    /// What `tokens` bring now, before the fee.
    function refundOf(uint256 tokens) public view returns (uint256) {
        uint256 supply = totalSupply;
        require(tokens <= supply, OutOfBounds(tokens, supply));
        uint256 end = supply - tokens;
        return (supply * supply - end * end) / DEPTH;
    }

    /// The price of the next token, 1e18 of them at once left aside.
    function spotPrice() external view returns (uint256) {
        return 2 ether * totalSupply / DEPTH;
    }

    /// Mints as many tokens as asked for.
    function buy(uint256 tokens, uint256 maxCost, address to) external returns (uint256 cost) {
        require(tokens > 0, NothingToDo());
        uint128 due = _narrow(costOf(tokens));
        require(due <= maxCost, OutOfBounds(due, maxCost));
        reserve += due;
        cost = due;
        _mint(to, tokens);
        emit Bought(msg.sender, to, tokens, cost);
        require(money.transferFrom(msg.sender, address(this), cost), TransferFailed());
    }

    /// Mints as many tokens as the money is good for.
    function spend(uint256 amount, uint256 minTokens, address to) external returns (uint256 tokens) {
        require(amount <= type(uint96).max, OutOfBounds(amount, type(uint96).max));
        uint256 supply = totalSupply;
        tokens = _sqrt(supply * supply + amount * DEPTH) - supply;
        require(tokens > 0, NothingToDo());
        require(tokens >= minTokens, OutOfBounds(tokens, minTokens));
        reserve += uint128(amount);
        _mint(to, tokens);
        emit Bought(msg.sender, to, tokens, amount);
        require(money.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function sell(uint256 tokens, uint256 minRefund) external returns (uint256 refund) {
        require(tokens > 0, NothingToDo());
        uint256 gross = refundOf(tokens);
        require(gross <= reserve, OutOfBounds(gross, reserve));
        uint256 fee = (gross * exitFee + UNIT - 1) / UNIT;
        refund = gross - fee;
        require(refund >= minRefund, OutOfBounds(refund, minRefund));
        reserve -= _narrow(gross);
        fees += _narrow(fee);
        _burn(msg.sender, tokens);
        emit Sold(msg.sender, tokens, refund, fee);
        require(money.transfer(msg.sender, refund), TransferFailed());
    }

    function collect() external returns (uint256 amount) {
        require(msg.sender == foundation, NotFoundation());
        amount = fees;
        fees = 0;
        emit FeesCollected(amount);
        require(money.transfer(foundation, amount), TransferFailed());
    }

    /// To the width in which amounts of money are kept.
    function _narrow(uint256 amount) private pure returns (uint128) {
        require(amount <= type(uint128).max, OutOfBounds(amount, type(uint128).max));
        return uint128(amount);
    }

    function _sqrt(uint256 value) private pure returns (uint256 root) {
        if (value == 0) return 0;
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}
