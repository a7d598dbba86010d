// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

library MathLib {
    function twice(uint256 value) external pure returns (uint256) { return value * 2; }
}

contract Linked {
    function twice(uint256 value) external pure returns (uint256) { return MathLib.twice(value); }
    function poke() external {}
}
