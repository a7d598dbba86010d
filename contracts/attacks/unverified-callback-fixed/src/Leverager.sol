// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "../../../shared/Erc20.sol";
import {FlashLender} from "../../../shared/FlashLender.sol";
import {IFlashBorrower} from "../../../shared/IFlashBorrower.sol";
import {Pool} from "../../../shared/Pool.sol";
import {Pawnshop} from "./Pawnshop.sol";

/// Builds and dissolves levered positions at the pawnshop in one call, with a flash loan between. Owners have made it their
/// operator there, and allow it the francs that they bring.
contract Leverager is IFlashBorrower {
    error OnlyLender(address caller);
    error OnlyOwn(address initiator);
    error OnlyFrancs(address token);
    error NothingToDo();
    error TooLittle(uint256 got, uint256 minimum);
    error TransferFailed();

    event Levered(address indexed owner, uint256 margin, uint256 loan, uint256 amber);
    event Unwound(address indexed owner, address indexed receiver, uint256 debt, uint256 amber, uint256 rest);

    /// What to do once the loan is there.
    struct Task {
        bool unwind;
        address owner;
        address receiver;
        uint256 margin;
        uint256 minimum;
    }

    bytes32 private constant CALLBACK_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");

    IERC20 public immutable amber;
    IERC20 public immutable franc;
    Pawnshop public immutable shop;
    Pool public immutable pool;
    FlashLender public immutable lender;

    constructor(Pawnshop shop_, Pool pool_, FlashLender lender_) {
        shop = shop_;
        pool = pool_;
        lender = lender_;
        amber = shop_.amber();
        franc = shop_.franc();
        amber.approve(address(shop_), type(uint256).max);
        amber.approve(address(pool_), type(uint256).max);
        franc.approve(address(shop_), type(uint256).max);
        franc.approve(address(pool_), type(uint256).max);
        franc.approve(address(lender_), type(uint256).max);
    }

    /// Buys amber for `margin` francs of the caller and `loan` borrowed ones, and pledges it for the caller.
    function lever(uint256 margin, uint256 loan, uint256 minAmber) external {
        require(loan > 0, NothingToDo());
        _start(loan, Task(false, msg.sender, msg.sender, margin, minAmber));
    }

    /// Repays the caller's debt, sells the whole pledge, and sends the rest to `receiver`.
    function unwind(uint256 minFrancs, address receiver) external {
        require(shop.pledge(msg.sender) > 0, NothingToDo());
        _start(shop.owed(msg.sender), Task(true, msg.sender, receiver, 0, minFrancs));
    }

    function onFlashLoan(address initiator, address token, uint256 amount, uint256 fee, bytes calldata data)
        external
        returns (bytes32)
    {
        require(msg.sender == address(lender), OnlyLender(msg.sender));
        require(initiator == address(this), OnlyOwn(initiator));
        require(token == address(franc), OnlyFrancs(token));
        Task memory task = abi.decode(data, (Task));
        if (task.unwind) _unwind(task, amount, amount + fee);
        else _lever(task, amount, amount + fee);
        return CALLBACK_SUCCESS;
    }

    function _start(uint256 loan, Task memory task) private {
        lender.flashLoan(this, address(franc), loan, abi.encode(task));
    }

    function _lever(Task memory task, uint256 loan, uint256 due) private {
        if (task.margin > 0) {
            require(franc.transferFrom(task.owner, address(this), task.margin), TransferFailed());
        }
        uint256 bought = pool.swap(task.margin + loan, false, task.minimum, address(this));
        shop.deposit(task.owner, bought);
        shop.borrow(task.owner, due, address(this));
        emit Levered(task.owner, task.margin, loan, bought);
    }

    function _unwind(Task memory task, uint256 debt, uint256 due) private {
        if (debt > 0) shop.repay(task.owner, debt);
        uint256 held = shop.pledge(task.owner);
        shop.withdraw(task.owner, held, address(this));
        uint256 proceeds = pool.swap(held, true, 0, address(this));
        require(proceeds >= due + task.minimum, TooLittle(proceeds, due + task.minimum));
        uint256 rest = proceeds - due;
        emit Unwound(task.owner, task.receiver, debt, held, rest);
        if (rest > 0) require(franc.transfer(task.receiver, rest), TransferFailed());
    }
}
