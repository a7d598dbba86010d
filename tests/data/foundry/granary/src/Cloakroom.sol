// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Sack} from "./Sack.sol";

/// Keeps what people leave in its lockers in one till, with some change of its own.
abstract contract Cloakroom {
    error NotALocker();

    event Opened(address locker);

    Sack public immutable coin;
    mapping(address => bool) public isLocker;

    constructor(Sack coin_) {
        coin = coin_;
    }

    function make() internal virtual returns (Locker);

    function open() external returns (Locker locker) {
        locker = make();
        isLocker[address(locker)] = true;
        emit Opened(address(locker));
    }

    function collect(address from, uint256 value) external {
        require(isLocker[msg.sender], NotALocker());
        coin.transferFrom(from, address(this), value);
    }

    function pay(address to, uint256 value) external {
        require(isLocker[msg.sender], NotALocker());
        coin.transfer(to, value);
    }
}

/// Knows who left how much. There is none until somebody has the cloakroom open one.
abstract contract Locker {
    error Empty();

    Cloakroom public immutable room;
    mapping(address => uint256) public kept;

    constructor() {
        room = Cloakroom(msg.sender);
    }

    function put(uint256 value) external {
        room.collect(msg.sender, value);
        kept[msg.sender] += value;
    }

    function take() external virtual;
}

contract CarefulLocker is Locker {
    function take() external override {
        uint256 value = kept[msg.sender];
        require(value > 0, Empty());
        kept[msg.sender] = 0;
        room.pay(msg.sender, value);
    }
}

/// Does not write down what was taken.
contract ForgetfulLocker is Locker {
    function take() external override {
        uint256 value = kept[msg.sender];
        require(value > 0, Empty());
        room.pay(msg.sender, value);
    }
}

contract CarefulCloakroom is Cloakroom {
    constructor(Sack coin_) Cloakroom(coin_) {}

    function make() internal override returns (Locker) {
        return new CarefulLocker();
    }
}

contract ForgetfulCloakroom is Cloakroom {
    constructor(Sack coin_) Cloakroom(coin_) {}

    function make() internal override returns (Locker) {
        return new ForgetfulLocker();
    }
}
