// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "gallery/shared/Erc20.sol";
import {IPair} from "./IPair.sol";

/// The pair expects its tokens before it is called; this pays and calls in one transaction, for the sender only.
contract Trader {
    error OutputTooLow(uint256 amountOut, uint256 minimum);
    error TransferFailed();

    IPair public immutable pair;
    IERC20 private immutable gem;
    IERC20 private immutable cash;
    bool private immutable gemIsFirst;

    constructor(IPair pair_, IERC20 gem_, IERC20 cash_) {
        pair = pair_;
        gem = gem_;
        cash = cash_;
        gemIsFirst = pair_.token0() == gem_;
    }

    function trade(bool sellGem, uint256 amountIn, uint256 minimum) external returns (uint256 amountOut) {
        bool zeroForOne = sellGem == gemIsFirst;
        (uint256 reserveIn, uint256 reserveOut,) = pair.getReserves();
        if (!zeroForOne) (reserveIn, reserveOut) = (reserveOut, reserveIn);
        uint256 net = amountIn * 997;
        amountOut = net * reserveOut / (reserveIn * 1_000 + net);
        require(amountOut >= minimum, OutputTooLow(amountOut, minimum));
        require((sellGem ? gem : cash).transferFrom(msg.sender, address(pair), amountIn), TransferFailed());
        pair.swap(zeroForOne ? 0 : amountOut, zeroForOne ? amountOut : 0, msg.sender, "");
    }
}
