// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

interface IVm {
    function startPrank(address sender) external;
    function mockCall(address callee, bytes calldata data, bytes calldata answer) external;
    function deal(address account, uint256 balance) external;
    function label(address account, string calldata name) external;
    function chainId(uint256 id) external;
    function etch(address account, bytes calldata code) external;
    function store(address account, bytes32 slot, bytes32 word) external;
}

IVm constant VM = IVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

bytes32 constant IMPLEMENTATION = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
bytes32 constant BEACON = bytes32(uint256(keccak256("eip1967.proxy.beacon")) - 1);

/// What proxies here run.
contract Till {
    uint256 public total;

    function put(uint256 amount) external {
        total += amount;
    }
}

/// Two halves of a diamond.
contract LeftFacet {
    function left(uint256 amount) external {}

    function hidden() external {}
}

contract RightFacet {
    function right(uint256 amount) external {}
}

/// Passes calls on to what a word of its storage says; leads wherever it is told to.
contract Pointer {
    constructor(bytes32 slot, address target) {
        assembly {
            sstore(slot, target)
        }
    }

    function own() external {}

    fallback() external payable {
        bytes32 slot = IMPLEMENTATION;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), sload(slot), 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }
}

contract Beacon {
    address public implementation;

    function point(address implementation_) external {
        implementation = implementation_;
    }
}

contract Diamond {
    struct Facet {
        address facet;
        bytes4[] selectors;
    }

    address private immutable left;
    address private immutable right;

    constructor(address left_, address right_) {
        (left, right) = (left_, right_);
    }

    function facets() external view returns (Facet[] memory all) {
        all = new Facet[](2);
        all[0] = Facet(left, new bytes4[](1));
        all[0].selectors[0] = LeftFacet.left.selector;
        all[1] = Facet(right, new bytes4[](1));
        all[1].selectors[0] = RightFacet.right.selector;
    }

    fallback() external {
        address to = msg.sig == LeftFacet.left.selector ? left : right;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), to, 0, calldatasize(), 0, 0)
            if success { return(0, 0) }
            revert(0, 0)
        }
    }
}

contract Factory {
    Till public till = new Till();

    function clone(address target) external returns (address made) {
        bytes memory code = abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73", target, hex"5af43d82803e903d91602b57fd5bf3"
        );
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
    }
}

/// A token as tests use them: anybody makes as much as they like.
contract PlayToken {
    event Transfer(address indexed from, address indexed to, uint256 value);

    uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
        return true;
    }
}

/// The native coin as a token, as the best known one does it: its supply is its balance, and nothing tells of a mint.
contract Wrapped {
    event Transfer(address indexed from, address indexed to, uint256 value);

    uint8 public constant decimals = 18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    function totalSupply() external view returns (uint256) {
        return address(this).balance;
    }

    function deposit() external payable {
        balanceOf[msg.sender] += msg.value;
    }

    function withdraw(uint256 value) external {
        balanceOf[msg.sender] -= value;
        (bool success,) = msg.sender.call{value: value}("");
        require(success);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        if (from != msg.sender) allowance[from][msg.sender] -= value;
        return _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private returns (bool) {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
        return true;
    }
}

/// Grows by itself: what holders have follows the time.
contract Growing {
    mapping(address => uint256) private parts;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 private immutable start = block.timestamp;

    constructor() {
        parts[msg.sender] = 1e18;
    }

    function totalSupply() public view returns (uint256) {
        return 1e18 + (block.timestamp - start);
    }

    function balanceOf(address who) public view returns (uint256) {
        return parts[who] * totalSupply() / 1e18;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }
}

/// Shares of deposits (ERC-4626). `aside` is invested elsewhere: it counts, and is not here.
contract Chest {
    PlayToken public immutable asset;
    uint256 private immutable aside;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;

    constructor(PlayToken asset_, uint256 aside_) {
        (asset, aside) = (asset_, aside_);
    }

    function totalAssets() public view returns (uint256) {
        return asset.balanceOf(address(this)) + aside;
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return shares * (totalAssets() + 1) / (totalSupply + 1_000);
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return assets * (totalSupply + 1_000) / (totalAssets() + 1);
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = convertToShares(assets);
        asset.transferFrom(msg.sender, address(this), assets);
        totalSupply += shares;
        balanceOf[receiver] += shares;
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        require(owner == msg.sender);
        assets = convertToAssets(shares);
        balanceOf[owner] -= shares;
        totalSupply -= shares;
        asset.transfer(receiver, assets);
    }
}

/// A collection (ERC-721) that says so (ERC-165).
contract Paintings {
    mapping(uint256 => address) public ownerOf;
    mapping(address => uint256) public balanceOf;

    function approve(address to, uint256 id) external {}

    function transferFrom(address from, address to, uint256 id) external {
        require(ownerOf[id] == from && msg.sender == from);
        ownerOf[id] = to;
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x80ac58cd || id == 0x01ffc9a7;
    }
}

/// A feed in Chainlink's shape, which anybody sets, as tests want it.
contract MockFeed {
    int256 private answer = 2_000e8;
    uint8 public constant decimals = 8;

    function setAnswer(int256 answer_) external {
        answer = answer_;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, answer, block.timestamp, block.timestamp, 1);
    }
}

/// A pair in Uniswap's shape: what is swapped is sent before.
contract Pair {
    PlayToken public immutable token0;
    PlayToken public immutable token1;
    uint256 public reserve0;
    uint256 public reserve1;

    constructor(PlayToken left, PlayToken right) {
        (token0, token1) = (left, right);
    }

    function sync() public {
        (reserve0, reserve1) = (token0.balanceOf(address(this)), token1.balanceOf(address(this)));
    }

    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata) external {
        uint256 product = reserve0 * reserve1;
        if (amount0Out > 0) token0.transfer(to, amount0Out);
        if (amount1Out > 0) token1.transfer(to, amount1Out);
        sync();
        require(reserve0 * reserve1 >= product && product > 0);
    }
}

/// Markets that lend, by the names of their functions.
contract Bank {
    function borrow(uint256 amount) external {}
    function repay(uint256 amount) external {}
    function liquidate(address who) external {}
}
