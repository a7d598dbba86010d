// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";
import {Market} from "./Market.sol";

/// Knows the markets of the group, what their assets are worth, and who may still borrow or redeem.
contract Warden {
    error NotAdmin();
    error NotListed(Market market);
    error BadAnswer(int256 answer);
    error AlreadyListed(Market market);
    error Short(address account, uint256 debt, uint256 limit);
    error NotShort(address account);
    error TooMuch(uint256 amount, uint256 allowed);

    event Listed(Market indexed market, uint256 factorBps, IFeed feed);

    struct Listing {
        bool listed;
        uint256 factorBps;
        IFeed feed;
    }

    uint256 private constant ONE = 1e18;
    uint256 private constant BPS = 10_000;
    uint256 private constant CLOSE_BPS = 5_000;
    uint256 private constant INCENTIVE_BPS = 10_800;

    address public immutable admin = msg.sender;
    Market[] public markets;
    mapping(Market => Listing) public listings;

    function list(Market market, uint256 factorBps, IFeed feed) external {
        require(msg.sender == admin, NotAdmin());
        require(!listings[market].listed, AlreadyListed(market));
        listings[market] = Listing(true, factorBps, feed);
        markets.push(market);
        emit Listed(market, factorBps, feed);
    }

    /// Dollars (1e18) for 1e18 base units of a market's asset.
    function price(Market market) public view returns (uint256) {
        IFeed feed = listings[market].feed;
        (, int256 answer,,,) = feed.latestRoundData();
        require(answer > 0, BadAnswer(answer));
        return uint256(answer) * ONE / 10 ** feed.decimals();
    }

    /// Dollars that an account owes and may owe, all of its units taken as security but for `without` ones.
    function position(address account, Market market, uint256 without)
        public
        view
        returns (uint256 debt, uint256 limit)
    {
        for (uint256 i = 0; i < markets.length; ++i) {
            Market each = markets[i];
            uint256 units = each.balanceOf(account);
            if (each == market) units -= without;
            limit += units * each.exchangeRate() / ONE * price(each) / ONE * listings[each].factorBps / BPS;
            debt += (each.borrowBalance(account) * price(each) + ONE - 1) / ONE;
        }
    }

    function requireBorrowAllowed(address account) external view {
        require(listings[Market(msg.sender)].listed, NotListed(Market(msg.sender)));
        _requireCovered(account, Market(address(0)), 0);
    }

    function requireRedeemAllowed(address account, Market market, uint256 units) external view {
        _requireCovered(account, market, units);
    }

    /// What a liquidator gets for `amount` of the borrowed asset, in units of `held`.
    function unitsToSeize(address account, Market borrowed, uint256 amount, Market held)
        external
        view
        returns (uint256)
    {
        require(listings[borrowed].listed && listings[held].listed, NotListed(held));
        (uint256 debt, uint256 limit) = position(account, Market(address(0)), 0);
        require(debt > limit, NotShort(account));
        uint256 allowed = borrowed.borrowBalance(account) * CLOSE_BPS / BPS;
        require(amount <= allowed, TooMuch(amount, allowed));
        uint256 dollars = amount * price(borrowed) / ONE * INCENTIVE_BPS / BPS;
        return dollars * ONE / price(held) * ONE / held.exchangeRate();
    }

    function seize(Market held, address from, address to, uint256 units) external {
        require(listings[Market(msg.sender)].listed, NotListed(Market(msg.sender)));
        held.seize(from, to, units);
    }

    function _requireCovered(address account, Market market, uint256 without) private view {
        (uint256 debt, uint256 limit) = position(account, market, without);
        require(debt <= limit, Short(account, debt, limit));
    }
}
