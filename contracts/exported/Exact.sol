// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Rehearsal} from "./Rehearsal.sol";

/// Whole numbers of up to 512 bits and a sign: what is asserted is computed exactly.
library Exact {
    struct Number {
        bool negative;
        uint256 high;
        uint256 low;
    }

    function number(uint256 value) internal pure returns (Number memory) {
        return Number(false, 0, value);
    }

    function signed(int256 value) internal pure returns (Number memory) {
        unchecked {
            return value < 0 ? Number(true, 0, uint256(-value)) : number(uint256(value));
        }
    }

    function truth(bool holds) internal pure returns (Number memory) {
        return number(holds ? 1 : 0);
    }

    /// Whether a number is not zero.
    function isTrue(Number memory a) internal pure returns (bool) {
        return !_isZero(a);
    }

    /// A number that has to fit a word.
    function toWord(Number memory a) internal pure returns (uint256) {
        require(a.high == 0, "a number does not fit its type");
        unchecked {
            return a.negative ? 0 - a.low : a.low;
        }
    }

    function neg(Number memory a) internal pure returns (Number memory) {
        return Number(!a.negative && !_isZero(a), a.high, a.low);
    }

    function add(Number memory a, Number memory b) internal pure returns (Number memory) {
        if (a.negative == b.negative) {
            (uint256 high, uint256 low) = _add(a.high, a.low, b.high, b.low);
            return Number(a.negative, high, low);
        }
        if (_compare(a, b) < 0) (a, b) = (b, a);
        (uint256 left, uint256 rest) = _sub(a.high, a.low, b.high, b.low);
        return Number(a.negative && (left | rest) != 0, left, rest);
    }

    function sub(Number memory a, Number memory b) internal pure returns (Number memory) {
        return add(a, neg(b));
    }

    function mul(Number memory a, Number memory b) internal pure returns (Number memory) {
        require(a.high == 0 || b.high == 0, "a product does not fit 512 bits");
        (uint256 high, uint256 low) = _mul(a.low, b.low);
        // What is beyond 512 bits overflows here.
        high += a.high * b.low + b.high * a.low;
        return Number(a.negative != b.negative && (high | low) != 0, high, low);
    }

    /// Rounded to zero.
    function div(Number memory a, Number memory b) internal pure returns (Number memory quotient) {
        (quotient,) = _divide(a, b);
    }

    /// Rounded away from zero.
    function divUp(Number memory a, Number memory b) internal pure returns (Number memory) {
        (Number memory quotient, Number memory rest) = _divide(a, b);
        if (_isZero(rest)) return quotient;
        return add(quotient, Number(a.negative != b.negative, 0, 1));
    }

    /// What is left, with the sign of the left side.
    function rem(Number memory a, Number memory b) internal pure returns (Number memory rest) {
        (, rest) = _divide(a, b);
    }

    function min(Number memory a, Number memory b) internal pure returns (Number memory) {
        return lt(a, b) ? a : b;
    }

    function max(Number memory a, Number memory b) internal pure returns (Number memory) {
        return lt(a, b) ? b : a;
    }

    function eq(Number memory a, Number memory b) internal pure returns (bool) {
        return a.negative == b.negative && a.high == b.high && a.low == b.low;
    }

    function lt(Number memory a, Number memory b) internal pure returns (bool) {
        if (a.negative != b.negative) return a.negative;
        return a.negative ? _compare(b, a) < 0 : _compare(a, b) < 0;
    }

    function le(Number memory a, Number memory b) internal pure returns (bool) {
        return !lt(b, a);
    }

    /// The first word that a view answers.
    function word(address target, bytes memory data) internal view returns (uint256) {
        return at(ask(target, data), 0, false);
    }

    /// What a view answers.
    function ask(address target, bytes memory data) internal view returns (bytes memory answer) {
        bool success;
        (success, answer) = target.staticcall(data);
        require(success, "a view fails");
    }

    /// A word of what was returned, of values that stand where the first word says where they are `inside`.
    function at(bytes memory answer, uint256 index, bool inside) internal pure returns (uint256 found) {
        uint256 place = 32 * index;
        if (inside) place += at(answer, 0, false);
        require(place + 32 <= answer.length, "a view returns too little");
        assembly ("memory-safe") {
            found := mload(add(add(answer, 32), place))
        }
    }

    /// A part of a word of storage.
    function stored(address target, bytes32 slot, uint256 offset, uint256 bits) internal view returns (uint256) {
        uint256 shift = 256 - bits;
        return uint256(Rehearsal.VM.load(target, slot)) >> (8 * offset) << shift >> shift;
    }

    /// A number of so many bits with its sign.
    function extended(uint256 part, uint256 bits) internal pure returns (int256) {
        uint256 shift = 256 - bits;
        return int256(part << shift) >> shift;
    }

    /// The same data with another word at a place of it.
    function put(bytes memory data, uint256 place, uint256 value) internal pure returns (bytes memory) {
        assembly ("memory-safe") {
            mstore(add(add(data, 32), place), value)
        }
        return data;
    }

    function _isZero(Number memory a) private pure returns (bool) {
        return (a.high | a.low) == 0;
    }

    /// Below, at or above zero: how much larger the size of the first is.
    function _compare(Number memory a, Number memory b) private pure returns (int256) {
        if (a.high != b.high) return a.high < b.high ? -1 : int256(1);
        if (a.low == b.low) return 0;
        return a.low < b.low ? -1 : int256(1);
    }

    function _add(uint256 a1, uint256 a0, uint256 b1, uint256 b0) private pure returns (uint256 high, uint256 low) {
        unchecked {
            low = a0 + b0;
        }
        high = a1 + b1 + (low < a0 ? 1 : 0);
    }

    function _sub(uint256 a1, uint256 a0, uint256 b1, uint256 b0) private pure returns (uint256 high, uint256 low) {
        unchecked {
            low = a0 - b0;
        }
        high = a1 - b1 - (a0 < b0 ? 1 : 0);
    }

    /// The whole product of two words.
    function _mul(uint256 a, uint256 b) private pure returns (uint256 high, uint256 low) {
        assembly ("memory-safe") {
            let folded := mulmod(a, b, not(0))
            low := mul(a, b)
            high := sub(sub(folded, low), lt(folded, low))
        }
    }

    /// Quotient and remainder, bit by bit.
    function _divide(Number memory a, Number memory b) private pure returns (Number memory, Number memory) {
        require(!_isZero(b), "a division by zero");
        (uint256 q1, uint256 q0, uint256 r1, uint256 r0) = (0, 0, 0, 0);
        for (uint256 left = 512; left > 0; --left) {
            uint256 bit = left > 256 ? a.high >> (left - 257) & 1 : a.low >> (left - 1) & 1;
            bool carry = r1 >> 255 == 1;
            (r1, r0) = (r1 << 1 | r0 >> 255, r0 << 1 | bit);
            (q1, q0) = (q1 << 1 | q0 >> 255, q0 << 1);
            if (carry || r1 > b.high || (r1 == b.high && r0 >= b.low)) {
                unchecked {
                    (r1, r0) = (r1 - b.high - (r0 < b.low ? 1 : 0), r0 - b.low);
                }
                q0 |= 1;
            }
        }
        bool different = a.negative != b.negative;
        return (Number(different && (q1 | q0) != 0, q1, q0), Number(a.negative && (r1 | r0) != 0, r1, r0));
    }
}
