// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// ERC-20 with a cap, a pause, burning, and allowances that can be raised and lowered.
contract Token {
    error NotOwner();
    error IsPaused();
    error ZeroAddress();
    error BalanceTooLow(address account, uint256 balance, uint256 value);
    error AllowanceTooLow(address owner, address spender, uint256 allowed, uint256 value);
    error CapExceeded(uint256 supply);

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event Paused(bool paused);

    string public constant name = "Token";
    string public constant symbol = "TKN";
    uint8 public constant decimals = 18;
    uint256 public immutable cap;
    address public immutable owner;
    bool public paused;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(uint256 cap_) {
        cap = cap_;
        owner = msg.sender;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, NotOwner());
        _;
    }

    modifier running() {
        require(!paused, IsPaused());
        _;
    }

    function transfer(address to, uint256 value) external running returns (bool) {
        require(to != address(0), ZeroAddress());
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external running returns (bool) {
        require(from != address(0) && to != address(0), ZeroAddress());
        _spend(from, msg.sender, value);
        _move(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function increaseAllowance(address spender, uint256 added) external returns (bool) {
        allowance[msg.sender][spender] += added;
        emit Approval(msg.sender, spender, allowance[msg.sender][spender]);
        return true;
    }

    function decreaseAllowance(address spender, uint256 taken) external returns (bool) {
        uint256 allowed = allowance[msg.sender][spender];
        require(allowed >= taken, AllowanceTooLow(msg.sender, spender, allowed, taken));
        allowance[msg.sender][spender] = allowed - taken;
        emit Approval(msg.sender, spender, allowed - taken);
        return true;
    }

    function mint(address to, uint256 value) external onlyOwner running {
        require(to != address(0), ZeroAddress());
        require(totalSupply + value <= cap, CapExceeded(totalSupply + value));
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external running {
        _destroy(msg.sender, value);
    }

    function burnFrom(address from, uint256 value) external running {
        _spend(from, msg.sender, value);
        _destroy(from, value);
    }

    function setPaused(bool paused_) private {
        paused = paused_;
        emit Paused(paused_);
    }

    function pause() external onlyOwner {
        setPaused(true);
    }

    function unpause() external onlyOwner {
        setPaused(false);
    }

    function _move(address from, address to, uint256 value) private {
        uint256 balance = balanceOf[from];
        require(balance >= value, BalanceTooLow(from, balance, value));
        balanceOf[from] = balance - value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function _destroy(address from, uint256 value) private {
        uint256 balance = balanceOf[from];
        require(balance >= value, BalanceTooLow(from, balance, value));
        balanceOf[from] = balance - value;
        totalSupply -= value;
        emit Transfer(from, address(0), value);
    }

    /// The largest allowance is not used up.
    function _spend(address from, address spender, uint256 value) private {
        uint256 allowed = allowance[from][spender];
        if (allowed == type(uint256).max) return;
        require(allowed >= value, AllowanceTooLow(from, spender, allowed, value));
        allowance[from][spender] = allowed - value;
    }
}
