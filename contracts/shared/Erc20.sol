// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

interface IERC20 {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    function totalSupply() external view returns (uint256);
    function balanceOf(address account) external view returns (uint256);
    function allowance(address owner, address spender) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
    function approve(address spender, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// ERC-20 with 18 decimals; who may mint or burn is up to the heirs.
abstract contract Erc20 is IERC20 {
    error ZeroAddress();
    error BalanceTooLow(address account, uint256 balance, uint256 value);
    error AllowanceTooLow(address owner, address spender, uint256 allowed, uint256 value);

    string public name;
    string public symbol;
    uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_) {
        name = name_;
        symbol = symbol_;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, msg.sender, value);
        _transfer(from, to, value);
        return true;
    }

    function _transfer(address from, address to, uint256 value) internal {
        require(to != address(0), ZeroAddress());
        _update(from, to, value);
    }

    function _mint(address to, uint256 value) internal {
        require(to != address(0), ZeroAddress());
        _update(address(0), to, value);
    }

    function _burn(address from, uint256 value) internal {
        _update(from, address(0), value);
    }

    /// Moves `value`; the zero address stands for what does not exist yet or any more.
    function _update(address from, address to, uint256 value) internal virtual {
        if (from == address(0)) {
            totalSupply += value;
        } else {
            uint256 balance = balanceOf[from];
            require(balance >= value, BalanceTooLow(from, balance, value));
            balanceOf[from] = balance - value;
        }
        if (to == address(0)) {
            totalSupply -= value;
        } else {
            balanceOf[to] += value;
        }
        emit Transfer(from, to, value);
    }

    /// The largest allowance is not used up.
    function _spendAllowance(address owner, address spender, uint256 value) internal {
        uint256 allowed = allowance[owner][spender];
        if (allowed == type(uint256).max) return;
        require(allowed >= value, AllowanceTooLow(owner, spender, allowed, value));
        allowance[owner][spender] = allowed - value;
    }
}

/// ERC-20 that its owner mints and each holder may burn.
contract Token is Erc20 {
    error NotOwner();

    address public owner;

    constructor(string memory name_, string memory symbol_) Erc20(name_, symbol_) {
        owner = msg.sender;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, NotOwner());
        _;
    }

    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value);
    }

    function transferOwnership(address newOwner) external onlyOwner {
        owner = newOwner;
    }
}
