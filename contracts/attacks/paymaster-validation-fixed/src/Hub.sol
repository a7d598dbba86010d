// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Paymaster} from "./Paymaster.sol";
import {Wallet} from "./Wallet.sol";

/// What a wallet's owner signs: a call, and what a paymaster may take for having it brought.
struct Operation {
    Wallet wallet;
    uint256 nonce;
    address target;
    uint256 value;
    bytes data;
    address paymaster;
    IERC20 feeToken;
    uint256 fee;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// Takes operations from relayers, has them validated, paid for and executed.
contract Hub {
    error Busy();

    event Handled(Wallet indexed wallet, uint256 nonce, address indexed relayer, bool success);
    event Refused(Wallet indexed wallet, uint256 nonce);

    bool private busy;

    function digestOf(Operation calldata operation) public view returns (bytes32) {
        bytes32 call_ = keccak256(abi.encode(operation.target, operation.value, keccak256(operation.data)));
        bytes32 payment = keccak256(abi.encode(operation.paymaster, operation.feeToken, operation.fee));
        return keccak256(
            abi.encode(block.chainid, address(this), operation.wallet, operation.nonce, call_, payment)
        );
    }

    /// Handles an operation. One that is not valid is passed over, so that nobody can spoil a relayer's batch.
    function handle(Operation calldata operation) external returns (bool handled) {
        require(!busy, Busy());
        busy = true;
        handled = _handle(operation);
        busy = false;
    }

    function handleMany(Operation[] calldata operations) external {
        require(!busy, Busy());
        busy = true;
        for (uint256 i = 0; i < operations.length; ++i) {
            _handle(operations[i]);
        }
        busy = false;
    }

    function _handle(Operation calldata operation) private returns (bool) {
        Wallet wallet = operation.wallet;
        if (wallet.validate(operation, digestOf(operation)) != wallet.VALID()) {
            emit Refused(wallet, operation.nonce);
            return false;
        }
        if (operation.paymaster != address(0)) {
            Paymaster(operation.paymaster).charge(address(wallet), operation.feeToken, operation.fee, msg.sender);
        }
        bool success;
        try wallet.execute(operation.target, operation.value, operation.data) {
            success = true;
        } catch {}
        emit Handled(wallet, operation.nonce, msg.sender, success);
        return true;
    }
}
