// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Constant product of two reserves that exist on paper only. Contracts are bought and sold along it; rounding is against traders.
abstract contract VirtualCurve {
    error NothingToTrade();
    error TooLarge(uint256 size, uint256 reserve);

    uint256 public quoteReserve;
    uint256 public baseReserve;

    constructor(uint256 quoteReserve_, uint256 baseReserve_) {
        quoteReserve = quoteReserve_;
        baseReserve = baseReserve_;
    }

    /// What the next contract costs.
    function mark() public view returns (uint256) {
        return quoteReserve * 1e18 / baseReserve;
    }

    function costOf(uint256 size) public view returns (uint256) {
        require(size < baseReserve, TooLarge(size, baseReserve));
        uint256 rest = baseReserve - size;
        return (quoteReserve * size + rest - 1) / rest;
    }

    function proceedsOf(uint256 size) public view returns (uint256) {
        return quoteReserve * size / (baseReserve + size);
    }

    function _takeBase(uint256 size) internal returns (uint256 quote) {
        quote = costOf(size);
        require(quote > 0, NothingToTrade());
        baseReserve -= size;
        quoteReserve += quote;
    }

    function _giveBase(uint256 size) internal returns (uint256 quote) {
        quote = proceedsOf(size);
        require(quote > 0, NothingToTrade());
        baseReserve += size;
        quoteReserve -= quote;
    }
}
