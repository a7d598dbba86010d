// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "../../../shared/Erc20.sol";

interface ISyncable {
    function sync() external;
}

/// Deflationary token: each sale on its pair burns a share of what is sold. Trades between wallets and purchases are free.
contract Ember is Erc20 {
    error NotFounder();
    error AlreadyOpen();

    event Opened(address indexed pair);
    event SaleBurned(address indexed seller, uint256 sold, uint256 burned);

    uint256 private constant BPS = 10_000;
    uint256 public constant SALE_BURN_BPS = 500;

    address public immutable founder;
    /// Zero until trading opens; the first liquidity is brought before that.
    address public pair;

    constructor(uint256 supply) Erc20("Ember", "EMB") {
        founder = msg.sender;
        _mint(msg.sender, supply);
    }

    /// From now on sales burn.
    function open(address pair_) external {
        require(msg.sender == founder, NotFounder());
        require(pair == address(0), AlreadyOpen());
        pair = pair_;
        emit Opened(pair_);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (to == pair && to != address(0)) value -= _burnForSale(from, value);
        super._update(from, to, value);
    }

    /// Returns what of the sale does not arrive.
    function _burnForSale(address seller, uint256 value) private returns (uint256) {
        uint256 burned = value * SALE_BURN_BPS / BPS;
        super._update(seller, address(0), burned);
        emit SaleBurned(seller, value, burned);
        return burned;
    }
}
