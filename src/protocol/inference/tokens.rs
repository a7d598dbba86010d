//! Fungible tokens, wrapped native coins and shares.

use super::{
    probe::{Probe, as_address, as_word, call, has, tells},
    roles::{Guess, Sureness},
};
use crate::{evm::Read, protocol::Contract};
use alloy_primitives::{Address, U256, b256};

const ERC20: [&str; 6] = [
    "totalSupply()",
    "balanceOf(address)",
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "approve(address,uint256)",
    "allowance(address,address)",
];
/// The event that says what becomes of balances and supply.
const TRANSFER: &str = "Transfer(address,address,uint256)";
const ERC4626: [&str; 6] = [
    "asset()",
    "totalAssets()",
    "convertToAssets(uint256)",
    "convertToShares(uint256)",
    "deposit(uint256,address)",
    "redeem(uint256,address,address)",
];
/// What is wrapped to see whether it is there afterwards, wei.
const WRAPPED: u64 = 1_000_000;
/// Where proxies keep their implementation: those words are no part of what a token says.
const PROXY_SLOTS: [U256; 2] = [
    U256::from_be_bytes(b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc").0),
    U256::from_be_bytes(b256!("a3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50").0),
];

/// An ERC-20 token: its functions, and that its views answer. Packs judge it where its balances and its supply are each one
/// word of its storage, and its events can tell of both: a supply that follows time, other contracts or the native balance changes
/// without events by design.
pub(super) fn token(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &ERC20) {
        return None;
    }
    let (address, stranger) = (contract.address, as_word(probe.stranger));
    let supply = probe.reads(address, "totalSupply()", &[]);
    let balance = probe.reads(address, "balanceOf(address)", &[stranger]);
    let (Some(supply), Some(balance)) = (supply, balance) else {
        let why = "it has the functions of ERC-20, but totalSupply() or balanceOf(address) does not answer";
        return Some(Guess::shown("token", Sureness::Possible, why));
    };
    let plain = is_one_word(&supply, address) && is_one_word(&balance, address);
    let told = tells(&contract.artifact.abi, &[TRANSFER]);
    let why = match (plain, told) {
        (true, true) => "the functions of ERC-20; supply and balances are words of its storage",
        (true, false) => "the functions of ERC-20, without the event Transfer, so packs leave it out",
        (false, _) => {
            "the functions of ERC-20; its supply or its balances follow something else, so packs leave it out"
        }
    };
    Some(Guess { judged: plain && told, ..Guess::bound("token", why) })
}

fn is_one_word(reads: &[Read], token: Address) -> bool {
    let mut words = 0;
    for read in reads {
        match read {
            Read::Storage(_, slot) if PROXY_SLOTS.contains(slot) => {}
            Read::Storage(address, _) if *address == token => words += 1,
            Read::Storage(..) | Read::Block | Read::Everything => return false,
            Read::Account(_) => {}
        }
    }
    words == 1
}

/// A token that is the native coin, wrapped: what is deposited is there afterwards, and comes back.
pub(super) fn weth(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    let abi = &contract.artifact.abi;
    if !has(abi, &ERC20) || !has(abi, &["deposit()", "withdraw(uint256)"]) {
        return None;
    }
    let (token, stranger, amount) = (contract.address, probe.stranger, U256::from(WRAPPED));
    let both = probe.tentatively(|probe| {
        probe.machine.set_account(stranger, amount, 0);
        let wrapped = probe.send(stranger, token, call("deposit()", &[]), amount)
            && probe.balance(token, stranger) == Some(amount);
        wrapped
            && probe.send(stranger, token, call("withdraw(uint256)", &[amount]), U256::ZERO)
            && probe.machine.balance(stranger) == amount
    });
    Some(if both {
        Guess::bound("weth", "deposit() gives one unit for each wei, and withdraw(uint256) gives it back")
    } else {
        Guess::shown("weth", Sureness::Possible, "deposit() and withdraw(uint256), but a wei is not worth a unit")
    })
}

/// An ERC-4626 vault. Packs judge it where all that it counts as its assets is its own balance: one that invests elsewhere owes
/// more than it holds by design.
pub(super) fn vault(probe: &mut Probe<'_>, contract: &Contract) -> Option<Guess> {
    if !has(&contract.artifact.abi, &ERC4626) {
        return None;
    }
    let address = contract.address;
    let asset = probe.contract(address, "asset()");
    let total = probe.word(address, "totalAssets()", &[], 0);
    let converted = probe.word(address, "convertToAssets(uint256)", &[U256::from(WRAPPED)], 0);
    let (Some(asset), Some(total), Some(_)) = (asset, total, converted) else {
        let why = "the functions of ERC-4626, but asset(), totalAssets() or convertToAssets(uint256) does not answer";
        return Some(Guess::shown("vault", Sureness::Possible, why));
    };
    let Some(held) = probe.balance(asset, address) else {
        let why = "the functions of ERC-4626, but its asset() tells no balance";
        return Some(Guess::shown("vault", Sureness::Likely, why));
    };
    let words = |reads: Option<Vec<Read>>| -> Vec<Read> {
        let own = reads.into_iter().flatten();
        own.filter(|read| !matches!(read, Read::Account(_))).collect()
    };
    let counted = words(probe.reads(address, "totalAssets()", &[]));
    let balance = words(probe.reads(asset, "balanceOf(address)", &[as_word(address)]));
    let is_balance = held == total && balance.iter().all(|read| counted.contains(read)) && {
        let beside = counted.iter().filter(|read| !balance.contains(read));
        // Where it keeps the address of its asset, or of its implementation.
        beside.into_iter().all(|read| {
            matches!(read, Read::Storage(of, slot) if *of == address && {
                let word = probe.machine.storage(*of, *slot);
                PROXY_SLOTS.contains(slot) || as_address(word) == Some(asset)
            })
        })
    };
    let name = probe.name(asset);
    let why = if is_balance {
        format!("the functions of ERC-4626, which answer; totalAssets() is its balance of {name}")
    } else {
        format!(
            "the functions of ERC-4626, which answer; its assets are more than its balance of {name}, so packs leave it out"
        )
    };
    Some(Guess { judged: is_balance, ..Guess::bound("vault", &why) })
}
