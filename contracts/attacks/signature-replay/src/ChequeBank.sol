// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Accounts that pay by cheques: signed off chain, brought by anybody, paid once out of the drawer's account. Who wants to leave
/// gives notice, so that cheques which are on their way are still paid.
contract ChequeBank {
    error Nothing();
    error TooEarly(uint256 from);
    error NotCovered(uint256 amount, uint256 balance);
    error Expired(uint256 expiry);
    error Stopped(bytes32 digest);
    error AlreadyPaid();
    error WrongSignature();
    error TransferFailed();

    event Deposited(address indexed account, uint256 amount);
    event Noticed(address indexed account, uint256 amount, uint256 from);
    event Withdrawn(address indexed account, uint256 amount);
    event Paid(address indexed drawer, address indexed payee, uint256 amount, uint256 number);
    event StopOrdered(address indexed drawer, bytes32 digest);

    /// `number` tells a drawer's cheques apart.
    struct Cheque {
        address drawer;
        address payee;
        uint256 amount;
        uint256 number;
        uint256 expiry;
    }

    struct Signature {
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    struct Entry {
        Cheque cheque;
        Signature signature;
    }

    struct Notice {
        uint256 amount;
        uint256 from;
    }

    uint256 private constant BPS = 10_000;
    uint256 public constant FEE_BPS = 15;
    uint256 public constant NOTICE_TIME = 3 days;

    IERC20 public immutable coin;
    address public immutable owner;
    mapping(address => uint256) public balances;
    mapping(address => Notice) public notices;
    /// Which cheques have been paid, and which are not to be.
    mapping(bytes32 => bool) private paid;
    mapping(address => mapping(bytes32 => bool)) public stopped;
    /// All cheques that were paid, for the books of both sides.
    Entry[] public register;

    constructor(IERC20 coin_) {
        coin = coin_;
        owner = msg.sender;
    }

    function registered() external view returns (uint256) {
        return register.length;
    }

    function deposit(uint256 amount) external {
        require(amount > 0, Nothing());
        balances[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
        require(coin.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function giveNotice(uint256 amount) external {
        require(amount > 0, Nothing());
        notices[msg.sender] = Notice(amount, block.timestamp + NOTICE_TIME);
        emit Noticed(msg.sender, amount, block.timestamp + NOTICE_TIME);
    }

    function withdraw() external returns (uint256 amount) {
        Notice memory notice = notices[msg.sender];
        require(notice.amount > 0, Nothing());
        require(block.timestamp >= notice.from, TooEarly(notice.from));
        delete notices[msg.sender];
        amount = notice.amount < balances[msg.sender] ? notice.amount : balances[msg.sender];
        balances[msg.sender] -= amount;
        emit Withdrawn(msg.sender, amount);
        require(coin.transfer(msg.sender, amount), TransferFailed());
    }

    /// Pays out of the caller's account, without a cheque.
    function pay(address payee, uint256 amount) external {
        _pay(Cheque(msg.sender, payee, amount, 0, block.timestamp));
    }

    function digestOf(Cheque calldata cheque) public view returns (bytes32) {
        bytes32 content =
            keccak256(abi.encode(cheque.drawer, cheque.payee, cheque.amount, cheque.number, cheque.expiry));
        return keccak256(abi.encode("cheque", block.chainid, address(this), content));
    }

    function stop(bytes32 digest) external {
        stopped[msg.sender][digest] = true;
        emit StopOrdered(msg.sender, digest);
    }

    /// Pays a cheque. Wallets differ in whether they count `v` from 0 or from 27.
    function cash(Cheque calldata cheque, Signature calldata signature) external {
        bytes32 digest = digestOf(cheque);
        require(block.timestamp <= cheque.expiry, Expired(cheque.expiry));
        require(!stopped[cheque.drawer][digest], Stopped(digest));
        bytes32 key = keccak256(abi.encode(signature));
        require(!paid[key], AlreadyPaid());
        paid[key] = true;
        uint8 v = signature.v < 27 ? signature.v + 27 : signature.v;
        address signer = ecrecover(digest, v, signature.r, signature.s);
        require(signer != address(0) && signer == cheque.drawer, WrongSignature());
        register.push(Entry(cheque, signature));
        _pay(cheque);
    }

    function _pay(Cheque memory cheque) private {
        uint256 fee = (cheque.amount * FEE_BPS + BPS - 1) / BPS;
        require(cheque.amount > fee, Nothing());
        uint256 balance = balances[cheque.drawer];
        require(cheque.amount <= balance, NotCovered(cheque.amount, balance));
        balances[cheque.drawer] = balance - cheque.amount;
        emit Paid(cheque.drawer, cheque.payee, cheque.amount, cheque.number);
        require(coin.transfer(cheque.payee, cheque.amount - fee), TransferFailed());
        require(coin.transfer(owner, fee), TransferFailed());
    }
}
