// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";
import {Appraiser} from "./Appraiser.sol";

/// Numbered loans of WETH against pearls. Lenders own shares of what is in the till and of what is owed;
/// each loan pays a fee when it is taken and none later.
contract PawnShop is Erc20 {
    error NothingToDo();
    error NotOwner(uint256 ticket);
    error LoanTooLarge(uint256 debt, uint256 limit);
    error LoanIsSafe(uint256 ticket);
    error TillTooLow(uint256 amount, uint256 till);
    error TransferFailed();

    event Lent(address indexed lender, uint256 assets, uint256 shares);
    event Returned(address indexed lender, uint256 assets, uint256 shares);
    event Pawned(uint256 indexed ticket, address indexed owner, uint256 pearls);
    event Drawn(uint256 indexed ticket, uint256 amount, uint256 fee);
    event Repaid(uint256 indexed ticket, uint256 amount);
    event Released(uint256 indexed ticket, uint256 pearls);
    event Foreclosed(uint256 indexed ticket, address indexed buyer, uint256 paid, uint256 pearls);

    struct Loan {
        address owner;
        uint256 pearls;
        uint256 debt;
    }

    uint256 private constant BPS = 10_000;
    uint256 private constant FEE_BPS = 50;
    /// New debt may reach this share of the value; beyond the second one anybody may foreclose.
    uint256 public constant LOAN_BPS = 7_000;
    uint256 public constant LIMIT_BPS = 8_000;
    /// Buyers of foreclosed pearls get this much for what they pay.
    uint256 public constant BUYER_BPS = 10_600;
    /// Shares that nobody owns, so that the price of one cannot be pushed up in an empty shop.
    uint256 private constant VIRTUAL = 1e6;

    IERC20 public immutable pearl;
    IERC20 public immutable weth;
    Appraiser public immutable appraiser;

    uint256 public till;
    uint256 public owed;
    Loan[] public loans;

    constructor(IERC20 pearl_, IERC20 weth_, Appraiser appraiser_) Erc20("Pawn shop share", "PAWN") {
        pearl = pearl_;
        weth = weth_;
        appraiser = appraiser_;
    }

    // --- Lenders ---

    function lend(uint256 assets) external returns (uint256 shares) {
        shares = assets * (totalSupply + VIRTUAL) / (till + owed + 1);
        require(shares > 0, NothingToDo());
        till += assets;
        _mint(msg.sender, shares);
        emit Lent(msg.sender, assets, shares);
        require(weth.transferFrom(msg.sender, address(this), assets), TransferFailed());
    }

    function leave(uint256 shares) external returns (uint256 assets) {
        assets = shares * (till + owed + 1) / (totalSupply + VIRTUAL);
        require(assets > 0, NothingToDo());
        _burn(msg.sender, shares);
        emit Returned(msg.sender, assets, shares);
        _pay(msg.sender, assets);
    }

    // --- Borrowers ---

    /// Takes pearls in and pays `amount` out; the ticket is the number of the loan.
    function pawn(uint256 pearls, uint256 amount) external returns (uint256 ticket) {
        require(pearls > 0, NothingToDo());
        ticket = loans.length;
        loans.push(Loan(msg.sender, pearls, 0));
        emit Pawned(ticket, msg.sender, pearls);
        require(pearl.transferFrom(msg.sender, address(this), pearls), TransferFailed());
        if (amount > 0) draw(ticket, amount);
    }

    function draw(uint256 ticket, uint256 amount) public {
        Loan storage loan = _own(ticket);
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        loan.debt += amount + fee;
        owed += amount + fee;
        _requireBelow(loan, LOAN_BPS);
        emit Drawn(ticket, amount, fee);
        _pay(msg.sender, amount);
    }

    function add(uint256 ticket, uint256 pearls) external {
        loans[ticket].pearls += pearls;
        require(pearl.transferFrom(msg.sender, address(this), pearls), TransferFailed());
    }

    /// Anybody may repay; only the owner gets the pearls back.
    function repay(uint256 ticket, uint256 amount) external {
        Loan storage loan = loans[ticket];
        if (amount > loan.debt) amount = loan.debt;
        require(amount > 0, NothingToDo());
        _settle(loan, amount);
        emit Repaid(ticket, amount);
    }

    function release(uint256 ticket, uint256 pearls) external {
        Loan storage loan = _own(ticket);
        loan.pearls -= pearls;
        _requireBelow(loan, LOAN_BPS);
        emit Released(ticket, pearls);
        require(pearl.transfer(msg.sender, pearls), TransferFailed());
    }

    /// Sells pearls of a loan beyond its limit for what they are worth, less the buyer's margin.
    function foreclose(uint256 ticket, uint256 amount) external returns (uint256 pearls) {
        Loan storage loan = loans[ticket];
        uint256 value = appraiser.appraise(loan.pearls);
        require(loan.debt * BPS > value * LIMIT_BPS, LoanIsSafe(ticket));
        if (amount > loan.debt) amount = loan.debt;
        pearls = loan.pearls * amount * BUYER_BPS / (value * BPS);
        if (pearls > loan.pearls) pearls = loan.pearls;
        require(pearls > 0, NothingToDo());
        loan.pearls -= pearls;
        _settle(loan, amount);
        emit Foreclosed(ticket, msg.sender, amount, pearls);
        require(pearl.transfer(msg.sender, pearls), TransferFailed());
    }

    function count() external view returns (uint256) {
        return loans.length;
    }

    function _own(uint256 ticket) private view returns (Loan storage loan) {
        loan = loans[ticket];
        require(loan.owner == msg.sender, NotOwner(ticket));
    }

    function _requireBelow(Loan storage loan, uint256 bps) private view {
        if (loan.debt == 0) return;
        uint256 limit = appraiser.appraise(loan.pearls) * bps / BPS;
        require(loan.debt <= limit, LoanTooLarge(loan.debt, limit));
    }

    function _settle(Loan storage loan, uint256 amount) private {
        loan.debt -= amount;
        owed -= amount;
        till += amount;
        require(weth.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function _pay(address to, uint256 amount) private {
        require(amount <= till, TillTooLow(amount, till));
        till -= amount;
        require(weth.transfer(to, amount), TransferFailed());
    }
}
