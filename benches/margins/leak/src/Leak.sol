// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Many small steps: each withdrawal rounds up for who leaves; a sweep makes up for it.
contract Leak {
    uint256 public immutable cushion;
    uint256 public shares;
    uint256 public assets;
    uint256 public lost;

    constructor(uint256 cushion_, uint256 assets_, uint256 shares_) {
        (cushion, assets, shares) = (cushion_, assets_, shares_);
    }

    function deposit(uint256 amount) external {
        amount %= 1e24;
        shares += amount * shares / assets;
        assets += amount;
    }

    function withdraw(uint256 amount) external {
        amount %= shares / 2;
        uint256 paid = (amount * assets + shares - 1) / shares;
        lost += paid * shares > amount * assets ? 1 : 0;
        shares -= amount;
        assets -= paid;
    }

    function sweep() external {
        lost = 0;
    }

    function donate(uint256 amount) external {
        if (amount > 1e18) lost = 0;
    }
}
