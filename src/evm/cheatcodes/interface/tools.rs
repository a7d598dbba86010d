//! What works on texts, phrases, files and what the project was compiled to.

alloy_sol_types::sol! {
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

    interface Tools {
        // Texts.
        function toString(address value) returns (string);
        function toString(bytes value) returns (string);
        function toString(bytes32 value) returns (string);
        function toString(bool value) returns (string);
        function toString(uint256 value) returns (string);
        function toString(int256 value) returns (string);
        function parseUint(string text) returns (uint256);
        function parseInt(string text) returns (int256);
        function parseAddress(string text) returns (address);
        function parseBool(string text) returns (bool);
        function parseBytes(string text) returns (bytes);
        function parseBytes32(string text) returns (bytes32);
        function toLowercase(string text) returns (string);
        function toUppercase(string text) returns (string);
        function trim(string text) returns (string);
        function replace(string text, string from, string to) returns (string);
        function split(string text, string separator) returns (string[]);
        function indexOf(string text, string part) returns (uint256);
        function contains(string text, string part) returns (bool);
        function toBase64(bytes data) returns (string);
        function toBase64(string data) returns (string);
        function toBase64URL(bytes data) returns (string);
        function toBase64URL(string data) returns (string);
        function sort(uint256[] items) returns (uint256[]);
        function toRlp(bytes[] items) returns (bytes);
        function fromRlp(bytes data) returns (bytes[]);

        // The environment.
        function setEnv(string name, string value);
        function envExists(string name) returns (bool);
        function resolveEnv(string text) returns (string);
        function envBool(string name) returns (bool);
        function envBool(string name, string separator) returns (bool[]);
        function envUint(string name) returns (uint256);
        function envUint(string name, string separator) returns (uint256[]);
        function envInt(string name) returns (int256);
        function envInt(string name, string separator) returns (int256[]);
        function envAddress(string name) returns (address);
        function envAddress(string name, string separator) returns (address[]);
        function envBytes32(string name) returns (bytes32);
        function envBytes32(string name, string separator) returns (bytes32[]);
        function envString(string name) returns (string);
        function envString(string name, string separator) returns (string[]);
        function envBytes(string name) returns (bytes);
        function envBytes(string name, string separator) returns (bytes[]);
        function envOr(string name, bool value) returns (bool);
        function envOr(string name, uint256 value) returns (uint256);
        function envOr(string name, int256 value) returns (int256);
        function envOr(string name, address value) returns (address);
        function envOr(string name, bytes32 value) returns (bytes32);
        function envOr(string name, string value) returns (string);
        function envOr(string name, bytes value) returns (bytes);
        function envOr(string name, string separator, bool[] value) returns (bool[]);
        function envOr(string name, string separator, uint256[] value) returns (uint256[]);
        function envOr(string name, string separator, int256[] value) returns (int256[]);
        function envOr(string name, string separator, address[] value) returns (address[]);
        function envOr(string name, string separator, bytes32[] value) returns (bytes32[]);
        function envOr(string name, string separator, string[] value) returns (string[]);
        function envOr(string name, string separator, bytes[] value) returns (bytes[]);

        // JSON and TOML.
        function keyExists(string json, string path) returns (bool);
        function keyExistsJson(string json, string path) returns (bool);
        function keyExistsToml(string toml, string path) returns (bool);
        function parseJson(string json) returns (bytes);
        function parseJson(string json, string path) returns (bytes);
        function parseJsonKeys(string json, string path) returns (string[]);
        function parseJsonType(string json, string kind) returns (bytes);
        function parseJsonType(string json, string path, string kind) returns (bytes);
        function parseJsonTypeArray(string json, string path, string kind) returns (bytes);
        function parseJsonBool(string json, string path) returns (bool);
        function parseJsonBoolArray(string json, string path) returns (bool[]);
        function parseJsonUint(string json, string path) returns (uint256);
        function parseJsonUintArray(string json, string path) returns (uint256[]);
        function parseJsonInt(string json, string path) returns (int256);
        function parseJsonIntArray(string json, string path) returns (int256[]);
        function parseJsonAddress(string json, string path) returns (address);
        function parseJsonAddressArray(string json, string path) returns (address[]);
        function parseJsonBytes32(string json, string path) returns (bytes32);
        function parseJsonBytes32Array(string json, string path) returns (bytes32[]);
        function parseJsonString(string json, string path) returns (string);
        function parseJsonStringArray(string json, string path) returns (string[]);
        function parseJsonBytes(string json, string path) returns (bytes);
        function parseJsonBytesArray(string json, string path) returns (bytes[]);
        function parseToml(string toml) returns (bytes);
        function parseToml(string toml, string path) returns (bytes);
        function parseTomlKeys(string toml, string path) returns (string[]);
        function parseTomlType(string toml, string kind) returns (bytes);
        function parseTomlType(string toml, string path, string kind) returns (bytes);
        function parseTomlTypeArray(string toml, string path, string kind) returns (bytes);
        function parseTomlBool(string toml, string path) returns (bool);
        function parseTomlBoolArray(string toml, string path) returns (bool[]);
        function parseTomlUint(string toml, string path) returns (uint256);
        function parseTomlUintArray(string toml, string path) returns (uint256[]);
        function parseTomlInt(string toml, string path) returns (int256);
        function parseTomlIntArray(string toml, string path) returns (int256[]);
        function parseTomlAddress(string toml, string path) returns (address);
        function parseTomlAddressArray(string toml, string path) returns (address[]);
        function parseTomlBytes32(string toml, string path) returns (bytes32);
        function parseTomlBytes32Array(string toml, string path) returns (bytes32[]);
        function parseTomlString(string toml, string path) returns (string);
        function parseTomlStringArray(string toml, string path) returns (string[]);
        function parseTomlBytes(string toml, string path) returns (bytes);
        function parseTomlBytesArray(string toml, string path) returns (bytes[]);
        function serializeJson(string object, string value) returns (string);
        function serializeJsonType(string kind, bytes value) returns (string);
        function serializeJsonType(string object, string key, string kind, bytes value) returns (string);
        function serializeUintToHex(string object, string key, uint256 value) returns (string);
        function serializeBool(string object, string key, bool value) returns (string);
        function serializeBool(string object, string key, bool[] values) returns (string);
        function serializeUint(string object, string key, uint256 value) returns (string);
        function serializeUint(string object, string key, uint256[] values) returns (string);
        function serializeInt(string object, string key, int256 value) returns (string);
        function serializeInt(string object, string key, int256[] values) returns (string);
        function serializeAddress(string object, string key, address value) returns (string);
        function serializeAddress(string object, string key, address[] values) returns (string);
        function serializeBytes32(string object, string key, bytes32 value) returns (string);
        function serializeBytes32(string object, string key, bytes32[] values) returns (string);
        function serializeString(string object, string key, string value) returns (string);
        function serializeString(string object, string key, string[] values) returns (string);
        function serializeBytes(string object, string key, bytes value) returns (string);
        function serializeBytes(string object, string key, bytes[] values) returns (string);

        // Files.
        function projectRoot() returns (string);
        function readFile(string path) returns (string);
        function readFileBinary(string path) returns (bytes);
        function readLine(string path) returns (string);
        function closeFile(string path);
        function readLink(string path) returns (string);
        function readDir(string path) returns (DirEntry[]);
        function readDir(string path, uint64 depth) returns (DirEntry[]);
        function readDir(string path, uint64 depth, bool follow) returns (DirEntry[]);
        function exists(string path) returns (bool);
        function isFile(string path) returns (bool);
        function isDir(string path) returns (bool);
        function fsMetadata(string path) returns (FsMetadata);
        function writeFile(string path, string data);
        function writeFileBinary(string path, bytes data);
        function writeLine(string path, string data);
        function writeJson(string json, string path);
        function writeJson(string json, string path, string key);
        function writeToml(string json, string path);
        function writeToml(string json, string path, string key);
        function removeFile(string path);
        function removeDir(string path, bool recursive);
        function createDir(string path, bool recursive);
        function copyFile(string from, string to) returns (uint64);

        // Keys, and what a test asks of its runner.
        function deriveKey(string phrase, uint32 index) returns (uint256);
        function deriveKey(string phrase, string path, uint32 index) returns (uint256);
        function deriveKey(string phrase, uint32 index, string language) returns (uint256);
        function deriveKey(string phrase, string path, uint32 index, string language) returns (uint256);
        function rememberKeys(string phrase, string path, uint32 count) returns (address[]);
        function rememberKeys(string phrase, string path, string language, uint32 count) returns (address[]);
        function getWallets() returns (address[]);
        function getRecordedLogsJson() returns (string);
        function getFoundryVersion() returns (string);
        function foundryVersionCmp(string version) returns (int256);
        function foundryVersionAtLeast(string version) returns (bool);
        function unixTime() returns (uint256);
        function currentFilePath() returns (string);

        // What the project was compiled to.
        function getCode(string artifact) returns (bytes);
        function getDeployedCode(string artifact) returns (bytes);
        function getStorageSlots(address target, string name) returns (uint256[]);
        function deployCode(string artifact) returns (address);
        function deployCode(string artifact, bytes arguments) returns (address);
        function deployCode(string artifact, uint256 value) returns (address);
        function deployCode(string artifact, bytes arguments, uint256 value) returns (address);
        function deployCode(string artifact, bytes32 salt) returns (address);
        function deployCode(string artifact, bytes arguments, bytes32 salt) returns (address);
        function deployCode(string artifact, uint256 value, bytes32 salt) returns (address);
        function deployCode(string artifact, bytes arguments, uint256 value, bytes32 salt) returns (address);
    }
}
