// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Bourse, ISwapper} from "./Bourse.sol";
import {Expecting} from "./Expecting.sol";
import {Referring} from "./Referring.sol";

/// Where traders swap: one allowance for all bourses, a limit on the price, and a fee of which those who bring traders get a part.
contract Desk is ISwapper, Expecting, Referring {
    error NotClerk();
    error Reentered();
    error NotListed(Bourse bourse);
    error TooLittle(uint256 amountOut, uint256 minimum);
    error TransferFailed();

    event Listed(Bourse indexed bourse, bool on);
    event Charged(IERC20 indexed token, uint256 fee, address indexed referrer, uint256 part);

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 10;
    uint256 public constant REFERRER_BPS = 2_500;
    uint256 private constant LOCK = 0;

    address public immutable clerk;
    mapping(Bourse => bool) public listed;

    constructor(address clerk_) {
        clerk = clerk_;
    }

    modifier locked() {
        bool open;
        assembly ("memory-safe") {
            open := iszero(tload(LOCK))
            tstore(LOCK, 1)
        }
        require(open, Reentered());
        _;
        assembly ("memory-safe") {
            tstore(LOCK, 0)
        }
    }

    function list(Bourse bourse, bool on) external {
        require(msg.sender == clerk, NotClerk());
        listed[bourse] = on;
        emit Listed(bourse, on);
    }

    /// Anybody may send the fees to the clerk.
    function collect(IERC20 token) external locked {
        require(token.transfer(clerk, token.balanceOf(address(this))), TransferFailed());
    }

    /// Swaps `amountIn`, less the fee, of the caller's tokens. `referrer` may be zero.
    function swap(Bourse bourse, bool zeroForOne, uint256 amountIn, uint256 minimum, address to, address referrer)
        external
        locked
        returns (uint256 amountOut)
    {
        require(listed[bourse], NotListed(bourse));
        uint256 fee = (amountIn * FEE_BPS + BPS - 1) / BPS;
        _expect(address(bourse));
        amountOut = bourse.swap(zeroForOne, amountIn - fee, to, msg.sender);
        _expect(address(0));
        require(amountOut >= minimum, TooLittle(amountOut, minimum));
        _refer(referrer);
        _charge(zeroForOne ? bourse.token0() : bourse.token1(), fee);
    }

    function onSwap(IERC20 token, uint256 amount, address payer) external onlyExpected {
        require(token.transferFrom(payer, msg.sender, amount), TransferFailed());
    }

    function _charge(IERC20 token, uint256 fee) private {
        address referrer = _referrer();
        uint256 part = referrer == address(0) ? 0 : fee * REFERRER_BPS / BPS;
        emit Charged(token, fee, referrer, part);
        require(token.transferFrom(msg.sender, address(this), fee - part), TransferFailed());
        if (part > 0) require(token.transferFrom(msg.sender, referrer, part), TransferFailed());
    }
}
