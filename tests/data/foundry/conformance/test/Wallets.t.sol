// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Test} from "../src/Vm.sol";

interface Wallets {
    function deriveKey(string calldata phrase, uint32 index) external pure returns (uint256);
    function deriveKey(string calldata phrase, string calldata path, uint32 index) external pure returns (uint256);
    function deriveKey(string calldata phrase, uint32 index, string calldata language) external pure returns (uint256);
    function deriveKey(string calldata phrase, string calldata path, uint32 index, string calldata language)
        external
        pure
        returns (uint256);
    function rememberKeys(string calldata phrase, string calldata path, uint32 count)
        external
        returns (address[] memory);
    function rememberKeys(string calldata phrase, string calldata path, string calldata language, uint32 count)
        external
        returns (address[] memory);
    function rememberKey(uint256 key) external returns (address);
    function getWallets() external view returns (address[] memory);
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8, bytes32, bytes32);
    function sign(bytes32 digest) external pure returns (uint8, bytes32, bytes32);
    function sign(address signer, bytes32 digest) external pure returns (uint8, bytes32, bytes32);
    function signCompact(bytes32 digest) external pure returns (bytes32, bytes32);
    function signCompact(address signer, bytes32 digest) external pure returns (bytes32, bytes32);
    function broadcast() external;
    function broadcast(uint256 key) external;
}

contract WalletsTest is Test {
    Wallets internal constant wallets = Wallets(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    string internal constant PHRASE = "test test test test test test test test test test test junk";
    bytes32 internal constant DIGEST = keccak256("digest");

    address internal caller;

    function who() external returns (address) {
        caller = msg.sender;
        return caller;
    }

    function test_derive() public pure {
        check(wallets.addr(wallets.deriveKey(PHRASE, 0)) == 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266);
        check(wallets.addr(wallets.deriveKey(PHRASE, 1)) == 0x70997970C51812dc3A010C7d01b50e0d17dc79C8);
    }

    function test_derive_by_path() public pure {
        check(wallets.deriveKey(PHRASE, "m/44'/60'/0'/0/", 1) == wallets.deriveKey(PHRASE, 1));
        check(wallets.deriveKey(PHRASE, "m/44'/60'/0'/0", 1) == wallets.deriveKey(PHRASE, 1));
        uint256 other = 108830133832677119096395322836628123630868286294790310447422379584162183126694;
        check(wallets.deriveKey(PHRASE, "m/44'/60'/0'/1", 1) == other);
    }

    function test_derive_by_short_path() public pure {
        uint256 key = 85216445072575381124355885962236954490726080234677864315255080872034900121995;
        check(wallets.deriveKey(PHRASE, "m", 0) == key);
        key = 102362155817160124844151154073849166779826275853776593542485098639414144561483;
        check(wallets.deriveKey(PHRASE, "44'/60'", 0) == key);
    }

    function test_derive_by_hardened_index() public pure {
        uint256 key = 778364840103900031918240054754640447879201668247689805244288303830774275738;
        check(wallets.deriveKey(PHRASE, 2 ** 31) == key);
    }

    function test_derive_hardened_twice() public pure {
        check(wallets.deriveKey(PHRASE, "m/2147483650'/", 0) == wallets.deriveKey(PHRASE, "m/2/", 0));
    }

    function test_derive_beyond_a_word_fails() public pure {
        wallets.deriveKey(PHRASE, "m/4294967296/", 0);
    }

    function test_derive_in_languages() public pure {
        check(wallets.deriveKey(PHRASE, 2, "english") == wallets.deriveKey(PHRASE, 2));
        string memory phrase = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        check(wallets.deriveKey(phrase, "m/44'/60'/0'/0/", 3, "english") == wallets.deriveKey(phrase, 3));
        phrase = "abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abaisser abeille";
        check(wallets.deriveKey(phrase, 0, "french") != 0);
    }

    function test_derive_in_an_unknown_language_fails() public pure {
        wallets.deriveKey(PHRASE, 0, "klingon");
    }

    function test_derive_in_another_language_fails() public pure {
        wallets.deriveKey(PHRASE, 0, "french");
    }

    function test_derive_of_few_words_fails() public pure {
        wallets.deriveKey("test test junk", 0);
    }

    function test_derive_of_a_wrong_sum_fails() public pure {
        wallets.deriveKey("test test test test test test test test test test test test", 0);
    }

    function test_derive_of_two_spaces_fails() public pure {
        wallets.deriveKey("test  test test test test test test test test test test junk", 0);
    }

    function test_derive_of_capitals_fails() public pure {
        wallets.deriveKey("Test test test test test test test test test test test junk", 0);
    }

    function test_derive_by_no_path_fails() public pure {
        wallets.deriveKey(PHRASE, "", 0);
    }

    function test_derive_by_words_fails() public pure {
        wallets.deriveKey(PHRASE, "over/there", 0);
    }

    function test_derive_by_empty_part_fails() public pure {
        wallets.deriveKey(PHRASE, "m//44/", 0);
    }

    function test_remember_all() public {
        address[] memory accounts = wallets.rememberKeys(PHRASE, "m/44'/60'/0'/0/", 3);
        check(accounts.length == 3 && accounts[1] == 0x70997970C51812dc3A010C7d01b50e0d17dc79C8);
        check(wallets.getWallets().length == 3);
        wallets.rememberKeys(PHRASE, "m/44'/60'/0'/0/", "english", 4);
        check(wallets.getWallets().length == 4);
        wallets.sign(accounts[2], DIGEST);
    }

    function test_remember_none() public {
        check(wallets.rememberKeys(PHRASE, "m", 0).length == 0 && wallets.getWallets().length == 0);
    }

    function test_the_only_wallet_signs() public {
        address account = wallets.rememberKey(77);
        wallets.rememberKey(77);
        check(wallets.getWallets().length == 1 && wallets.getWallets()[0] == account);
        (uint8 v, bytes32 r, bytes32 s) = wallets.sign(DIGEST);
        check(ecrecover(DIGEST, v, r, s) == account);
        (bytes32 r2,) = wallets.signCompact(DIGEST);
        (bytes32 r3,) = wallets.signCompact(account, DIGEST);
        check(r == r2 && r == r3);
    }

    function test_sign_without_wallets_fails() public pure {
        wallets.sign(DIGEST);
    }

    function test_sign_with_several_wallets_fails() public {
        wallets.rememberKey(77);
        wallets.rememberKey(78);
        wallets.sign(DIGEST);
    }

    function test_sign_by_an_unknown_wallet_fails() public {
        wallets.rememberKey(77);
        wallets.sign(address(9), DIGEST);
    }

    function test_the_only_wallet_broadcasts() public {
        address account = wallets.rememberKey(77);
        wallets.broadcast();
        check(this.who() == account);
    }

    function test_several_wallets_do_not() public {
        address account = wallets.rememberKey(77);
        address other = wallets.rememberKey(78);
        wallets.broadcast();
        address sender = this.who();
        check(sender != account && sender != other);
    }

    function test_who_broadcast_is_remembered() public {
        wallets.broadcast(77);
        check(this.who() == wallets.addr(77));
        check(wallets.getWallets().length == 1);
        wallets.sign(DIGEST);
    }
}
