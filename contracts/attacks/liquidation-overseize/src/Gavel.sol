// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

interface IPriced {
    function price() external view returns (uint256);
}

/// Sells the collateral of positions that failed. An auction begins a fifth above the price of the day and comes down to it
/// within an hour; buyers take as much as they want, until the debt with its penalty is raised. A rest of it that buys no
/// whole unit may be paid all the same, so that nobody can keep an auction from its end.
contract Gavel {
    error NotCoffer();
    error NoAuction(uint256 id);
    error TooDear(uint256 price, uint256 most);
    error NothingToDo();
    error TransferFailed();

    event Started(uint256 indexed id, address indexed owner, uint256 lot, uint256 tab);
    event Taken(uint256 indexed id, address indexed buyer, uint256 slice, uint256 paid);
    event Ended(uint256 indexed id, uint256 returned, uint256 missing);

    struct Auction {
        address owner;
        uint256 lot;
        /// Dollars that are still to be raised.
        uint256 tab;
        uint256 start;
    }

    uint256 private constant UNIT = 1e18;
    uint256 public constant DURATION = 1 hours;
    /// Above the price of the day, at the beginning.
    uint256 public constant PREMIUM = 0.2e18;

    address public immutable coffer;
    IERC20 public immutable opal;
    IERC20 public immutable dollar;
    uint256 public count;
    mapping(uint256 => Auction) public auctions;

    constructor(address coffer_, IERC20 opal_, IERC20 dollar_) {
        coffer = coffer_;
        opal = opal_;
        dollar = dollar_;
    }

    /// The coffer sends the lot beforehand.
    function start(address owner, uint256 lot, uint256 tab) external returns (uint256 id) {
        require(msg.sender == coffer, NotCoffer());
        id = ++count;
        auctions[id] = Auction(owner, lot, tab, block.timestamp);
        emit Started(id, owner, lot, tab);
    }

    /// Dollars for an opal now.
    function priceOf(uint256 id) public view returns (uint256) {
        uint256 age = block.timestamp - auctions[id].start;
        uint256 premium = age >= DURATION ? 0 : PREMIUM * (DURATION - age) / DURATION;
        return IPriced(coffer).price() * (UNIT + premium) / UNIT;
    }

    /// Buys at most `most` opals of the lot, unless they cost more than `mostPrice` each.
    function take(uint256 id, uint256 most, uint256 mostPrice) external returns (uint256 slice) {
        Auction storage auction = auctions[id];
        require(auction.lot > 0, NoAuction(id));
        uint256 price = priceOf(id);
        require(price <= mostPrice, TooDear(price, mostPrice));

        slice = most < auction.lot ? most : auction.lot;
        uint256 due = (slice * price + UNIT - 1) / UNIT;
        if (due > auction.tab) {
            due = auction.tab;
        }
        require(due > 0, NothingToDo());
        auction.lot -= slice;
        auction.tab -= due;
        emit Taken(id, msg.sender, slice, due);
        uint256 rest;
        address owner = auction.owner;
        if (auction.tab == 0 || auction.lot == 0) {
            rest = auction.lot;
            emit Ended(id, rest, auction.tab);
            delete auctions[id];
        }
        require(dollar.transferFrom(msg.sender, coffer, due), TransferFailed());
        require(opal.transfer(msg.sender, slice), TransferFailed());
        if (rest > 0) require(opal.transfer(owner, rest), TransferFailed());
    }
}
