//! What the attacker begins with: a little of each token that has a price. Whoever has nothing cannot even pay for a loan, so
//! that nothing would ever succeed that could be learned from; what is lost of it counts against a profit.

use crate::{
    evm::Read,
    protocol::{Contract, InferredEconomy, RecipeStep, inference::Probe},
};
use alloy_primitives::{Address, U256};

/// Part of the supply of the least valuable token that is dealt, and as much in value of each other one: amounts that fit each
/// other, so that what one call gives is enough for the next.
const PART: u64 = 10;
/// Prices are per this many base units.
const SCALE: u64 = 1_000_000_000_000_000_000;
/// Digits of a supply beyond which tokens may count in fewer bits than a word.
const MAX_BITS: usize = 100;

/// Deals the same value of each priced token, on top of its supply; the names of those that were dealt, and how.
///
/// Only where balance and supply are each one word of storage, and of tokens that hold nothing themselves: a share that nobody
/// paid for would be a claim without anything behind it.
pub(super) fn deal(probe: &mut Probe<'_>, economy: &InferredEconomy, owner: Address) -> (Vec<String>, Vec<RecipeStep>) {
    let mut tokens = Vec::new();
    for token in probe.contracts {
        if let Some(price) = price(economy, &token.name)
            && let Some(supply) = probe.word(token.address, "totalSupply()", &[], 0)
            && let Some(value) = supply.checked_mul(price).map(|value| value / U256::from(PART))
            && !value.is_zero()
            && !holds_something(probe, token)
        {
            tokens.push((token, price, value));
        }
    }
    let (mut names, mut steps) = (Vec::new(), Vec::new());
    let Some(value) = tokens.iter().map(|(_, _, value)| *value).min() else { return (names, steps) };
    for (token, price, _) in tokens {
        if let Some(words) = give(probe, token.address, owner, value / price) {
            names.push(token.name.clone());
            steps.extend(words.map(|(slot, word)| RecipeStep::Store(token.address, slot, word)));
        }
    }
    (names, steps)
}

/// What 1e18 base units of a token are worth; none where that is not known.
fn price(economy: &InferredEconomy, name: &str) -> Option<U256> {
    if economy.reference.as_deref() == Some(name) {
        return Some(U256::from(SCALE));
    }
    let price = economy.prices.iter().find(|price| price.asset == name)?;
    price.price.parse().ok().filter(|price: &U256| !price.is_zero())
}

fn holds_something(probe: &mut Probe<'_>, token: &Contract) -> bool {
    let contracts = probe.contracts;
    let others = contracts.iter().filter(|other| other.address != token.address);
    let mut held = others.filter_map(|other| probe.balance(other.address, token.address));
    held.any(|balance| !balance.is_zero())
}

/// Writes a balance and the supply, and takes both back unless the token then tells them; what was written where.
fn give(probe: &mut Probe<'_>, token: Address, owner: Address, amount: U256) -> Option<[(U256, U256); 2]> {
    let supply = probe.word(token, "totalSupply()", &[], 0)?;
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
        return Some([(supply_slot, more), (balance_slot, amount)]);
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
