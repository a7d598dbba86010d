// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../shared/Erc20.sol";

/// Keeps the fees that the router charges.
contract Treasury {
    error NotOwner();
    error NotRouter();
    error TransferFailed();

    event Collected(address indexed payer, uint256 amount);
    event Withdrawn(address indexed to, uint256 amount);

    IERC20 public immutable token;
    address public immutable owner;
    address public router;
    /// Fees received so far, by balance; plain transfers to the treasury are no fees.
    uint256 public income;

    constructor(IERC20 token_) {
        token = token_;
        owner = msg.sender;
    }

    function setRouter(address router_) external {
        require(msg.sender == owner, NotOwner());
        router = router_;
    }

    /// Pulls a fee from the router.
    function collect(address payer, uint256 amount) external {
        require(msg.sender == router, NotRouter());
        uint256 balance = token.balanceOf(address(this));
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
        income += token.balanceOf(address(this)) - balance;
        emit Collected(payer, amount);
    }

    function withdraw(address to, uint256 amount) external {
        require(msg.sender == owner, NotOwner());
        emit Withdrawn(to, amount);
        require(token.transfer(to, amount), TransferFailed());
    }
}
