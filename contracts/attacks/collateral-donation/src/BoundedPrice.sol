// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Exchange} from "./Exchange.sol";

/// The exchange's price of its first token in its second one, within a factor of an anchor that the operator sets daily.
contract BoundedPrice {
    error NotOperator();

    event AnchorSet(uint256 anchor);

    uint256 public constant BOUND = 5;

    address public immutable operator = msg.sender;
    Exchange public immutable exchange;
    uint256 public anchor;

    constructor(Exchange exchange_, uint256 anchor_) {
        exchange = exchange_;
        anchor = anchor_;
    }

    function setAnchor(uint256 anchor_) external {
        require(msg.sender == operator, NotOperator());
        anchor = anchor_;
        emit AnchorSet(anchor_);
    }

    function price() external view returns (uint256) {
        uint256 spot = exchange.reserve1() * 1e18 / exchange.reserve0();
        if (spot > anchor * BOUND) return anchor * BOUND;
        if (spot < anchor / BOUND) return anchor / BOUND;
        return spot;
    }
}
