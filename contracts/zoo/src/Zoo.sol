// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A token that behaves otherwise than it did. Its code takes the place of a token's code, which is elsewhere now and runs on the same
/// storage by delegation; what it needs to know is in storage words that no compiler gives away.
abstract contract Zoo {
    /// Where the token's own code is.
    bytes32 private constant CODE = keccak256("heist.zoo.code");
    /// An account that a kind of token is about.
    bytes32 private constant ACCOUNT = keccak256("heist.zoo.account");
    /// When the token began to behave so, seconds since 1970.
    bytes32 private constant SINCE = keccak256("heist.zoo.since");

    fallback() external payable {
        _answer(_delegate(msg.data));
    }

    receive() external payable {
        _answer(_delegate(""));
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool) {
        _move(from, to, amount);
        return true;
    }

    /// What the token itself does with a transfer of `from` by the caller.
    function _move(address from, address to, uint256 amount) internal virtual {
        (bool success, bytes memory answer) = _tryMove(from, to, amount);
        if (!success) _fail(answer);
        // A token that says no has not moved anything.
        if (answer.length >= 32 && !abi.decode(answer, (bool))) _answer(answer);
    }

    function _tryMove(address from, address to, uint256 amount) internal returns (bool, bytes memory) {
        bytes memory call = msg.sig == this.transfer.selector
            ? abi.encodeWithSelector(msg.sig, to, amount)
            : abi.encodeWithSelector(msg.sig, from, to, amount);
        return _word(CODE).delegatecall(call);
    }

    function _delegate(bytes memory call) internal returns (bytes memory answer) {
        bool success;
        (success, answer) = _word(CODE).delegatecall(call);
        if (!success) _fail(answer);
    }

    function _account() internal view returns (address) {
        return _word(ACCOUNT);
    }

    /// Seconds since the token began to behave so.
    function _elapsed() internal view returns (uint256) {
        return block.timestamp - uint160(_word(SINCE));
    }

    function _word(bytes32 slot) private view returns (address word) {
        assembly {
            word := sload(slot)
        }
    }

    function _fail(bytes memory answer) internal pure {
        assembly {
            revert(add(answer, 32), mload(answer))
        }
    }

    function _answer(bytes memory answer) internal pure {
        assembly {
            return(add(answer, 32), mload(answer))
        }
    }
}

/// One percent of each transfer goes elsewhere.
contract FeeOnTransfer is Zoo {
    address private constant ELSEWHERE = address(0xFEE);

    function _move(address from, address to, uint256 amount) internal override {
        uint256 fee = amount / 100;
        super._move(from, to, amount - fee);
        if (fee > 0) super._move(from, ELSEWHERE, fee);
    }
}

/// Balances are shares of something that changes with time.
abstract contract Rebasing is Zoo {
    uint256 internal constant ONE = 1 ether;

    function balanceOf(address account) external returns (uint256) {
        return _shown(abi.decode(_delegate(abi.encodeWithSelector(msg.sig, account)), (uint256)));
    }

    function totalSupply() external returns (uint256) {
        return _shown(abi.decode(_delegate(abi.encodeWithSelector(msg.sig)), (uint256)));
    }

    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount * ONE / _index());
    }

    function _shown(uint256 shares) private view returns (uint256) {
        return shares * _index() / ONE;
    }

    function _index() internal view virtual returns (uint256);
}

/// Balances grow by one percent a day of what they were.
contract RebasingUp is Rebasing {
    function _index() internal view override returns (uint256) {
        return ONE + _elapsed() * ONE / 100 / 1 days;
    }
}

/// Balances shrink as those of `RebasingUp` grow.
contract RebasingDown is Rebasing {
    function _index() internal view override returns (uint256) {
        return ONE * ONE / (ONE + _elapsed() * ONE / 100 / 1 days);
    }
}

/// Transfers answer with nothing.
contract NoReturnValue is Zoo {
    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount);
        _answer("");
    }
}

/// Transfers that cannot be made answer `false`.
contract FalseReturning is Zoo {
    function _move(address from, address to, uint256 amount) internal override {
        (bool success,) = _tryMove(from, to, amount);
        if (!success) _answer(abi.encode(false));
    }
}

/// Transfers of nothing fail.
contract RevertingOnZero is Zoo {
    error NothingToMove();

    function _move(address from, address to, uint256 amount) internal override {
        require(amount > 0, NothingToMove());
        super._move(from, to, amount);
    }
}

/// One account neither sends nor gets anything.
contract Blocklisting is Zoo {
    error Blocked(address account);

    function _move(address from, address to, uint256 amount) internal override {
        address blocked = _account();
        require(from != blocked && to != blocked && msg.sender != blocked, Blocked(blocked));
        super._move(from, to, amount);
    }
}

/// Every other day nothing moves, the first one is free.
contract Pausable is Zoo {
    error Paused();

    function _move(address from, address to, uint256 amount) internal override {
        require(_elapsed() / 1 days % 2 == 0, Paused());
        super._move(from, to, amount);
    }
}

interface IHooks {
    function tokensToSend(address operator, address from, address to, uint256 amount, bytes calldata, bytes calldata)
        external;
    function tokensReceived(address operator, address from, address to, uint256 amount, bytes calldata, bytes calldata)
        external;
}

/// Contracts that send are asked before, those that receive are told behind a transfer (ERC-777, without its registry).
contract Hooked is Zoo {
    function _move(address from, address to, uint256 amount) internal override {
        if (from.code.length > 0) try IHooks(from).tokensToSend(msg.sender, from, to, amount, "", "") {} catch {}
        super._move(from, to, amount);
        if (to.code.length > 0) try IHooks(to).tokensReceived(msg.sender, from, to, amount, "", "") {} catch {}
    }
}
