// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Keeps what a protocol asks for: who owns it, who has which role, which code is in force and at which fee.
contract Registry {
    error NotOwner();
    error NotHeir();
    error NoRole(bytes32 role, address account);
    error FeeTooHigh(uint256 bps);

    event OwnershipTransferStarted(address indexed owner, address indexed heir);
    event OwnershipTransferred(address indexed previous, address indexed owner);
    event RoleGranted(bytes32 indexed role, address indexed account);
    event RoleRevoked(bytes32 indexed role, address indexed account);
    event Upgraded(address indexed implementation);
    event FeeChanged(uint256 bps);

    bytes32 public constant DEFAULT_ADMIN_ROLE = 0x00;
    bytes32 public constant KEEPER_ROLE = keccak256("KEEPER_ROLE");
    uint256 public constant maxFeeBps = 500;

    address public owner;
    address public pendingOwner;
    address public implementation;
    uint256 public feeBps;
    mapping(bytes32 => mapping(address => bool)) public hasRole;

    constructor(address implementation_, address keeper) {
        owner = msg.sender;
        implementation = implementation_;
        hasRole[DEFAULT_ADMIN_ROLE][msg.sender] = true;
        hasRole[KEEPER_ROLE][keeper] = true;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, NotOwner());
        _;
    }

    modifier only(bytes32 role) {
        require(hasRole[role][msg.sender], NoRole(role, msg.sender));
        _;
    }

    /// The heir has to accept.
    function transferOwnership(address heir) external onlyOwner {
        pendingOwner = heir;
        emit OwnershipTransferStarted(owner, heir);
    }

    function acceptOwnership() external {
        require(msg.sender == pendingOwner, NotHeir());
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        delete pendingOwner;
    }

    function upgradeTo(address implementation_) external onlyOwner {
        implementation = implementation_;
        emit Upgraded(implementation_);
    }

    function grantRole(bytes32 role, address account) external only(DEFAULT_ADMIN_ROLE) {
        hasRole[role][account] = true;
        emit RoleGranted(role, account);
    }

    function revokeRole(bytes32 role, address account) public only(DEFAULT_ADMIN_ROLE) {
        hasRole[role][account] = false;
        emit RoleRevoked(role, account);
    }

    function renounceRole(bytes32 role) external {
        hasRole[role][msg.sender] = false;
        emit RoleRevoked(role, msg.sender);
    }

    function setFee(uint256 bps) external only(KEEPER_ROLE) {
        require(bps <= maxFeeBps, FeeTooHigh(bps));
        feeBps = bps;
        emit FeeChanged(bps);
    }
}
