// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

// Compiled for the set-up.
import {IERC20, Token} from "gallery/shared/Erc20.sol";

interface IRouter {
    function addLiquidity(
        IERC20 tokenA,
        IERC20 tokenB,
        uint256 desiredA,
        uint256 desiredB,
        uint256 minA,
        uint256 minB,
        address to,
        uint256 deadline
    ) external returns (uint256 amountA, uint256 amountB, uint256 liquidity);
    function removeLiquidity(
        IERC20 tokenA,
        IERC20 tokenB,
        uint256 liquidity,
        uint256 minA,
        uint256 minB,
        address to,
        uint256 deadline
    ) external returns (uint256 amountA, uint256 amountB);
    function removeLiquidityETH(IERC20 token, uint256 liquidity, uint256 minToken, uint256 minCoin, address to, uint256 deadline)
        external
        returns (uint256 amountToken, uint256 amountCoin);
    function swapExactTokensForTokens(uint256 amountIn, uint256 minOut, IERC20[] calldata path, address to, uint256 deadline)
        external
        returns (uint256[] memory amounts);
    function swapTokensForExactTokens(uint256 amountOut, uint256 maxIn, IERC20[] calldata path, address to, uint256 deadline)
        external
        returns (uint256[] memory amounts);
    function swapExactETHForTokens(uint256 minOut, IERC20[] calldata path, address to, uint256 deadline)
        external
        payable
        returns (uint256[] memory amounts);
    function swapExactTokensForETH(uint256 amountIn, uint256 minOut, IERC20[] calldata path, address to, uint256 deadline)
        external
        returns (uint256[] memory amounts);
}

/// Calls the router with the one path that there is, in either direction, with what its caller gives; what is left goes back.
contract Agent {
    error TransferFailed();

    IRouter public immutable router;
    IERC20 public immutable gold;
    IERC20 public immutable weth;
    IERC20 public immutable pair;

    constructor(IRouter router_, IERC20 gold_, IERC20 weth_, IERC20 pair_) {
        router = router_;
        (gold, weth, pair) = (gold_, weth_, pair_);
        gold_.approve(address(router_), type(uint256).max);
        weth_.approve(address(router_), type(uint256).max);
        pair_.approve(address(router_), type(uint256).max);
    }

    function sellExact(bool goldForWeth, uint256 amountIn) external {
        _take(goldForWeth ? gold : weth, amountIn);
        router.swapExactTokensForTokens(amountIn, 0, _path(goldForWeth), msg.sender, block.timestamp);
    }

    function buyExact(bool goldForWeth, uint256 amountOut, uint256 maxIn) external {
        IERC20 paid = goldForWeth ? gold : weth;
        _take(paid, maxIn);
        router.swapTokensForExactTokens(amountOut, maxIn, _path(goldForWeth), msg.sender, block.timestamp);
        _giveBack(paid);
    }

    function sellCoins() external payable {
        router.swapExactETHForTokens{value: msg.value}(0, _path(false), msg.sender, block.timestamp);
    }

    function buyCoins(uint256 amountIn) external {
        _take(gold, amountIn);
        router.swapExactTokensForETH(amountIn, 0, _path(true), msg.sender, block.timestamp);
    }

    function add(uint256 golds, uint256 coins) external {
        _take(gold, golds);
        _take(weth, coins);
        router.addLiquidity(gold, weth, golds, coins, 0, 0, msg.sender, block.timestamp);
        _giveBack(gold);
        _giveBack(weth);
    }

    function remove(uint256 liquidity, bool unwrap) external {
        _take(pair, liquidity);
        if (unwrap) router.removeLiquidityETH(gold, liquidity, 0, 0, msg.sender, block.timestamp);
        else router.removeLiquidity(gold, weth, liquidity, 0, 0, msg.sender, block.timestamp);
    }

    function _path(bool goldForWeth) private view returns (IERC20[] memory path) {
        path = new IERC20[](2);
        (path[0], path[1]) = goldForWeth ? (gold, weth) : (weth, gold);
    }

    function _take(IERC20 token, uint256 amount) private {
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _giveBack(IERC20 token) private {
        require(token.transfer(msg.sender, token.balanceOf(address(this))), TransferFailed());
    }
}
