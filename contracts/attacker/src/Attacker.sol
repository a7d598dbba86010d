// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// A word of an action's call data that is only known when the action runs.
struct Fill {
    /// Byte offset in the call data of the 32-byte word to overwrite; 4 is the first argument.
    uint256 offset;
    /// 0: `number` bps of the present balance of `token`, the zero address being the native coin.
    /// 1: the first word returned by the action with index `number` in the same list.
    /// 2: as 0, but of what the action's target holds.
    uint8 source;
    address token;
    uint256 number;
}

struct Action {
    /// 0: call `target`. 1: flash loan of `amount` of `token` from the ERC-3156 lender `target`, whose
    /// callback runs the actions encoded in `data`.
    uint8 kind;
    address target;
    uint256 value;
    bytes data;
    Fill[] fills;
    address token;
    uint256 amount;
}

interface IFlashLender {
    function flashLoan(address receiver, address token, uint256 amount, bytes calldata data) external returns (bool);
}

/// Executes scripts of calls and flash loans in one transaction.
/// An action that fails is skipped; a loan that fails takes its body's effects with it.
contract Attacker {
    error NotOwner();
    error NoOpenLoan();

    event Executed(uint256 index, bool success);

    bytes32 private constant CALLBACK_SUCCESS = keccak256("ERC3156FlashBorrower.onFlashLoan");
    uint256 private constant BPS = 10_000;

    address private immutable owner;
    /// The lender whose callback is awaited, zero when no loan is open.
    address private lender;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function run(Action[] calldata actions) external payable {
        require(msg.sender == owner, NotOwner());
        _execute(actions);
    }

    function onFlashLoan(address initiator, address token, uint256, uint256, bytes calldata data)
        external
        returns (bytes32)
    {
        require(initiator == address(this) && msg.sender == lender, NoOpenLoan());
        _execute(abi.decode(data, (Action[])));
        _call(token, 0, abi.encodeWithSignature("approve(address,uint256)", msg.sender, type(uint256).max));
        return CALLBACK_SUCCESS;
    }

    function _execute(Action[] memory actions) private {
        uint256[] memory results = new uint256[](actions.length);
        for (uint256 index = 0; index < actions.length; ++index) {
            Action memory action = actions[index];
            bool success;
            if (action.kind == 0) {
                _fill(action, results, index);
                (success, results[index]) = _call(action.target, action.value, action.data);
            } else if (action.kind == 1) {
                (success, results[index]) = _borrow(action);
            }
            emit Executed(index, success);
        }
    }

    function _borrow(Action memory action) private returns (bool success, uint256 result) {
        address outer = lender;
        lender = action.target;
        (success, result) = _call(
            action.target,
            action.value,
            abi.encodeCall(IFlashLender.flashLoan, (address(this), action.token, action.amount, action.data))
        );
        lender = outer;
    }

    function _fill(Action memory action, uint256[] memory results, uint256 index) private view {
        bytes memory data = action.data;
        for (uint256 i = 0; i < action.fills.length; ++i) {
            Fill memory fill = action.fills[i];
            uint256 offset = fill.offset;
            if (offset > data.length || data.length - offset < 32) continue;
            uint256 word;
            if (fill.source == 0) {
                word = _share(_balance(fill.token, address(this)), fill.number);
            } else if (fill.source == 2) {
                word = _share(_balance(fill.token, action.target), fill.number);
            } else if (fill.source == 1) {
                word = fill.number < index ? results[fill.number] : 0;
            } else {
                continue;
            }
            assembly ("memory-safe") {
                mstore(add(add(data, 32), offset), word)
            }
        }
    }

    /// `bps` of `amount`; wraps rather than reverts, so that no token can stop a script.
    function _share(uint256 amount, uint256 bps) private pure returns (uint256) {
        unchecked {
            return amount / BPS * bps + amount % BPS * bps / BPS;
        }
    }

    function _balance(address token, address holder) private view returns (uint256 held) {
        if (token == address(0)) return holder.balance;
        bytes memory data = abi.encodeWithSignature("balanceOf(address)", holder);
        assembly ("memory-safe") {
            let success := staticcall(gas(), token, add(data, 32), mload(data), 0, 32)
            if and(success, gt(returndatasize(), 31)) { held := mload(0) }
        }
    }

    /// Copies at most one word of what is returned, however much that is.
    function _call(address target, uint256 value, bytes memory data) private returns (bool success, uint256 result) {
        assembly ("memory-safe") {
            success := call(gas(), target, value, add(data, 32), mload(data), 0, 32)
            if and(success, gt(returndatasize(), 31)) { result := mload(0) }
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        external
        pure
        returns (bytes4)
    {
        return this.onERC1155BatchReceived.selector;
    }

    /// ERC-165: the two receiver interfaces.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x150b7a02 || id == 0x4e2312e0;
    }
}
