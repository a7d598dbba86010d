// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A token that disappears with everything that it knows.
contract Mortal {
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor() payable {
        totalSupply = 1e24;
        balanceOf[msg.sender] = 1e24;
        emit Transfer(address(0), msg.sender, 1e24);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        require(to != address(0), "nobody");
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
        return true;
    }

    function die(address payable heir) external {
        selfdestruct(heir);
    }

    /// What it owns is destroyed with it.
    function dieAlone() external {
        selfdestruct(payable(address(this)));
    }
}

/// Creates a mortal at one address, again and again.
contract Nest {
    Mortal public egg;
    uint256 public hatched;

    function hatch() external {
        egg = new Mortal{salt: 0}();
        hatched++;
    }

    function crack() external {
        egg.die(payable(msg.sender));
    }

    /// Created and gone within a call.
    function flash() external {
        new Mortal().die(payable(msg.sender));
    }
}
