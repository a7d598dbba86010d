// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Whoever swaps with data is called before the pair looks at its balances.
interface IParSwapper {
    function onParSwap(address sender, uint256 amountA, uint256 amountB, bytes calldata data) external;
}

/// Two dollars on the curve x^3 y + x y^3, which is flat where there is as much of one as of the other.
/// `swap` hands out first and asks for its due afterwards; `trade` is the same for a wallet without a contract.
contract ParPair is Erc20 {
    error Locked();
    error NothingToDo();
    error StockTooLow(uint256 wanted, uint256 stock);
    error CurveBroken();
    error TooLittle(uint256 amount, uint256 least);
    error TransferFailed();

    event Provided(address indexed owner, uint256 amountA, uint256 amountB, uint256 shares);
    event Withdrawn(address indexed owner, uint256 amountA, uint256 amountB, uint256 shares);
    event Swapped(address indexed sender, address indexed to, uint256 inA, uint256 inB, uint256 outA, uint256 outB);

    uint256 private constant UNIT = 10_000;
    uint256 private constant BURIED = 1_000;
    address private constant GRAVE = address(0xdead);
    /// Of what comes in, out of 10000.
    uint256 public constant FEE = 4;

    IERC20 public immutable coinA;
    IERC20 public immutable coinB;
    uint256 public stockA;
    uint256 public stockB;
    bool private locked;

    constructor(IERC20 coinA_, IERC20 coinB_) Erc20("Par pair share", "PAR") {
        coinA = coinA_;
        coinB = coinB_;
    }

    modifier lock() {
        require(!locked, Locked());
        locked = true;
        _;
        locked = false;
    }

    /// Takes both coins, in the proportion of the stocks once there are any.
    function provide(uint256 amountA, uint256 amountB, address to) external lock returns (uint256 shares) {
        require(amountA > 0 && amountB > 0, NothingToDo());
        if (totalSupply == 0) {
            shares = (amountA < amountB ? amountA : amountB) - BURIED;
            _mint(GRAVE, BURIED);
        } else {
            uint256 sharesA = amountA * totalSupply / stockA;
            uint256 sharesB = amountB * totalSupply / stockB;
            shares = sharesA < sharesB ? sharesA : sharesB;
            amountA = _divUp(shares * stockA, totalSupply);
            amountB = _divUp(shares * stockB, totalSupply);
        }
        require(shares > 0, NothingToDo());
        stockA += amountA;
        stockB += amountB;
        _mint(to, shares);
        emit Provided(to, amountA, amountB, shares);
        require(coinA.transferFrom(msg.sender, address(this), amountA), TransferFailed());
        require(coinB.transferFrom(msg.sender, address(this), amountB), TransferFailed());
    }

    function withdraw(uint256 shares, address to) external lock returns (uint256 amountA, uint256 amountB) {
        require(shares > 0, NothingToDo());
        amountA = shares * stockA / totalSupply;
        amountB = shares * stockB / totalSupply;
        _burn(msg.sender, shares);
        stockA -= amountA;
        stockB -= amountB;
        emit Withdrawn(msg.sender, amountA, amountB, shares);
        _send(coinA, to, amountA);
        _send(coinB, to, amountB);
    }

    /// Pays `amountIn` of one coin for as much of the other one as the curve gives.
    function trade(uint256 amountIn, bool aForB, uint256 least) external lock returns (uint256 amountOut) {
        amountOut = quote(amountIn, aForB);
        require(amountOut >= least, TooLittle(amountOut, least));
        require((aForB ? coinA : coinB).transferFrom(msg.sender, address(this), amountIn), TransferFailed());
        _swap(aForB ? 0 : amountOut, aForB ? amountOut : 0, msg.sender, "");
    }

    /// What is due has been sent to the pair before, or is sent when the receiver is called.
    function swap(uint256 outA, uint256 outB, address to, bytes calldata data) external lock {
        _swap(outA, outB, to, data);
    }

    /// What a trade pays now.
    function quote(uint256 amountIn, bool aForB) public view returns (uint256) {
        (uint256 stockIn, uint256 stockOut) = aForB ? (stockA, stockB) : (stockB, stockA);
        uint256 goal = curve(stockIn, stockOut);
        uint256 x = stockIn + amountIn - _divUp(amountIn * FEE, UNIT);
        // Newton from above on the stock that must stay, which the curve decreases to.
        uint256 y = stockOut;
        for (uint256 i = 0; i < 64; ++i) {
            uint256 value = curve(x, y);
            if (value <= goal) break;
            uint256 down = (value - goal) / (x * (x * x + 3 * y * y));
            if (down == 0) break;
            y -= down;
        }
        return y < stockOut ? stockOut - y : 0;
    }

    function curve(uint256 x, uint256 y) public pure returns (uint256) {
        return x * y * (x * x + y * y);
    }

    function _swap(uint256 outA, uint256 outB, address to, bytes memory data) private {
        require(outA > 0 || outB > 0, NothingToDo());
        require(outA < stockA, StockTooLow(outA, stockA));
        require(outB < stockB, StockTooLow(outB, stockB));
        _send(coinA, to, outA);
        _send(coinB, to, outB);
        if (data.length > 0) IParSwapper(to).onParSwap(msg.sender, outA, outB, data);

        uint256 balanceA = coinA.balanceOf(address(this));
        uint256 balanceB = coinB.balanceOf(address(this));
        uint256 inA = balanceA > stockA - outA ? balanceA - (stockA - outA) : 0;
        uint256 inB = balanceB > stockB - outB ? balanceB - (stockB - outB) : 0;
        require(inA > 0 || inB > 0, NothingToDo());
        // The fee is taken off in ten-thousandths, so the old curve is compared in these as well.
        // It is of the fourth degree.
        uint256 goal = curve(stockA, stockB) * UNIT ** 4;
        require(curve(balanceA * UNIT - inA * FEE, balanceB * UNIT - inB * FEE) >= goal, CurveBroken());
        stockA = balanceA;
        stockB = balanceB;
        emit Swapped(msg.sender, to, inA, inB, outA, outB);
    }

    function _send(IERC20 coin, address to, uint256 amount) private {
        if (amount > 0) require(coin.transfer(to, amount), TransferFailed());
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
