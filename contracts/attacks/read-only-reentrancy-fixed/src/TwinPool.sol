// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Ether and dew, a claim on staked ether, which the pool takes for each other at par. Shares are an ERC-20 that other
/// protocols accept; the fees of exchanges belong to their holders.
contract TwinPool is Erc20 {
    error Entered();
    error NothingToDo();
    error TooMuch(uint256 amount, uint256 available);
    error TooLittle(uint256 amount, uint256 least);
    error PaymentFailed();

    event Joined(address indexed account, uint256 etherIn, uint256 dewIn, uint256 shares);
    event Exited(address indexed account, uint256 etherOut, uint256 dewOut, uint256 shares);
    event Exchanged(address indexed account, bool etherForDew, uint256 amountIn, uint256 amountOut);

    uint256 private constant BPS = 10_000;
    uint256 public constant EXCHANGE_FEE_BPS = 4;

    IERC20 public immutable dew;
    uint256 public etherReserve;
    uint256 public dewReserve;
    /// Whether a function of the pool is under way.
    bool public entered;

    /// The first ether stays for good, so that there is always a price.
    constructor(IERC20 dew_) payable Erc20("Twin pool share", "TWIN") {
        dew = dew_;
        etherReserve = msg.value;
        _mint(address(this), msg.value);
    }

    modifier nonReentrant() {
        require(!entered, Entered());
        entered = true;
        _;
        entered = false;
    }

    function totalValue() public view returns (uint256) {
        return etherReserve + dewReserve;
    }

    /// Ether for 1e18 shares. In the midst of a change there is no price.
    function pricePerShare() external view returns (uint256) {
        require(!entered, Entered());
        return totalValue() * 1e18 / totalSupply;
    }

    /// Takes the two in any proportion.
    function join(uint256 dewIn) external payable nonReentrant returns (uint256 shares) {
        shares = (msg.value + dewIn) * totalSupply / totalValue();
        require(shares > 0, NothingToDo());
        etherReserve += msg.value;
        dewReserve += dewIn;
        _mint(msg.sender, shares);
        emit Joined(msg.sender, msg.value, dewIn, shares);
        if (dewIn > 0) require(dew.transferFrom(msg.sender, address(this), dewIn), PaymentFailed());
    }

    /// Pays a part of either reserve.
    function exit(uint256 shares) external nonReentrant returns (uint256 etherOut, uint256 dewOut) {
        require(shares > 0, NothingToDo());
        etherOut = shares * etherReserve / totalSupply;
        dewOut = shares * dewReserve / totalSupply;
        _burn(msg.sender, shares);
        emit Exited(msg.sender, etherOut, dewOut, shares);
        _payEther(msg.sender, etherOut);
        _payDew(msg.sender, dewOut);
    }

    function etherForDew(uint256 least) external payable nonReentrant returns (uint256 amountOut) {
        amountOut = _afterFee(msg.value, least, dewReserve);
        etherReserve += msg.value;
        emit Exchanged(msg.sender, true, msg.value, amountOut);
        _payDew(msg.sender, amountOut);
    }

    function dewForEther(uint256 amountIn, uint256 least) external nonReentrant returns (uint256 amountOut) {
        amountOut = _afterFee(amountIn, least, etherReserve);
        dewReserve += amountIn;
        emit Exchanged(msg.sender, false, amountIn, amountOut);
        require(dew.transferFrom(msg.sender, address(this), amountIn), PaymentFailed());
        _payEther(msg.sender, amountOut);
    }

    function _afterFee(uint256 amountIn, uint256 least, uint256 reserve) private pure returns (uint256 amountOut) {
        amountOut = amountIn * (BPS - EXCHANGE_FEE_BPS) / BPS;
        require(amountOut > 0, NothingToDo());
        require(amountOut >= least, TooLittle(amountOut, least));
        require(amountOut <= reserve, TooMuch(amountOut, reserve));
    }

    function _payEther(address to, uint256 amount) private {
        if (amount == 0) return;
        etherReserve -= amount;
        (bool success,) = to.call{value: amount}("");
        require(success, PaymentFailed());
    }

    function _payDew(address to, uint256 amount) private {
        if (amount == 0) return;
        dewReserve -= amount;
        require(dew.transfer(to, amount), PaymentFailed());
    }
}
