// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IFeed} from "../../../shared/Feed.sol";
import {Pool} from "../../../shared/Pool.sol";

/// What shares of a pool of `kor` and `usdm` are worth in usdm. Prices of the tokens come from a feed, so trades in the
/// pool do not move them.
contract LpValue {
    error NoAnswer();

    uint256 private constant ONE = 1e18;

    Pool public immutable pool;
    IFeed public immutable korFeed;

    constructor(Pool pool_, IFeed korFeed_) {
        pool = pool_;
        korFeed = korFeed_;
    }

    function korPrice() public view returns (uint256) {
        (, int256 answer,,,) = korFeed.latestRoundData();
        require(answer > 0, NoAnswer());
        return uint256(answer) * ONE / 10 ** korFeed.decimals();
    }

    function valueOf(uint256 shares) external view returns (uint256) {
        uint256 korSide = pool.reserve0() * korPrice() / ONE;
        uint256 usdmSide = pool.reserve1();
        // A trade moves the sum of the sides, but not their product.
        return shares * 2 * _sqrt(korSide * usdmSide) / pool.totalSupply();
    }

    function _sqrt(uint256 value) private pure returns (uint256 root) {
        if (value == 0) return 0;
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}
