// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Three links. The last one fits few first ones: who has forged a first link that it does not fit must go back, and forge the
/// second one anew as well.
contract Chain {
    uint256 public links;
    uint256 private first;
    uint256 public noise;

    function forge(uint256 a) external {
        require(a % 97 == 5, "uneven");
        first = a;
        links = 1;
    }

    function join(uint256 b, uint8 code) external {
        require(links == 1, "no first link");
        require(b == 3 * first + code, "does not fit");
        links = 2;
    }

    function close(uint64 c) external {
        require(links == 2, "no second link");
        require(first == uint256(c) + 0x3fffffffffffffffffffffffffffffff, "too short");
        links = 3;
    }

    /// Of no use to anybody.
    function polish(uint256 a) external {
        noise += a / 2;
    }
}
