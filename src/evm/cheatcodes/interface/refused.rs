//! What is known and refused, by the reason why.

alloy_sol_types::sol! {
    struct SignedDelegation {
        uint8 v;
        bytes32 r;
        bytes32 s;
        uint64 nonce;
        address implementation;
    }

    struct AccessListItem {
        address target;
        bytes32[] storageKeys;
    }

    interface Forks {
        function activeFork();
        function allowCheatcodes(address);
        function broadcastRawTransaction(bytes);
        function createFork(string);
        function createFork(string, bytes32);
        function createFork(string, uint256);
        function createSelectFork(string);
        function createSelectFork(string, bytes32);
        function createSelectFork(string, uint256);
        function eth_getLogs(uint256, uint256, address, bytes32[]);
        function executeTransaction(bytes);
        function getChain(string);
        function getChain(uint256);
        function getRawBlockHeader(uint256);
        function isPersistent(address);
        function makePersistent(address);
        function makePersistent(address, address);
        function makePersistent(address, address, address);
        function makePersistent(address[]);
        function revokePersistent(address);
        function revokePersistent(address[]);
        function rollFork(bytes32);
        function rollFork(uint256);
        function rollFork(uint256, bytes32);
        function rollFork(uint256, uint256);
        function rpc(string, string);
        function rpc(string, string, string);
        function rpcUrl(string);
        function rpcUrlStructs();
        function rpcUrls();
        function selectFork(uint256);
        function transact(bytes32);
        function transact(uint256, bytes32);
    }

    interface Programs {
        function ffi(string[]);
        function prompt(string);
        function promptAddress(string);
        function promptSecret(string);
        function promptSecretUint(string);
        function promptUint(string);
        function tryFfi(string[]);
    }

    interface Others {
        function accessList(AccessListItem[]);
        function attachBlob(bytes);
        function attachDelegation(SignedDelegation);
        function attachDelegation(SignedDelegation, bool);
        function createEd25519Key(bytes32);
        function dumpState(string);
        function eip712HashStruct(string, bytes);
        function eip712HashStruct(string, string, bytes);
        function eip712HashType(string);
        function eip712HashType(string, string);
        function eip712HashTypedData(string);
        function expectSafeMemory(uint64, uint64);
        function expectSafeMemoryCall(uint64, uint64);
        function getArtifactPathByCode(bytes);
        function getArtifactPathByDeployedCode(bytes);
        function getBroadcast(string, uint64, uint8);
        function getBroadcasts(string, uint64);
        function getBroadcasts(string, uint64, uint8);
        function getDeployment(string);
        function getDeployment(string, uint64);
        function getDeployments(string, uint64);
        function getStateDiff();
        function getStateDiffJson();
        function loadAllocs(string);
        function noAccessList();
        function publicKeyEd25519(bytes32);
        function setEvmVersion(string);
        function signAndAttachDelegation(address, uint256);
        function signAndAttachDelegation(address, uint256, bool);
        function signAndAttachDelegation(address, uint256, uint64);
        function signDelegation(address, uint256);
        function signDelegation(address, uint256, bool);
        function signDelegation(address, uint256, uint64);
        function signEd25519(bytes, bytes, bytes32);
        function signWithNonceUnsafe(uint256, bytes32, uint256);
        function snapshotGasLastCall(string);
        function snapshotGasLastCall(string, string);
        function snapshotValue(string, string, uint256);
        function snapshotValue(string, uint256);
        function startDebugTraceRecording();
        function startSnapshotGas(string);
        function startSnapshotGas(string, string);
        function stopAndReturnDebugTraceRecording();
        function stopExpectSafeMemory();
        function stopSnapshotGas();
        function stopSnapshotGas(string);
        function stopSnapshotGas(string, string);
        function verifyEd25519(bytes, bytes, bytes, bytes32);
    }
}
