// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// The least of an attacker's contract: runs calls for its owner.
contract Scripted {
    struct Fill { uint256 offset; uint8 kind; address token; uint256 number; }
    struct Action { uint8 kind; address target; uint256 value; bytes data; Fill[] fills; address token; uint256 amount; }
    address public owner;
    constructor(address owner_) { owner = owner_; }
    function run(Action[] calldata actions) external {
        require(msg.sender == owner);
        for (uint256 i = 0; i < actions.length; i++) {
            (bool ok,) = actions[i].target.call{value: actions[i].value}(actions[i].data);
            require(ok);
        }
    }
    receive() external payable {}
}
