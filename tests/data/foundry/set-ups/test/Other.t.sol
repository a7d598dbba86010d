// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Till} from "../src/Parts.sol";

contract SameTest {
    function setUp() public {
        new Till();
    }
}
