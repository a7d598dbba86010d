// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

contract Token {
    uint256 public immutable supply;
    address public immutable maker = msg.sender;

    constructor(uint256 supply_) {
        supply = supply_;
    }
}

/// There before the suite, without arguments.
contract Registry {
    uint256 public entries = 7;

    function enter() external {
        entries++;
    }
}

/// Made with arguments, over contracts that are there already.
contract Holder {
    Token public immutable token;
    uint256 public immutable amount;
    address public immutable owner;
    bool[] internal flags;
    uint256 internal touched;

    constructor(Token token_, uint256 amount_, address owner_, bool[] memory flags_) {
        (token, amount, owner, flags) = (token_, amount_, owner_, flags_);
    }

    function touch() external {
        touched++;
    }

    function property_arguments() external view returns (bool) {
        return token.supply() == 1_000_000_000_000_000_000_000_000 && amount == 255 && owner == address(0x1234)
            && flags.length == 2 && flags[0] && !flags[1];
    }

    function property_registry() external view returns (bool) {
        return Registry(address(0x4444)).entries() == 7;
    }

    /// Meant to be false.
    function property_is_not_touched() external view returns (bool) {
        return touched == 0;
    }
}

/// Over contracts at addresses that the configuration chooses.
contract Fixed {
    Registry internal constant REGISTRY = Registry(address(0x42));
    uint256 internal touched;

    function touch() external {
        touched++;
        REGISTRY.enter();
    }

    function echidna_registry() external view returns (bool) {
        return REGISTRY.entries() == 7 + touched;
    }

    /// Eleven bytes of code that answer 42.
    function echidna_bytes() external returns (bool) {
        (bool ok, bytes memory answer) = address(0x44).call("");
        return ok && abi.decode(answer, (uint256)) == 42;
    }
}
