// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Pair} from "../contracts/amm-fixed/src/Pair.sol";
import {Token} from "../contracts/shared/Erc20.sol";

interface Vm {
    function startPrank(address sender) external;
    function stopPrank() external;
}

/// The set-up, targets and senders of contracts/amm-fixed/heist.toml for forge, without a handler; the predicate is that of its
/// invariant AMM-RESERVES. What forge asks of a suite is declared here, so no library is needed.
contract AmmFixedTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant UNLIMITED = 1e60;

    Token private gold;
    Token private silver;
    Pair private pair;
    address[] private senders;

    function setUp() external {
        gold = new Token("Gold", "GLD");
        silver = new Token("Silver", "SLV");
        pair = new Pair(gold, silver);
        senders = [address(0xA77AC8), address(0xA11CE), address(0xB0B)];
        _fund(senders[0], 1_000 ether);
        _fund(senders[1], 80_000 ether);
        _fund(senders[2], 50_000 ether);
        _provide(senders[1], 60_000 ether);
        _provide(senders[2], 40_000 ether);
    }

    function invariant_amm_reserves() external view {
        require(gold.balanceOf(address(pair)) >= pair.reserve0() && silver.balanceOf(address(pair)) >= pair.reserve1());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](3);
        (targets[0], targets[1], targets[2]) = (address(gold), address(silver), address(pair));
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory ofToken = new bytes4[](1);
        ofToken[0] = gold.transfer.selector;
        bytes4[] memory ofPair = new bytes4[](4);
        ofPair[0] = pair.swap.selector;
        ofPair[1] = pair.addLiquidity.selector;
        ofPair[2] = pair.removeLiquidity.selector;
        ofPair[3] = pair.transfer.selector;
        targets = new FuzzSelector[](3);
        targets[0] = FuzzSelector(address(gold), ofToken);
        targets[1] = FuzzSelector(address(silver), ofToken);
        targets[2] = FuzzSelector(address(pair), ofPair);
    }

    function targetSenders() external view returns (address[] memory) {
        return senders;
    }

    /// `amount` of gold and twice as much silver, which the pair may take.
    function _fund(address account, uint256 amount) private {
        gold.mint(account, amount);
        silver.mint(account, 2 * amount);
        VM.startPrank(account);
        gold.approve(address(pair), UNLIMITED);
        silver.approve(address(pair), UNLIMITED);
        VM.stopPrank();
    }

    function _provide(address account, uint256 amount) private {
        VM.startPrank(account);
        pair.addLiquidity(amount, 2 * amount, account);
        VM.stopPrank();
    }
}
