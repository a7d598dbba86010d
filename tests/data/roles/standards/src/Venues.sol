// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Two tokens that a factory knows by their order.
contract Pair {
    address public immutable token0;
    address public immutable token1;

    constructor(address left, address right) {
        (token0, token1) = left < right ? (left, right) : (right, left);
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (1_000e18, 1_000e18, uint32(block.timestamp));
    }
}

contract Factory {
    address[] public allPairs;
    mapping(address => mapping(address => address)) public getPair;

    function allPairsLength() external view returns (uint256) {
        return allPairs.length;
    }

    function createPair(address left, address right) external virtual returns (address pair) {
        pair = address(new Pair(left, right));
        allPairs.push(pair);
        getPair[left][right] = getPair[right][left] = pair;
    }
}

/// Finds a pair by its tokens in one order only.
contract OneSidedFactory is Factory {
    function createPair(address left, address right) external override returns (address pair) {
        pair = address(new Pair(left, right));
        allPairs.push(pair);
        getPair[left][right] = pair;
    }
}

contract Router {
    address public immutable factory;
    address public immutable WETH;

    constructor(address factory_, address coin) {
        (factory, WETH) = (factory_, coin);
    }

    function swapExactTokensForTokens(uint256, uint256, address[] calldata, address, uint256)
        external
        returns (uint256[] memory amounts)
    {}

    function addLiquidity(address, address, uint256, uint256, uint256, uint256, address, uint256)
        external
        returns (uint256, uint256, uint256)
    {}
}

/// Concentrated liquidity: has the price that it was told, or none.
contract Pool3 {
    address public immutable token0;
    address public immutable token1;
    uint24 public constant fee = 3_000;
    uint128 public liquidity;
    uint160 private root;

    constructor(address left, address right, uint160 root_) {
        (token0, token1) = left < right ? (left, right) : (right, left);
        root = root_;
    }

    function slot0() external view returns (uint160, int24, uint16, uint16, uint16, uint8, bool) {
        return (root, 0, 0, 1, 1, 0, true);
    }

    function observe(uint32[] calldata ago)
        external
        view
        returns (int56[] memory ticks, uint160[] memory seconds_)
    {
        require(root != 0);
        ticks = new int56[](ago.length);
        seconds_ = new uint160[](ago.length);
    }

    function swap(address, bool, int256, uint160, bytes calldata) external returns (int256, int256) {}
    function mint(address, int24, int24, uint128, bytes calldata) external returns (uint256, uint256) {}
    function burn(int24, int24, uint128) external returns (uint256, uint256) {}
}

/// Averages a pair's prices over time.
contract Average {
    address public immutable token0;
    address public immutable token1;

    constructor(address left, address right) {
        (token0, token1) = (left, right);
    }

    function update() external {}

    function consult(address token, uint256 amount) external view returns (uint256) {
        require(token == token0 || token == token1);
        return 2 * amount;
    }
}

contract Aave {
    function getReserveData(address) external pure returns (uint256) {
        return 0;
    }

    function getUserAccountData(address)
        external
        view
        virtual
        returns (uint256, uint256, uint256, uint256, uint256, uint256)
    {
        return (0, 0, 0, 0, 0, type(uint256).max);
    }

    function borrow(address, uint256, uint256, uint16, address) external {}
    function liquidationCall(address, address, address, uint256, bool) external {}
    function flashLoanSimple(address, address, uint256, bytes calldata, uint16) external {}

    function FLASHLOAN_PREMIUM_TOTAL() external pure virtual returns (uint128) {
        return 5;
    }
}

/// Who has nothing there has something to be seized.
contract UnfairAave is Aave {
    function getUserAccountData(address)
        external
        pure
        override
        returns (uint256, uint256, uint256, uint256, uint256, uint256)
    {
        return (0, 0, 0, 0, 0, 0);
    }

    /// More than all.
    function FLASHLOAN_PREMIUM_TOTAL() external pure override returns (uint128) {
        return 10_001;
    }
}

contract FeesCollector {
    uint256 public constant getFlashLoanFeePercentage = 3e14;
}

contract BalancerVault {
    FeesCollector public immutable getProtocolFeesCollector = new FeesCollector();

    function flashLoan(address, address[] calldata, uint256[] calldata, bytes calldata) external {}
}

/// Nobody collects its fees.
contract LostBalancerVault {
    address public constant getProtocolFeesCollector = address(0xdead);

    function flashLoan(address, address[] calldata, uint256[] calldata, bytes calldata) external {}
}

contract Comptroller {
    address[] private markets;

    function support(address market) external {
        markets.push(market);
    }

    function getAllMarkets() external view returns (address[] memory) {
        return markets;
    }

    function getAccountLiquidity(address) external pure returns (uint256, uint256, uint256) {
        return (0, 0, 0);
    }

    function enterMarkets(address[] calldata) external returns (uint256[] memory) {}
}

contract CToken {
    address public immutable comptroller;
    uint256 public constant exchangeRateStored = 2e26;
    mapping(address => uint256) public borrowBalanceStored;

    constructor(address comptroller_) {
        comptroller = comptroller_;
    }

    function borrow(uint256) external returns (uint256) {}
    function repayBorrow(uint256) external returns (uint256) {}
    function redeem(uint256) external returns (uint256) {}
}
