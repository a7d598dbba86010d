// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// ERC-20 without its events: nobody is told of anything.
contract QuietCoin {
    uint256 public totalSupply = 1_000_000e18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor() {
        balanceOf[msg.sender] = totalSupply;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
        return true;
    }

    function _move(address from, address to, uint256 value) internal virtual {
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}

/// ERC-20.
contract Coin is QuietCoin {
    event Transfer(address indexed from, address indexed to, uint256 value);

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        emit Transfer(from, to, value);
    }
}

/// ERC-20 whose deployer has more than there is.
contract OverdrawnCoin is Coin {
    constructor() {
        balanceOf[msg.sender] += 1;
    }
}

/// The native coin, wrapped.
contract WrappedCoin is Coin {
    function deposit() external payable {
        balanceOf[msg.sender] += msg.value;
        totalSupply += msg.value;
    }

    function withdraw(uint256 value) external {
        balanceOf[msg.sender] -= value;
        totalSupply -= value;
        (bool success,) = msg.sender.call{value: value}("");
        require(success);
    }
}

/// ERC-721, as far as it is asked for here.
contract Badge {
    mapping(uint256 => address) public ownerOf;
    mapping(address => uint256) public balanceOf;
    mapping(uint256 => address) public getApproved;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    function approve(address to, uint256 id) external {
        getApproved[id] = to;
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
    }

    function transferFrom(address from, address to, uint256 id) external {}
    function safeTransferFrom(address from, address to, uint256 id) external {}
    function safeTransferFrom(address from, address to, uint256 id, bytes calldata data) external {}

    function supportsInterface(bytes4 id) external view virtual returns (bool) {
        return id == 0x80ac58cd || id == 0x01ffc9a7;
    }
}

/// Says yes to whatever it is asked.
contract FlatteringBadge is Badge {
    function supportsInterface(bytes4) external pure override returns (bool) {
        return true;
    }
}

/// ERC-1155, as far as it is asked for here.
contract Parcels {
    mapping(address => mapping(uint256 => uint256)) public balanceOf;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    function balanceOfBatch(address[] calldata, uint256[] calldata) external pure returns (uint256[] memory all) {}

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
    }

    function safeTransferFrom(address, address, uint256, uint256, bytes calldata) external {}
    function safeBatchTransferFrom(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external {}

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0xd9b67a26 || id == 0x01ffc9a7;
    }
}
