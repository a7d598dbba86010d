//! Keys that follow from phrases (BIP-32, BIP-39), and those that a test has remembered.

use super::{Answer, Cheat, Failure, MAX_ITEMS, MAX_WORK, interface::ToolsCalls, key};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolValue;
use coins_bip39::{
    ChineseSimplified, ChineseTraditional, Czech, English, French, Italian, Japanese, Korean, Mnemonic, Portuguese,
    Spanish, Wordlist,
};
use k256::ecdsa::SigningKey;
use std::{collections::BTreeMap, sync::Arc};

/// Keys by their accounts.
pub(super) type Wallets = BTreeMap<Address, U256>;

/// Where keys of Ethereum are, but for their index (BIP-44).
const PATH: &str = "m/44'/60'/0'/0/";
const LANGUAGE: &str = "english";
/// Most keys that a message may derive: each takes about a millisecond.
const MAX_DERIVED: usize = 256;
/// Longest phrase and path, bytes.
const MAX_PHRASE: usize = 4096;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    let encoded = |key: U256| key.abi_encode();
    Some(match call {
        C::deriveKey_0(call) => derive(cheat, [&call.phrase, PATH, LANGUAGE], call.index).map(encoded),
        C::deriveKey_1(call) => derive(cheat, [&call.phrase, &call.path, LANGUAGE], call.index).map(encoded),
        C::deriveKey_2(call) => derive(cheat, [&call.phrase, PATH, &call.language], call.index).map(encoded),
        C::deriveKey_3(call) => derive(cheat, [&call.phrase, &call.path, &call.language], call.index).map(encoded),
        C::rememberKeys_0(call) => remember_all(cheat, [&call.phrase, &call.path, LANGUAGE], call.count),
        C::rememberKeys_1(call) => remember_all(cheat, [&call.phrase, &call.path, &call.language], call.count),
        C::getWallets(_) => {
            cheat.depends_on_everything();
            Ok(cheat.cheats.lasting.wallets.keys().copied().collect::<Vec<_>>().abi_encode())
        }
        _ => return None,
    })
}

/// Keeps a key for those who ask for their account's signature.
pub(super) fn remember(cheat: &mut Cheat<'_>, number: U256) -> Result<Address, Failure> {
    let account = key::account_of(number)?;
    let wallets = Arc::make_mut(&mut cheat.cheats.lasting.wallets);
    if wallets.len() >= MAX_ITEMS {
        return Err("too many wallets".into());
    }
    wallets.insert(account, number);
    Ok(account)
}

/// The one account whose key is remembered, where there is one only.
pub(super) fn only(cheat: &Cheat<'_>) -> Option<Address> {
    let wallets = &cheat.cheats.lasting.wallets;
    wallets.keys().next().copied().filter(|_| wallets.len() == 1)
}

/// The key that signs: the account's, or the only one.
pub(super) fn signer(cheat: &mut Cheat<'_>, account: Option<Address>) -> Result<U256, Failure> {
    cheat.depends_on_everything();
    let wallets = &cheat.cheats.lasting.wallets;
    match account {
        Some(account) => {
            let known = wallets.get(&account).copied();
            known.ok_or_else(|| format!("signer with address {account} is not available").into())
        }
        None if wallets.len() > 1 => Err("there are several wallets: say which one signs".into()),
        None => wallets.values().next().copied().ok_or_else(|| "no wallets available".into()),
    }
}

fn remember_all(cheat: &mut Cheat<'_>, from: [&str; 3], count: u32) -> Answer {
    let accounts = (0..count).map(|index| {
        let key = derive(cheat, from, index)?;
        remember(cheat, key)
    });
    accounts.collect::<Result<Vec<_>, _>>().map(|accounts| accounts.abi_encode())
}

/// The key with this number behind a phrase and a path, in the words of a language.
fn derive(cheat: &mut Cheat<'_>, [phrase, path, language]: [&str; 3], index: u32) -> Result<U256, Failure> {
    if phrase.len().max(path.len()) > MAX_PHRASE {
        return Err("the phrase is too long".into());
    }
    let work = cheat.cheats.work.saturating_add(MAX_WORK / MAX_DERIVED);
    if work > MAX_WORK {
        return Err("this call has derived too many keys".into());
    }
    cheat.cheats.work = work;
    let slash = if path.ends_with('/') { "" } else { "/" };
    let path = format!("{path}{slash}{index}");
    let path = path.split('/').map(within_words).collect::<Vec<_>>().join("/");
    match language {
        "chinese_simplified" => in_words_of::<ChineseSimplified>(phrase, &path),
        "chinese_traditional" => in_words_of::<ChineseTraditional>(phrase, &path),
        "czech" => in_words_of::<Czech>(phrase, &path),
        "english" => in_words_of::<English>(phrase, &path),
        "french" => in_words_of::<French>(phrase, &path),
        "italian" => in_words_of::<Italian>(phrase, &path),
        "japanese" => in_words_of::<Japanese>(phrase, &path),
        "korean" => in_words_of::<Korean>(phrase, &path),
        "portuguese" => in_words_of::<Portuguese>(phrase, &path),
        "spanish" => in_words_of::<Spanish>(phrase, &path),
        other => Err(format!("unsupported mnemonic language: {other:?}").into()),
    }
}

/// A part of a path whose index fits into its word: one that is hardened twice is not hardened, as with forge, where the sum of
/// both wraps around.
fn within_words(part: &str) -> String {
    let number = part.strip_suffix(['\'', 'h']).and_then(|number| number.parse::<u32>().ok());
    let beyond = number.and_then(|number| number.checked_sub(1 << 31));
    beyond.map_or_else(|| part.to_owned(), |number| number.to_string())
}

fn in_words_of<W: Wordlist>(phrase: &str, path: &str) -> Result<U256, Failure> {
    let failed = |error: coins_bip39::MnemonicError| Failure::from(error.to_string());
    let derived = Mnemonic::<W>::new_from_phrase(phrase).and_then(|phrase| phrase.derive_key(path, None));
    let derived = derived.map_err(failed)?;
    let key: &SigningKey = derived.as_ref();
    Ok(U256::from_be_slice(&key.to_bytes()))
}
