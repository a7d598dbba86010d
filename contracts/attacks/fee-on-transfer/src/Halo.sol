// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20} from "../../../shared/Erc20.sol";

/// Token whose transfers cost 3 %, which all holders share in proportion to what they hold and claim when they like.
/// Markets may be untaxed, and custodians unpaid, since nobody could claim for them.
contract Halo is Erc20 {
    error NotFounder();
    error NothingToClaim();

    event TermsSet(address indexed account, bool untaxed, bool unpaid);
    event Taxed(address indexed from, address indexed to, uint256 tax);
    event Claimed(address indexed account, uint256 amount);

    uint256 private constant BPS = 10_000;
    uint256 private constant SCALE = 1 << 128;
    uint256 public constant TAX_BPS = 300;

    address public immutable founder;
    /// What all paid accounts hold together.
    uint256 public paidSupply;
    /// Tax per token of paid accounts since the beginning, scaled.
    uint256 public index;
    mapping(address => bool) public untaxed;
    mapping(address => bool) public unpaid;
    mapping(address => uint256) private indexOf;
    mapping(address => uint256) private accrued;

    constructor(uint256 supply) Erc20("Halo", "HALO") {
        founder = msg.sender;
        untaxed[address(this)] = true;
        unpaid[address(this)] = true;
        untaxed[msg.sender] = true;
        unpaid[msg.sender] = true;
        _mint(msg.sender, supply);
    }

    function setTerms(address account, bool untaxed_, bool unpaid_) external {
        require(msg.sender == founder, NotFounder());
        _settle(account);
        if (unpaid_ && !unpaid[account]) paidSupply -= balanceOf[account];
        if (!unpaid_ && unpaid[account]) paidSupply += balanceOf[account];
        untaxed[account] = untaxed_;
        unpaid[account] = unpaid_;
        emit TermsSet(account, untaxed_, unpaid_);
    }

    /// What an account may claim now.
    function claimable(address account) public view returns (uint256) {
        uint256 fresh = unpaid[account] ? 0 : balanceOf[account] * (index - indexOf[account]) / SCALE;
        return accrued[account] + fresh;
    }

    function claim() external returns (uint256 amount) {
        _settle(msg.sender);
        amount = accrued[msg.sender];
        require(amount > 0, NothingToClaim());
        accrued[msg.sender] = 0;
        emit Claimed(msg.sender, amount);
        _transfer(address(this), msg.sender, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        _settle(from);
        _settle(to);
        uint256 tax = untaxed[from] || untaxed[to] || from == address(0) ? 0 : value * TAX_BPS / BPS;
        _move(from, to, value - tax);
        if (tax == 0) return;
        _move(from, address(this), tax);
        emit Taxed(from, to, tax);
        // Without anybody to pay, the tax lies idle here.
        if (paidSupply > 0) index += tax * SCALE / paidSupply;
    }

    function _move(address from, address to, uint256 value) private {
        super._update(from, to, value);
        if (from != address(0) && !unpaid[from]) paidSupply -= value;
        if (to != address(0) && !unpaid[to]) paidSupply += value;
    }

    function _settle(address account) private {
        accrued[account] = claimable(account);
        indexOf[account] = index;
    }
}
