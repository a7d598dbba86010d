//! What the attacker begins with: a little of each token that has a price. Whoever has nothing cannot even pay for a loan, so
//! that nothing would ever succeed that could be learned from; what is lost of it counts against a profit.

use crate::{
    evm::Read,
    protocol::{Contract, InferredEconomy, inference::Probe},
};
use alloy_primitives::{Address, U256};

/// Part of the supply that is dealt.
const PART: u64 = 100;
/// Digits of a supply beyond which tokens may count in fewer bits than a word.
const MAX_BITS: usize = 100;

/// Deals a hundredth of its supply of each priced token, on top of that supply; the names of those that were dealt.
///
/// Only where balance and supply are each one word of storage, and of tokens that hold nothing themselves: a share that nobody
/// paid for would be a claim without anything behind it.
pub(super) fn deal(probe: &mut Probe<'_>, economy: &InferredEconomy, owner: Address) -> Vec<String> {
    let priced = |name: &String| {
        economy.reference.as_ref() == Some(name) || economy.prices.iter().any(|price| price.asset == *name)
    };
    let contracts = probe.contracts;
    let tokens: Vec<_> = contracts.iter().filter(|contract| priced(&contract.name)).collect();
    let mut dealt = Vec::new();
    for token in tokens {
        if !holds_something(probe, token) && give(probe, token.address, owner).is_some() {
            dealt.push(token.name.clone());
        }
    }
    dealt
}

fn holds_something(probe: &mut Probe<'_>, token: &Contract) -> bool {
    let contracts = probe.contracts;
    let others = contracts.iter().filter(|other| other.address != token.address);
    let mut held = others.filter_map(|other| probe.balance(other.address, token.address));
    held.any(|balance| !balance.is_zero())
}

/// Writes a balance and the supply, and takes both back unless the token then tells them.
fn give(probe: &mut Probe<'_>, token: Address, owner: Address) -> Option<()> {
    let supply = probe.word(token, "totalSupply()", &[], 0)?;
    let amount = supply / U256::from(PART);
    if amount.is_zero() || supply.bit_len() > MAX_BITS || !probe.balance(token, owner)?.is_zero() {
        return None;
    }
    let more = supply + amount;
    // A cap that is reached leaves no room.
    if probe.word(token, "cap()", &[], 0).is_some_and(|cap| cap < more) {
        return None;
    }
    let supply_slot = word_of(probe, token, "totalSupply()", &[], supply)?;
    let holder = U256::from_be_bytes(owner.into_word().0);
    let balance_slot = word_of(probe, token, "balanceOf(address)", &[holder], U256::ZERO)?;
    let before = probe.machine.snapshot();
    probe.machine.set_storage(token, supply_slot, more);
    probe.machine.set_storage(token, balance_slot, amount);
    let told = (probe.word(token, "totalSupply()", &[], 0), probe.balance(token, owner));
    if told == (Some(more), Some(amount)) {
        return Some(());
    }
    probe.machine.restore(&before);
    None
}

/// The one word of a token's storage that a view reads, which is its answer.
fn word_of(probe: &mut Probe<'_>, token: Address, view: &str, arguments: &[U256], answer: U256) -> Option<U256> {
    let reads = probe.reads(token, view, arguments)?;
    let words = reads.iter().filter_map(|read| match read {
        Read::Storage(address, slot) if *address == token => Some(*slot),
        _ => None,
    });
    let fitting: Vec<_> = words.filter(|slot| probe.machine.storage(token, *slot) == answer).collect();
    match fitting.as_slice() {
        [slot] => Some(*slot),
        _ => None,
    }
}
