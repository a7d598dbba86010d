// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Functions whose maxima are known.
contract Maxima {
    int256 internal x;
    uint256 internal adds;
    uint256 internal sum;

    function set(int256 value) external {
        require(value > -1e30 && value < 1e30, "far");
        x = value;
    }

    function add(uint8 value) external {
        require(adds < 5, "enough");
        adds++;
        sum += value;
    }

    /// 10,000 - (x - 7,777)^2, at most 10,000.
    function optimize_parabola() external view returns (int256) {
        return 10_000 - (x - 7_777) * (x - 7_777);
    }

    /// Five numbers of eight bits: at most 1,275.
    function echidna_opt_sum() external view returns (int256) {
        return int256(sum);
    }

    /// Below zero from the beginning, at most -1.
    function optimize_negative() external view returns (int256) {
        return -1 - int256(adds == 1 ? 0 : 10 + adds);
    }

    /// Has no value while nothing was added.
    function optimize_partial() external view returns (int256) {
        require(adds > 0, "nothing");
        return int256(adds);
    }
}

/// Maximised by forge's name and type.
contract ForgeMaxima {
    int8 internal x;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(this);
    }

    function set(int8 value) external {
        x = value;
    }

    /// At most 127.
    function invariant_x() external view returns (int256) {
        return x;
    }
}
