// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Many goods traded against one kind of cash, all in one contract. Each good has a stall of its own: a constant
/// product of goods and cash. Cash of all stalls lies together, so goods are converted into other goods without moving it.
contract Bazaar {
    error NotWarden();
    error NoStall(IERC20 good);
    error StallExists(IERC20 good);
    error NothingToDo();
    error OutOfBounds(uint256 amount, uint256 bound);
    error TransferFailed();

    event Opened(IERC20 indexed good, uint256 goods, uint256 cash);
    event Supplied(IERC20 indexed good, address indexed owner, uint256 shares);
    event Drawn(IERC20 indexed good, address indexed owner, uint256 shares);
    event Sold(IERC20 indexed good, address indexed trader, uint256 goods, uint256 cash);
    event Bought(IERC20 indexed good, address indexed trader, uint256 cash, uint256 goods);
    event Converted(IERC20 indexed from, IERC20 indexed to, address indexed trader, uint256 amountIn, uint256 amountOut);

    struct Stall {
        uint128 goods;
        uint128 cash;
        uint256 shares;
    }

    uint256 private constant UNIT = 10_000;
    /// Kept by the stall that takes goods or cash in.
    uint256 public constant tradeFee = 25;

    IERC20 public immutable cash;
    address public immutable warden;
    mapping(IERC20 => Stall) public stalls;
    mapping(IERC20 => mapping(address => uint256)) public sharesOf;

    constructor(IERC20 cash_) {
        cash = cash_;
        warden = msg.sender;
    }

    /// The price of a good is what the warden opens its stall with; the first shares are as many as there is cash.
    function open(IERC20 good, uint128 goods, uint128 money) external {
        require(msg.sender == warden, NotWarden());
        require(stalls[good].shares == 0 && good != cash, StallExists(good));
        require(goods > 0 && money > 0, NothingToDo());
        stalls[good] = Stall(goods, money, money);
        sharesOf[good][msg.sender] = money;
        emit Opened(good, goods, money);
        _pull(good, goods);
        _pull(cash, money);
    }

    /// Brings goods and cash in the stall's proportion.
    function supply(IERC20 good, uint256 shares, uint256 maxGoods, uint256 maxCash) external {
        Stall storage stall = _stall(good);
        require(shares > 0, NothingToDo());
        uint256 goods = _divUp(shares * stall.goods, stall.shares);
        uint256 money = _divUp(shares * stall.cash, stall.shares);
        require(goods <= maxGoods, OutOfBounds(goods, maxGoods));
        require(money <= maxCash, OutOfBounds(money, maxCash));
        stall.goods += uint128(goods);
        stall.cash += uint128(money);
        stall.shares += shares;
        sharesOf[good][msg.sender] += shares;
        emit Supplied(good, msg.sender, shares);
        _pull(good, goods);
        _pull(cash, money);
    }

    function draw(IERC20 good, uint256 shares) external returns (uint256 goods, uint256 money) {
        Stall storage stall = _stall(good);
        require(shares > 0, NothingToDo());
        require(shares <= sharesOf[good][msg.sender], OutOfBounds(shares, sharesOf[good][msg.sender]));
        goods = shares * stall.goods / stall.shares;
        money = shares * stall.cash / stall.shares;
        stall.goods -= uint128(goods);
        stall.cash -= uint128(money);
        stall.shares -= shares;
        sharesOf[good][msg.sender] -= shares;
        emit Drawn(good, msg.sender, shares);
        _push(good, goods);
        _push(cash, money);
    }

    function sell(IERC20 good, uint256 goods, uint256 minCash) external returns (uint256 money) {
        Stall storage stall = _stall(good);
        money = _out(goods, stall.goods, stall.cash);
        require(money > 0, NothingToDo());
        require(money >= minCash, OutOfBounds(money, minCash));
        stall.goods += _narrow(goods);
        stall.cash -= uint128(money);
        emit Sold(good, msg.sender, goods, money);
        _pull(good, goods);
        _push(cash, money);
    }

    function buy(IERC20 good, uint256 money, uint256 minGoods) external returns (uint256 goods) {
        Stall storage stall = _stall(good);
        goods = _out(money, stall.cash, stall.goods);
        require(goods > 0, NothingToDo());
        require(goods >= minGoods, OutOfBounds(goods, minGoods));
        stall.cash += _narrow(money);
        stall.goods -= uint128(goods);
        emit Bought(good, msg.sender, money, goods);
        _pull(cash, money);
        _push(good, goods);
    }

    /// Sells one good and buys another one for the proceeds, with one fee.
    function convert(IERC20 from, IERC20 to, uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        // Each stall is read and written once.
        Stall memory source = _stall(from);
        Stall memory target = _stall(to);
        uint256 money = _out(amountIn, source.goods, source.cash);
        require(money > 0, NothingToDo());
        amountOut = target.goods * money / (target.cash + money);
        require(amountOut > 0, NothingToDo());
        require(amountOut >= minOut, OutOfBounds(amountOut, minOut));

        source.goods += _narrow(amountIn);
        source.cash -= uint128(money);
        target.goods -= uint128(amountOut);
        target.cash += uint128(money);
        stalls[from] = source;
        stalls[to] = target;
        emit Converted(from, to, msg.sender, amountIn, amountOut);
        _pull(from, amountIn);
        _push(to, amountOut);
    }

    /// Cash for 1e18 units of a good, before fees and without any depth.
    function priceOf(IERC20 good) external view returns (uint256) {
        Stall storage stall = _stall(good);
        return uint256(stall.cash) * 1e18 / stall.goods;
    }

    function _stall(IERC20 good) private view returns (Stall storage stall) {
        stall = stalls[good];
        require(stall.shares > 0, NoStall(good));
    }

    function _out(uint256 amountIn, uint256 reserveIn, uint256 reserveOut) private pure returns (uint256) {
        uint256 net = amountIn * (UNIT - tradeFee);
        return net * reserveOut / (reserveIn * UNIT + net);
    }

    function _narrow(uint256 amount) private pure returns (uint128) {
        require(amount <= type(uint128).max, OutOfBounds(amount, type(uint128).max));
        return uint128(amount);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function _pull(IERC20 token, uint256 amount) private {
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _push(IERC20 token, uint256 amount) private {
        require(token.transfer(msg.sender, amount), TransferFailed());
    }
}
