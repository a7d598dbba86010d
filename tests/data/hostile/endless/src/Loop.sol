// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Takes all the gas that it is given.
contract Loop {
    uint256 public rounds;
    uint256 public armed;

    function arm() external {
        armed = 1;
    }

    function spin() external {
        while (true) {
            unchecked {
                rounds++;
            }
        }
    }

    function spinInMemory() external {
        rounds++;
        assembly {
            for { let at := 0 } 1 { at := add(at, 1) } { mstore(and(at, 0xffff), at) }
        }
    }

    function halt() external {
        rounds++;
        assembly {
            invalid()
        }
    }

    /// An invariant reads it: it answers until somebody arms it.
    function heavy() external view returns (uint256 sum) {
        uint256 last = armed == 0 ? 1 : type(uint256).max;
        for (uint256 each = 0; each < last; each++) {
            sum ^= each;
        }
    }
}
