// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Trades a base token against a quote token along a constant product. Makers' parts are entries of a ledger, no token.
contract Exchange {
    error NothingToTrade();
    error BelowMinimum(uint256 paid, uint256 minimum);
    error NotThatMuch(uint256 part, uint256 owned);
    error TransferFailed();

    event Traded(address indexed trader, bool sellBase, uint256 amountIn, uint256 amountOut);
    event MakerChanged(address indexed maker, uint256 part, uint256 base, uint256 quote);

    uint256 private constant FEE_BPS = 20;
    uint256 private constant BPS = 10_000;

    IERC20 public immutable base;
    IERC20 public immutable quote;
    uint256 public baseStock;
    uint256 public quoteStock;
    uint256 public parts;
    mapping(address => uint256) public partOf;

    constructor(IERC20 base_, IERC20 quote_) {
        base = base_;
        quote = quote_;
    }

    /// The first maker's amounts state the price, later makers bring what matches `baseAmount`.
    function join(uint256 baseAmount, uint256 quoteAmount) external returns (uint256 part) {
        if (parts == 0) {
            part = baseAmount;
        } else {
            part = baseAmount * parts / baseStock;
            uint256 needed = (baseAmount * quoteStock + baseStock - 1) / baseStock;
            require(needed <= quoteAmount, BelowMinimum(quoteAmount, needed));
            quoteAmount = needed;
        }
        require(part > 0, NothingToTrade());
        parts += part;
        partOf[msg.sender] += part;
        baseStock += baseAmount;
        quoteStock += quoteAmount;
        emit MakerChanged(msg.sender, partOf[msg.sender], baseAmount, quoteAmount);
        require(base.transferFrom(msg.sender, address(this), baseAmount), TransferFailed());
        require(quote.transferFrom(msg.sender, address(this), quoteAmount), TransferFailed());
    }

    function leave(uint256 part) external returns (uint256 baseAmount, uint256 quoteAmount) {
        require(part > 0 && part <= partOf[msg.sender], NotThatMuch(part, partOf[msg.sender]));
        baseAmount = part * baseStock / parts;
        quoteAmount = part * quoteStock / parts;
        partOf[msg.sender] -= part;
        parts -= part;
        baseStock -= baseAmount;
        quoteStock -= quoteAmount;
        emit MakerChanged(msg.sender, partOf[msg.sender], baseAmount, quoteAmount);
        require(base.transfer(msg.sender, baseAmount), TransferFailed());
        require(quote.transfer(msg.sender, quoteAmount), TransferFailed());
    }

    function preview(bool sellBase, uint256 amountIn) public view returns (uint256) {
        (uint256 stockIn, uint256 stockOut) = sellBase ? (baseStock, quoteStock) : (quoteStock, baseStock);
        uint256 net = amountIn * (BPS - FEE_BPS);
        return net * stockOut / (stockIn * BPS + net);
    }

    /// Sells `amountIn` of one token; the proceeds go to the caller.
    function sell(bool sellBase, uint256 amountIn, uint256 minimum) external returns (uint256 amountOut) {
        amountOut = preview(sellBase, amountIn);
        require(amountOut > 0, NothingToTrade());
        require(amountOut >= minimum, BelowMinimum(amountOut, minimum));
        if (sellBase) {
            baseStock += amountIn;
            quoteStock -= amountOut;
        } else {
            quoteStock += amountIn;
            baseStock -= amountOut;
        }
        emit Traded(msg.sender, sellBase, amountIn, amountOut);
        (IERC20 tokenIn, IERC20 tokenOut) = sellBase ? (base, quote) : (quote, base);
        require(tokenIn.transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        require(tokenOut.transfer(msg.sender, amountOut), TransferFailed());
    }
}
