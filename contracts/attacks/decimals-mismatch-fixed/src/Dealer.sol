// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";
import {Coin} from "./Coin.sol";

/// Deals in several coins at the prices of feeds, with a spread, out of a stock that belongs to partners. Partners bring
/// any coin and take their part of every coin out again.
contract Dealer {
    error NotOwner();
    error AlreadyListed(Coin coin);
    error NotListed(Coin coin);
    error SameCoin();
    error NothingToDo();
    error BadPrice(int256 answer);
    error Slipped(uint256 amount, uint256 bound);
    error TooMuch(uint256 amount, uint256 available);
    error TransferFailed();

    event Listed(Coin indexed coin, IFeed feed);
    event Dealt(address indexed customer, Coin indexed paid, Coin indexed got, uint256 amountIn, uint256 amountOut);
    event Joined(address indexed partner, Coin indexed coin, uint256 amount, uint256 parts);
    event Quit(address indexed partner, uint256 parts);

    uint256 private constant BPS = 10_000;
    /// Values are dollars with this many decimals.
    uint256 private constant UNIT = 1e18;
    uint256 private constant DEAD_PARTS = 1e6;
    uint256 public constant SPREAD_BPS = 8;
    uint256 public constant JOIN_FEE_BPS = 10;

    address public immutable owner;
    Coin[] public coins;
    mapping(Coin => IFeed) public feedOf;
    uint256 public totalParts;
    mapping(address => uint256) public partsOf;

    constructor() {
        owner = msg.sender;
    }

    function list(Coin coin, IFeed feed) external {
        require(msg.sender == owner, NotOwner());
        require(address(feedOf[coin]) == address(0), AlreadyListed(coin));
        feedOf[coin] = feed;
        coins.push(coin);
        emit Listed(coin, feed);
    }

    /// Dollars for a whole coin.
    function price(Coin coin) public view returns (uint256) {
        IFeed feed = feedOf[coin];
        require(address(feed) != address(0), NotListed(coin));
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        return uint256(answer) * UNIT / 10 ** feed.decimals();
    }

    /// What the whole stock is worth.
    function stockValue() public view returns (uint256 total) {
        for (uint256 i = 0; i < coins.length; ++i) total += _value(coins[i], coins[i].balanceOf(address(this)));
    }

    /// Sells an exact amount to the dealer.
    function sell(Coin paid, Coin got, uint256 amountIn, uint256 leastOut) external returns (uint256 amountOut) {
        uint256 value = _value(paid, amountIn) * (BPS - SPREAD_BPS) / BPS;
        amountOut = value * 10 ** got.decimals() / price(got);
        require(amountOut >= leastOut, Slipped(amountOut, leastOut));
        _deal(paid, got, amountIn, amountOut);
    }

    /// Buys an exact amount from the dealer.
    function buy(Coin paid, Coin got, uint256 amountOut, uint256 mostIn) external returns (uint256 amountIn) {
        uint256 value = _divUp(amountOut * price(got), 10 ** got.decimals());
        uint256 fair = _divUp(value * 10 ** paid.decimals(), price(paid));
        amountIn = _divUp(fair * (BPS + SPREAD_BPS), BPS);
        require(amountIn <= mostIn, Slipped(amountIn, mostIn));
        _deal(paid, got, amountIn, amountOut);
    }

    function join(Coin coin, uint256 amount) external returns (uint256 parts) {
        uint256 value = _value(coin, amount);
        if (totalParts == 0) {
            require(value > DEAD_PARTS, NothingToDo());
            parts = value - DEAD_PARTS;
            totalParts = DEAD_PARTS;
        } else {
            parts = value * (BPS - JOIN_FEE_BPS) / BPS * totalParts / stockValue();
        }
        require(parts > 0, NothingToDo());
        partsOf[msg.sender] += parts;
        totalParts += parts;
        emit Joined(msg.sender, coin, amount, parts);
        require(coin.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function quit(uint256 parts) external {
        require(parts > 0, NothingToDo());
        require(parts <= partsOf[msg.sender], TooMuch(parts, partsOf[msg.sender]));
        uint256 all = totalParts;
        partsOf[msg.sender] -= parts;
        totalParts -= parts;
        emit Quit(msg.sender, parts);
        for (uint256 i = 0; i < coins.length; ++i) {
            uint256 amount = coins[i].balanceOf(address(this)) * parts / all;
            if (amount > 0) require(coins[i].transfer(msg.sender, amount), TransferFailed());
        }
    }

    function _deal(Coin paid, Coin got, uint256 amountIn, uint256 amountOut) private {
        require(paid != got, SameCoin());
        require(amountIn > 0 && amountOut > 0, NothingToDo());
        emit Dealt(msg.sender, paid, got, amountIn, amountOut);
        require(paid.transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require(got.transfer(msg.sender, amountOut), TransferFailed());
    }

    function _value(Coin coin, uint256 amount) private view returns (uint256) {
        return amount * price(coin) / 10 ** coin.decimals();
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
