// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

// A token, a vault and a collection that follow their standards, each with a number of flaws of which one may be switched on.
// Compiled with solc 0.8.30, optimizer on with 200 runs, cancun, metadata without hash and appendix: `node compile.mjs` beside this
// file. tests/it/standards.rs says which id catches which flaw.

contract Token {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    uint256 internal immutable flaw;
    uint256 public totalSupply;
    bool public paused;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(uint256 flaw_) {
        flaw = flaw_;
    }

    function decimals() public view virtual returns (uint8) {
        return 18;
    }

    function pause(bool on) external {
        paused = on;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        // Says so where others revert.
        if (flaw == 100 && balanceOf[msg.sender] < value) return false;
        require(to != address(0) || flaw == 1, "zero");
        require(!paused || flaw == 19, "paused");
        if (flaw == 5 && balanceOf[msg.sender] < value) balanceOf[msg.sender] = value;
        if (flaw == 7 && value == 0) balanceOf[to] += 1;
        _move(msg.sender, to, value, flaw == 3);
        if (flaw == 9 && value > 1) balanceOf[to] += 1;
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(to != address(0) || flaw == 2, "zero");
        require(!paused || flaw == 18, "paused");
        if (flaw != 13) _spend(from, value);
        if (flaw == 6 && balanceOf[from] < value) balanceOf[from] = value;
        if (flaw == 8 && value == 0) balanceOf[to] += 1;
        _move(from, to, value, flaw == 4);
        if (flaw == 10 && value > 1) balanceOf[to] += 1;
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        uint256 before = allowance[msg.sender][spender];
        allowance[msg.sender][spender] = flaw == 11 ? value + 1 : flaw == 12 && before < value ? before + value : value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function increaseAllowance(address spender, uint256 value) external {
        uint256 before = allowance[msg.sender][spender];
        allowance[msg.sender][spender] = flaw == 20 ? value : before + value;
    }

    function decreaseAllowance(address spender, uint256 value) external {
        allowance[msg.sender][spender] -= flaw == 21 ? value / 2 : value;
    }

    function mint(address to, uint256 value) external virtual {
        require(value <= 1e24 && totalSupply <= 1e25, "cap");
        require(to != address(0), "zero");
        if (flaw != 17) totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value, flaw == 14);
        if (flaw == 22) balanceOf[address(0)] += value;
    }

    function burnFrom(address from, uint256 value) external {
        if (flaw != 16) _spend(from, value);
        _burn(from, value, flaw == 15);
    }

    function _burn(address from, uint256 value, bool keepsSupply) internal {
        balanceOf[from] -= value;
        if (!keepsSupply) totalSupply -= value;
        emit Transfer(from, address(0), value);
    }

    function _spend(address from, uint256 value) internal {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed == type(uint256).max) return;
        require(allowed >= value, "allowance");
        allowance[from][msg.sender] = allowed - value;
    }

    function _move(address from, address to, uint256 value, bool doubles) internal {
        uint256 mine = balanceOf[from];
        uint256 theirs = balanceOf[to];
        require(mine >= value, "balance");
        // A fee of one percent, burned; or one that grows with the amount.
        uint256 fee = flaw == 101 ? value / 100 : flaw == 23 ? value * value / 1e24 : 0;
        balanceOf[from] = mine - value;
        balanceOf[to] = (doubles ? theirs : balanceOf[to]) + value - fee;
        totalSupply -= fee;
        emit Transfer(from, to, flaw == 24 ? value / 2 : value - fee);
        if (fee > 0) emit Transfer(from, address(0), fee);
    }
}

