// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Ledger} from "./Ledger.sol";

/// Offers of one token for another one. What is offered is set aside on the ledger; whoever accepts pays the maker's price
/// and a fee of 0.1 % to the house.
contract Bourse {
    error NothingToDo();
    error NotMaker(uint256 id);
    error TooMuch(uint256 amount, uint256 left);

    event Posted(uint256 indexed id, address indexed maker, address sells, address wants, uint256 offered, uint256 wanted);
    event Filled(uint256 indexed id, address indexed taker, uint256 amount, uint256 paid, uint256 fee);
    event Cancelled(uint256 indexed id, uint256 returned);

    struct Offer {
        address maker;
        address sells;
        address wants;
        uint256 offered;
        uint256 wanted;
        uint256 left;
    }

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 10;

    Ledger public immutable ledger;
    address public immutable house;
    Offer[] public offers;

    constructor(Ledger ledger_, address house_) {
        ledger = ledger_;
        house = house_;
    }

    function post(address sells, address wants, uint256 offered, uint256 wanted) external returns (uint256 id) {
        require(offered > 0 && wanted > 0 && sells != wants, NothingToDo());
        id = offers.length;
        offers.push(Offer(msg.sender, sells, wants, offered, wanted, offered));
        emit Posted(id, msg.sender, sells, wants, offered, wanted);
        ledger.settle(sells, msg.sender, address(this), offered);
    }

    /// Buys `amount` of what is offered.
    function fill(uint256 id, uint256 amount) external returns (uint256 paid) {
        Offer storage offer = offers[id];
        require(amount > 0, NothingToDo());
        require(amount <= offer.left, TooMuch(amount, offer.left));
        offer.left -= amount;
        paid = _divUp(amount * offer.wanted, offer.offered);
        uint256 fee = _divUp(paid * FEE_BPS, BPS);
        emit Filled(id, msg.sender, amount, paid, fee);
        ledger.settle(offer.wants, msg.sender, offer.maker, paid);
        ledger.settle(offer.wants, msg.sender, house, fee);
        ledger.settle(offer.sells, address(this), msg.sender, amount);
    }

    function cancel(uint256 id) external returns (uint256 returned) {
        Offer storage offer = offers[id];
        require(msg.sender == offer.maker, NotMaker(id));
        returned = offer.left;
        require(returned > 0, NothingToDo());
        offer.left = 0;
        emit Cancelled(id, returned);
        ledger.settle(offer.sells, address(this), msg.sender, returned);
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
