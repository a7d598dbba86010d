// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// ERC-20 whose supply never exceeds a cap. The minter issues, each holder may burn.
contract CappedToken {
    error NotOwner();
    error NotMinter();
    error ZeroAddress();
    error CapExceeded(uint256 supply, uint256 cap);
    error BalanceTooLow(address account, uint256 balance, uint256 value);
    error AllowanceTooLow(address owner, address spender, uint256 allowed, uint256 value);

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event MinterChanged(address indexed minter);

    string public name;
    string public symbol;
    uint8 public constant decimals = 18;
    uint256 public immutable cap;
    address public immutable owner;
    address public minter;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_, uint256 cap_) {
        name = name_;
        symbol = symbol_;
        cap = cap_;
        owner = msg.sender;
    }

    function setMinter(address minter_) external {
        require(msg.sender == owner, NotOwner());
        minter = minter_;
        emit MinterChanged(minter_);
    }

    function mint(address to, uint256 value) external {
        require(msg.sender == minter, NotMinter());
        require(to != address(0), ZeroAddress());
        uint256 supply = totalSupply + value;
        require(supply <= cap, CapExceeded(supply, cap));
        totalSupply = supply;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value);
    }

    function burnFrom(address from, uint256 value) external {
        _spendAllowance(from, value);
        _burn(from, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, value);
        _transfer(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        require(spender != address(0), ZeroAddress());
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function _transfer(address from, address to, uint256 value) private {
        require(to != address(0), ZeroAddress());
        uint256 fromBalance = balanceOf[from];
        require(fromBalance >= value, BalanceTooLow(from, fromBalance, value));
        balanceOf[from] = fromBalance - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function _burn(address from, uint256 value) private {
        uint256 fromBalance = balanceOf[from];
        require(fromBalance >= value, BalanceTooLow(from, fromBalance, value));
        balanceOf[from] = fromBalance - value;
        totalSupply -= value;
        emit Transfer(from, address(0), value);
    }

    /// The largest allowance is not used up.
    function _spendAllowance(address from, uint256 value) private {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed == type(uint256).max) return;
        require(allowed >= value, AllowanceTooLow(from, msg.sender, allowed, value));
        allowance[from][msg.sender] = allowed - value;
    }
}
