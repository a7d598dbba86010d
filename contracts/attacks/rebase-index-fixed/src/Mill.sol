// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {Granary} from "./Granary.sol";

/// Stakes of grain that grow by an index, which rises once at the end of each epoch. New stakes earn nothing
/// until the epoch in which they came is over, so that nobody comes for the rise alone.
contract Mill {
    error NothingToDo();
    error StillWarming(uint256 until);
    error TooMuch(uint256 shares, uint256 available);
    error TransferFailed();

    event Turned(uint256 indexed epoch, uint256 reward, uint256 index);
    event Staked(address indexed account, uint256 amount, uint256 until);
    event Claimed(address indexed account, uint256 amount, uint256 shares);
    event Forfeited(address indexed account, uint256 amount);
    event Unstaked(address indexed account, uint256 shares, uint256 amount);

    struct Warming {
        uint256 amount;
        /// The epoch in which it may be claimed.
        uint256 until;
    }

    uint256 private constant SCALE = 1e18;
    uint256 public constant EPOCH_LENGTH = 8 hours;

    IERC20 public immutable grain;
    Granary public immutable granary;
    uint256 public immutable rewardPerEpoch;

    uint256 public epoch = 1;
    uint256 public epochEnd;
    /// Grain per share, scaled.
    uint256 public index = SCALE;
    uint256 public totalShares;
    uint256 public totalWarming;
    mapping(address => uint256) public sharesOf;
    mapping(address => Warming) public warmingOf;

    constructor(IERC20 grain_, Granary granary_, uint256 rewardPerEpoch_) {
        grain = grain_;
        granary = granary_;
        rewardPerEpoch = rewardPerEpoch_;
        epochEnd = block.timestamp + EPOCH_LENGTH;
    }

    /// What an account has here, warming or earning.
    function valueOf(address account) external view returns (uint256) {
        return warmingOf[account].amount + sharesOf[account] * index / SCALE;
    }

    /// Ends the epoch when its time has come; anybody may see to it.
    function turn() public {
        if (block.timestamp < epochEnd) return;
        epoch += 1;
        epochEnd = block.timestamp + EPOCH_LENGTH;
        uint256 reward = totalShares == 0 ? 0 : granary.draw(rewardPerEpoch);
        if (reward > 0) index += reward * SCALE / totalShares;
        emit Turned(epoch, reward, index);
    }

    /// Whatever is warming already warms anew.
    function stake(uint256 amount) external {
        require(amount > 0, NothingToDo());
        turn();
        Warming storage warming = warmingOf[msg.sender];
        warming.amount += amount;
        warming.until = epoch + 1;
        totalWarming += amount;
        emit Staked(msg.sender, amount, warming.until);
        require(grain.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Makes a warm stake earn from now on.
    function claim() external returns (uint256 shares) {
        Warming memory warming = _takeWarming();
        require(epoch >= warming.until, StillWarming(warming.until));
        shares = warming.amount * SCALE / index;
        sharesOf[msg.sender] += shares;
        totalShares += shares;
        emit Claimed(msg.sender, warming.amount, shares);
    }

    /// Takes a stake back before it is warm.
    function forfeit() external returns (uint256 amount) {
        amount = _takeWarming().amount;
        emit Forfeited(msg.sender, amount);
        require(grain.transfer(msg.sender, amount), TransferFailed());
    }

    function unstake(uint256 shares) external returns (uint256 amount) {
        require(shares > 0, NothingToDo());
        require(shares <= sharesOf[msg.sender], TooMuch(shares, sharesOf[msg.sender]));
        turn();
        amount = shares * index / SCALE;
        sharesOf[msg.sender] -= shares;
        totalShares -= shares;
        emit Unstaked(msg.sender, shares, amount);
        require(grain.transfer(msg.sender, amount), TransferFailed());
    }

    function _takeWarming() private returns (Warming memory warming) {
        warming = warmingOf[msg.sender];
        require(warming.amount > 0, NothingToDo());
        delete warmingOf[msg.sender];
        totalWarming -= warming.amount;
    }
}
