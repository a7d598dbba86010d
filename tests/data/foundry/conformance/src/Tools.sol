// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// Cheatcodes that Vm.sol does not have.
interface Tools {
    struct Wallet {
        address account;
        uint256 publicKeyX;
        uint256 publicKeyY;
        uint256 key;
    }

    struct PotentialRevert {
        address reverter;
        bool partialMatch;
        bytes revertData;
    }

    struct Gas {
        uint64 limit;
        uint64 used;
        uint64 memoryUsed;
        int64 refunded;
        uint64 remaining;
    }

    struct DirEntry {
        string errorMessage;
        string path;
        uint64 depth;
        bool isDir;
        bool isSymlink;
    }

    struct FsMetadata {
        bool isDir;
        bool isSymlink;
        uint256 length;
        bool readOnly;
        uint256 modified;
        uint256 accessed;
        uint256 created;
    }

    struct ChainInfo {
        uint256 forkId;
        uint256 chainId;
    }

    struct StorageAccess {
        address account;
        bytes32 slot;
        bool isWrite;
        bytes32 previousValue;
        bytes32 newValue;
        bool reverted;
    }

    struct AccountAccess {
        ChainInfo chainInfo;
        uint8 kind;
        address account;
        address accessor;
        bool initialized;
        uint256 oldBalance;
        uint256 newBalance;
        bytes deployedCode;
        uint256 value;
        bytes data;
        bool reverted;
        StorageAccess[] storageAccesses;
        uint64 depth;
    }

