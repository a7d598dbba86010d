//! What acts on the machine and the test.

alloy_sol_types::sol! {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// Why a call may fail and be drawn anew.
    struct PotentialRevert {
        address reverter;
        bool partialMatch;
        bytes revertData;
    }

    /// Gas of a call.
    #[derive(Debug)]
    struct Gas {
        uint64 limit;
        uint64 used;
        uint64 memoryUsed;
        int64 refunded;
        uint64 remaining;
    }

    #[derive(Debug)]
    struct ChainInfo {
        uint256 forkId;
        uint256 chainId;
    }

    #[derive(Debug)]
    struct StorageAccess {
        address account;
        bytes32 slot;
        bool isWrite;
        bytes32 previousValue;
        bytes32 newValue;
        bool reverted;
    }

    #[derive(Debug)]
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

    struct Wallet {
        address account;
        uint256 publicKeyX;
        uint256 publicKeyY;
        uint256 key;
    }

    interface Vm {
        // Callers.
        function prank(address sender);
        function prank(address sender, address origin);
        function prank(address sender, bool delegate);
        function prank(address sender, address origin, bool delegate);
        function startPrank(address sender);
        function startPrank(address sender, address origin);
        function startPrank(address sender, bool delegate);
        function startPrank(address sender, address origin, bool delegate);
        function stopPrank();
        function broadcast();
        function broadcast(address sender);
        function broadcast(uint256 key);
        function startBroadcast();
        function startBroadcast(address sender);
        function startBroadcast(uint256 key);
        function stopBroadcast();
        function readCallers() returns (uint8 mode, address sender, address origin);

        // The block and the transaction.
        function warp(uint256 timestamp);
        function roll(uint256 number);
        function fee(uint256 fee);
        function difficulty(uint256 difficulty);
        function prevrandao(bytes32 prevrandao);
        function prevrandao(uint256 prevrandao);
        function chainId(uint256 id);
        function coinbase(address coinbase);
        function txGasPrice(uint256 price);
        function getBlockTimestamp() returns (uint256);
        function getBlockNumber() returns (uint256);
        function getChainId() returns (uint256);
        function blobBaseFee(uint256 fee);
        function getBlobBaseFee() returns (uint256);
        function blobhashes(bytes32[] hashes);
        function getBlobhashes() returns (bytes32[]);
        function setBlockhash(uint256 number, bytes32 hash);
        function getEvmVersion() returns (string);

        // Accounts.
        function deal(address account, uint256 balance);
        function store(address account, bytes32 slot, bytes32 value);
        function load(address account, bytes32 slot) returns (bytes32);
        function etch(address account, bytes code);
        function getNonce(address account) returns (uint64);
        function getNonce(Wallet wallet) returns (uint64);
        function setNonce(address account, uint64 nonce);
        function setNonceUnsafe(address account, uint64 nonce);
        function resetNonce(address account);
        function label(address account, string name);
        function getLabel(address account) returns (string);
        function cloneAccount(address source, address target);
        function setArbitraryStorage(address account);
        function setArbitraryStorage(address account, bool overwrite);
        function copyStorage(address from, address to);
        function cool(address account);
        function coolSlot(address account, bytes32 slot);
        function warmSlot(address account, bytes32 slot);

        // Keys and addresses.
        function addr(uint256 key) returns (address);
        function rememberKey(uint256 key) returns (address);
        function createWallet(string label) returns (Wallet);
        function createWallet(uint256 key) returns (Wallet);
        function createWallet(uint256 key, string label) returns (Wallet);
        function sign(uint256 key, bytes32 digest) returns (uint8 v, bytes32 r, bytes32 s);
        function sign(Wallet wallet, bytes32 digest) returns (uint8 v, bytes32 r, bytes32 s);
        function sign(bytes32 digest) returns (uint8 v, bytes32 r, bytes32 s);
        function sign(address signer, bytes32 digest) returns (uint8 v, bytes32 r, bytes32 s);
        function signCompact(uint256 key, bytes32 digest) returns (bytes32 r, bytes32 vs);
        function signCompact(Wallet wallet, bytes32 digest) returns (bytes32 r, bytes32 vs);
        function signCompact(bytes32 digest) returns (bytes32 r, bytes32 vs);
        function signCompact(address signer, bytes32 digest) returns (bytes32 r, bytes32 vs);
        function computeCreateAddress(address deployer, uint256 nonce) returns (address);
        function computeCreate2Address(bytes32 salt, bytes32 hash, address deployer) returns (address);
        function computeCreate2Address(bytes32 salt, bytes32 hash) returns (address);
        function ensNamehash(string name) returns (bytes32);
        function publicKeyP256(uint256 key) returns (uint256 x, uint256 y);
        function signP256(uint256 key, bytes32 digest) returns (bytes32 r, bytes32 s);

        // The flow of a test.
        function assume(bool condition);
        function skip(bool condition);
        function skip(bool condition, string reason);
        function assumeNoRevert();
        function assumeNoRevert(PotentialRevert potential);
        function assumeNoRevert(PotentialRevert[] potentials);
        function sleep(uint256 milliseconds);
        function breakpoint(string name);
        function breakpoint(string name, bool condition);
        function pauseTracing();
        function resumeTracing();
        function isContext(uint8 context) returns (bool);

        // Gas.
        function pauseGasMetering();
        function resumeGasMetering();
        function resetGasMetering();
        function lastCallGas() returns (Gas);

        // Logs and storage accesses.
        function recordLogs();
        function getRecordedLogs() returns (Log[]);
        function record();
        function stopRecord();
        function accesses(address account) returns (bytes32[] reads, bytes32[] writes);
        function startMappingRecording();
        function stopMappingRecording();
        function getMappingLength(address account, bytes32 slot) returns (uint256);
        function getMappingSlotAt(address account, bytes32 slot, uint256 index) returns (bytes32);
        function getMappingKeyAndParentOf(address account, bytes32 slot) returns (bool found, bytes32 key, bytes32 parent);
        function startStateDiffRecording();
        function stopAndReturnStateDiff() returns (AccountAccess[]);
        function getStorageAccesses() returns (StorageAccess[]);

        // Snapshots.
        function snapshot() returns (uint256);
        function snapshotState() returns (uint256);
        function revertTo(uint256 id) returns (bool);
        function revertToState(uint256 id) returns (bool);
        function revertToAndDelete(uint256 id) returns (bool);
        function revertToStateAndDelete(uint256 id) returns (bool);
        function deleteSnapshot(uint256 id) returns (bool);
        function deleteStateSnapshot(uint256 id) returns (bool);
        function deleteSnapshots();
        function deleteStateSnapshots();

        // Expectations.
        function expectRevert();
        function expectRevert(bytes4 data);
        function expectRevert(bytes data);
        function expectRevert(address reverter);
        function expectRevert(bytes4 data, address reverter);
        function expectRevert(bytes data, address reverter);
        function expectRevert(uint64 count);
        function expectRevert(bytes4 data, uint64 count);
        function expectRevert(bytes data, uint64 count);
        function expectRevert(address reverter, uint64 count);
        function expectRevert(bytes4 data, address reverter, uint64 count);
        function expectRevert(bytes data, address reverter, uint64 count);
        function expectPartialRevert(bytes4 data);
        function expectPartialRevert(bytes4 data, address reverter);
        function _expectCheatcodeRevert();
        function _expectCheatcodeRevert(bytes4 data);
        function _expectCheatcodeRevert(bytes data);
        function expectEmit();
        function expectEmit(address emitter);
        function expectEmit(bool topic1, bool topic2, bool topic3, bool data);
        function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter);
        function expectEmit(uint64 count);
        function expectEmit(address emitter, uint64 count);
        function expectEmit(bool topic1, bool topic2, bool topic3, bool data, uint64 count);
        function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter, uint64 count);
        function expectEmitAnonymous();
        function expectEmitAnonymous(address emitter);
        function expectEmitAnonymous(bool topic0, bool topic1, bool topic2, bool topic3, bool data);
        function expectEmitAnonymous(bool topic0, bool topic1, bool topic2, bool topic3, bool data, address emitter);
        function expectCall(address callee, bytes data);
        function expectCall(address callee, bytes data, uint64 count);
        function expectCall(address callee, uint256 value, bytes data);
        function expectCall(address callee, uint256 value, bytes data, uint64 count);
        function expectCall(address callee, uint256 value, uint64 gas, bytes data);
        function expectCall(address callee, uint256 value, uint64 gas, bytes data, uint64 count);
        function expectCallMinGas(address callee, uint256 value, uint64 gas, bytes data);
        function expectCallMinGas(address callee, uint256 value, uint64 gas, bytes data, uint64 count);
        function expectCreate(bytes code, address deployer);
        function expectCreate2(bytes code, address deployer);
        function interceptInitcode();

        // Mocks.
        function mockCall(address callee, bytes data, bytes answer);
        function mockCall(address callee, uint256 value, bytes data, bytes answer);
        function mockCall(address callee, bytes4 data, bytes answer);
        function mockCall(address callee, uint256 value, bytes4 data, bytes answer);
        function mockCalls(address callee, bytes data, bytes[] answers);
        function mockCalls(address callee, uint256 value, bytes data, bytes[] answers);
        function mockCallRevert(address callee, bytes data, bytes answer);
        function mockCallRevert(address callee, uint256 value, bytes data, bytes answer);
        function mockCallRevert(address callee, bytes4 data, bytes answer);
        function mockCallRevert(address callee, uint256 value, bytes4 data, bytes answer);
        function mockFunction(address callee, address target, bytes data);
        function clearMockedCalls();

        // Numbers that follow from the call.
        function randomUint() returns (uint256);
        function randomUint(uint256 bits) returns (uint256);
        function randomUint(uint256 least, uint256 most) returns (uint256);
        function randomInt() returns (int256);
        function randomInt(uint256 bits) returns (int256);
        function randomBool() returns (bool);
        function randomAddress() returns (address);
        function randomBytes(uint256 length) returns (bytes);
        function randomBytes4() returns (bytes4);
        function randomBytes8() returns (bytes8);
        function setSeed(uint256 seed);
        function shuffle(uint256[] items) returns (uint256[]);
        function bound(uint256 current, uint256 least, uint256 most) returns (uint256);
        function bound(int256 current, int256 least, int256 most) returns (int256);

        // Assertions.
        function assertTrue(bool condition);
        function assertTrue(bool condition, string reason);
        function assertFalse(bool condition);
        function assertFalse(bool condition, string reason);
        function assertEq(bool left, bool right);
        function assertEq(bool left, bool right, string reason);
        function assertEq(uint256 left, uint256 right);
        function assertEq(uint256 left, uint256 right, string reason);
        function assertEq(int256 left, int256 right);
        function assertEq(int256 left, int256 right, string reason);
        function assertEq(address left, address right);
        function assertEq(address left, address right, string reason);
        function assertEq(bytes32 left, bytes32 right);
        function assertEq(bytes32 left, bytes32 right, string reason);
        function assertEq(string left, string right);
        function assertEq(string left, string right, string reason);
        function assertEq(bytes left, bytes right);
        function assertEq(bytes left, bytes right, string reason);
        function assertEq(bool[] left, bool[] right);
        function assertEq(bool[] left, bool[] right, string reason);
        function assertEq(uint256[] left, uint256[] right);
        function assertEq(uint256[] left, uint256[] right, string reason);
        function assertEq(int256[] left, int256[] right);
        function assertEq(int256[] left, int256[] right, string reason);
        function assertEq(address[] left, address[] right);
        function assertEq(address[] left, address[] right, string reason);
        function assertEq(bytes32[] left, bytes32[] right);
        function assertEq(bytes32[] left, bytes32[] right, string reason);
        function assertEq(string[] left, string[] right);
        function assertEq(string[] left, string[] right, string reason);
        function assertEq(bytes[] left, bytes[] right);
        function assertEq(bytes[] left, bytes[] right, string reason);
        function assertNotEq(bool left, bool right);
        function assertNotEq(bool left, bool right, string reason);
        function assertNotEq(uint256 left, uint256 right);
        function assertNotEq(uint256 left, uint256 right, string reason);
        function assertNotEq(int256 left, int256 right);
        function assertNotEq(int256 left, int256 right, string reason);
        function assertNotEq(address left, address right);
        function assertNotEq(address left, address right, string reason);
        function assertNotEq(bytes32 left, bytes32 right);
        function assertNotEq(bytes32 left, bytes32 right, string reason);
        function assertNotEq(string left, string right);
        function assertNotEq(string left, string right, string reason);
        function assertNotEq(bytes left, bytes right);
        function assertNotEq(bytes left, bytes right, string reason);
        function assertNotEq(bool[] left, bool[] right);
        function assertNotEq(bool[] left, bool[] right, string reason);
        function assertNotEq(uint256[] left, uint256[] right);
        function assertNotEq(uint256[] left, uint256[] right, string reason);
        function assertNotEq(int256[] left, int256[] right);
        function assertNotEq(int256[] left, int256[] right, string reason);
        function assertNotEq(address[] left, address[] right);
        function assertNotEq(address[] left, address[] right, string reason);
        function assertNotEq(bytes32[] left, bytes32[] right);
        function assertNotEq(bytes32[] left, bytes32[] right, string reason);
        function assertNotEq(string[] left, string[] right);
        function assertNotEq(string[] left, string[] right, string reason);
        function assertNotEq(bytes[] left, bytes[] right);
        function assertNotEq(bytes[] left, bytes[] right, string reason);
        function assertLt(uint256 left, uint256 right);
        function assertLt(uint256 left, uint256 right, string reason);
        function assertLt(int256 left, int256 right);
        function assertLt(int256 left, int256 right, string reason);
        function assertLe(uint256 left, uint256 right);
        function assertLe(uint256 left, uint256 right, string reason);
        function assertLe(int256 left, int256 right);
        function assertLe(int256 left, int256 right, string reason);
        function assertGt(uint256 left, uint256 right);
        function assertGt(uint256 left, uint256 right, string reason);
        function assertGt(int256 left, int256 right);
        function assertGt(int256 left, int256 right, string reason);
        function assertGe(uint256 left, uint256 right);
        function assertGe(uint256 left, uint256 right, string reason);
        function assertGe(int256 left, int256 right);
        function assertGe(int256 left, int256 right, string reason);
        function assertEqDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertEqDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertEqDecimal(int256 left, int256 right, uint256 decimals);
        function assertEqDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertNotEqDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertNotEqDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertNotEqDecimal(int256 left, int256 right, uint256 decimals);
        function assertNotEqDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertLtDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertLtDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertLtDecimal(int256 left, int256 right, uint256 decimals);
        function assertLtDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertLeDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertLeDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertLeDecimal(int256 left, int256 right, uint256 decimals);
        function assertLeDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertGtDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertGtDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertGtDecimal(int256 left, int256 right, uint256 decimals);
        function assertGtDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertGeDecimal(uint256 left, uint256 right, uint256 decimals);
        function assertGeDecimal(uint256 left, uint256 right, uint256 decimals, string reason);
        function assertGeDecimal(int256 left, int256 right, uint256 decimals);
        function assertGeDecimal(int256 left, int256 right, uint256 decimals, string reason);
        function assertApproxEqAbs(uint256 left, uint256 right, uint256 most);
        function assertApproxEqAbs(uint256 left, uint256 right, uint256 most, string reason);
        function assertApproxEqAbs(int256 left, int256 right, uint256 most);
        function assertApproxEqAbs(int256 left, int256 right, uint256 most, string reason);
        function assertApproxEqAbsDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals);
        function assertApproxEqAbsDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals, string reason);
        function assertApproxEqAbsDecimal(int256 left, int256 right, uint256 most, uint256 decimals);
        function assertApproxEqAbsDecimal(int256 left, int256 right, uint256 most, uint256 decimals, string reason);
        function assertApproxEqRel(uint256 left, uint256 right, uint256 most);
        function assertApproxEqRel(uint256 left, uint256 right, uint256 most, string reason);
        function assertApproxEqRel(int256 left, int256 right, uint256 most);
        function assertApproxEqRel(int256 left, int256 right, uint256 most, string reason);
        function assertApproxEqRelDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals);
        function assertApproxEqRelDecimal(uint256 left, uint256 right, uint256 most, uint256 decimals, string reason);
        function assertApproxEqRelDecimal(int256 left, int256 right, uint256 most, uint256 decimals);
        function assertApproxEqRelDecimal(int256 left, int256 right, uint256 most, uint256 decimals, string reason);
    }
}
