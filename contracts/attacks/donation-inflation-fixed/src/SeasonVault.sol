// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Erc20, IERC20} from "../../../shared/Erc20.sol";

/// Shares of cobalt that a mine works with for a season. What the mine earns arrives as a plain transfer, so the
/// vault's assets are its balance. Leaving costs a fee, which goes to the manager.
contract SeasonVault is Erc20 {
    error NotManager();
    error NothingToDo();
    error SharesTooFew(uint256 shares, uint256 minShares);
    error SeasonOver();
    error TransferFailed();

    event Entered(address indexed payer, address indexed receiver, uint256 assets, uint256 shares);
    event Exited(address indexed owner, address indexed receiver, uint256 assets, uint256 shares, uint256 fee);
    event Closed();

    uint256 private constant BPS = 10_000;
    uint256 public constant EXIT_FEE_BPS = 5;
    /// Shares that nobody owns: what is given to an empty vault is mostly theirs, and who comes next loses no more than a
    /// millionth of it.
    uint256 private constant VIRTUAL_SHARES = 1e6;

    address public immutable manager;
    IERC20 public immutable cobalt;
    /// After the season nobody enters any more.
    bool public closed;

    constructor(IERC20 cobalt_) Erc20("Season share", "SEAS") {
        manager = msg.sender;
        cobalt = cobalt_;
    }

    function assets() public view returns (uint256) {
        return cobalt.balanceOf(address(this));
    }

    function sharesFor(uint256 amount) public view returns (uint256) {
        return amount * (totalSupply + VIRTUAL_SHARES) / (assets() + 1);
    }

    function assetsFor(uint256 shares) public view returns (uint256) {
        return shares * (assets() + 1) / (totalSupply + VIRTUAL_SHARES);
    }

    /// Takes cobalt of the sender and gives shares to `receiver`, at least `minShares`.
    function enter(uint256 amount, uint256 minShares, address receiver) external returns (uint256 shares) {
        require(!closed, SeasonOver());
        require(amount > 0, NothingToDo());
        shares = sharesFor(amount);
        require(shares >= minShares, SharesTooFew(shares, minShares));
        _mint(receiver, shares);
        emit Entered(msg.sender, receiver, amount, shares);
        require(cobalt.transferFrom(msg.sender, address(this), amount), TransferFailed());
    }

    function exit(uint256 shares, address receiver) external returns (uint256 paid) {
        require(shares > 0, NothingToDo());
        uint256 worth = assetsFor(shares);
        uint256 fee = (worth * EXIT_FEE_BPS + BPS - 1) / BPS;
        paid = worth - fee;
        _burn(msg.sender, shares);
        emit Exited(msg.sender, receiver, paid, shares, fee);
        require(cobalt.transfer(receiver, paid), TransferFailed());
        require(cobalt.transfer(manager, fee), TransferFailed());
    }

    function close() external {
        require(msg.sender == manager, NotManager());
        closed = true;
        emit Closed();
    }
}
