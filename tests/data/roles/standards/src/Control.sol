// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

contract Governor {
    uint256 public constant votingDelay = 1;
    uint256 public constant votingPeriod = 100;

    function state(uint256) external view virtual returns (uint8) {
        revert("no such proposal");
    }

    function propose(address[] calldata, uint256[] calldata, bytes[] calldata, string calldata)
        external
        returns (uint256)
    {}
    function castVote(uint256, uint8) external returns (uint256) {}
    function execute(address[] calldata, uint256[] calldata, bytes[] calldata, bytes32)
        external
        payable
        returns (uint256)
    {}
}

/// Knows proposals that nobody made.
contract CredulousGovernor is Governor {
    function state(uint256) external pure override returns (uint8) {
        return 4;
    }
}

/// Votes of another shape, whose functions only have the usual names.
contract Club {
    function propose(string calldata) external {}
    function vote(uint256 id, bool support) external {}
    function execute(uint256 id) external {}
}

contract Timelock {
    uint256 public constant getMinDelay = 2 days;
    mapping(bytes32 => uint256) public getTimestamp;

    function schedule(address, uint256, bytes calldata, bytes32, bytes32, uint256) external {}
    function execute(address, uint256, bytes calldata, bytes32, bytes32) external payable {}
}

contract OldTimelock {
    uint256 public constant delay = 2 days;
    mapping(bytes32 => bool) public queuedTransactions;

    function queueTransaction(address, uint256, string calldata, bytes calldata, uint256) external {}
    function executeTransaction(address, uint256, string calldata, bytes calldata, uint256) external payable {}
}

contract Safe {
    address[] private owners;
    uint256 public immutable getThreshold;

    constructor(address[] memory owners_, uint256 threshold) {
        (owners, getThreshold) = (owners_, threshold);
    }

    function getOwners() external view returns (address[] memory) {
        return owners;
    }

    function isOwner(address who) external view returns (bool) {
        for (uint256 i; i < owners.length; i++) {
            if (owners[i] == who) return true;
        }
        return false;
    }
}

contract Till {
    uint256 public total;

    function put(uint256 amount) external {
        total += amount;
    }
}

/// EIP-1967.
contract Proxy {
    constructor(address target, address admin) {
        bytes32 implementation = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
        bytes32 administrator = bytes32(uint256(keccak256("eip1967.proxy.admin")) - 1);
        assembly {
            sstore(implementation, target)
            sstore(administrator, admin)
        }
    }

    fallback() external payable {
        bytes32 slot = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), sload(slot), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }
}

contract Messenger {
    function xDomainMessageSender() external pure returns (address) {
        revert("nothing is delivered");
    }

    function sendMessage(address, bytes calldata, uint32) external payable {}
}

contract BridgeEnd {
    address public immutable messenger;
    address public immutable otherBridge = address(1);

    constructor(address messenger_) {
        messenger = messenger_;
    }
}

contract Omnichain {
    struct Origin {
        uint32 chain;
        bytes32 sender;
        uint64 nonce;
    }

    address public immutable endpoint;
    mapping(uint32 => bytes32) public peers;

    constructor(address endpoint_) {
        endpoint = endpoint_;
    }

    function lzReceive(Origin calldata, bytes32, bytes calldata, address, bytes calldata) external payable {}
}
