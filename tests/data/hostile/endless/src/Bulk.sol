// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Answers with megabytes.
contract Bulk {
    uint256 private constant SIZE = 2 << 20;
    uint256 public answers;

    function answer() external {
        answers++;
        assembly {
            return(0, SIZE)
        }
    }

    function refuse() external {
        answers++;
        assembly {
            mstore(0, 0x08c379a0)
            revert(28, SIZE)
        }
    }

    /// A reason that promises more text than there is.
    function refuseFalsely() external {
        answers++;
        assembly {
            mstore(0, 0x08c379a000000000000000000000000000000000000000000000000000000000)
            mstore(4, 0x20)
            mstore(36, not(0))
            revert(0, 68)
        }
    }

    /// An invariant reads it.
    function list() external view returns (uint256[] memory) {
        uint256 words = answers == 0 ? 1 : SIZE / 32;
        assembly {
            mstore(0, 0x20)
            mstore(0x20, words)
            return(0, add(0x40, mul(words, 0x20)))
        }
    }

    /// Keeps what another answers, all of it.
    function relay() external {
        (bool done, bytes memory data) = address(this).call(abi.encodeCall(this.answer, ()));
        require(done && data.length == SIZE, "cut off");
    }
}
