// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {AmplifiedPool} from "./AmplifiedPool.sol";

/// Takes deposits of coin X and earns the fees of a pool of X and Y with them. Shares are bought with X at the
/// vault's value in X; who leaves gets its part of each thing that the vault has, so that nobody bears another one's slippage.
contract BarnVault is Erc20 {
    error NotOwner();
    error NothingToDo();
    error OutputTooLow(uint256 amountX, uint256 amountY);
    error TransferFailed();

    event Deposited(address indexed account, uint256 amount, uint256 shares);
    event Withdrawn(address indexed account, uint256 shares, uint256 amountX, uint256 amountY);
    event Invested(uint256 amount, uint256 poolShares);

    uint256 private constant BPS = 10_000;
    /// Stays with those who stay.
    uint256 private constant EXIT_FEE_BPS = 5;
    uint256 private constant VIRTUAL = 1e6;

    address public immutable owner;
    AmplifiedPool public immutable pool;
    IERC20 public immutable coinX;
    IERC20 public immutable coinY;
    /// Coins and pool shares that are accounted; others that arrive are nobody's.
    uint256 public idle;
    uint256 public invested;

    constructor(AmplifiedPool pool_) Erc20("Barn of X", "bX") {
        owner = msg.sender;
        pool = pool_;
        coinX = pool_.coinX();
        coinY = pool_.coinY();
    }

    /// Value of what the vault has, in X.
    function totalAssets() public view returns (uint256) {
        return idle + _poolValue();
    }

    /// What `shares` of the vault are worth, in X.
    function valueOf(uint256 shares) external view returns (uint256) {
        return shares * (totalAssets() + 1) / (totalSupply + VIRTUAL);
    }

    function deposit(uint256 amount, uint256 minShares) external returns (uint256 shares) {
        shares = amount * (totalSupply + VIRTUAL) / (totalAssets() + 1);
        require(shares > 0 && shares >= minShares, NothingToDo());
        idle += amount;
        _mint(msg.sender, shares);
        emit Deposited(msg.sender, amount, shares);
        require(coinX.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint256 shares, uint256 minX, uint256 minY)
        external
        returns (uint256 amountX, uint256 amountY)
    {
        require(shares > 0, NothingToDo());
        uint256 paid = shares * (BPS - EXIT_FEE_BPS) / BPS;
        uint256 supply = totalSupply + VIRTUAL;
        uint256 fromIdle = idle * paid / supply;
        uint256 poolShares = invested * paid / supply;
        _burn(msg.sender, shares);
        idle -= fromIdle;
        invested -= poolShares;
        if (poolShares > 0) (amountX, amountY) = pool.leave(poolShares, msg.sender);
        require(coinX.transfer(msg.sender, fromIdle), TransferFailed());
        amountX += fromIdle;
        require(amountX >= minX && amountY >= minY, OutputTooLow(amountX, amountY));
        emit Withdrawn(msg.sender, shares, amountX, amountY);
    }

    /// Puts idle X to work. The owner brings as much Y and is given as much X for it, coin for coin.
    function invest(uint256 poolShares) external {
        require(msg.sender == owner, NotOwner());
        coinX.approve(address(pool), type(uint256).max);
        coinY.approve(address(pool), type(uint256).max);
        uint256 needY = poolShares * pool.reserveY() / pool.totalSupply() + 1;
        require(coinY.transferFrom(msg.sender, address(this), needY), TransferFailed());
        (uint256 amountX, uint256 amountY) = pool.join(poolShares, address(this));
        idle -= amountX + amountY;
        invested += poolShares;
        emit Invested(amountX + amountY, poolShares);
        require(coinX.transfer(msg.sender, amountY), TransferFailed());
    }

    function _poolValue() private view returns (uint256) {
        if (invested == 0) return 0;
        uint256 partX = invested * pool.reserveX() / pool.totalSupply();
        uint256 partY = invested * pool.reserveY() / pool.totalSupply();
        return partX + partY * pool.priceOfY() / 1e18;
    }
}
