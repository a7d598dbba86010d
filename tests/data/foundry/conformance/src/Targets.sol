// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Tells who called, directly and through another.
contract Caller {
    address public sender;
    address public origin;
    uint256 public calls;

    function touch() public payable returns (address, address) {
        sender = msg.sender;
        origin = tx.origin;
        calls += 1;
        return (msg.sender, tx.origin);
    }

    function who() external view returns (address) {
        return msg.sender;
    }

    function fromWhere() external view returns (address) {
        return tx.origin;
    }

    function through(Caller other) external returns (address, address) {
        return other.touch();
    }

    function fail() external pure {
        revert("no");
    }

    function touchAndFail() external {
        touch();
        revert("no");
    }

    function attempt(Caller other) external returns (bool) {
        try other.touchAndFail() {
            return true;
        } catch {
            return false;
        }
    }

    function make() external returns (Made) {
        return new Made();
    }

    receive() external payable {}
}

/// Remembers who made it.
contract Made {
    address public immutable maker = msg.sender;
    address public immutable origin = tx.origin;
}

/// Refuses to be made.
contract Unmade {
    error Never(uint256 code);

    constructor(uint256 code) {
        if (code == 1) revert("not one");
        if (code == 2) revert Never(2);
        if (code == 3) {
            assembly {
                revert(0, 0)
            }
        }
    }
}

/// Reverts in many ways.
contract Reverter {
    error Plain();
    error Coded(uint256 code, address who);

    uint256 public count;

    function text() external pure {
        revert("text");
    }

    function plain() external pure {
        revert Plain();
    }

    function coded(uint256 code) external pure {
        revert Coded(code, address(7));
    }

    function empty() external pure {
        assembly {
            revert(0, 0)
        }
    }

    function panics() external pure {
        assert(false);
    }

    function overflows(uint256 number) external pure returns (uint256) {
        return number + type(uint256).max;
    }

    function wastes() external pure {
        assembly {
            invalid()
        }
    }

    function fine() external returns (uint256) {
        count += 1;
        return count;
    }

    function through(Reverter other) external pure {
        other.text();
    }

    function bytesOf() external pure returns (bytes memory) {
        revert("bytes");
    }

    function raw(bytes calldata data) external pure {
        bytes memory copy = data;
        assembly {
            revert(add(copy, 32), mload(copy))
        }
    }
}

/// Emits.
contract Emitter {
    event None();
    event One(uint256 indexed a, uint256 b);
    event Three(uint256 indexed a, uint256 indexed b, uint256 indexed c, uint256 d);
    event Hidden(uint256 indexed a, uint256 b) anonymous;

    function none() external {
        emit None();
    }

    function one(uint256 a, uint256 b) public {
        emit One(a, b);
    }

    function three(uint256 a, uint256 b, uint256 c, uint256 d) external {
        emit Three(a, b, c, d);
    }

    function hidden(uint256 a, uint256 b) external {
        emit Hidden(a, b);
    }

    function many(uint256 count) external {
        for (uint256 i = 0; i < count; i++) emit One(i, i);
    }

    function through(Emitter other, uint256 a, uint256 b) external {
        other.one(a, b);
    }

    function quietly() external pure returns (uint256) {
        return 1;
    }

    function emitAndFail(uint256 a, uint256 b) external {
        emit One(a, b);
        revert("after");
    }

    function caught(uint256 a, uint256 b) external {
        try this.emitAndFail(a, b) {} catch {}
    }
}

/// Answers and keeps words.
contract Store {
    uint256 public first;
    mapping(address => uint256) public held;
    uint256[] public list;

    function set(uint256 value) external payable {
        first = value;
    }

    function hold(uint256 value) external {
        held[msg.sender] = value;
    }

    function push(uint256 value) external {
        list.push(value);
    }

    function sum(uint256 left, uint256 right) external pure returns (uint256) {
        return left + right;
    }

    function worth() external payable returns (uint256) {
        return msg.value;
    }

    function setAndFail(uint256 value) external {
        first = value;
        revert("undone");
    }

    function now_() external view returns (uint256, uint256) {
        return (block.timestamp, block.number);
    }
}

/// Another answer to the same question.
contract Other {
    uint256 public first;

    function sum(uint256 left, uint256 right) external pure returns (uint256) {
        return left * right;
    }
}
