// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Receivers} from "./Receivers.sol";

interface IFlashLender {
    function flashLoan(address receiver, address token, uint256 amount, bytes calldata data) external returns (bool);
}

/// Executes scripts of calls, flash loans and repetitions in one transaction.
/// An action that fails is skipped; a loan that fails takes its body's effects with it.
///
/// A script is packed, since a search runs millions of them and reading them must cost little beside what they call. All numbers
/// are big-endian; a list is the number of its actions (1 byte), then the actions, which begin with their kind (1 byte):
///
///     0, a call    target 20, value 32, bytes of data 4, fills 1, bytes of body 4; data, fills, body
///     1, a loan    ERC-3156 lender 20, token 20, amount 32, bytes of body 4; body, which runs in the callback
///     2, a loop    times 4, bytes of body 4; body
///
/// The body of a call runs when this contract is called back first, whoever does it and however. A fill is a word of the data that
/// is only known when the action runs: its byte offset 4 (4 is the first argument), source 1, address 20, number 2, addition 1
/// (signed), bytes of question 2; question. Sources:
///
///     0    `number` bps of the native coin that the address has, this contract where it is zero
///     1    the first word returned by the action with index `number` in the same list
///     2    `number` bps of the first word that the address answers to the question
///     3    `number` bps of what this contract has of the token at the address
///
/// Where 128 is added to the source, its word is a bound: when the call fails with it, the word is lowered to the most with which it
/// succeeds. Where 64 is added, the word is lowered to the least, from one on, with which the call succeeds.
contract Attacker is Receivers {
    error NotOwner();
    error NoOpenLoan();

    event Executed(uint256 index, bool success);
    /// A call that was made has come back here, with so much of the native coin; `runs` says whether its body runs now.
    event CalledBack(bool runs, uint256 value);

    bytes32 private constant LOAN_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");
    uint256 private constant BPS = 10_000;
    /// What `transfer` of Solidity leaves is too little to answer with.
    uint256 private constant LEAST_GAS = 10_000;
    /// Added to a source whose word is a bound of the most or of the least that succeeds.
    uint256 private constant MOST = 128;
    uint256 private constant LEAST = 64;
    /// To how much of itself an amount is the most or the least that succeeds: 2^-10.
    uint256 private constant PRECISION = 10;
    /// Parts of a bound that are tried first: 2^-1, for what is rounded to nothing when it is less, then 2^-4, 2^-16 and 2^-64.
    uint256 private constant LEAST_SHIFT = 1;
    uint256 private constant MOST_SHIFT = 64;
    uint256 private constant SHIFT_FACTOR = 4;

    address private immutable owner;
    /// The lender whose callback is awaited, zero when no loan is open.
    address private lender;
    /// The body of the call that is open, until it runs.
    bytes private pending;

    constructor(address owner_) {
        owner = owner_;
    }

    function run(bytes calldata script) external payable {
        require(msg.sender == owner, NotOwner());
        _run(script);
    }

    function onFlashLoan(address initiator, address token, uint256, uint256, bytes calldata data)
        external
        returns (bytes32)
    {
        require(initiator == address(this) && msg.sender == lender, NoOpenLoan());
        emit CalledBack(true, 0);
        _run(data);
        _allow(token);
        return LOAN_SUCCESS;
    }

    /// Runs what waits for a callback.
    function _react() internal override {
        if (gasleft() < LEAST_GAS) return;
        bytes memory body = pending;
        emit CalledBack(body.length > 0, msg.value);
        if (body.length == 0) return;
        delete pending;
        _run(body);
    }

    function _run(bytes memory script) private {
        uint256 at;
        assembly ("memory-safe") {
            at := add(script, 32)
        }
        _execute(at);
    }

    /// Runs the list of actions at this place of the memory.
    function _execute(uint256 at) private {
        uint256[] memory results = new uint256[](_number(at, 1));
        ++at;
        for (uint256 index = 0; index < results.length; ++index) {
            uint256 kind = _number(at, 1);
            bool success;
            if (kind == 0) {
                (at, success, results[index]) = _perform(at + 1, results, index);
            } else if (kind == 1) {
                (at, success) = _borrow(at + 1);
            } else {
                uint256 length = _number(at + 5, 4);
                for (uint256 left = _number(at + 1, 4); left > 0; --left) {
                    _execute(at + 9);
                }
                (at, success) = (at + 9 + length, true);
            }
            emit Executed(index, success);
        }
    }

    function _perform(uint256 at, uint256[] memory results, uint256 index)
        private
        returns (uint256 end, bool success, uint256 result)
    {
        uint256 length = _number(at + 52, 4);
        uint256 data = at + 61;
        end = data + length;
        (uint256 most, uint256 least) = (0, 0);
        for (uint256 fills = _number(at + 56, 1); fills > 0; --fills) {
            uint256 source = _number(end + 4, 1);
            if (source & MOST > 0) most = data + _number(end, 4);
            if (source & LEAST > 0) least = data + _number(end, 4);
            end = _fill(end, data, results, index);
        }
        uint256 bodyLength = _number(at + 57, 4);
        if (bodyLength > 0) pending = _copy(end, bodyLength);
        end += bodyLength;
        if (least > 0) _fit(at, data, length, least, false);
        (success, result) = _send(at, data, length);
        if (!success && most > 0 && _fit(at, data, length, most, true)) (success, result) = _send(at, data, length);
        if (bodyLength > 0 && pending.length > 0) delete pending;
    }

    /// Makes the call whose target and value are at this place of the memory.
    function _send(uint256 at, uint256 data, uint256 length) private returns (bool success, uint256 result) {
        uint256 target = _number(at, 20);
        assembly ("memory-safe") {
            success := call(gas(), target, mload(add(at, 20)), data, length, 0, 32)
            if and(success, gt(returndatasize(), 31)) { result := mload(0) }
        }
    }

    /// Lowers the word at `hole` to the most, or to the least, with which a call succeeds; whether there is such a word.
    function _fit(uint256 at, uint256 data, uint256 length, uint256 hole, bool most) private returns (bool fits) {
        bytes memory trial = _trial(at, data, length);
        uint256 place;
        assembly ("memory-safe") {
            // Behind the selector, the target, the value, and the offset and the length of the data.
            place := add(add(trial, 164), sub(hole, data))
        }
        uint256 bound = _number(hole, 32);
        (uint256 good, uint256 bad) = (bound, 1);
        if (most) {
            bad = bound;
            for (uint256 shift = LEAST_SHIFT; !fits && shift <= MOST_SHIFT; shift *= SHIFT_FACTOR) {
                good = bound >> shift;
                if (good == 0) return false;
                fits = _works(trial, place, good);
                if (!fits) bad = good;
            }
            if (!fits) return false;
        } else {
            if (bound < 2) return true;
            if (_works(trial, place, 1)) {
                _write(hole, 1);
                return true;
            }
            if (!_works(trial, place, bound)) return false;
        }
        while (true) {
            (uint256 low, uint256 high) = good < bad ? (good, bad) : (bad, good);
            if (high - low <= 1 + (low >> PRECISION)) break;
            uint256 middle = high >> 2 > low ? low << (_bits(high) - _bits(low)) / 2 : low + (high - low) / 2;
            if (_works(trial, place, middle)) good = middle;
            else bad = middle;
        }
        _write(hole, good);
        return true;
    }

    /// How many bits it takes to write a number.
    function _bits(uint256 number) private pure returns (uint256 bits) {
        for (uint256 step = 128; step > 0; step /= 2) {
            if (number >> step > 0) (number, bits) = (number >> step, bits + step);
        }
        bits += number;
    }

    /// A call of `attempt` with the call at this place of the memory.
    function _trial(uint256 at, uint256 data, uint256 length) private pure returns (bytes memory) {
        address target = address(uint160(_number(at, 20)));
        return abi.encodeCall(Attacker.attempt, (target, _number(at + 20, 32), _copy(data, length)));
    }

    /// Whether a call succeeds with this word at its `place`; it is as if it had not been made.
    function _works(bytes memory trial, uint256 place, uint256 word) private returns (bool works) {
        assembly ("memory-safe") {
            mstore(place, word)
            pop(call(gas(), address(), 0, add(trial, 32), mload(trial), 0, 0))
            works := eq(returndatasize(), 32)
        }
    }

    /// Makes a call and takes it back: reverts with one word where it succeeded, with nothing where it failed.
    function attempt(address target, uint256 value, bytes calldata data) external {
        assembly ("memory-safe") {
            let copied := mload(64)
            calldatacopy(copied, data.offset, data.length)
            let success := eq(caller(), address())
            if success { success := call(gas(), target, value, copied, data.length, 0, 0) }
            revert(0, shl(5, success))
        }
    }

    function _write(uint256 hole, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(hole, word)
        }
    }

    function _borrow(uint256 at) private returns (uint256 end, bool success) {
        address outer = lender;
        lender = address(uint160(_number(at, 20)));
        uint256 length = _number(at + 72, 4);
        end = at + 76 + length;
        address token = address(uint160(_number(at + 20, 20)));
        bytes memory body = _copy(at + 76, length);
        (success,) =
            _call(lender, abi.encodeCall(IFlashLender.flashLoan, (address(this), token, _number(at + 40, 32), body)));
        lender = outer;
    }

    /// Writes the word that the fill at this place asks for; the end of the fill.
    function _fill(uint256 at, uint256 data, uint256[] memory results, uint256 index) private view returns (uint256 end) {
        uint256 source = _number(at + 4, 1) % LEAST;
        address place = address(uint160(_number(at + 5, 20)));
        uint256 number = _number(at + 25, 2);
        uint256 length = _number(at + 28, 2);
        end = at + 30 + length;
        uint256 word;
        if (source == 0) {
            word = _share((place == address(0) ? address(this) : place).balance, number);
        } else if (source == 1) {
            word = number < index ? results[number] : 0;
        } else if (source == 2) {
            word = _share(_ask(place, at + 30, length), number);
        } else {
            bytes memory question = abi.encodeWithSignature("balanceOf(address)", this);
            uint256 start;
            assembly ("memory-safe") {
                start := add(question, 32)
            }
            word = _share(_ask(place, start, question.length), number);
        }
        uint256 addition;
        assembly ("memory-safe") {
            addition := signextend(0, byte(0, mload(add(at, 27))))
        }
        unchecked {
            _write(data + _number(at, 4), word + addition);
        }
    }

    /// The number that these bytes of the memory write.
    function _number(uint256 at, uint256 width) private pure returns (uint256 read) {
        assembly ("memory-safe") {
            read := shr(sub(256, shl(3, width)), mload(at))
        }
    }

    function _copy(uint256 at, uint256 length) private pure returns (bytes memory copied) {
        copied = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(copied, 32), at, length)
        }
    }

    /// `bps` of `amount`; wraps rather than reverts, so that no token can stop a script.
    function _share(uint256 amount, uint256 bps) private pure returns (uint256) {
        unchecked {
            return amount / BPS * bps + amount % BPS * bps / BPS;
        }
    }
}
