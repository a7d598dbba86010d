// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Granary} from "./Granary.sol";
import {Proxy} from "./Proxy.sol";

/// Makes a granary and hands it to its governor in one transaction.
contract Factory {
    event Created(address indexed granary, address indexed governor);

    Granary public immutable code;
    address public granary;

    constructor() {
        code = new Granary();
    }

    function create(IERC20 grain, uint256 exitFeeBps) external returns (address) {
        bytes memory data = abi.encodeCall(Granary.initialize, (grain, msg.sender, exitFeeBps));
        granary = address(new Proxy(address(code), data));
        emit Created(granary, msg.sender);
        return granary;
    }
}
