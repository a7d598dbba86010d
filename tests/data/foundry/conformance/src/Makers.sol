// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Fails in different ways.
contract Failer {
    error Odd(uint256 value);

    function odd(uint256 value) external pure returns (uint256) {
        if (value % 2 == 1) revert Odd(value);
        return value;
    }

    function text() external pure {
        revert("text");
    }

    function silent() external pure {
        revert();
    }

    function invalid() external pure {
        assembly {
            invalid()
        }
    }

    function through(Failer other) external pure {
        other.text();
    }
}

/// Takes arguments and value.
contract Made {
    uint256 public immutable number;
    address public immutable maker;
    uint256 public immutable paid;

    constructor(uint256 number_) payable {
        require(number_ != 13, "unlucky");
        number = number_;
        maker = msg.sender;
        paid = msg.value;
    }
}

/// Takes none.
contract Plain {
    address public maker = msg.sender;
    uint256 public constant seven = 7;

    constructor() payable {}
}

/// Has code of its own, so that it must be linked.
library Doubling {
    function double(uint256 value) external pure returns (uint256) {
        return 2 * value;
    }
}

/// Needs the library.
contract Linked {
    function twice(uint256 value) external pure returns (uint256) {
        return Doubling.double(value);
    }
}

/// Makes others.
contract Maker {
    function make() external returns (Plain) {
        return new Plain();
    }

    function makeSalted(bytes32 salt) external returns (Plain) {
        return new Plain{salt: salt}();
    }

    function makeAndFail() external {
        new Plain();
        revert("undone");
    }
}

/// Keeps words in mappings.
contract Book {
    uint256 public first;
    mapping(address => uint256) public held;
    mapping(address => mapping(uint256 => uint256)) public nested;

    function hold(address who, uint256 value) external {
        held[who] = value;
    }

    function nest(address who, uint256 index, uint256 value) external {
        nested[who][index] = value;
    }

    function set(uint256 value) external payable returns (uint256) {
        first = value;
        return value;
    }

    function setAndFail(uint256 value) external {
        first = value;
        revert("undone");
    }

    function through(Book other, uint256 value) external {
        first = value;
        other.set(value);
        first += 1;
    }

    function balanceOf(address who) external view returns (uint256) {
        return who.balance;
    }

    function spend(uint256 rounds) external view returns (uint256 left) {
        for (uint256 i = 0; i < rounds; i++) left += i;
        left += gasleft() * 0;
    }

    receive() external payable {}
}
