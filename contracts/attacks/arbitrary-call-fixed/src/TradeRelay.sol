// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Exchange} from "./Exchange.sol";

/// One allowance for all venues: takes the tokens that a trader sells, trades them where the trader says, and pays out what
/// came of it and what was left over. Charges a fee on what is sold.
contract TradeRelay {
    error Busy();
    error NotKeeper();
    error NotListed(address venue);
    error NothingToTrade();
    error SameToken();
    error TradeFailed(bytes reason);
    error BelowMinimum(uint256 paid, uint256 minimum);
    error TransferFailed();

    event Listed(address indexed venue, bool on);
    event Relayed(address indexed trader, address indexed venue, uint256 amountIn, uint256 received);
    event Collected(IERC20 indexed token, uint256 amount);

    /// What to sell for what, and the call to `venue` that does it.
    struct Order {
        IERC20 tokenIn;
        uint256 amountIn;
        IERC20 tokenOut;
        uint256 minimum;
        address venue;
        bytes data;
    }

    uint256 private constant FEE_BPS = 8;
    uint256 private constant BPS = 10_000;

    address public immutable keeper;
    /// Venues that are traded at.
    mapping(address => bool) public listed;
    mapping(IERC20 => uint256) public fees;
    bool private busy;

    constructor(address keeper_) {
        keeper = keeper_;
    }

    /// Balances are compared before and after trades, so nothing may come between.
    modifier alone() {
        require(!busy, Busy());
        busy = true;
        _;
        busy = false;
    }

    function list(address venue, bool on) external {
        require(msg.sender == keeper, NotKeeper());
        listed[venue] = on;
        emit Listed(venue, on);
    }

    /// Anybody may send the fees to the keeper.
    function collect(IERC20 token) external alone {
        uint256 amount = fees[token];
        fees[token] = 0;
        emit Collected(token, amount);
        require(token.transfer(keeper, amount), TransferFailed());
    }

    /// Short form for exchanges of our own kind.
    function tradeAt(Exchange exchange, bool sellBase, uint256 amountIn, uint256 minimum)
        external
        alone
        returns (uint256 received)
    {
        require(listed[address(exchange)], NotListed(address(exchange)));
        (IERC20 tokenIn, IERC20 tokenOut) =
            sellBase ? (exchange.base(), exchange.quote()) : (exchange.quote(), exchange.base());
        uint256 net = _take(tokenIn, amountIn);
        require(tokenIn.approve(address(exchange), net), TransferFailed());
        received = exchange.sell(sellBase, net, minimum);
        emit Relayed(msg.sender, address(exchange), amountIn, received);
        require(tokenOut.transfer(msg.sender, received), TransferFailed());
    }

    /// General form: aggregators compute `data` off chain.
    function trade(Order calldata order) external alone returns (uint256 received) {
        require(listed[order.venue], NotListed(order.venue));
        require(order.tokenIn != order.tokenOut, SameToken());
        uint256 net = _take(order.tokenIn, order.amountIn);
        uint256 floorIn = order.tokenIn.balanceOf(address(this)) - net;
        uint256 floorOut = order.tokenOut.balanceOf(address(this));

        require(order.tokenIn.approve(order.venue, net), TransferFailed());
        (bool success, bytes memory result) = order.venue.call(order.data);
        require(success, TradeFailed(result));
        require(order.tokenIn.approve(order.venue, 0), TransferFailed());

        received = order.tokenOut.balanceOf(address(this)) - floorOut;
        require(received >= order.minimum, BelowMinimum(received, order.minimum));
        uint256 left = order.tokenIn.balanceOf(address(this)) - floorIn;
        emit Relayed(msg.sender, order.venue, order.amountIn, received);
        if (received > 0) require(order.tokenOut.transfer(msg.sender, received), TransferFailed());
        if (left > 0) require(order.tokenIn.transfer(msg.sender, left), TransferFailed());
    }

    function _take(IERC20 token, uint256 amount) private returns (uint256 net) {
        require(amount > 0, NothingToTrade());
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        fees[token] += fee;
        net = amount - fee;
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }
}
