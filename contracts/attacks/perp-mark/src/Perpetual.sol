// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";
import {VirtualCurve} from "./VirtualCurve.sol";

/// Perpetual contracts on oil, traded along a virtual curve and backed by the guineas that all traders bring. What a position has
/// gained counts as margin. Losses beyond a trader's margin are the insurance's, which lives on fees.
contract Perpetual is VirtualCurve {
    error Nothing();
    error Undermargined(int256 equity, uint256 needed);
    error Sound(int256 equity, uint256 needed);
    error Limit(uint256 quote, uint256 limit);
    error BadPrice(int256 answer);
    error TransferFailed();

    event Deposited(address indexed trader, uint256 amount);
    event Withdrawn(address indexed trader, uint256 amount);
    event Traded(address indexed trader, int256 size, uint256 quote, uint256 fee);
    event Liquidated(address indexed trader, address indexed by, int256 size, uint256 reward, uint256 badDebt);
    event Insured(uint256 amount);

    /// `cost` is what was paid for `size` less what was received, so a short position has a negative one.
    struct Position {
        int256 margin;
        int256 size;
        int256 cost;
    }

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 10;
    uint256 public constant INITIAL_BPS = 1_000;
    uint256 public constant MAINTENANCE_BPS = 500;
    uint256 public constant REWARD_BPS = 100;

    IERC20 public immutable guinea;
    IFeed public immutable feed;
    uint256 public insurance;
    mapping(address => Position) public positions;

    constructor(IERC20 guinea_, IFeed feed_, uint256 quoteReserve_, uint256 baseReserve_)
        VirtualCurve(quoteReserve_, baseReserve_)
    {
        guinea = guinea_;
        feed = feed_;
    }

    /// Guineas for a barrel at the exchanges outside, 18 decimals.
    function index() public view returns (uint256) {
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadPrice(answer));
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }

    /// What a trader would own if the position were worth its size at today's price.
    function equity(address trader) public view returns (int256) {
        Position memory position = positions[trader];
        return position.margin + position.size * int256(_price()) / 1e18 - position.cost;
    }

    function notional(address trader) public view returns (uint256) {
        return _abs(positions[trader].size) * _price() / 1e18;
    }

    /// Anybody may add to the insurance.
    function insure(uint256 amount) external {
        insurance += amount;
        emit Insured(amount);
        require(guinea.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function deposit(uint256 amount) external {
        require(amount > 0, Nothing());
        positions[msg.sender].margin += int256(amount);
        emit Deposited(msg.sender, amount);
        require(guinea.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint256 amount) external {
        require(amount > 0 && amount <= guinea.balanceOf(address(this)), Nothing());
        positions[msg.sender].margin -= int256(amount);
        _check(msg.sender, INITIAL_BPS);
        emit Withdrawn(msg.sender, amount);
        require(guinea.transfer(msg.sender, amount), TransferFailed());
    }

    /// Buys `size` contracts: opens or enlarges a long position, or closes a part of a short one.
    function buy(uint256 size, uint256 limit) external returns (uint256 quote) {
        quote = _takeBase(size);
        require(quote <= limit, Limit(quote, limit));
        _book(int256(size), int256(quote), quote);
    }

    /// Sells `size` contracts: opens or enlarges a short position, or closes a part of a long one.
    function sell(uint256 size, uint256 limit) external returns (uint256 quote) {
        quote = _giveBase(size);
        require(quote >= limit, Limit(quote, limit));
        _book(-int256(size), -int256(quote), quote);
    }

    /// Closes the position of a trader whose equity is below what maintenance asks for.
    function liquidate(address trader) external {
        Position storage position = positions[trader];
        int256 size = position.size;
        uint256 needed = notional(trader) * MAINTENANCE_BPS / BPS;
        require(size != 0 && equity(trader) < int256(needed), Sound(equity(trader), needed));
        uint256 quote = size > 0 ? _giveBase(_abs(size)) : _takeBase(_abs(size));
        int256 rest = position.margin - position.cost + (size > 0 ? int256(quote) : -int256(quote));
        uint256 reward = quote * REWARD_BPS / BPS;
        uint256 badDebt = 0;
        if (rest < int256(reward)) {
            reward = rest > 0 ? uint256(rest) : 0;
            badDebt = rest < 0 ? uint256(-rest) : 0;
            rest = int256(reward);
        }
        insurance -= badDebt < insurance ? badDebt : insurance;
        positions[trader] = Position(rest - int256(reward), 0, 0);
        positions[msg.sender].margin += int256(reward);
        emit Liquidated(trader, msg.sender, size, reward, badDebt);
    }

    function _book(int256 size, int256 cost, uint256 quote) private {
        Position storage position = positions[msg.sender];
        uint256 before = _abs(position.size);
        uint256 fee = (quote * FEE_BPS + BPS - 1) / BPS;
        insurance += fee;
        position.margin -= int256(fee);
        position.size += size;
        position.cost += cost;
        if (position.size == 0) {
            position.margin -= position.cost;
            position.cost = 0;
        }
        emit Traded(msg.sender, size, quote, fee);
        _check(msg.sender, _abs(position.size) > before ? INITIAL_BPS : MAINTENANCE_BPS);
    }

    function _check(address trader, uint256 bps) private view {
        int256 owned = equity(trader);
        uint256 needed = (notional(trader) * bps + BPS - 1) / BPS;
        require(owned >= int256(needed), Undermargined(owned, needed));
    }

    /// The price that positions are valued at.
    function _price() private view returns (uint256) {
        return mark();
    }

    function _abs(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
    }
}
