// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Sack} from "./Sack.sol";

/// Barters two goods along x * y = k and keeps a quarter of a percent. Only its keeper stocks it.
contract Bazaar {
    error NotKeeper();
    error NotTraded(address good);
    error Refused(uint256 offered, uint256 wanted);

    address public immutable token0;
    address public immutable token1;
    address public immutable keeper;
    uint112 private stock0;
    uint112 private stock1;

    constructor(Sack left, Sack right) {
        (token0, token1, keeper) = (address(left), address(right), msg.sender);
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (stock0, stock1, uint32(block.timestamp));
    }

    function refill(uint256 amount0, uint256 amount1) external {
        require(msg.sender == keeper, NotKeeper());
        Sack(token0).transferFrom(msg.sender, address(this), amount0);
        Sack(token1).transferFrom(msg.sender, address(this), amount1);
        stock0 += uint112(amount0);
        stock1 += uint112(amount1);
    }

    /// Pays `to` with the other good for `offered` of `good`.
    function barter(address good, uint256 offered, uint256 minOut, address to) external returns (uint256 paid) {
        require(good == token0 || good == token1, NotTraded(good));
        bool zeroForOne = good == token0;
        (uint256 had, uint256 has) = zeroForOne ? (stock0, stock1) : (stock1, stock0);
        uint256 net = offered * 9_975 / 10_000;
        paid = net * has / (had + net);
        require(paid > 0 && paid >= minOut, Refused(paid, minOut));
        if (zeroForOne) (stock0, stock1) = (uint112(had + offered), uint112(has - paid));
        else (stock1, stock0) = (uint112(had + offered), uint112(has - paid));
        Sack(good).transferFrom(msg.sender, address(this), offered);
        Sack(zeroForOne ? token1 : token0).transfer(to, paid);
    }
}
