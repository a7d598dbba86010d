// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

contract Rewards {
    uint256 public constant rewardRate = 1e18;
    mapping(address => uint256) public staked;

    function earned(address who) external view virtual returns (uint256) {
        return staked[who] / 100;
    }

    function stake(uint256 amount) external {
        staked[msg.sender] += amount;
    }

    function withdraw(uint256 amount) external {
        staked[msg.sender] -= amount;
    }
}

/// Pays whoever comes along.
contract GenerousRewards is Rewards {
    function earned(address) external pure override returns (uint256) {
        return 1;
    }
}

contract Chef {
    mapping(uint256 => mapping(address => uint256)) public userInfo;
    uint256[] public poolInfo = [uint256(7)];

    function poolLength() external view returns (uint256) {
        return poolInfo.length;
    }

    function deposit(uint256 pool, uint256 amount) external {
        userInfo[pool][msg.sender] += amount;
    }

    function withdraw(uint256 pool, uint256 amount) external {
        userInfo[pool][msg.sender] -= amount;
    }
}

/// A thousand units vest over a thousand seconds from its creation on.
contract Vesting {
    uint256 public immutable start = block.timestamp;
    uint256 public constant duration = 1_000;
    uint256 public released;

    function vestedAmount(uint64 time) public view returns (uint256) {
        return time < start ? 0 : time > start + duration ? 1_000 : time - start;
    }

    function releasable() public view virtual returns (uint256) {
        return vestedAmount(uint64(block.timestamp)) - released;
    }

    function release() external {
        released += releasable();
    }
}

/// Releases again what was released.
contract ForgetfulVesting is Vesting {
    function releasable() public view override returns (uint256) {
        return vestedAmount(uint64(block.timestamp));
    }
}