contract Vault is Token {
    Token public immutable token;

    constructor(uint256 flaw_, Token token_) Token(flaw_) {
        token = token_;
    }

    modifier live(uint256 number) {
        require(flaw != number || totalSupply % 2 == 0, "odd");
        _;
    }

    function decimals() public view override returns (uint8) {
        return flaw == 62 ? 17 : 18;
    }

    function mint(address, uint256) external pure override {
        revert("not a token's");
    }

    function asset() external view live(56) returns (address) {
        return address(token);
    }

    function totalAssets() public view live(57) returns (uint256) {
        return _assets();
    }

    function convertToShares(uint256 assets) external view live(64) returns (uint256) {
        return _shares(assets, flaw == 40);
    }

    function convertToAssets(uint256 shares) external view live(65) returns (uint256) {
        return _worth(shares, flaw == 41);
    }

    function maxDeposit(address x) external view live(58) returns (uint256) {
        return flaw == 46 ? token.balanceOf(x) : type(uint256).max;
    }

    function maxMint(address x) external view live(59) returns (uint256) {
        return flaw == 47 ? token.balanceOf(x) : type(uint256).max;
    }

    function maxRedeem(address x) external view live(60) returns (uint256) {
        return balanceOf[x];
    }

    function maxWithdraw(address x) external view live(61) returns (uint256) {
        return _worth(balanceOf[x], false);
    }

    function previewDeposit(uint256 assets) external view returns (uint256) {
        return _shares(assets, flaw == 36) + _asked(48);
    }

    function previewMint(uint256 shares) external view returns (uint256) {
        return _worth(shares, flaw != 37) + _asked(49);
    }

    function previewWithdraw(uint256 assets) external view returns (uint256) {
        return _shares(assets, flaw != 38) + _asked(50);
    }

    function previewRedeem(uint256 shares) external view returns (uint256) {
        return _worth(shares, flaw == 39) + _asked(51);
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = _shares(assets, flaw == 42);
        if (flaw == 63) shares += shares / 100;
        _enter(flaw == 52 ? assets + 1 : assets, shares, receiver);
    }

    function mint(uint256 shares, address receiver) external returns (uint256 assets) {
        assets = _worth(shares, flaw != 43);
        _enter(assets, flaw == 53 && shares > 0 ? shares - 1 : shares, receiver);
    }

    function withdraw(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        shares = _shares(assets, flaw != 44);
        _check(owner, shares, flaw == 30, flaw == 32, flaw == 34);
        _leave(flaw == 55 && assets > 0 ? assets - 1 : assets, shares, receiver, owner);
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        assets = _worth(shares, flaw == 45);
        _check(owner, shares, flaw == 31, flaw == 33, flaw == 35);
        _leave(flaw == 54 && assets > 0 ? assets - 1 : assets, shares, receiver, owner);
    }

    /// Yield: somebody gives the vault assets.
    function give(uint256 assets) external {
        token.transferFrom(msg.sender, address(this), assets);
    }

    function _asked(uint256 number) internal view returns (uint256) {
        return flaw == number && uint160(msg.sender) % 2 == 1 ? 1 : 0;
    }

    function _check(address owner, uint256 shares, bool ownersOnly, bool open, bool loose) internal {
        if (msg.sender == owner || open) return;
        require(!ownersOnly, "not the owner");
        if (loose) require(allowance[owner][msg.sender] > 0, "allowance");
        else _spend(owner, shares);
    }

    function _assets() internal view returns (uint256) {
        return token.balanceOf(address(this));
    }

    function _shares(uint256 assets, bool up) internal view returns (uint256) {
        return _divide(assets * (totalSupply + 1), _assets() + 1, up);
    }

    function _worth(uint256 shares, bool up) internal view returns (uint256) {
        return _divide(shares * (_assets() + 1), totalSupply + 1, up);
    }

    function _divide(uint256 a, uint256 b, bool up) internal pure returns (uint256) {
        return up ? (a + b - 1) / b : a / b;
    }

    function _enter(uint256 assets, uint256 shares, address receiver) internal {
        require(receiver != address(0), "zero");
        token.transferFrom(msg.sender, address(this), assets);
        totalSupply += shares;
        balanceOf[receiver] += shares;
        emit Transfer(address(0), receiver, shares);
    }

    function _leave(uint256 assets, uint256 shares, address receiver, address owner) internal {
        _burn(owner, shares, false);
        token.transfer(receiver, assets);
    }
}

interface Receiver {
    function onERC721Received(address operator, address from, uint256 tokenId, bytes calldata data) external returns (bytes4);
}

contract Collection {
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);

    uint256 private immutable flaw;
    uint256 public totalSupply;
    mapping(uint256 => address) private owners;
    mapping(address => uint256) private balances;
    mapping(uint256 => address) private approvals;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    constructor(uint256 flaw_) {
        flaw = flaw_;
    }

    function balanceOf(address owner) external view returns (uint256) {
        require(owner != address(0) || flaw == 70, "zero");
        return balances[owner];
    }

    function ownerOf(uint256 tokenId) public view returns (address) {
        address owner = owners[tokenId];
        require(owner != address(0) || flaw == 71, "no token");
        return owner;
    }

    function getApproved(uint256 tokenId) external view returns (address) {
        require(owners[tokenId] != address(0) || flaw == 72, "no token");
        return approvals[tokenId];
    }

    function approve(address to, uint256 tokenId) external {
        address owner = owners[tokenId];
        require(owner != address(0) || flaw == 85, "no token");
        require(owner == msg.sender || isApprovedForAll[owner][msg.sender] || flaw == 85, "not yours");
        approvals[tokenId] = to;
    }

    function setApprovalForAll(address operator, bool on) external {
        isApprovedForAll[msg.sender][operator] = on;
    }

    function transferFrom(address from, address to, uint256 tokenId) external {
        _move(from, to, tokenId, 83);
    }

    function safeTransferFrom(address from, address to, uint256 tokenId) external {
        _move(from, to, tokenId, 84);
        if (flaw == 94 || to.code.length == 0) return;
        require(Receiver(to).onERC721Received(msg.sender, from, tokenId, "") == Receiver.onERC721Received.selector, "refused");
    }

    function mint(address to, uint256 tokenId) external {
        require(to != address(0) && tokenId < 64, "no");
        if (flaw != 91) require(owners[tokenId] == address(0), "taken");
        if (flaw != 90) totalSupply++;
        owners[tokenId] = to;
        balances[to]++;
        emit Transfer(address(0), to, tokenId);
    }

    function burn(uint256 tokenId) external {
        address owner = ownerOf(tokenId);
        require(owner == msg.sender, "not yours");
        if (flaw != 82) totalSupply--;
        balances[owner]--;
        delete approvals[tokenId];
        if (flaw == 83 || flaw == 84) approvals[tokenId] = msg.sender;
        owners[tokenId] = flaw == 86 ? address(1) : address(0);
        emit Transfer(owner, address(0), tokenId);
    }

    function _move(address from, address to, uint256 tokenId, uint256 afterEnd) private {
        address owner = owners[tokenId];
        bool ghost = flaw == 75 && from == address(0) || flaw == afterEnd && owner == address(0);
        require(ghost || owner == from && owner != address(0), "not the owner");
        require(to != address(0) || flaw == 76, "zero");
        bool may = msg.sender == owner || approvals[tokenId] == msg.sender || isApprovedForAll[owner][msg.sender];
        require(may || ghost || flaw == 73, "not yours");
        if (flaw != 74 && (flaw != 78 || from != to)) delete approvals[tokenId];
        uint256 theirs = balances[to];
        if (!ghost) balances[from]--;
        balances[to] = (flaw == 77 && from == to ? theirs : balances[to]) + (flaw == 79 && from != to ? 2 : 1);
        owners[tokenId] = to;
        emit Transfer(from, flaw == 93 ? from : to, tokenId);
    }
}
