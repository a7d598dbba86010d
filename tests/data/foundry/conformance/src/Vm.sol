// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// The cheatcodes that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function prank(address sender, bool delegate) external;
    function prank(address sender, address origin, bool delegate) external;
    function startPrank(address sender) external;
    function startPrank(address sender, address origin) external;
    function startPrank(address sender, bool delegate) external;
    function stopPrank() external;
    function broadcast() external;
    function broadcast(address sender) external;
    function broadcast(uint256 key) external;
    function startBroadcast() external;
    function startBroadcast(address sender) external;
    function stopBroadcast() external;
    function readCallers() external returns (uint8 mode, address sender, address origin);

    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function fee(uint256 fee) external;
    function prevrandao(bytes32 value) external;
    function prevrandao(uint256 value) external;
    function chainId(uint256 id) external;
    function coinbase(address who) external;
    function txGasPrice(uint256 price) external;
    function getBlockTimestamp() external view returns (uint256);
    function getBlockNumber() external view returns (uint256);
    function getChainId() external view returns (uint256);

    function deal(address account, uint256 balance) external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function etch(address account, bytes calldata code) external;
    function getNonce(address account) external view returns (uint64);
    function setNonce(address account, uint64 nonce) external;
    function setNonceUnsafe(address account, uint64 nonce) external;
    function resetNonce(address account) external;
    function label(address account, string calldata name) external;
    function getLabel(address account) external view returns (string memory);

    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function computeCreate2Address(bytes32 salt, bytes32 hash, address deployer) external pure returns (address);
    function computeCreate2Address(bytes32 salt, bytes32 hash) external pure returns (address);

    function assume(bool condition) external pure;
    function skip(bool condition) external;
    function skip(bool condition, string calldata reason) external;

    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function record() external;
    function stopRecord() external;
    function accesses(address account) external returns (bytes32[] memory reads, bytes32[] memory writes);

    function snapshot() external returns (uint256);
    function snapshotState() external returns (uint256);
    function revertTo(uint256 id) external returns (bool);
    function revertToState(uint256 id) external returns (bool);
    function revertToStateAndDelete(uint256 id) external returns (bool);
    function deleteStateSnapshot(uint256 id) external returns (bool);
    function deleteStateSnapshots() external;

    function expectRevert() external;
    function expectRevert(bytes4 data) external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(address reverter) external;
    function expectRevert(bytes4 data, address reverter) external;
    function expectRevert(bytes calldata data, address reverter) external;
    function expectRevert(uint64 count) external;
    function expectRevert(bytes4 data, uint64 count) external;
    function expectRevert(bytes calldata data, uint64 count) external;
    function expectPartialRevert(bytes4 data) external;
    function expectPartialRevert(bytes4 data, address reverter) external;
    function _expectCheatcodeRevert() external;
    function _expectCheatcodeRevert(bytes calldata data) external;

    function expectEmit() external;
    function expectEmit(address emitter) external;
    function expectEmit(bool a, bool b, bool c, bool data) external;
    function expectEmit(bool a, bool b, bool c, bool data, address emitter) external;
    function expectEmit(uint64 count) external;
    function expectEmit(address emitter, uint64 count) external;
    function expectEmitAnonymous() external;
    function expectEmitAnonymous(bool a, bool b, bool c, bool d, bool data) external;

    function expectCall(address callee, bytes calldata data) external;
    function expectCall(address callee, bytes calldata data, uint64 count) external;
    function expectCall(address callee, uint256 value, bytes calldata data) external;
    function expectCall(address callee, uint256 value, bytes calldata data, uint64 count) external;

    function mockCall(address callee, bytes calldata data, bytes calldata answer) external;
    function mockCall(address callee, uint256 value, bytes calldata data, bytes calldata answer) external;
    function mockCall(address callee, bytes4 data, bytes calldata answer) external;
    function mockCalls(address callee, bytes calldata data, bytes[] calldata answers) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata answer) external;
    function mockFunction(address callee, address target, bytes calldata data) external;
    function clearMockedCalls() external;

    function toString(address value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(bool value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function toString(int256 value) external pure returns (string memory);

    function parseUint(string calldata text) external pure returns (uint256);
    function parseInt(string calldata text) external pure returns (int256);
    function parseAddress(string calldata text) external pure returns (address);
    function parseBool(string calldata text) external pure returns (bool);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseBytes32(string calldata text) external pure returns (bytes32);
    function toLowercase(string calldata text) external pure returns (string memory);
    function toUppercase(string calldata text) external pure returns (string memory);
    function trim(string calldata text) external pure returns (string memory);
    function replace(string calldata text, string calldata from, string calldata to)
        external
        pure
        returns (string memory);
    function split(string calldata text, string calldata separator) external pure returns (string[] memory);
    function indexOf(string calldata text, string calldata part) external pure returns (uint256);
    function contains(string calldata text, string calldata part) external pure returns (bool);

    function randomUint() external returns (uint256);
    function randomUint(uint256 bits) external returns (uint256);
    function randomUint(uint256 least, uint256 most) external returns (uint256);
    function randomAddress() external returns (address);
    function randomBytes(uint256 length) external returns (bytes memory);
    function randomBytes4() external returns (bytes4);

    function envExists(string calldata name) external view returns (bool);
    function envOr(string calldata name, bool value) external view returns (bool);
    function envOr(string calldata name, uint256 value) external view returns (uint256);
    function envOr(string calldata name, int256 value) external view returns (int256);
    function envOr(string calldata name, address value) external view returns (address);
    function envOr(string calldata name, bytes32 value) external view returns (bytes32);
    function envOr(string calldata name, string calldata value) external view returns (string memory);
    function envOr(string calldata name, bytes calldata value) external view returns (bytes memory);

    struct Wallet {
        address account;
        uint256 publicKeyX;
        uint256 publicKeyY;
        uint256 key;
    }

    function rememberKey(uint256 key) external returns (address);
    function createWallet(string calldata label) external returns (Wallet memory);
    function createWallet(uint256 key) external returns (Wallet memory);
    function blobBaseFee(uint256 fee) external;
    function getBlobBaseFee() external view returns (uint256);

    function assertTrue(bool condition) external pure;
    function assertTrue(bool condition, string calldata reason) external pure;
    function assertFalse(bool condition) external pure;
    function assertFalse(bool condition, string calldata reason) external pure;
    function assertEq(bool left, bool right) external pure;
    function assertEq(uint256 left, uint256 right) external pure;
    function assertEq(uint256 left, uint256 right, string calldata reason) external pure;
    function assertEq(int256 left, int256 right) external pure;
    function assertEq(int256 left, int256 right, string calldata reason) external pure;
    function assertEq(address left, address right) external pure;
    function assertEq(address left, address right, string calldata reason) external pure;
    function assertEq(bytes32 left, bytes32 right) external pure;
    function assertEq(string calldata left, string calldata right) external pure;
    function assertEq(bytes calldata left, bytes calldata right) external pure;
    function assertEq(bytes calldata left, bytes calldata right, string calldata reason) external pure;
    function assertEq(bool[] calldata left, bool[] calldata right) external pure;
    function assertEq(uint256[] calldata left, uint256[] calldata right) external pure;
    function assertEq(uint256[] calldata left, uint256[] calldata right, string calldata reason) external pure;
    function assertEq(int256[] calldata left, int256[] calldata right) external pure;
    function assertEq(address[] calldata left, address[] calldata right) external pure;
    function assertEq(bytes32[] calldata left, bytes32[] calldata right) external pure;
    function assertEq(string[] calldata left, string[] calldata right) external pure;
    function assertEq(bytes[] calldata left, bytes[] calldata right) external pure;
    function assertNotEq(bool left, bool right) external pure;
    function assertNotEq(uint256 left, uint256 right) external pure;
    function assertNotEq(int256 left, int256 right) external pure;
    function assertNotEq(address left, address right) external pure;
    function assertNotEq(bytes32 left, bytes32 right) external pure;
    function assertNotEq(string calldata left, string calldata right) external pure;
    function assertNotEq(bytes calldata left, bytes calldata right) external pure;
    function assertNotEq(uint256[] calldata left, uint256[] calldata right) external pure;
    function assertNotEq(string[] calldata left, string[] calldata right) external pure;
    function assertLt(uint256 left, uint256 right) external pure;
    function assertLt(int256 left, int256 right) external pure;
    function assertLe(uint256 left, uint256 right) external pure;
    function assertLe(int256 left, int256 right) external pure;
    function assertGt(uint256 left, uint256 right) external pure;
    function assertGt(int256 left, int256 right) external pure;
    function assertGe(uint256 left, uint256 right) external pure;
    function assertGe(int256 left, int256 right) external pure;
    function assertGe(int256 left, int256 right, string calldata reason) external pure;
    function assertEqDecimal(uint256 left, uint256 right, uint256 decimals) external pure;
    function assertEqDecimal(int256 left, int256 right, uint256 decimals) external pure;
    function assertNotEqDecimal(uint256 left, uint256 right, uint256 decimals) external pure;
    function assertLtDecimal(uint256 left, uint256 right, uint256 decimals) external pure;
    function assertGeDecimal(int256 left, int256 right, uint256 decimals) external pure;
    function assertApproxEqAbs(uint256 left, uint256 right, uint256 most) external pure;
    function assertApproxEqAbs(uint256 left, uint256 right, uint256 most, string calldata reason) external pure;
    function assertApproxEqAbs(int256 left, int256 right, uint256 most) external pure;
    function assertApproxEqAbsDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals) external pure;
    function assertApproxEqRel(uint256 left, uint256 right, uint256 most) external pure;
    function assertApproxEqRel(uint256 left, uint256 right, uint256 most, string calldata reason) external pure;
    function assertApproxEqRel(int256 left, int256 right, uint256 most) external pure;
    function assertApproxEqRelDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals) external pure;
}

/// What every test here begins with.
abstract contract Test {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    bool public IS_TEST = true;

    /// As the assertions of older suites note a failure.
    function note() internal {
        vm.store(address(vm), bytes32("failed"), bytes32(uint256(1)));
    }

    function check(bool condition) internal pure {
        require(condition, "check");
    }
}
