// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Concentrated liquidity on a ladder of prices: each rung is a square root of a price, five percent above the one below.
/// Liquidity lies between two rungs of its owner's choice and counts while the price is between them; `flow` says by how
/// much the counting liquidity changes where the price climbs over a rung. Fees go to the house.
contract LadderPool {
    error NotHouse();
    error NotOwner(uint256 id);
    error BadRange(uint256 low, uint256 high);
    error NothingToDo();
    error OffTheLadder();
    error OutOfBounds(uint256 amount, uint256 bound);
    error TransferFailed();

    event Placed(uint256 indexed id, address indexed owner, uint256 low, uint256 high, uint256 base, uint256 quote);
    event Lifted(uint256 indexed id, uint256 liquidity, uint256 base, uint256 quote);
    event Traded(address indexed trader, bool up, uint256 amountIn, uint256 amountOut, uint256 root);

    struct Position {
        address owner;
        uint256 low;
        uint256 high;
        uint256 liquidity;
    }

    uint256 private constant ONE = 1 ether;
    uint256 private constant PIPS = 1_000_000;
    uint256 public constant RUNGS = 25;
    /// Of what comes in, in millionths.
    uint256 public constant FEE_PIPS = 500;

    IERC20 public immutable baseToken;
    IERC20 public immutable quoteToken;
    address public immutable house;
    /// The square root of the price of a base token in quote tokens, the rung at or below it, and what counts there.
    uint256 public root;
    uint256 public rung;
    uint256 public liquidity;
    uint256 public baseFees;
    uint256 public quoteFees;
    uint256[RUNGS] public rootAt;
    int256[RUNGS] public flow;
    Position[] public positions;

    constructor(IERC20 base, IERC20 quote, uint256 lowest, uint256 root_) {
        baseToken = base;
        quoteToken = quote;
        house = msg.sender;
        for (uint256 i = 0; i < RUNGS; ++i) {
            rootAt[i] = lowest;
            lowest = lowest * 105 / 100;
        }
        require(root_ >= rootAt[0] && root_ < rootAt[RUNGS - 1], OffTheLadder());
        root = root_;
        rung = _rungOf(root_);
    }

    /// Quote tokens for 1e18 base tokens.
    function price() external view returns (uint256) {
        return root * root / ONE;
    }

    /// What has to be brought of quote tokens, with the fee, until the price is at the next rung.
    function quoteToNextRung() external view returns (uint256) {
        return _withFee(_divUp(liquidity * (rootAt[rung + 1] - root), ONE));
    }

    function place(uint256 low, uint256 high, uint256 amount) external returns (uint256 id) {
        require(amount > 0 && amount <= type(uint96).max, OutOfBounds(amount, type(uint96).max));
        (uint256 base, uint256 quote) = _worth(low, high, amount, true);
        id = positions.length;
        positions.push(Position(msg.sender, low, high, amount));
        flow[low] += int256(amount);
        flow[high] -= int256(amount);
        if (low <= rung && rung < high) liquidity += amount;
        emit Placed(id, msg.sender, low, high, base, quote);
        _pull(baseToken, base);
        _pull(quoteToken, quote);
    }

    function lift(uint256 id, uint256 amount) external returns (uint256 base, uint256 quote) {
        Position storage position = positions[id];
        require(msg.sender == position.owner, NotOwner(id));
        require(amount > 0, NothingToDo());
        require(amount <= position.liquidity, OutOfBounds(amount, position.liquidity));
        (uint256 low, uint256 high) = (position.low, position.high);
        (base, quote) = _worth(low, high, amount, false);
        position.liquidity -= amount;
        flow[low] -= int256(amount);
        flow[high] += int256(amount);
        if (low <= rung && rung < high) liquidity -= amount;
        emit Lifted(id, amount, base, quote);
        _push(baseToken, base);
        _push(quoteToken, quote);
    }

    /// Sells quote tokens; the price climbs.
    function buyBase(uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        (uint256 s, uint256 at, uint256 counting, uint256 left) = (root, rung, liquidity, amountIn);
        while (left > 0) {
            require(at + 1 < RUNGS, OffTheLadder());
            uint256 next = rootAt[at + 1];
            uint256 need = _divUp(counting * (next - s), ONE);
            uint256 gross = _withFee(need);
            if (left >= gross) {
                left -= gross;
                quoteFees += gross - need;
                amountOut += counting * ONE * (next - s) / (next * s);
                at += 1;
                counting = _add(counting, flow[at]);
            } else {
                uint256 fee = _feeOf(left);
                next = s + (left - fee) * ONE / counting;
                left = 0;
                quoteFees += fee;
                amountOut += counting * ONE * (next - s) / (next * s);
            }
            s = next;
        }
        rung = _rungOf(s);
        _settle(s, counting, amountIn, amountOut, minOut, true);
    }

    /// Sells base tokens; the price falls.
    function sellBase(uint256 amountIn, uint256 minOut) external returns (uint256 amountOut) {
        (uint256 s, uint256 at, uint256 counting, uint256 left) = (root, rung, liquidity, amountIn);
        while (left > 0) {
            uint256 next = rootAt[at];
            if (s == next) {
                require(at > 0, OffTheLadder());
                counting = _add(counting, -flow[at]);
                at -= 1;
                continue;
            }
            uint256 need = _divUp(counting * ONE * (s - next), s * next);
            uint256 gross = _withFee(need);
            if (left >= gross) {
                left -= gross;
                baseFees += gross - need;
            } else {
                uint256 fee = _feeOf(left);
                next = _divUp(counting * ONE * s, counting * ONE + (left - fee) * s);
                left = 0;
                baseFees += fee;
            }
            amountOut += counting * (s - next) / ONE;
            s = next;
        }
        // A price that rests on a rung is below it once the rung is crossed.
        rung = at;
        _settle(s, counting, amountIn, amountOut, minOut, false);
    }

    function collect() external returns (uint256 base, uint256 quote) {
        require(msg.sender == house, NotHouse());
        (base, quote) = (baseFees, quoteFees);
        (baseFees, quoteFees) = (0, 0);
        _push(baseToken, base);
        _push(quoteToken, quote);
    }

    function _settle(uint256 s, uint256 counting, uint256 amountIn, uint256 amountOut, uint256 minOut, bool up) private {
        require(amountOut > 0 && amountOut >= minOut, OutOfBounds(amountOut, minOut));
        root = s;
        liquidity = counting;
        emit Traded(msg.sender, up, amountIn, amountOut, s);
        _pull(up ? quoteToken : baseToken, amountIn);
        _push(up ? baseToken : quoteToken, amountOut);
    }

    /// What `amount` of liquidity between two rungs is at the present price.
    function _worth(uint256 low, uint256 high, uint256 amount, bool roundUp)
        private
        view
        returns (uint256 base, uint256 quote)
    {
        require(low < high && high < RUNGS, BadRange(low, high));
        (uint256 a, uint256 b) = (_clamp(root, rootAt[low], rootAt[high]), rootAt[high]);
        base = roundUp ? _divUp(amount * ONE * (b - a), a * b) : amount * ONE * (b - a) / (a * b);
        b = rootAt[low];
        quote = roundUp ? _divUp(amount * (a - b), ONE) : amount * (a - b) / ONE;
    }

    /// The highest rung that is not above a root; it is close to the last one.
    function _rungOf(uint256 s) private view returns (uint256 at) {
        at = rung;
        while (at + 1 < RUNGS && rootAt[at + 1] <= s) ++at;
        while (at > 0 && rootAt[at] > s) --at;
    }

    function _feeOf(uint256 amount) private pure returns (uint256) {
        return amount * FEE_PIPS / PIPS;
    }

    function _withFee(uint256 net) private pure returns (uint256) {
        return _divUp(net * PIPS, PIPS - FEE_PIPS);
    }

    function _add(uint256 amount, int256 change) private pure returns (uint256) {
        return uint256(int256(amount) + change);
    }

    function _clamp(uint256 value, uint256 least, uint256 most) private pure returns (uint256) {
        return value < least ? least : value > most ? most : value;
    }

    function _divUp(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function _pull(IERC20 token, uint256 amount) private {
        if (amount > 0) require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _push(IERC20 token, uint256 amount) private {
        if (amount > 0) require(token.transfer(msg.sender, amount), TransferFailed());
    }
}
