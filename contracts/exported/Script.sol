// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Receivers} from "../attacker/src/Receivers.sol";

interface IScriptLender {
    function flashLoan(address receiver, address token, uint256 amount, bytes calldata data) external returns (bool);
}

/// What the script of an attack is made of. A call that fails is skipped; a loan that fails takes its body's effects with it.
abstract contract Script is Receivers {
    uint256 private constant LEAST_GAS_ = 10_000;

    address private immutable owner_;
    /// The lender whose callback is awaited, zero when no loan is open.
    address private lender_;
    /// What runs when somebody calls this contract back, zero for nothing.
    uint256 private awaited_;

    modifier onlyOwner() {
        require(msg.sender == owner_, "not the attacker");
        _;
    }

    constructor() {
        owner_ = msg.sender;
    }

    /// Runs a part of the script that a callback waits for, by its number.
    function _part(uint256 number) internal virtual;

    /// Lets a spender take what it will of a token.
    function allow(address token, address spender) external onlyOwner {
        _call(token, abi.encodeWithSignature("approve(address,uint256)", spender, type(uint256).max));
    }

    /// Calls, and gives the first word that was returned; zero when the call fails.
    function _do(address target, uint256 value, bytes memory data) internal returns (uint256 result) {
        assembly ("memory-safe") {
            let success := call(gas(), target, value, add(data, 32), mload(data), 0, 32)
            if and(success, gt(returndatasize(), 31)) { result := mload(0) }
        }
    }

    /// Says which part runs when one of the calls that follow calls back.
    function _await(uint256 part) internal {
        awaited_ = part;
    }

    /// Ends that.
    function _awaitNothing() internal {
        awaited_ = 0;
    }

    function _react() internal override {
        if (gasleft() < LEAST_GAS_) return;
        uint256 part = awaited_;
        if (part == 0) return;
        awaited_ = 0;
        _part(part);
    }

    /// Borrows by ERC-3156, and runs a part with it.
    function _borrow(address lender, address token, uint256 amount, uint256 part) internal {
        address outer = lender_;
        lender_ = lender;
        _call(lender, abi.encodeCall(IScriptLender.flashLoan, (address(this), token, amount, abi.encode(part))));
        lender_ = outer;
    }

    function onFlashLoan(address initiator, address token, uint256, uint256, bytes calldata data)
        external
        returns (bytes32)
    {
        require(initiator == address(this) && msg.sender == lender_, "no loan is open");
        _part(abi.decode(data, (uint256)));
        _allow(token);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }

    /// A share of what this contract has of a token, in basis points.
    function _balance(address token, uint256 bps) internal view returns (uint256) {
        return _view(token, abi.encodeWithSignature("balanceOf(address)", address(this)), bps, 0);
    }

    /// A share of the native coin that an account has, in basis points.
    function _ether(address account, uint256 bps) internal view returns (uint256) {
        return _share(account.balance, bps);
    }

    /// A share of the first word that a view answers, in basis points, and base units more.
    function _view(address target, bytes memory data, uint256 bps, int256 more) internal view returns (uint256) {
        uint256 at;
        assembly ("memory-safe") {
            at := add(data, 32)
        }
        uint256 answer = _share(_ask(target, at, data.length), bps);
        unchecked {
            return answer + uint256(more);
        }
    }

    function _share(uint256 amount, uint256 bps) private pure returns (uint256) {
        unchecked {
            return amount / 10_000 * bps + amount % 10_000 * bps / 10_000;
        }
    }

    /// The same data with another word at a place of it.
    function _put(bytes memory data, uint256 at, uint256 word) internal pure returns (bytes memory) {
        assembly ("memory-safe") {
            mstore(add(add(data, 32), at), word)
        }
        return data;
    }

    /// Where a call fails with the word at a place of its data: the same with the most that succeeds, to a part in 1,024.
    function _most(address target, uint256 value, bytes memory data, uint256 at) internal returns (bytes memory) {
        uint256 bound = _word(data, at);
        if (_works(target, value, data, at, bound)) return data;
        (uint256 good, uint256 bad, bool fits) = (bound, bound, false);
        for (uint256 shift = 1; !fits && shift <= 64; shift *= 4) {
            good = bound >> shift;
            if (good == 0) break;
            fits = _works(target, value, data, at, good);
            if (!fits) bad = good;
        }
        return _put(data, at, fits ? _between(target, value, data, at, [good, bad]) : bound);
    }

    /// The same data with the least word, from one on, with which the call succeeds.
    function _least(address target, uint256 value, bytes memory data, uint256 at) internal returns (bytes memory) {
        uint256 bound = _word(data, at);
        if (bound < 2) return data;
        if (_works(target, value, data, at, 1)) return _put(data, at, 1);
        if (!_works(target, value, data, at, bound)) return _put(data, at, bound);
        return _put(data, at, _between(target, value, data, at, [bound, 1]));
    }

    /// The word nearest to `pair[1]`, with which the call fails, with which it succeeds; it does with `pair[0]`.
    function _between(address target, uint256 value, bytes memory data, uint256 at, uint256[2] memory pair)
        private
        returns (uint256)
    {
        while (true) {
            (uint256 low, uint256 high) = pair[0] < pair[1] ? (pair[0], pair[1]) : (pair[1], pair[0]);
            if (high - low <= 1 + (low >> 10)) break;
            uint256 middle = high >> 2 > low ? low << (_bits(high) - _bits(low)) / 2 : low + (high - low) / 2;
            pair[_works(target, value, data, at, middle) ? 0 : 1] = middle;
        }
        return pair[0];
    }

    function _bits(uint256 number) private pure returns (uint256 bits) {
        for (; number > 0; number >>= 1) ++bits;
    }

    function _word(bytes memory data, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), at))
        }
    }

    /// Whether a call succeeds with this word at a place of its data; it is as if it had not been made.
    function _works(address target, uint256 value, bytes memory data, uint256 at, uint256 word)
        private
        returns (bool works)
    {
        _put(data, at, word);
        try this.attempt(target, value, data) {}
        catch (bytes memory answer) {
            works = answer.length == 32;
        }
    }

    /// Makes a call and takes it back: reverts with one word where it succeeded, with nothing where it failed.
    function attempt(address target, uint256 value, bytes memory data) external {
        require(msg.sender == address(this), "not this contract");
        assembly ("memory-safe") {
            let success := call(gas(), target, value, add(data, 32), mload(data), 0, 0)
            revert(0, shl(5, success))
        }
    }
}
