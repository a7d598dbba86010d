// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "gallery/shared/Erc20.sol";
import {IPair} from "./IPair.sol";

interface IOracle {
    /// Cash for 1e18 gem.
    function price() external view returns (uint256);
}

/// Reads a pair of which one token is the gem.
abstract contract PairOracle is IOracle {
    error UnknownToken();

    IPair public immutable pair;
    bool internal immutable gemIsFirst;

    constructor(IPair pair_, IERC20 gem) {
        pair = pair_;
        gemIsFirst = pair_.token0() == gem;
        require(gemIsFirst || pair_.token1() == gem, UnknownToken());
    }

    function _reserves() internal view returns (uint256 gems, uint256 cash, uint32 updatedAt) {
        (gems, cash, updatedAt) = pair.getReserves();
        if (!gemIsFirst) (gems, cash) = (cash, gems);
    }
}

/// The price is the ratio of the pair's reserves.
contract SpotOracle is PairOracle {
    constructor(IPair pair_, IERC20 gem) PairOracle(pair_, gem) {}

    function price() external view returns (uint256) {
        (uint256 gems, uint256 cash,) = _reserves();
        return cash * 1e18 / gems;
    }
}

/// The price is the average over the last window that was closed, as in Uniswap's `ExampleOracleSimple`. Anybody may close a
/// window that has lasted for a period; the next one begins then.
contract WindowOracle is PairOracle {
    error NoLiquidity();
    error WindowOpen(uint256 closesAt);
    error NoWindowYet();

    event WindowClosed(uint256 price, uint256 length);

    /// Least length of a window in seconds.
    uint256 public immutable period;
    uint256 public windowStart;
    /// The pair's sum of prices when the window began.
    uint256 private sumAtStart;
    /// Cash for one gem, with 112 binary digits behind the point.
    uint256 private average;

    constructor(IPair pair_, IERC20 gem, uint256 period_) PairOracle(pair_, gem) {
        (uint256 gems, uint256 cash,) = _reserves();
        require(gems > 0 && cash > 0, NoLiquidity());
        period = period_;
        windowStart = block.timestamp;
        sumAtStart = _sum();
    }

    function update() external {
        uint256 length = block.timestamp - windowStart;
        require(length > 0 && length >= period, WindowOpen(windowStart + period));
        uint256 sum = _sum();
        // The sum is meant to overflow; differences stay right.
        unchecked {
            average = (sum - sumAtStart) / length;
        }
        (sumAtStart, windowStart) = (sum, block.timestamp);
        emit WindowClosed(price(), length);
    }

    function price() public view returns (uint256) {
        require(average > 0, NoWindowYet());
        return average * 1e18 >> 112;
    }

    /// Seconds times price, up to now: the pair itself adds only when it is used.
    function _sum() private view returns (uint256) {
        (uint256 gems, uint256 cash, uint32 updatedAt) = _reserves();
        uint256 sum = gemIsFirst ? pair.price0CumulativeLast() : pair.price1CumulativeLast();
        unchecked {
            return sum + (cash << 112) / gems * uint256(uint32(block.timestamp) - updatedAt);
        }
    }
}
