// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Control} from "./Control.sol";

/// Keeps the pool shares that loans are secured by.
contract LpLocker {
    error NotDeployer();
    error NotControl();
    error Connected();
    error NothingToDo();
    error TransferFailed();

    event Locked(address indexed account, uint256 shares);
    event Unlocked(address indexed account, uint256 shares);
    event Seized(address indexed account, address indexed to, uint256 shares);

    IERC20 public immutable lp;
    address private immutable deployer;
    Control public control;
    mapping(address => uint256) public locked;

    constructor(IERC20 lp_) {
        lp = lp_;
        deployer = msg.sender;
    }

    function connect(Control control_) external {
        require(msg.sender == deployer, NotDeployer());
        require(address(control) == address(0), Connected());
        control = control_;
    }

    function lock(uint256 shares) external {
        require(shares > 0, NothingToDo());
        locked[msg.sender] += shares;
        emit Locked(msg.sender, shares);
        require(lp.transferFrom(msg.sender, address(this), shares), TransferFailed());
    }

    function unlock(uint256 shares) external {
        require(shares > 0, NothingToDo());
        locked[msg.sender] -= shares;
        control.requireCovered(msg.sender);
        emit Unlocked(msg.sender, shares);
        require(lp.transfer(msg.sender, shares), TransferFailed());
    }

    /// Hands all of an account's shares to who paid its debt.
    function seize(address account, address to) external returns (uint256 shares) {
        require(msg.sender == address(control), NotControl());
        shares = locked[account];
        locked[account] = 0;
        emit Seized(account, to, shares);
        require(lp.transfer(to, shares), TransferFailed());
    }
}
