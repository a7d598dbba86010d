// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A token whose answers become garbage.
contract Garbage {
    uint256 public mode;

    function garble(uint8 mode_) external {
        mode = mode_ % 8;
    }

    function totalSupply() external view returns (uint256) {
        return answer(1e24);
    }

    function balanceOf(address) external view returns (uint256) {
        return answer(1);
    }

    /// Garbage in the bits above the type, too.
    function decimals() external view returns (uint8) {
        return uint8(answer(18));
    }

    function paused() external view returns (bool) {
        return answer(0) != 0;
    }

    function owner() external view returns (address) {
        return address(uint160(answer(1)));
    }

    /// Ends the call by itself; there is a result for the compiler only.
    function answer(uint256 honest) private view returns (uint256 nothing) {
        uint256 how = mode;
        assembly {
            nothing := 0
            mstore(0, honest)
            if iszero(how) { return(0, 0x20) }
            mstore(0, not(0))
            switch how
            case 1 { return(0, 0) }
            case 2 { return(0, 5) }
            case 3 { return(0, 31) }
            case 4 { revert(0, 0x20) }
            case 5 { invalid() }
            case 6 { revert(0, 1000000) }
            default { for {} 1 {} { pop(keccak256(0, 0x20)) } }
        }
    }

    /// Values that are no values of their types.
    function color() external view returns (Color kind) {
        uint256 how = mode;
        kind = Color.Red;
        assembly {
            mstore(0, mul(how, not(0)))
            return(0, 0x20)
        }
    }

    enum Color {
        Red,
        Green
    }
}
