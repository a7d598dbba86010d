// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Hub, Operation} from "./Hub.sol";

/// Smart account of one owner, who acts directly, or signs operations that anybody hands to the hub.
contract Wallet {
    error NotAllowed(address caller);
    error CallFailed(bytes reason);
    error TransferFailed();

    event Executed(address indexed target, uint256 value, bytes data);

    /// What validation answers; it does not revert, so that the hub can go on with other operations.
    uint256 public constant VALID = 0;
    uint256 public constant INVALID = 1;

    Hub public immutable hub;
    address public immutable owner;
    uint256 public nonce;

    constructor(Hub hub_, address owner_) {
        hub = hub_;
        owner = owner_;
    }

    modifier onlyHub() {
        require(msg.sender == address(hub), NotAllowed(msg.sender));
        _;
    }

    receive() external payable {}

    /// Answers whether the owner wants this, and lets the paymaster take what it asks for paying the gas.
    function validate(Operation calldata operation, bytes32 digest) external onlyHub returns (uint256) {
        if (operation.paymaster != address(0)) {
            require(operation.feeToken.approve(operation.paymaster, operation.fee), TransferFailed());
        }
        if (!_signed(operation, digest)) return INVALID;
        ++nonce;
        return VALID;
    }

    function execute(address target, uint256 value, bytes calldata data) external {
        require(msg.sender == address(hub) || msg.sender == owner, NotAllowed(msg.sender));
        emit Executed(target, value, data);
        (bool success, bytes memory reason) = target.call{value: value}(data);
        require(success, CallFailed(reason));
    }

    /// What owners do most.
    function send(IERC20 token, address to, uint256 amount) external {
        require(msg.sender == owner, NotAllowed(msg.sender));
        require(token.transfer(to, amount), TransferFailed());
    }

    function _signed(Operation calldata operation, bytes32 digest) private view returns (bool) {
        if (operation.nonce != nonce) return false;
        address signer = ecrecover(digest, operation.v, operation.r, operation.s);
        return signer != address(0) && signer == owner;
    }
}
