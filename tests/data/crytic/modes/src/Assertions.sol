// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Each way in which a call fails.
contract Assertions {
    uint256[] internal list;
    uint256 internal last;

    enum Choice {
        A,
        B
    }

    event AssertionFailed(string reason, uint256 number);
    event Other(string reason);

    function asserts(uint256 x) external {
        last = x;
        assert(x != 42);
    }

    function emits(uint256 x) external {
        if (x == 43) emit AssertionFailed("no 43", x);
        else emit Other("fine");
    }

    /// The event is undone with the rest.
    function emitsAndReverts(uint256 x) external {
        emit AssertionFailed("undone", x);
        revert("undone");
    }

    function requires(uint256 x) external {
        require(x == 44, "not 44");
        last = x;
    }

    function adds(uint8 a, uint8 b) external {
        last = a + b;
    }

    function divides(uint256 x) external {
        last = 100 / x;
    }

    function picks(uint256 x) external {
        last = list[x];
    }

    function pops() external {
        list.pop();
    }

    function chooses(uint8 x) external {
        last = uint256(Choice(x));
    }

    function asks(uint256 x) external view returns (uint256) {
        assert(x != 45);
        return last;
    }
}
