// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";

/// Keeps grain for depositors behind a proxy. The governor reports gains, may upgrade the code, and moves everything to safety
/// in an emergency. A step of set-up has a number, and runs once.
contract Granary {
    error NotGovernor();
    error AlreadyDone(uint64 version);
    error NoCode(address implementation);
    error UpgradeFailed(bytes reason);
    error Closed();
    error NothingToDo();
    error FeeTooHigh(uint256 feeBps);
    error TransferFailed();

    event Initialized(uint64 version, address indexed governor, uint256 exitFeeBps);
    event Upgraded(address indexed implementation);
    event Stored(address indexed owner, uint256 amount, uint256 shares);
    event Taken(address indexed owner, uint256 amount, uint256 shares);
    event Gained(uint256 amount);
    event Evacuated(address indexed to, uint256 amount);

    bytes32 private constant SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_FEE_BPS = 100;
    /// Shares and grain that are nobody's, so that the first depositor cannot set a price.
    uint256 private constant VIRTUAL = 1e6;

    uint64 public version;
    bool public closed;
    address public governor;
    IERC20 public grain;
    uint256 public exitFeeBps;
    uint256 public stored;
    uint256 public totalShares;
    mapping(address => uint256) public sharesOf;

    /// The code itself is never to be set up.
    constructor() {
        version = type(uint64).max;
    }

    modifier onlyGovernor() {
        require(msg.sender == governor, NotGovernor());
        _;
    }

    modifier once(uint64 number) {
        require(number > version, AlreadyDone(number));
        version = number;
        _;
    }

    function initialize(IERC20 grain_, address governor_, uint256 exitFeeBps_) external once(1) {
        grain = grain_;
        _setUp(governor_, exitFeeBps_);
    }

    /// Set-up of later versions, each with its own number.
    function reinitialize(uint64 number, address governor_, uint256 exitFeeBps_) external onlyGovernor once(number) {
        _setUp(governor_, exitFeeBps_);
    }

    function upgrade(address implementation, bytes calldata data) external onlyGovernor {
        require(implementation.code.length > 0, NoCode(implementation));
        bytes32 slot = SLOT;
        assembly ("memory-safe") {
            sstore(slot, implementation)
        }
        emit Upgraded(implementation);
        if (data.length > 0) {
            (bool success, bytes memory reason) = implementation.delegatecall(data);
            require(success, UpgradeFailed(reason));
        }
    }

    /// The governor brings what the grain has earned elsewhere.
    function gain(uint256 amount) external onlyGovernor {
        stored += amount;
        emit Gained(amount);
        require(grain.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// Moves all grain to a place that depositors are paid from by hand, and closes the doors.
    function evacuate(address to) external onlyGovernor {
        closed = true;
        uint256 amount = grain.balanceOf(address(this));
        stored = 0;
        emit Evacuated(to, amount);
        require(grain.transfer(to, amount), TransferFailed());
    }

    function worth(uint256 shares) public view returns (uint256) {
        return shares * (stored + VIRTUAL) / (totalShares + VIRTUAL);
    }

    function store(uint256 amount) external returns (uint256 shares) {
        require(!closed, Closed());
        shares = amount * (totalShares + VIRTUAL) / (stored + VIRTUAL);
        require(shares > 0, NothingToDo());
        stored += amount;
        totalShares += shares;
        sharesOf[msg.sender] += shares;
        emit Stored(msg.sender, amount, shares);
        require(grain.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    /// The fee stays with the other depositors.
    function take(uint256 shares) external returns (uint256 amount) {
        require(!closed, Closed());
        uint256 gross = worth(shares);
        amount = gross - (gross * exitFeeBps + BPS - 1) / BPS;
        require(amount > 0, NothingToDo());
        sharesOf[msg.sender] -= shares;
        totalShares -= shares;
        stored -= amount;
        emit Taken(msg.sender, amount, shares);
        require(grain.transfer(msg.sender, amount), TransferFailed());
    }

    function _setUp(address governor_, uint256 exitFeeBps_) private {
        require(exitFeeBps_ <= MAX_FEE_BPS, FeeTooHigh(exitFeeBps_));
        governor = governor_;
        exitFeeBps = exitFeeBps_;
        emit Initialized(version, governor_, exitFeeBps_);
    }
}
