// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {IFlashBorrower} from "../../../shared/IFlashBorrower.sol";

/// Two notes on Curve's StableSwap invariant. With x and y of them and the amplification N = A n^n its D is where
/// N (x + y) + D = N D + D^3 / (4 x y). Amounts have six decimals, the invariant is computed with six more.
/// Shares are lent out of nothing for the length of a call (ERC-3156), so that liquidity can be moved without capital:
/// who borrows leaves with them, and provides as many again. What is lent divides nothing.
contract SteadyPool is Erc20 {
    error NothingToDo();
    error OutOfBounds(uint256 amount, uint256 bound);
    error UnsupportedToken(address token);
    error CallbackFailed();
    error TransferFailed();

    event Provided(address indexed owner, uint256 amount0, uint256 amount1, uint256 shares);
    event Left(address indexed owner, uint256 amount0, uint256 amount1, uint256 shares);
    event Swapped(address indexed trader, uint256 indexed bought, uint256 amountIn, uint256 amountOut);

    bytes32 private constant CALLBACK_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");
    uint256 private constant AMPLIFICATION = 40;
    uint256 private constant FINE = 10 ** 6;
    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 4;
    uint256 public constant LOAN_FEE_BPS = 1;
    /// In issue for good.
    uint256 private constant LEAST_SHARES = 1_000;

    IERC20[2] public notes;
    uint256[2] public stock;
    uint256 private lent;

    constructor(IERC20 first, IERC20 second) Erc20("Steady pool share", "STEADY") {
        notes = [first, second];
    }

    /// Shares for what D grows by; any proportion.
    function provide(uint256 amount0, uint256 amount1, uint256 minShares) external returns (uint256 shares) {
        uint256 before = _invariant(stock[0] * FINE, stock[1] * FINE);
        stock[0] += amount0;
        stock[1] += amount1;
        uint256 grown = _invariant(stock[0] * FINE, stock[1] * FINE);
        uint256 issue = sharesInIssue();
        if (issue == 0) {
            shares = grown / FINE;
        } else {
            // What is not whole of D counts against who comes.
            require(before > 0 && grown > before, NothingToDo());
            shares = issue * (grown - before - 1) / (before + 1);
        }
        require(shares > 0 && shares >= minShares, OutOfBounds(shares, minShares));
        _mint(msg.sender, shares);
        emit Provided(msg.sender, amount0, amount1, shares);
        _pull(0, amount0);
        _pull(1, amount1);
    }

    function leave(uint256 shares) external returns (uint256 amount0, uint256 amount1) {
        uint256 issue = sharesInIssue();
        require(shares > 0, NothingToDo());
        require(shares + LEAST_SHARES <= issue, OutOfBounds(shares, issue));
        amount0 = stock[0] * shares / issue;
        amount1 = stock[1] * shares / issue;
        _burn(msg.sender, shares);
        stock[0] -= amount0;
        stock[1] -= amount1;
        emit Left(msg.sender, amount0, amount1, shares);
        _push(0, amount0);
        _push(1, amount1);
    }

    /// Pays what `amountOut` of note `bought` costs.
    function swapExactOut(uint256 bought, uint256 amountOut, uint256 maxIn) external returns (uint256 amountIn) {
        amountIn = costOf(bought, amountOut);
        require(amountIn <= maxIn, OutOfBounds(amountIn, maxIn));
        _exchange(bought, amountIn, amountOut);
    }

    /// Gets what `amountIn` of the other note buys.
    function swapExactIn(uint256 bought, uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        require(amountIn > 0, NothingToDo());
        uint256 net = amountIn - _divUp(amountIn * FEE_BPS, BPS);
        (uint256 x, uint256 y) = (stock[1 - bought] * FINE, stock[bought] * FINE);
        uint256 rest = _reserveFor(x + net * FINE, _invariant(x, y) + 1);
        amountOut = rest < y ? (y - rest) / FINE : 0;
        require(amountOut > 0 && amountOut >= minOut, OutOfBounds(amountOut, minOut));
        _exchange(bought, amountIn, amountOut);
    }

    /// What `amountOut` of note `bought` costs now, the fee included.
    function costOf(uint256 bought, uint256 amountOut) public view returns (uint256 amountIn) {
        require(amountOut > 0, NothingToDo());
        require(amountOut < stock[bought], OutOfBounds(amountOut, stock[bought]));
        (uint256 x, uint256 y) = (stock[1 - bought] * FINE, stock[bought] * FINE);
        uint256 goal = _reserveFor(y - amountOut * FINE, _invariant(x, y) + 1);
        amountIn = goal > x ? (goal - x) / FINE : 0;
        amountIn += _divUp(amountIn * FEE_BPS, BPS);
    }

    /// D, with its six additional decimals.
    function invariant() external view returns (uint256) {
        return _invariant(stock[0] * FINE, stock[1] * FINE);
    }

    /// Shares that divide the stock.
    function sharesInIssue() public view returns (uint256) {
        return totalSupply - lent;
    }

    function maxFlashLoan(address token) public view returns (uint256) {
        uint256 issue = sharesInIssue();
        return token == address(this) && issue > LEAST_SHARES ? issue - LEAST_SHARES : 0;
    }

    /// The fee is burned, for the good of all other shares.
    function flashFee(address token, uint256 amount) public view returns (uint256) {
        require(token == address(this), UnsupportedToken(token));
        return _divUp(amount * LOAN_FEE_BPS, BPS);
    }

    function flashLoan(IFlashBorrower receiver, address token, uint256 amount, bytes calldata data)
        external
        returns (bool)
    {
        require(amount <= maxFlashLoan(token), OutOfBounds(amount, maxFlashLoan(token)));
        uint256 fee = flashFee(token, amount);
        lent += amount;
        _mint(address(receiver), amount);
        require(receiver.onFlashLoan(msg.sender, token, amount, fee, data) == CALLBACK_SUCCESS, CallbackFailed());
        lent -= amount;
        _spendAllowance(address(receiver), address(this), amount + fee);
        _burn(address(receiver), amount + fee);
        return true;
    }

    function _exchange(uint256 bought, uint256 amountIn, uint256 amountOut) private {
        stock[1 - bought] += amountIn;
        stock[bought] -= amountOut;
        emit Swapped(msg.sender, bought, amountIn, amountOut);
        _pull(1 - bought, amountIn);
        _push(bought, amountOut);
    }

    /// The largest whole D of two reserves.
    function _invariant(uint256 x, uint256 y) private pure returns (uint256 low) {
        if (x == 0 || y == 0) return 0;
        uint256 high = x + y + 1;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_reaches(x, y, middle)) low = middle;
            else high = middle;
        }
    }

    /// The smallest whole reserve that makes D at least `goal` beside a reserve of `y`.
    function _reserveFor(uint256 y, uint256 goal) private pure returns (uint256 high) {
        uint256 low = 0;
        high = 2 ** 80;
        require(_reaches(high, y, goal), OutOfBounds(goal, y));
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_reaches(middle, y, goal)) high = middle;
            else low = middle;
        }
    }

    /// Whether D is at least `d`, exactly.
    function _reaches(uint256 x, uint256 y, uint256 d) private pure returns (bool) {
        uint256 product = 4 * x * y;
        return product * (AMPLIFICATION * (x + y) + d) >= d * d * d + product * AMPLIFICATION * d;
    }

    function _pull(uint256 index, uint256 amount) private {
        if (amount > 0) require(notes[index].transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _push(uint256 index, uint256 amount) private {
        if (amount > 0) require(notes[index].transfer(msg.sender, amount), TransferFailed());
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
