// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Secrets of a hash chain, one for each round, which the croupier reveals one by one: each is the preimage of the one before, so
/// they were all fixed when the first one was.
contract Beacon {
    error NotCroupier();
    error NotThePreimage(bytes32 secret);

    event Revealed(uint256 indexed round, bytes32 secret);

    address public immutable croupier;
    /// The round that takes bets now, which is to be revealed next.
    uint256 public round;
    bytes32 public tip;
    mapping(uint256 => bytes32) public secrets;

    constructor(address croupier_, bytes32 tip_) {
        croupier = croupier_;
        tip = tip_;
    }

    function reveal(bytes32 secret) external {
        require(msg.sender == croupier, NotCroupier());
        require(keccak256(abi.encode(secret)) == tip, NotThePreimage(secret));
        tip = secret;
        secrets[round] = secret;
        emit Revealed(round, secret);
        ++round;
    }
}
