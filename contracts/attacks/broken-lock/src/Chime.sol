// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "../../../shared/Erc20.sol";

/// The receiving half of ERC-777.
interface ITokensRecipient {
    function tokensReceived(
        address operator,
        address from,
        address to,
        uint256 amount,
        bytes calldata userData,
        bytes calldata operatorData
    ) external;
}

/// A token that tells contracts when they receive it. Those that do not care are left alone.
contract Chime is Erc20 {
    error NotIssuer();

    address public immutable issuer;

    constructor() Erc20("Chime", "CHM") {
        issuer = msg.sender;
    }

    function issue(address to, uint256 value) external {
        require(msg.sender == issuer, NotIssuer());
        _mint(to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (to.code.length == 0) return;
        try ITokensRecipient(to).tokensReceived(msg.sender, from, to, value, "", "") {} catch {}
    }
}
