// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Pays a steady stream of dew to those who sow rye, by amount and time, as long as the stream is funded.
contract Field {
    error NotOwner();
    error AlreadyFunded();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error TransferFailed();

    event Funded(uint256 rate, uint256 end);
    event Sown(address indexed account, uint256 amount);
    event Reaped(address indexed account, uint256 amount);
    event Gathered(address indexed account, uint256 dew);

    uint256 private constant SCALE = 1e24;

    IERC20 public immutable rye;
    IERC20 public immutable dew;
    address public immutable owner;
    uint256 public rate;
    uint256 public end;
    uint256 private last;
    uint256 private index;
    uint256 public totalSown;
    mapping(address => uint256) public sown;
    mapping(address => uint256) private indexOf;
    mapping(address => uint256) private due;

    constructor(IERC20 rye_, IERC20 dew_) {
        rye = rye_;
        dew = dew_;
        owner = msg.sender;
    }

    function fund(uint256 rate_, uint256 duration) external {
        require(msg.sender == owner, NotOwner());
        require(end == 0, AlreadyFunded());
        rate = rate_;
        last = block.timestamp;
        end = block.timestamp + duration;
        emit Funded(rate_, end);
        require(dew.transferFrom(msg.sender, address(this), rate_ * duration), TransferFailed());
    }

    function pending(address account) public view returns (uint256) {
        return due[account] + sown[account] * (_index() - indexOf[account]) / SCALE;
    }

    function sow(uint256 amount) external {
        require(amount > 0, NothingToDo());
        _settle(msg.sender);
        sown[msg.sender] += amount;
        totalSown += amount;
        emit Sown(msg.sender, amount);
        require(rye.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function reap(uint256 amount) external {
        require(amount > 0, NothingToDo());
        require(amount <= sown[msg.sender], TooMuch(amount, sown[msg.sender]));
        _settle(msg.sender);
        sown[msg.sender] -= amount;
        totalSown -= amount;
        emit Reaped(msg.sender, amount);
        require(rye.transfer(msg.sender, amount), TransferFailed());
    }

    function gather() external returns (uint256 amount) {
        _settle(msg.sender);
        amount = due[msg.sender];
        due[msg.sender] = 0;
        emit Gathered(msg.sender, amount);
        require(dew.transfer(msg.sender, amount), TransferFailed());
    }

    function _index() private view returns (uint256) {
        uint256 time = block.timestamp < end ? block.timestamp : end;
        return totalSown == 0 || time <= last ? index : index + (time - last) * rate * SCALE / totalSown;
    }

    function _settle(address account) private {
        index = _index();
        if (block.timestamp > last) last = block.timestamp;
        due[account] += sown[account] * (index - indexOf[account]) / SCALE;
        indexOf[account] = index;
    }
}
