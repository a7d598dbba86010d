// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Every way in which a protocol calls whoever deals with it: each runs what the script says, pays what is owed and answers
/// what the standard asks for.
abstract contract Receivers {
    function _react() internal virtual;

    /// Copies at most one word of what is returned, however much that is.
    function _call(address target, bytes memory data) internal returns (bool success, uint256 result) {
        assembly ("memory-safe") {
            success := call(gas(), target, 0, add(data, 32), mload(data), 0, 32)
            if and(success, gt(returndatasize(), 31)) { result := mload(0) }
        }
    }

    /// The first word that a view answers to the question at a place of the memory; zero when it fails.
    function _ask(address target, uint256 at, uint256 length) internal view returns (uint256 answer) {
        assembly ("memory-safe") {
            let success := staticcall(div(gas(), 4), target, at, length, 0, 32)
            if and(success, gt(returndatasize(), 31)) { answer := mload(0) }
        }
    }

    function _pay(address token, uint256 amount) private {
        if (amount > 0) _call(token, abi.encodeWithSignature("transfer(address,uint256)", msg.sender, amount));
    }

    /// Lets whoever calls take what it will of a token.
    function _allow(address token) internal {
        _call(token, abi.encodeWithSignature("approve(address,uint256)", msg.sender, type(uint256).max));
    }

    receive() external payable {
        _react();
    }

    /// Whatever else is asked is answered with one: true, a success, the least amount.
    fallback(bytes calldata) external payable returns (bytes memory) {
        _react();
        return abi.encode(1);
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _react();
        return this.onERC721Received.selector;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4) {
        _react();
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        external
        returns (bytes4)
    {
        _react();
        return this.onERC1155BatchReceived.selector;
    }

    /// ERC-165: the two receiver interfaces.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x150b7a02 || id == 0x4e2312e0;
    }

    /// Aave V3's `flashLoanSimple`.
    function executeOperation(address asset, uint256, uint256, address, bytes calldata) external returns (bool) {
        _react();
        _allow(asset);
        return true;
    }

    /// Aave V2's and V3's `flashLoan`.
    function executeOperation(address[] calldata assets, uint256[] calldata, uint256[] calldata, address, bytes calldata)
        external
        returns (bool)
    {
        _react();
        for (uint256 i = 0; i < assets.length; ++i) {
            _allow(assets[i]);
        }
        return true;
    }

    /// Balancer V2's `flashLoan`.
    function receiveFlashLoan(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata fees,
        bytes calldata
    ) external {
        _react();
        for (uint256 i = 0; i < tokens.length && i < amounts.length && i < fees.length; ++i) {
            _pay(tokens[i], amounts[i] + fees[i]);
        }
    }

    /// Uniswap V2's flash swap: each token that came is paid back with 0.3 % of what is paid.
    function uniswapV2Call(address, uint256 amount0, uint256 amount1, bytes calldata) external {
        _react();
        if (amount0 > 0) _pay(_token("token0()"), amount0 * 1000 / 997 + 1);
        if (amount1 > 0) _pay(_token("token1()"), amount1 * 1000 / 997 + 1);
    }

    /// Uniswap V3's swap: what has to be paid is positive.
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata) external {
        _react();
        if (amount0 > 0) _pay(_token("token0()"), uint256(amount0));
        if (amount1 > 0) _pay(_token("token1()"), uint256(amount1));
    }

    /// Uniswap V3's `flash`: the amounts that were asked for came in `data`.
    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        _react();
        (uint256 amount0, uint256 amount1) = abi.decode(data, (uint256, uint256));
        _pay(_token("token0()"), amount0 + fee0);
        _pay(_token("token1()"), amount1 + fee1);
    }

    function _token(string memory name) private view returns (address) {
        bytes memory question = abi.encodeWithSignature(name);
        uint256 at;
        assembly ("memory-safe") {
            at := add(question, 32)
        }
        return address(uint160(_ask(msg.sender, at, question.length)));
    }
}
