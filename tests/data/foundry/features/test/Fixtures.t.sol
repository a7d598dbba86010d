// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Safe} from "../src/Boxes.sol";

/// The secrets are nowhere in code or storage but in what the fixtures return.
contract SafeTest {
    Safe internal safe;
    Safe internal other;

    function secret_() internal view returns (bytes32) {
        return keccak256(abi.encode(address(this), "secret"));
    }

    function setUp() public virtual {
        safe = new Safe(keccak256(abi.encode(secret_())));
        other = new Safe(bytes32(uint256(keccak256(abi.encode(uint256(secret_()) + 3))) - 1));
    }
}

contract FixtureTest is SafeTest {
    /// Read element by element, behind the set-up.
    uint256[] public fixtureNumber;

    function setUp() public override {
        super.setUp();
        fixtureNumber.push(5);
        fixtureNumber.push(uint256(secret_()) + 3);
    }

    function fixture_secret() public view returns (bytes32[2] memory secrets) {
        secrets[1] = secret_();
    }

    /// Of another type than any parameter of this name.
    function fixtureOther() public pure returns (bool[] memory) {
        return new bool[](1);
    }

    function fixtureFails() public pure returns (bool[] memory) {
        revert("no values");
    }

    function invariant_closed() public view {
        require(!safe.opened(), "opened");
    }

    function invariant_still() public view {
        require(other.turns() == 0, "turned");
    }
}

contract NoFixtureTest is SafeTest {
    function invariant_closed() public view {
        require(!safe.opened(), "opened");
    }

    function invariant_still() public view {
        require(other.turns() == 0, "turned");
    }
}
