// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Notes the world that it lives in.
contract World {
    address public immutable creator = msg.sender;
    address public immutable self = address(this);
    uint256 public immutable number = block.number;
    uint256 public immutable timestamp = block.timestamp;
    uint256 public immutable endowment = msg.value;

    uint256 internal lastNumber = block.number;
    uint256 internal lastTimestamp = block.timestamp;
    uint256 internal senders;
    uint256 internal longest;
    uint256 internal most;
    bool internal strange;

    constructor() payable {}

    function touch() external payable {
        if (msg.sender == address(0x10000)) senders |= 1;
        else if (msg.sender == address(0x20000)) senders |= 2;
        else if (msg.sender == address(0x30000)) senders |= 4;
        else strange = true;
        if (block.timestamp - lastTimestamp > longest) longest = block.timestamp - lastTimestamp;
        if (block.timestamp - lastTimestamp > 604800 || block.number - lastNumber > 60480) strange = true;
        if (msg.value > 100 ether) strange = true;
        if (msg.value > most) most = msg.value;
        (lastNumber, lastTimestamp) = (block.number, block.timestamp);
    }

    function echidna_is_as_echidna_makes_it() external view returns (bool) {
        return creator == address(0x30000) && self == 0x00a329c0648769A73afAc7F9381E08FB43dBEA72
            && number == 4370000 && timestamp == 1524785992 && endowment == 0 && block.chainid == 1;
    }

    /// The first contract of this deployer: the last 20 bytes of keccak(rlp([deployer, 0])).
    function property_is_as_medusa_makes_it() external view returns (bool) {
        address first = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(0x30000), hex"80")))));
        return creator == address(0x30000) && self == first && endowment == 12345 && block.chainid == 1;
    }

    function echidna_is_asked_by_the_first_sender() external view returns (bool) {
        return msg.sender == address(0x10000);
    }

    function echidna_is_never_strange() external view returns (bool) {
        return !strange;
    }

    /// Meant to be false: all senders called.
    function echidna_is_not_called_by_all() external view returns (bool) {
        return senders != 7;
    }

    /// Meant to be false: the longest delay happens.
    function echidna_is_never_late() external view returns (bool) {
        return longest < 604800;
    }

    /// Meant to be false: the largest value is sent.
    function echidna_is_never_paid() external view returns (bool) {
        return most < 100 ether;
    }
}
