// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Escrow} from "./Escrow.sol";

/// Messages of the other chain. The updater submits roots of trees of messages; a root may be used once a window for objections
/// has passed. A message is proven under a root, and then processed, by anybody.
contract Inbox {
    error NotUpdater();
    error Known(bytes32 root);
    error NotAcceptable(bytes32 root);
    error Processed(bytes32 leaf);

    event Submitted(bytes32 indexed root, uint256 acceptedAt);
    event Rejected(bytes32 indexed root);
    event Proven(bytes32 indexed leaf, bytes32 indexed root);
    event Delivered(uint64 indexed nonce, uint32 indexed asset, address indexed to, uint256 amount);

    struct Message {
        uint64 nonce;
        uint32 asset;
        address to;
        uint256 amount;
    }

    uint256 private constant DEPTH = 3;
    /// The number of the chain that messages come from.
    uint256 public constant REMOTE = 7_007;

    Escrow public immutable escrow;
    address public immutable updater;
    uint256 public immutable window;
    /// When a root may be used from, 0: never.
    mapping(bytes32 => uint256) public acceptedAt;
    /// The root that a message was proven under.
    mapping(bytes32 => bytes32) public provenUnder;
    mapping(bytes32 => bool) public processed;

    /// `committed` is the root of what was sent before this contract was there.
    constructor(Escrow escrow_, address updater_, uint256 window_, bytes32 committed) {
        escrow = escrow_;
        updater = updater_;
        window = window_;
        acceptedAt[committed] = 1;
    }

    modifier onlyUpdater() {
        require(msg.sender == updater, NotUpdater());
        _;
    }

    function submit(bytes32 root) external onlyUpdater {
        require(acceptedAt[root] == 0, Known(root));
        acceptedAt[root] = block.timestamp + window;
        emit Submitted(root, acceptedAt[root]);
    }

    /// Takes a root back that turned out to be wrong.
    function reject(bytes32 root) external onlyUpdater {
        acceptedAt[root] = type(uint256).max;
        emit Rejected(root);
    }

    function acceptable(bytes32 root) public view returns (bool) {
        uint256 time = acceptedAt[root];
        return root != 0 && time != 0 && block.timestamp >= time;
    }

    function leafOf(Message calldata message) public pure returns (bytes32) {
        return keccak256(abi.encode(REMOTE, message.nonce, message.asset, message.to, message.amount));
    }

    /// Shows that `leaf` stands at place `index` of a tree.
    function prove(bytes32 leaf, bytes32[DEPTH] calldata siblings, uint256 index) public {
        bytes32 root = leaf;
        for (uint256 i = 0; i < DEPTH; ++i) {
            root = index >> i & 1 == 0
                ? keccak256(abi.encode(root, siblings[i]))
                : keccak256(abi.encode(siblings[i], root));
        }
        require(acceptable(root), NotAcceptable(root));
        provenUnder[leaf] = root;
        emit Proven(leaf, root);
    }

    /// Delivers a message, once.
    function process(Message calldata message) public {
        bytes32 leaf = leafOf(message);
        require(!processed[leaf], Processed(leaf));
        require(acceptable(provenUnder[leaf]), NotAcceptable(provenUnder[leaf]));
        processed[leaf] = true;
        emit Delivered(message.nonce, message.asset, message.to, message.amount);
        escrow.release(message.asset, message.to, message.amount);
    }

    function proveAndProcess(Message calldata message, bytes32[DEPTH] calldata siblings, uint256 index) external {
        prove(leafOf(message), siblings, index);
        process(message);
    }
}
