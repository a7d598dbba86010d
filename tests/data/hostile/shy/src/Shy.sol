// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A coin that says nothing of its balances while it is hushed, which anybody can do and undo.
contract Coin {
    error Hushed();

    string public name;
    uint256 public totalSupply;
    bool public hushed;
    bool public immutable shy;
    mapping(address => uint256) private held;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor(string memory name_, bool shy_) {
        (name, shy) = (name_, shy_);
    }

    function balanceOf(address account) external view returns (uint256) {
        require(!hushed, Hushed());
        return held[account];
    }

    function hush(bool yes) external {
        require(shy, Hushed());
        hushed = yes;
    }

    function mint(address to, uint256 amount) external {
        require(totalSupply < 10_000_000 ether && msg.sender.code.length == 0, Hushed());
        totalSupply += amount;
        held[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        held[from] -= amount;
        held[to] += amount;
        emit Transfer(from, to, amount);
        return true;
    }
}

/// Sells coins at their price less a hundredth, and never takes them back.
contract Trap {
    error NoWayBack();

    Coin public immutable cash;
    Coin public immutable ware;

    constructor(Coin cash_, Coin ware_) {
        (cash, ware) = (cash_, ware_);
    }

    function buy(uint256 amount) external {
        cash.transferFrom(msg.sender, address(this), amount);
        ware.transfer(msg.sender, amount * 99 / 100);
    }

    function sell(uint256 amount) external {
        ware.transferFrom(msg.sender, address(this), amount);
        cash.transfer(msg.sender, amount * 99 / 100);
        revert NoWayBack();
    }
}

interface IBorrower {
    function onFlashLoan(address initiator, address token, uint256 amount, uint256 fee, bytes calldata data)
        external
        returns (bytes32);
}

/// Offers more than it has, and lends no coin that it does not have.
contract Boaster {
    function maxFlashLoan(address) external pure returns (uint256) {
        return 1_000_000_000 ether;
    }

    function flashFee(address, uint256) external pure returns (uint256) {
        return 0;
    }

    function flashLoan(IBorrower receiver, Coin token, uint256 amount, bytes calldata data) external returns (bool) {
        token.transfer(address(receiver), amount);
        receiver.onFlashLoan(msg.sender, address(token), amount, 0, data);
        token.transferFrom(address(receiver), address(this), amount);
        return true;
    }
}

/// Broken on purpose: anybody empties it.
contract Jar {
    Coin public immutable cash;

    constructor(Coin cash_) {
        cash = cash_;
    }

    function take() external {
        cash.transfer(msg.sender, cash.balanceOf(address(this)));
    }
}
