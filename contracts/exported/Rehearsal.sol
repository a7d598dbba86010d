// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// The cheatcodes that are used.
interface RehearsalVm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function allowCheatcodes(address account) external;
    function chainId(uint256 id) external;
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function label(address account, string calldata name) external;
    function load(address account, bytes32 slot) external view returns (bytes32 value);
    function prank(address sender, address origin) external;
    function getBlockNumber() external view returns (uint256 number);
    function getBlockTimestamp() external view returns (uint256 timestamp);
    function getRecordedLogs() external returns (Log[] memory logs);
    function recordLogs() external;
    function revertToState(uint256 snapshot) external returns (bool done);
    function roll(uint256 number) external;
    function setBlockhash(uint256 number, bytes32 hash) external;
    function setNonceUnsafe(address account, uint64 nonce) external;
    function snapshotState() external returns (uint256 snapshot);
    function store(address account, bytes32 slot, bytes32 value) external;
    function warp(uint256 timestamp) external;
}

/// What the attacker's contract lets its owner do before an attack.
interface IEndowed {
    function allow(address token, address spender) external;
}

/// Stands where an account is that calls something which pranks by itself: nobody may prank then.
contract Relay {
    receive() external payable {}

    function relay(address to, uint256 value, bytes calldata data) external returns (bool success, bytes memory answer) {
        return to.call{value: value}(data);
    }
}

/// Sends messages as anybody, and looks at what accounts hold.
library Rehearsal {
    RehearsalVm internal constant VM = RehearsalVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// Goes to a block. The hashes of those before it are what Heist gives them.
    function goTo(uint256 number, uint256 timestamp) internal {
        VM.roll(number);
        VM.warp(timestamp);
        for (uint256 back = 1; back <= 256 && back <= number; ++back) {
            bytes32 hash = keccak256(abi.encodePacked(uint64(number - back)));
            // Old versions of forge cannot do it, and few contracts ask.
            (bool done,) = address(VM).call(abi.encodeCall(RehearsalVm.setBlockhash, (number - back, hash)));
            if (!done) break;
        }
    }

    /// Lets time pass from where it is: suites move it too.
    function pass(uint256 blocks, uint256 time) internal {
        goTo(VM.getBlockNumber() + blocks, VM.getBlockTimestamp() + time);
    }

    /// Creates a contract where it was when the finding was made.
    function create(address from, uint64 nonce, uint256 value, bytes memory code, address expected) internal {
        VM.setNonceUnsafe(from, nonce);
        VM.prank(from, from);
        address created;
        assembly ("memory-safe") {
            created := create(value, add(code, 32), mload(code))
        }
        require(created == expected, "the set-up creates a contract somewhere else");
    }

    /// Runs a constructor at an address of choice.
    function createAt(address from, uint256 value, address at, bytes memory code) internal {
        VM.etch(at, code);
        VM.setNonceUnsafe(at, 1);
        VM.allowCheatcodes(at);
        VM.prank(from, from);
        (bool success, bytes memory runtime) = at.call{value: value}("");
        require(success, "a constructor of the set-up fails");
        VM.etch(at, runtime);
    }

    /// A call that may fail.
    function send(address from, uint256 value, address to, bytes memory data) internal returns (bool success) {
        VM.prank(from, from);
        (success,) = to.call{value: value}(data);
    }

    /// A call that may fail, and what it returns.
    function ask(address from, uint256 value, address to, bytes memory data) internal returns (bytes memory answer) {
        VM.prank(from, from);
        (, answer) = to.call{value: value}(data);
    }

    /// A call of a suite's function, which may fail.
    function act(address from, uint256 value, address to, bytes memory data)
        internal
        returns (bool success, bytes memory answer)
    {
        if (from.code.length > 0) {
            VM.prank(from, from);
            return to.call{value: value}(data);
        }
        VM.etch(from, type(Relay).runtimeCode);
        (success, answer) = Relay(payable(from)).relay(to, value, data);
        VM.etch(from, "");
    }

    /// The same, but it must not fail with what begins like this.
    function survive(address from, uint256 value, address to, bytes memory data, bytes memory failure) internal {
        (bool success, bytes memory answer) = act(from, value, to, data);
        bool differs = answer.length < failure.length;
        for (uint256 i = 0; i < failure.length && !differs; ++i) {
            differs = answer[i] != failure[i];
        }
        require(success || differs, "an assertion fails");
    }

    /// The same, but it must not emit an event that tells of a failed assertion.
    function keepQuiet(address from, uint256 value, address to, bytes memory data, bytes32 topic) internal {
        VM.recordLogs();
        act(from, value, to, data);
        RehearsalVm.Log[] memory logs = VM.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            require(logs[i].topics.length == 0 || logs[i].topics[0] != topic, "an assertion fails");
        }
    }

    /// A call that nobody made, and that is taken back; it has to succeed.
    function suppose(address from, uint256 value, address to, bytes memory data) internal {
        require(send(from, value, to, data), "a supposed call fails");
    }

    /// A call of the set-up, which succeeds.
    function prepare(address from, uint256 value, address to, bytes memory data) internal {
        require(send(from, value, to, data), "a call of the set-up fails");
    }

    /// Gives the attacker's contract half of what its owner has, and lets all spenders take tokens of both.
    function endow(address owner, address attack, address[] memory tokens, address[] memory spenders) internal {
        for (uint256 i = 0; i < tokens.length; ++i) {
            address token = tokens[i];
            uint256 half = held(token, owner) / 2;
            send(owner, 0, token, abi.encodeWithSignature("transfer(address,uint256)", attack, half));
            for (uint256 j = 0; j < spenders.length; ++j) {
                address spender = spenders[j];
                send(owner, 0, attack, abi.encodeCall(IEndowed.allow, (token, spender)));
                send(owner, 0, token, abi.encodeWithSignature("approve(address,uint256)", spender, type(uint256).max));
            }
        }
        send(owner, owner.balance / 2, attack, "");
    }

    /// What an account has of a token, of the native coin where it is zero; nothing where the token does not answer.
    function held(address token, address account) internal view returns (uint256 amount) {
        if (token == address(0)) return account.balance;
        (bool success, bytes memory data) = token.staticcall(abi.encodeWithSignature("balanceOf(address)", account));
        if (success && data.length >= 32) amount = abi.decode(data, (uint256));
    }

    /// What two accounts have of an asset, `most` of it at most, in 1e-18 base units of the unit of account: `price` is what one base
    /// unit is worth in them.
    function worth(address token, address[2] memory accounts, uint256 most, uint256 price)
        internal
        view
        returns (int256)
    {
        uint256 amount = held(token, accounts[0]) + held(token, accounts[1]);
        return int256((amount < most ? amount : most) * price);
    }
}
