// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../shared/Erc20.sol";
import {Treasury} from "./Treasury.sol";

/// Routes payments and charges a fee, promised never to exceed `maxFeeBps`.
/// The owner sets the fee at once; the manager announces a fee, which applies after a delay.
contract Router {
    error NotOwner();
    error NotManager();
    error FeeTooHigh(uint256 bps);
    error NothingToDo();
    error NotQueued();
    error TooEarly(uint256 readyAt);
    error TransferFailed();

    event Paid(address indexed payer, address indexed payee, uint256 amount, uint256 fee);
    event FeeQueued(uint256 bps, uint256 readyAt);
    event FeeCancelled(uint256 bps);
    event FeeChanged(uint256 bps);

    uint256 private constant BPS = 10_000;
    uint256 public constant DELAY = 1 days;

    IERC20 public immutable token;
    Treasury public immutable treasury;
    address public immutable owner;
    address public immutable manager;
    uint256 public immutable maxFeeBps;

    uint256 public feeBps;
    uint256 public queuedBps;
    /// When the queued fee may be applied; zero when none is queued.
    uint256 public readyAt;
    /// Sums over all payments.
    uint256 public volume;
    uint256 public charged;

    constructor(IERC20 token_, Treasury treasury_, address manager_, uint256 feeBps_, uint256 maxFeeBps_) {
        require(feeBps_ <= maxFeeBps_, FeeTooHigh(feeBps_));
        token = token_;
        treasury = treasury_;
        owner = msg.sender;
        manager = manager_;
        feeBps = feeBps_;
        maxFeeBps = maxFeeBps_;
        token_.approve(address(treasury_), type(uint256).max);
    }

    /// The fee of a payment, rounded down.
    function feeOf(uint256 amount) public view returns (uint256) {
        return amount * feeBps / BPS;
    }

    /// Pays `payee` the amount less the fee.
    function pay(address payee, uint256 amount) external returns (uint256 fee) {
        require(amount > 0, NothingToDo());
        fee = feeOf(amount);
        volume += amount;
        charged += fee;
        require(token.transferFrom(msg.sender, address(this), amount), TransferFailed());
        if (fee > 0) treasury.collect(msg.sender, fee);
        require(token.transfer(payee, amount - fee), TransferFailed());
        emit Paid(msg.sender, payee, amount, fee);
    }

    function setFee(uint256 bps) external {
        require(msg.sender == owner, NotOwner());
        require(bps <= maxFeeBps, FeeTooHigh(bps));
        _setFee(bps);
    }

    function queueFee(uint256 bps) external {
        require(msg.sender == manager, NotManager());
        require(bps <= maxFeeBps, FeeTooHigh(bps));
        queuedBps = bps;
        readyAt = block.timestamp + DELAY;
        emit FeeQueued(bps, readyAt);
    }

    function cancelFee() external {
        require(msg.sender == manager || msg.sender == owner, NotManager());
        require(readyAt != 0, NotQueued());
        emit FeeCancelled(queuedBps);
        _clearQueue();
    }

    /// Anyone may apply a queued fee once its delay is over.
    function applyFee() external {
        require(readyAt != 0, NotQueued());
        require(block.timestamp >= readyAt, TooEarly(readyAt));
        _setFee(queuedBps);
        _clearQueue();
    }

    function _setFee(uint256 bps) private {
        feeBps = bps;
        emit FeeChanged(bps);
    }

    function _clearQueue() private {
        queuedBps = 0;
        readyAt = 0;
    }
}
