//! The way out of a script: what its calls left is turned back into what they took, so that a script is worth what the attacker
//! could cash in behind it, and not what it happens to hold.

use super::exchange::{ALL, Exchange, Exchanges};
use crate::{generate::CaseRng, protocol::Protocol, sequence::ActionCall};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256, aliases::I512};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// Calls of a way out, at most.
const LONGEST: usize = 6;

/// Calls that turn what `done` left into what it took: what was paid in comes out, the latest first, then what is held is redeemed or
/// sold. `holdings` is what became of the caller's tokens, in base units.
pub fn draw_exit(
    (protocol, exchanges): (&Protocol, &Exchanges),
    done: &[Exchange],
    holdings: &BTreeMap<Address, I512>,
    rng: &mut CaseRng,
) -> Vec<ActionCall> {
    let mut calls = Vec::new();
    let mut closed = BTreeSet::new();
    for exchange in done.iter().rev().filter(|exchange| exchange.is_payment()) {
        if closed.insert(exchange.call.function) {
            calls.extend(withdrawal(protocol, exchanges, exchange, holdings, rng));
        }
    }
    let missing = tokens(holdings, I512::is_negative);
    let mut held: Vec<_> = tokens(holdings, I512::is_positive).into_iter().collect();
    let mut seen: BTreeSet<_> = held.iter().copied().collect();
    while !held.is_empty() && calls.len() < LONGEST {
        let token = held.swap_remove(rng.random_range(0..held.len()));
        let Some(sale) = exchanges.sale(token, &missing, rng) else { continue };
        for given in sale.given() {
            // What a redemption gives is sold in turn.
            if !missing.contains(&given) && seen.insert(given) {
                held.push(given);
            }
        }
        calls.push(sale.call(&mut || ALL));
    }
    calls.truncate(LONGEST);
    calls
}

fn tokens(holdings: &BTreeMap<Address, I512>, is_wanted: fn(&I512) -> bool) -> BTreeSet<Address> {
    holdings.iter().filter(|(_, change)| is_wanted(change)).map(|(token, _)| *token).collect()
}

/// A call of the same contract that gives what `payment` took: as much as is missing of it, or all that is there.
fn withdrawal(
    protocol: &Protocol,
    exchanges: &Exchanges,
    payment: &Exchange,
    holdings: &BTreeMap<Address, I512>,
    rng: &mut CaseRng,
) -> Option<ActionCall> {
    let contract = |exchange: &Exchange| protocol.functions[exchange.call.function].contract;
    let (withdrawal, argument, token) =
        exchanges.withdrawal(payment, |other| contract(other) == contract(payment), rng)?;
    let mut call = withdrawal.call(&mut || ALL);
    let missing = holdings.get(&token).filter(|change| change.is_negative()).map(|change| change.saturating_neg());
    if let (Some(argument), Some(missing)) = (argument, missing)
        && rng.random()
        && let DynSolValue::Uint(amount, _) = &mut call.arguments[argument]
    {
        *amount = U256::from_limbs_slice(&missing.into_raw().as_limbs()[..4]);
        call.live.retain(|live| live.argument != argument);
    }
    Some(call)
}
