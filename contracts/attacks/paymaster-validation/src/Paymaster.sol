// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Pays relayers for operations out of what the wallets pay, in a token of theirs, and keeps a part.
contract Paymaster {
    error NotHub();
    error NotAccepted(IERC20 token);
    error FeeTooLow(uint256 fee, uint256 minimum);
    error TransferFailed();

    event Charged(address indexed wallet, IERC20 indexed token, uint256 fee, address indexed relayer);

    uint256 private constant BPS = 10_000;
    uint256 public constant MARGIN_BPS = 400;

    address public immutable hub;
    address public immutable treasurer;
    /// What an operation costs at least, in each token that is taken.
    mapping(IERC20 => uint256) public minimum;

    constructor(address hub_, IERC20[] memory tokens, uint256[] memory minima) {
        hub = hub_;
        treasurer = msg.sender;
        for (uint256 i = 0; i < tokens.length; ++i) {
            minimum[tokens[i]] = minima[i];
        }
    }

    function charge(address wallet, IERC20 token, uint256 fee, address relayer) external {
        require(msg.sender == hub, NotHub());
        require(minimum[token] > 0, NotAccepted(token));
        require(fee >= minimum[token], FeeTooLow(fee, minimum[token]));
        uint256 margin = (fee * MARGIN_BPS + BPS - 1) / BPS;
        emit Charged(wallet, token, fee, relayer);
        require(token.transferFrom(wallet, relayer, fee - margin), TransferFailed());
        require(token.transferFrom(wallet, treasurer, margin), TransferFailed());
    }
}