    function _expectCheatcodeRevert() external;
    function _expectCheatcodeRevert(bytes calldata) external;
    function _expectCheatcodeRevert(bytes4) external;
    function addr(uint256) external returns (address);
    function assumeNoRevert() external;
    function assumeNoRevert(PotentialRevert calldata) external;
    function assumeNoRevert(PotentialRevert[] calldata) external;
    function blobhashes(bytes32[] calldata) external;
    function bound(int256, int256, int256) external returns (int256);
    function bound(uint256, uint256, uint256) external returns (uint256);
    function breakpoint(string calldata) external;
    function breakpoint(string calldata, bool) external;
    function cloneAccount(address, address) external;
    function closeFile(string calldata) external;
    function computeCreateAddress(address, uint256) external returns (address);
    function cool(address) external;
    function coolSlot(address, bytes32) external;
    function copyStorage(address, address) external;
    function createWallet(string calldata) external returns (Wallet memory);
    function createWallet(uint256) external returns (Wallet memory);
    function createWallet(uint256, string calldata) external returns (Wallet memory);
    function deal(address, uint256) external;
    function deployCode(string calldata) external returns (address);
    function deployCode(string calldata, bytes calldata) external returns (address);
    function deployCode(string calldata, bytes calldata, bytes32) external returns (address);
    function deployCode(string calldata, bytes calldata, uint256) external returns (address);
    function deployCode(string calldata, bytes calldata, uint256, bytes32) external returns (address);
    function deployCode(string calldata, bytes32) external returns (address);
    function deployCode(string calldata, uint256) external returns (address);
    function deployCode(string calldata, uint256, bytes32) external returns (address);
    function ensNamehash(string calldata) external returns (bytes32);
    function envAddress(string calldata) external returns (address);
    function envAddress(string calldata, string calldata) external returns (address[] memory);
    function envBool(string calldata) external returns (bool);
    function envBool(string calldata, string calldata) external returns (bool[] memory);
    function envBytes(string calldata) external returns (bytes memory);
    function envBytes(string calldata, string calldata) external returns (bytes[] memory);
    function envBytes32(string calldata) external returns (bytes32);
    function envBytes32(string calldata, string calldata) external returns (bytes32[] memory);
    function envExists(string calldata) external returns (bool);
    function envInt(string calldata) external returns (int256);
    function envInt(string calldata, string calldata) external returns (int256[] memory);
    function envOr(string calldata, address) external returns (address);
    function envOr(string calldata, bool) external returns (bool);
    function envOr(string calldata, bytes calldata) external returns (bytes memory);
    function envOr(string calldata, bytes32) external returns (bytes32);
    function envOr(string calldata, int256) external returns (int256);
    function envOr(string calldata, string calldata) external returns (string memory);
    function envOr(string calldata, string calldata, address[] calldata) external returns (address[] memory);
    function envOr(string calldata, string calldata, bool[] calldata) external returns (bool[] memory);
    function envOr(string calldata, string calldata, bytes32[] calldata) external returns (bytes32[] memory);
    function envOr(string calldata, string calldata, bytes[] calldata) external returns (bytes[] memory);
    function envOr(string calldata, string calldata, int256[] calldata) external returns (int256[] memory);
    function envOr(string calldata, string calldata, string[] calldata) external returns (string[] memory);
    function envOr(string calldata, string calldata, uint256[] calldata) external returns (uint256[] memory);
    function envOr(string calldata, uint256) external returns (uint256);
    function envString(string calldata) external returns (string memory);
    function envString(string calldata, string calldata) external returns (string[] memory);
    function envUint(string calldata) external returns (uint256);
    function envUint(string calldata, string calldata) external returns (uint256[] memory);
    function etch(address, bytes calldata) external;
    function exists(string calldata) external returns (bool);
    function expectCreate(bytes calldata, address) external;
    function expectCreate2(bytes calldata, address) external;
    function expectRevert() external;
    function expectRevert(address) external;
    function expectRevert(address, uint64) external;
    function expectRevert(bytes calldata) external;
    function expectRevert(bytes calldata, address) external;
    function expectRevert(bytes calldata, address, uint64) external;
    function expectRevert(bytes calldata, uint64) external;
    function expectRevert(bytes4) external;
    function expectRevert(bytes4, address) external;
    function expectRevert(bytes4, address, uint64) external;
    function expectRevert(bytes4, uint64) external;
    function expectRevert(uint64) external;
    function fromRlp(bytes calldata) external returns (bytes[] memory);
    function fsMetadata(string calldata) external returns (FsMetadata memory);
    function getBlobhashes() external returns (bytes32[] memory);
    function getCode(string calldata) external returns (bytes memory);
    function getDeployedCode(string calldata) external returns (bytes memory);
    function getEvmVersion() external returns (string memory);
    function getMappingKeyAndParentOf(address, bytes32) external returns (bool, bytes32, bytes32);
    function getMappingLength(address, bytes32) external returns (uint256);
    function getMappingSlotAt(address, bytes32, uint256) external returns (bytes32);
    function getNonce(Wallet calldata) external returns (uint64);
    function getNonce(address) external returns (uint64);
    function getStorageAccesses() external returns (StorageAccess[] memory);
    function getStorageSlots(address, string calldata) external returns (uint256[] memory);
    function interceptInitcode() external;
    function isContext(uint8) external returns (bool);
    function isDir(string calldata) external returns (bool);
    function isFile(string calldata) external returns (bool);
    function keyExists(string calldata, string calldata) external returns (bool);
    function keyExistsJson(string calldata, string calldata) external returns (bool);
    function keyExistsToml(string calldata, string calldata) external returns (bool);
    function lastCallGas() external returns (Gas memory);
    function load(address, bytes32) external returns (bytes32);
    function mockCall(address, bytes calldata, bytes calldata) external;
    function mockCall(address, bytes4, bytes calldata) external;
    function mockCall(address, uint256, bytes calldata, bytes calldata) external;
    function mockCall(address, uint256, bytes4, bytes calldata) external;
    function parseJson(string calldata) external returns (bytes memory);
    function parseJson(string calldata, string calldata) external returns (bytes memory);
    function parseJsonAddress(string calldata, string calldata) external returns (address);
    function parseJsonAddressArray(string calldata, string calldata) external returns (address[] memory);
    function parseJsonBool(string calldata, string calldata) external returns (bool);
    function parseJsonBoolArray(string calldata, string calldata) external returns (bool[] memory);
    function parseJsonBytes(string calldata, string calldata) external returns (bytes memory);
    function parseJsonBytes32(string calldata, string calldata) external returns (bytes32);
    function parseJsonBytes32Array(string calldata, string calldata) external returns (bytes32[] memory);
    function parseJsonBytesArray(string calldata, string calldata) external returns (bytes[] memory);
    function parseJsonInt(string calldata, string calldata) external returns (int256);
    function parseJsonIntArray(string calldata, string calldata) external returns (int256[] memory);
    function parseJsonKeys(string calldata, string calldata) external returns (string[] memory);
    function parseJsonString(string calldata, string calldata) external returns (string memory);
    function parseJsonStringArray(string calldata, string calldata) external returns (string[] memory);
    function parseJsonType(string calldata, string calldata) external returns (bytes memory);
    function parseJsonType(string calldata, string calldata, string calldata) external returns (bytes memory);
    function parseJsonTypeArray(string calldata, string calldata, string calldata) external returns (bytes memory);
    function parseJsonUint(string calldata, string calldata) external returns (uint256);
    function parseJsonUintArray(string calldata, string calldata) external returns (uint256[] memory);
    function parseToml(string calldata) external returns (bytes memory);
    function parseToml(string calldata, string calldata) external returns (bytes memory);
    function parseTomlAddress(string calldata, string calldata) external returns (address);
    function parseTomlAddressArray(string calldata, string calldata) external returns (address[] memory);
    function parseTomlBool(string calldata, string calldata) external returns (bool);
    function parseTomlBoolArray(string calldata, string calldata) external returns (bool[] memory);
    function parseTomlBytes(string calldata, string calldata) external returns (bytes memory);
    function parseTomlBytes32(string calldata, string calldata) external returns (bytes32);
    function parseTomlBytes32Array(string calldata, string calldata) external returns (bytes32[] memory);
    function parseTomlBytesArray(string calldata, string calldata) external returns (bytes[] memory);
    function parseTomlInt(string calldata, string calldata) external returns (int256);
    function parseTomlIntArray(string calldata, string calldata) external returns (int256[] memory);
    function parseTomlKeys(string calldata, string calldata) external returns (string[] memory);
    function parseTomlString(string calldata, string calldata) external returns (string memory);
    function parseTomlStringArray(string calldata, string calldata) external returns (string[] memory);
    function parseTomlType(string calldata, string calldata) external returns (bytes memory);
    function parseTomlType(string calldata, string calldata, string calldata) external returns (bytes memory);
    function parseTomlTypeArray(string calldata, string calldata, string calldata) external returns (bytes memory);
    function parseTomlUint(string calldata, string calldata) external returns (uint256);
    function parseTomlUintArray(string calldata, string calldata) external returns (uint256[] memory);
    function pauseGasMetering() external;
    function prank(address) external;
    function prank(address, address) external;
    function prank(address, address, bool) external;
    function prank(address, bool) external;
    function projectRoot() external returns (string memory);
    function publicKeyP256(uint256) external returns (uint256, uint256);
    function randomInt() external returns (int256);
    function randomInt(uint256) external returns (int256);
    function readDir(string calldata) external returns (DirEntry[] memory);
    function readDir(string calldata, uint64) external returns (DirEntry[] memory);
    function readDir(string calldata, uint64, bool) external returns (DirEntry[] memory);
    function readFile(string calldata) external returns (string memory);
    function readFileBinary(string calldata) external returns (bytes memory);
    function readLine(string calldata) external returns (string memory);
    function recordLogs() external;
    function removeFile(string calldata) external;
    function resetGasMetering() external;
    function resolveEnv(string calldata) external returns (string memory);
    function resumeGasMetering() external;
    function revertToState(uint256) external returns (bool);
    function roll(uint256) external;
    function serializeAddress(string calldata, string calldata, address) external returns (string memory);
    function serializeAddress(string calldata, string calldata, address[] calldata) external returns (string memory);
    function serializeBool(string calldata, string calldata, bool) external returns (string memory);
    function serializeBool(string calldata, string calldata, bool[] calldata) external returns (string memory);
    function serializeBytes(string calldata, string calldata, bytes calldata) external returns (string memory);
    function serializeBytes(string calldata, string calldata, bytes[] calldata) external returns (string memory);
    function serializeBytes32(string calldata, string calldata, bytes32) external returns (string memory);
    function serializeBytes32(string calldata, string calldata, bytes32[] calldata) external returns (string memory);
    function serializeInt(string calldata, string calldata, int256) external returns (string memory);
    function serializeInt(string calldata, string calldata, int256[] calldata) external returns (string memory);
    function serializeJson(string calldata, string calldata) external returns (string memory);
    function serializeJsonType(string calldata, bytes calldata) external returns (string memory);
    function serializeJsonType(string calldata, string calldata, string calldata, bytes calldata)
        external
        returns (string memory);
    function serializeString(string calldata, string calldata, string calldata) external returns (string memory);
    function serializeString(string calldata, string calldata, string[] calldata) external returns (string memory);
    function serializeUint(string calldata, string calldata, uint256) external returns (string memory);
    function serializeUint(string calldata, string calldata, uint256[] calldata) external returns (string memory);
    function serializeUintToHex(string calldata, string calldata, uint256) external returns (string memory);
    function setArbitraryStorage(address) external;
    function setArbitraryStorage(address, bool) external;
    function setBlockhash(uint256, bytes32) external;
    function setEnv(string calldata, string calldata) external;
    function setSeed(uint256) external;
    function shuffle(uint256[] calldata) external returns (uint256[] memory);
    function sign(Wallet calldata, bytes32) external returns (uint8, bytes32, bytes32);
    function sign(address, bytes32) external returns (uint8, bytes32, bytes32);
    function sign(bytes32) external returns (uint8, bytes32, bytes32);
    function sign(uint256, bytes32) external returns (uint8, bytes32, bytes32);
    function signCompact(Wallet calldata, bytes32) external returns (bytes32, bytes32);
    function signCompact(address, bytes32) external returns (bytes32, bytes32);
    function signCompact(bytes32) external returns (bytes32, bytes32);
    function signCompact(uint256, bytes32) external returns (bytes32, bytes32);
    function signP256(uint256, bytes32) external returns (bytes32, bytes32);
    function sleep(uint256) external;
    function snapshotState() external returns (uint256);
    function sort(uint256[] calldata) external returns (uint256[] memory);
    function startMappingRecording() external;
    function startPrank(address) external;
    function startPrank(address, address) external;
    function startPrank(address, address, bool) external;
    function startPrank(address, bool) external;
    function startStateDiffRecording() external;
    function stopAndReturnStateDiff() external returns (AccountAccess[] memory);
    function stopMappingRecording() external;
    function store(address, bytes32, bytes32) external;
    function toBase64(bytes calldata) external returns (string memory);
    function toBase64(string calldata) external returns (string memory);
    function toBase64URL(bytes calldata) external returns (string memory);
    function toBase64URL(string calldata) external returns (string memory);
    function toRlp(bytes[] calldata) external returns (bytes memory);
    function warmSlot(address, bytes32) external;
    function warp(uint256) external;
    function writeFile(string calldata, string calldata) external;
    function writeJson(string calldata, string calldata) external;
    function writeJson(string calldata, string calldata, string calldata) external;
    function writeLine(string calldata, string calldata) external;
}

/// What tests of these begin with.
abstract contract ToolsTest {
    Tools internal constant vm = Tools(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    bool public IS_TEST = true;

    function check(bool condition) internal pure {
        require(condition, "check");
    }

    function same(string memory left, string memory right) internal pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }
}
