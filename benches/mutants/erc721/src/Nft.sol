// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

interface IReceiver {
    function onERC721Received(address operator, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4);
}

/// ERC-721 whose supply is counted; the owner mints, holders and those they trust burn.
contract Nft {
    error NotOwner();
    error ZeroAddress();
    error NoSuchToken(uint256 id);
    error TokenExists(uint256 id);
    error WrongHolder(address holder, uint256 id);
    error NotAllowed(address operator, uint256 id);
    error Refused(address receiver);

    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    string public constant name = "Things";
    string public constant symbol = "THING";
    address public immutable owner;
    uint256 public totalSupply;
    mapping(uint256 => address) private holders;
    mapping(uint256 => address) private approvals;
    mapping(address => uint256) private balances;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    constructor() {
        owner = msg.sender;
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd;
    }

    function balanceOf(address holder) external view returns (uint256) {
        require(holder != address(0), ZeroAddress());
        return balances[holder];
    }

    function ownerOf(uint256 id) public view returns (address holder) {
        holder = holders[id];
        require(holder != address(0), NoSuchToken(id));
    }

    function getApproved(uint256 id) external view returns (address) {
        require(holders[id] != address(0), NoSuchToken(id));
        return approvals[id];
    }

    function approve(address to, uint256 id) external {
        address holder = ownerOf(id);
        require(msg.sender == holder || isApprovedForAll[holder][msg.sender], NotAllowed(msg.sender, id));
        approvals[id] = to;
        emit Approval(holder, to, id);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function transferFrom(address from, address to, uint256 id) public {
        require(to != address(0), ZeroAddress());
        _check(msg.sender, from, id);
        _move(from, to, id);
    }

    function safeTransferFrom(address from, address to, uint256 id) external {
        safeTransferFrom(from, to, id, "");
    }

    function safeTransferFrom(address from, address to, uint256 id, bytes memory data) public {
        transferFrom(from, to, id);
        _ask(to, from, id, data);
    }

    function mint(address to, uint256 tokenId) external {
        require(msg.sender == owner, NotOwner());
        require(to != address(0), ZeroAddress());
        require(holders[tokenId] == address(0), TokenExists(tokenId));
        holders[tokenId] = to;
        balances[to] += 1;
        totalSupply += 1;
        emit Transfer(address(0), to, tokenId);
    }

    function burn(uint256 id) external {
        address holder = ownerOf(id);
        _check(msg.sender, holder, id);
        delete approvals[id];
        delete holders[id];
        balances[holder] -= 1;
        totalSupply -= 1;
        emit Transfer(holder, address(0), id);
    }

    function _move(address from, address to, uint256 id) private {
        approvals[id] = address(0);
        balances[from] -= 1;
        balances[to] += 1;
        holders[id] = to;
        emit Transfer(from, to, id);
    }

    /// The sender owns the token, or may move it.
    function _check(address operator, address from, uint256 id) private view {
        address holder = ownerOf(id);
        require(holder == from, WrongHolder(holder, id));
        bool allowed = operator == holder || isApprovedForAll[holder][operator] || approvals[id] == operator;
        require(allowed, NotAllowed(operator, id));
    }

    function _ask(address to, address from, uint256 id, bytes memory data) private {
        if (to.code.length == 0) return;
        bytes4 answer = IReceiver(to).onERC721Received(msg.sender, from, id, data);
        require(answer == IReceiver.onERC721Received.selector, Refused(to));
    }
}
