// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// What the community owns. The silo alone pays out of it.
contract Granary {
    error NotFounder();
    error NotSilo();
    error AlreadyBound();
    error TransferFailed();

    event Donated(address indexed from, IERC20 indexed token, uint256 amount);
    event Paid(IERC20 indexed token, address indexed payee, uint256 amount);

    address private immutable founder = msg.sender;
    address public silo;

    function bind(address silo_) external {
        require(msg.sender == founder, NotFounder());
        require(silo == address(0), AlreadyBound());
        silo = silo_;
    }

    function donate(IERC20 token, uint256 amount) external {
        emit Donated(msg.sender, token, amount);
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function pay(IERC20 token, address payee, uint256 amount) external {
        require(msg.sender == silo, NotSilo());
        emit Paid(token, payee, amount);
        require(token.transfer(payee, amount), TransferFailed());
    }
}
