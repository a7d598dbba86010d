// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Holds the tokens whose images circulate on the other chain. Assets have numbers that both chains know.
contract Escrow {
    error NotOwner();
    error NotInbox();
    error AlreadySet();
    error UnknownAsset(uint32 asset);
    error Nothing();
    error NotThatMuch(uint256 amount, uint256 locked);
    error TransferFailed();

    event Listed(uint32 indexed asset, IERC20 token);
    /// Relayers carry this to the other chain.
    event Locked(uint64 indexed nonce, uint32 indexed asset, address indexed from, bytes32 to, uint256 amount);
    event Released(uint32 indexed asset, address indexed to, uint256 amount);

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 5;

    address public immutable owner;
    address public inbox;
    uint64 public sent;
    mapping(uint32 => IERC20) public tokens;
    mapping(uint32 => uint256) public locked;

    constructor() {
        owner = msg.sender;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, NotOwner());
        _;
    }

    function setInbox(address inbox_) external onlyOwner {
        require(inbox == address(0), AlreadySet());
        inbox = inbox_;
    }

    function list(uint32 asset, IERC20 token) external onlyOwner {
        require(address(tokens[asset]) == address(0), AlreadySet());
        tokens[asset] = token;
        emit Listed(asset, token);
    }

    /// Sends `amount` less the fee to an account of the other chain.
    function lock(uint32 asset, uint256 amount, bytes32 to) external returns (uint64 nonce) {
        IERC20 token = _token(asset);
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        require(amount > fee, Nothing());
        nonce = ++sent;
        locked[asset] += amount - fee;
        emit Locked(nonce, asset, msg.sender, to, amount - fee);
        require(token.transferFrom(msg.sender, address(this), amount - fee), TransferFailed());
        require(token.transferFrom(msg.sender, owner, fee), TransferFailed());
    }

    /// Pays out what was given back on the other chain.
    function release(uint32 asset, address to, uint256 amount) external {
        require(msg.sender == inbox, NotInbox());
        IERC20 token = _token(asset);
        require(amount <= locked[asset], NotThatMuch(amount, locked[asset]));
        locked[asset] -= amount;
        emit Released(asset, to, amount);
        require(token.transfer(to, amount), TransferFailed());
    }

    function _token(uint32 asset) private view returns (IERC20 token) {
        token = tokens[asset];
        require(address(token) != address(0), UnknownAsset(asset));
    }
}
