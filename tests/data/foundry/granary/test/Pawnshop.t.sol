// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Bazaar} from "../src/Bazaar.sol";
import {Doorway} from "../src/Doorway.sol";
import {Moneylender} from "../src/Moneylender.sol";
import {IAppraiser, Pawnshop, PostedAppraiser, SpotAppraiser} from "../src/Pawnshop.sol";
import {Sack} from "../src/Sack.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function deal(address account, uint256 balance) external;
    function label(address account, string calldata name) external;
    function expectRevert() external;
    function assertEq(uint256 left, uint256 right) external pure;
    function assertGt(uint256 left, uint256 right) external pure;
}

/// Unit tests of the pawnshop: no handler, no invariant.
abstract contract PawnshopSetUp {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    Sack internal barley;
    Sack internal coin;
    Bazaar public bazaar;
    Moneylender public moneylender;
    Pawnshop public pawnshop;
    IAppraiser public appraiser;
    address internal miller;
    address internal farmer;

    function appraise() internal virtual returns (IAppraiser);

    function setUp() public {
        vm.warp(1_700_000_000);
        vm.roll(18_000_000);
        (miller, farmer) = (person("miller"), person("farmer"));
        barley = new Sack("Barley", "BRL", 18);
        coin = new Sack("Coin", "COIN", 6);
        vm.label(address(barley), "barley");
        vm.label(address(coin), "coin");

        // A thousand sacks at three coins each.
        bazaar = new Bazaar(barley, coin);
        barley.issue(address(this), 1_000 ether);
        coin.issue(address(this), 3_000e6);
        barley.approve(address(bazaar), type(uint256).max);
        coin.approve(address(bazaar), type(uint256).max);
        bazaar.refill(1_000 ether, 3_000e6);

        appraiser = appraise();
        bytes memory first = abi.encodeCall(Pawnshop.open, (barley, coin, appraiser));
        pawnshop = Pawnshop(address(new Doorway(address(new Pawnshop()), first)));
        moneylender = new Moneylender(coin);
        coin.issue(address(moneylender), 200_000e6);

        coin.issue(miller, 90_000e6);
        vm.startPrank(miller);
        coin.approve(address(pawnshop), type(uint256).max);
        pawnshop.fund(80_000e6);
        vm.stopPrank();

        barley.issue(farmer, 60 ether);
        vm.startPrank(farmer);
        barley.approve(address(pawnshop), type(uint256).max);
        pawnshop.pledge(50 ether);
        pawnshop.draw(60e6, farmer);
        vm.stopPrank();
    }

    function person(string memory name) private returns (address who) {
        who = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(who, name);
        vm.deal(who, 10 ether);
    }

    function test_the_farmer_owes_what_was_drawn() external view {
        vm.assertEq(pawnshop.owedBy(farmer), 60e6);
        vm.assertEq(coin.balanceOf(farmer), 60e6);
        vm.assertEq(pawnshop.worth(farmer), 150e6);
    }

    function test_what_is_settled_is_reclaimed() external {
        vm.startPrank(farmer);
        coin.approve(address(pawnshop), 60e6);
        pawnshop.settle(60e6);
        pawnshop.reclaim(50 ether, farmer);
        vm.stopPrank();
        vm.assertEq(barley.balanceOf(farmer), 60 ether);
    }

    function test_a_good_pledge_is_not_forfeited() external {
        vm.expectRevert();
        pawnshop.forfeit(farmer);
    }

    function test_nobody_draws_more_than_seven_tenths() external {
        vm.startPrank(farmer);
        vm.expectRevert();
        pawnshop.draw(60e6, farmer);
        vm.stopPrank();
    }

    function test_barter_pays_less_than_the_spot() external {
        coin.issue(address(this), 30e6);
        uint256 paid = bazaar.barter(address(coin), 30e6, 0, address(this));
        vm.assertGt(10 ether, paid);
        vm.assertGt(paid, 9 ether);
    }
}

/// Appraises at the bazaar's spot.
contract SpotPawnshopTest is PawnshopSetUp {
    function appraise() internal override returns (IAppraiser) {
        return new SpotAppraiser(bazaar);
    }
}

/// Appraises at what is posted.
contract PostedPawnshopTest is PawnshopSetUp {
    function appraise() internal override returns (IAppraiser) {
        return new PostedAppraiser(3e6);
    }
}
