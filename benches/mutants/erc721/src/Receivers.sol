// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Takes tokens.
contract Safe {
    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }
}

/// Answers, but does not take tokens.
contract Stranger {
    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }
}
