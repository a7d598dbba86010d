// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {IFeed} from "../../../shared/Feed.sol";

/// Deposits and debts of several tokens in one place. Each address has 256 accounts, whose addresses differ from its own in
/// the last byte. Loans cost a fee when they are taken, which goes to the token's reserve; deposits bear no interest.
contract Hall {
    error NotKeeper();
    error NotListed(IERC20 token);
    error NothingToDo();
    error CashTooLow(uint256 amount, uint256 cash);
    error Unhealthy(address account, uint256 debt, uint256 secured);
    error Healthy(address account);
    error SameAccount();
    error TransferFailed();

    event Deposited(address indexed account, IERC20 indexed token, uint256 amount);
    event Withdrawn(address indexed account, IERC20 indexed token, uint256 amount);
    event Borrowed(address indexed account, IERC20 indexed token, uint256 amount, uint256 fee);
    event Repaid(address indexed account, IERC20 indexed token, uint256 amount);
    event Moved(address indexed from, address indexed to, IERC20 indexed token, uint256 amount);
    event Given(address indexed account, IERC20 indexed token, uint256 amount);
    event Liquidated(address indexed account, address indexed by, uint256 debt, uint256 seized, uint256 discountBps);

    struct Listing {
        IFeed feed;
        uint256 collateralBps;
        uint256 cash;
        uint256 deposits;
        uint256 debts;
        uint256 reserve;
    }

    uint256 private constant BPS = 10_000;
    uint256 private constant FEE_BPS = 2;
    /// Deposits secure debts of the same token up to this share, so that positions can be levered.
    uint256 public constant SELF_BPS = 9_500;
    uint256 public constant MAX_DISCOUNT_BPS = 2_000;

    address public immutable keeper = msg.sender;
    IERC20[] private tokens;
    mapping(IERC20 => Listing) public listings;
    mapping(address => mapping(IERC20 => uint256)) public depositOf;
    mapping(address => mapping(IERC20 => uint256)) public debtOf;

    modifier listed(IERC20 token) {
        require(address(listings[token].feed) != address(0), NotListed(token));
        _;
    }

    function list(IERC20 token, IFeed feed, uint256 collateralBps) external {
        require(msg.sender == keeper, NotKeeper());
        tokens.push(token);
        listings[token].feed = feed;
        listings[token].collateralBps = collateralBps;
    }

    /// The keeper may spend what a reserve has gained.
    function spendReserve(IERC20 token, uint256 amount, address to) external {
        require(msg.sender == keeper, NotKeeper());
        listings[token].reserve -= amount;
        _pay(token, to, amount);
    }

    function accountOf(address owner, uint8 sub) public pure returns (address) {
        return address(uint160(owner) ^ sub);
    }

    // --- Users ---

    function deposit(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        require(amount > 0, NothingToDo());
        address account = accountOf(msg.sender, sub);
        _credit(account, token, amount);
        listings[token].cash += amount;
        emit Deposited(account, token, amount);
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function withdraw(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        require(amount > 0, NothingToDo());
        address account = accountOf(msg.sender, sub);
        _debit(account, token, amount);
        _requireHealthy(account);
        emit Withdrawn(account, token, amount);
        _pay(token, msg.sender, amount);
    }

    function borrow(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        address account = accountOf(msg.sender, sub);
        _owe(account, token, amount);
        _requireHealthy(account);
        _pay(token, msg.sender, amount);
    }

    function repay(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        require(amount > 0, NothingToDo());
        address account = accountOf(msg.sender, sub);
        _settle(account, token, amount);
        listings[token].cash += amount;
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Borrows and deposits at once, over and over as it were.
    function lever(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        address account = accountOf(msg.sender, sub);
        _owe(account, token, amount);
        _credit(account, token, amount);
        _requireHealthy(account);
    }

    /// Pays a debt with a deposit of the same token.
    function unlever(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        require(amount > 0, NothingToDo());
        address account = accountOf(msg.sender, sub);
        _settle(account, token, amount);
        _debit(account, token, amount);
    }

    /// Moves a deposit between two accounts of the sender.
    function move(uint8 fromSub, uint8 toSub, IERC20 token, uint256 amount) external listed(token) {
        (address from, address to) = (accountOf(msg.sender, fromSub), accountOf(msg.sender, toSub));
        _debit(from, token, amount);
        _credit(to, token, amount);
        _requireHealthy(from);
        emit Moved(from, to, token, amount);
    }

    /// Gives a part of a deposit to the reserve, for the good of all.
    function give(uint8 sub, IERC20 token, uint256 amount) external listed(token) {
        require(amount > 0, NothingToDo());
        address account = accountOf(msg.sender, sub);
        _debit(account, token, amount);
        listings[token].reserve += amount;
        emit Given(account, token, amount);
    }

    /// Takes over up to `amount` of a debt of an unhealthy account, and deposits of it for that at a discount, which is
    /// the larger the worse the account's health is. No tokens are needed, but health afterwards.
    function liquidate(address account, uint8 sub, IERC20 debtToken, IERC20 seizedToken, uint256 amount)
        external
        listed(debtToken)
        listed(seizedToken)
        returns (uint256 seized)
    {
        address to = accountOf(msg.sender, sub);
        require(account != to, SameAccount());
        uint256 discountBps = discount(account);
        require(discountBps > 0, Healthy(account));
        uint256 unit = price(seizedToken) * (BPS - discountBps);
        uint256 most = depositOf[account][seizedToken] * unit / (price(debtToken) * BPS);
        if (amount > most) amount = most;
        if (amount > debtOf[account][debtToken]) amount = debtOf[account][debtToken];
        require(amount > 0, NothingToDo());
        seized = amount * price(debtToken) * BPS / unit;
        debtOf[account][debtToken] -= amount;
        debtOf[to][debtToken] += amount;
        depositOf[account][seizedToken] -= seized;
        depositOf[to][seizedToken] += seized;
        _requireHealthy(to);
        emit Liquidated(account, to, amount, seized, discountBps);
    }

    // --- Views ---

    /// Dollars (1e18) for 1e18 base units.
    function price(IERC20 token) public view returns (uint256) {
        IFeed feed = listings[token].feed;
        (, int256 answer,,,) = feed.latestRoundData();
        return uint256(answer) * 1e18 / 10 ** feed.decimals();
    }

    /// Dollars that an account owes, and dollars of debt that its deposits secure.
    function health(address account) public view returns (uint256 debt, uint256 secured) {
        for (uint256 i = 0; i < tokens.length; ++i) {
            IERC20 token = tokens[i];
            uint256 owed = debtOf[account][token];
            uint256 owned = depositOf[account][token];
            // Deposits secure the same token first; what is left secures others at the token's own share.
            uint256 same = owned * SELF_BPS / BPS;
            if (same > owed) same = owed;
            uint256 left = owned - (same * BPS + SELF_BPS - 1) / SELF_BPS;
            debt += owed * price(token) / 1e18;
            secured += (same + left * listings[token].collateralBps / BPS) * price(token) / 1e18;
        }
    }

    function discount(address account) public view returns (uint256 bps) {
        (uint256 debt, uint256 secured) = health(account);
        if (debt <= secured) return 0;
        bps = BPS - secured * BPS / debt;
        if (bps > MAX_DISCOUNT_BPS) bps = MAX_DISCOUNT_BPS;
    }

    // --- Books ---

    function _requireHealthy(address account) private view {
        (uint256 debt, uint256 secured) = health(account);
        require(debt <= secured, Unhealthy(account, debt, secured));
    }

    function _credit(address account, IERC20 token, uint256 amount) private {
        depositOf[account][token] += amount;
        listings[token].deposits += amount;
    }

    function _debit(address account, IERC20 token, uint256 amount) private {
        depositOf[account][token] -= amount;
        listings[token].deposits -= amount;
    }

    function _owe(address account, IERC20 token, uint256 amount) private {
        require(amount > 0, NothingToDo());
        uint256 fee = (amount * FEE_BPS + BPS - 1) / BPS;
        debtOf[account][token] += amount + fee;
        listings[token].debts += amount + fee;
        listings[token].reserve += fee;
        emit Borrowed(account, token, amount, fee);
    }

    function _settle(address account, IERC20 token, uint256 amount) private {
        debtOf[account][token] -= amount;
        listings[token].debts -= amount;
        emit Repaid(account, token, amount);
    }

    function _pay(IERC20 token, address to, uint256 amount) private {
        Listing storage listing = listings[token];
        require(amount <= listing.cash, CashTooLow(amount, listing.cash));
        listing.cash -= amount;
        require(token.transfer(to, amount), TransferFailed());
    }
}
