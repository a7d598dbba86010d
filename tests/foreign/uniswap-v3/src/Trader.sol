// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// Compiled for the set-up.
import {IERC20, Token} from "gallery/shared/Erc20.sol";

interface IPool {
    function token0() external view returns (IERC20);
    function token1() external view returns (IERC20);
    function mint(address recipient, int24 lower, int24 upper, uint128 amount, bytes calldata data)
        external
        returns (uint256 amount0, uint256 amount1);
    function burn(int24 lower, int24 upper, uint128 amount) external returns (uint256 amount0, uint256 amount1);
    function collect(address recipient, int24 lower, int24 upper, uint128 max0, uint128 max1)
        external
        returns (uint128 amount0, uint128 amount1);
    function swap(address recipient, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data)
        external
        returns (int256 amount0, int256 amount1);
}

/// Adds, removes and swaps for whoever calls, who pays at once. There are four ranges, and the positions are its own: who added
/// liquidity to one may take as much out again, first as a claim and then as tokens.
contract Trader {
    error NotPool();
    error TooMuch(uint128 amount, uint128 available);
    error TransferFailed();

    uint160 private constant LOWEST = 4_295_128_740;
    uint160 private constant HIGHEST = 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_341;

    IPool public immutable pool;
    /// Tokens of either kind that are burned out of positions and not collected.
    uint256 public owed;
    mapping(address => mapping(uint8 => uint128)) private liquidityOf;
    mapping(address => mapping(uint8 => uint128[2])) private claims;

    constructor(IPool pool_) {
        pool = pool_;
    }

    function add(uint8 range, uint128 amount) external returns (uint256 amount0, uint256 amount1) {
        (int24 lower, int24 upper) = ticks(range);
        liquidityOf[msg.sender][range] += amount;
        return pool.mint(address(this), lower, upper, amount, abi.encode(msg.sender));
    }

    function remove(uint8 range, uint128 amount) external returns (uint256 amount0, uint256 amount1) {
        (int24 lower, int24 upper) = ticks(range);
        uint128 available = liquidityOf[msg.sender][range];
        require(amount <= available, TooMuch(amount, available));
        liquidityOf[msg.sender][range] = available - amount;
        (amount0, amount1) = pool.burn(lower, upper, amount);
        owed += amount0 + amount1;
        claims[msg.sender][range][0] += uint128(amount0);
        claims[msg.sender][range][1] += uint128(amount1);
    }

    /// Pays what the sender took out; fees stay with the position.
    function collect(uint8 range) external returns (uint128 amount0, uint128 amount1) {
        (int24 lower, int24 upper) = ticks(range);
        uint128[2] memory claim = claims[msg.sender][range];
        delete claims[msg.sender][range];
        (amount0, amount1) = pool.collect(msg.sender, lower, upper, claim[0], claim[1]);
        owed -= uint256(amount0) + amount1;
    }

    /// Around the price of one: near it, wide, above and below.
    function ticks(uint8 range) public pure returns (int24 lower, int24 upper) {
        range %= 4;
        if (range == 0) return (-600, 600);
        if (range == 1) return (-6_000, 6_000);
        return range == 2 ? (int24(60), int24(1_200)) : (int24(-1_200), int24(-60));
    }

    function swap(bool zeroForOne, int256 amount) external returns (int256 amount0, int256 amount1) {
        return pool.swap(msg.sender, zeroForOne, amount, zeroForOne ? LOWEST : HIGHEST, abi.encode(msg.sender));
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata data) external {
        _pay(int256(amount0), int256(amount1), data);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        _pay(amount0, amount1, data);
    }

    function _pay(int256 amount0, int256 amount1, bytes calldata data) private {
        require(msg.sender == address(pool), NotPool());
        address payer = abi.decode(data, (address));
        if (amount0 > 0) _take(pool.token0(), payer, uint256(amount0));
        if (amount1 > 0) _take(pool.token1(), payer, uint256(amount1));
    }

    function _take(IERC20 token, address payer, uint256 amount) private {
        require(token.transferFrom(payer, address(pool), amount), TransferFailed());
    }
}
