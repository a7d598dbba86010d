//! The way out of a script: what its calls left is turned back into what they took, so that a script is worth what the attacker
//! could cash in behind it, and not what it happens to hold.

use super::exchange::{Exchange, Exchanges, all};
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
        // Where nothing is missing, what is held may be the gain.
        if missing.is_empty() && rng.random() {
            continue;
        }
        let Some(sale) = exchanges.sale(token, &missing, rng) else { continue };
        for given in sale.given() {
            // What a redemption gives is sold in turn.
            if !missing.contains(&given) && seen.insert(given) {
                held.push(given);
            }
        }
        calls.push(sale.call(&mut all));
    }
    calls.truncate(LONGEST);
    calls
}

fn tokens(holdings: &BTreeMap<Address, I512>, is_wanted: fn(&I512) -> bool) -> BTreeSet<Address> {
    holdings.iter().filter(|(_, change)| is_wanted(change)).map(|(token, _)| *token).collect()
}

/// A call that gives what `payment` took, from where it went: as much as is missing of it, or all that is there.
fn withdrawal(
    protocol: &Protocol,
    exchanges: &Exchanges,
    payment: &Exchange,
    holdings: &BTreeMap<Address, I512>,
    rng: &mut CaseRng,
) -> Option<ActionCall> {
    let contract = |exchange: &Exchange| protocol.functions[exchange.call.function].contract;
    let (withdrawal, spot, token) = exchanges.withdrawal(payment, |other| contract(other) == contract(payment), rng)?;
    let mut call = withdrawal.call(&mut all);
    let missing = holdings.get(&token).filter(|change| change.is_negative()).map(|change| change.saturating_neg());
    if let (Some(spot), Some(missing)) = (spot, missing)
        && rng.random()
        && let Some(DynSolValue::Uint(amount, _)) = spot.of_mut(&mut call.arguments)
    {
        *amount = U256::from_limbs_slice(&missing.into_raw().as_limbs()[..4]);
        call.live.retain(|live| live.spot != spot);
    }
    Some(call)
}

#[cfg(test)]
mod tests {
    use super::draw_exit;
    use crate::{
        gallery, generate,
        protocol::{Protocol, Transfer},
        scenario::{Exchange, Exchanges},
        sequence::{ActionCall, Fit, Holder, Live, Source, Spot},
    };
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::{Address, U256, aliases::I512};
    use std::collections::BTreeMap;

    const HOME: Address = Address::repeat_byte(1);

    fn address(protocol: &Protocol, name: &str) -> Address {
        protocol.address_of(name).expect("it is deployed")
    }

    fn call(protocol: &Protocol, contract: &str, name: &str, amount: u64) -> ActionCall {
        let is_meant = |function: &crate::protocol::Function| {
            function.abi.name == name && protocol.contracts[function.contract].name == contract
        };
        let function = protocol.functions.iter().position(is_meant).expect("it has the function");
        let amount = DynSolValue::Uint(U256::from(amount), 256);
        let arguments = vec![amount; protocol.functions[function].inputs.len()];
        ActionCall { function, instance: None, arguments, live: Vec::new(), value: U256::ZERO, callback: Vec::new() }
    }

    #[test]
    fn what_was_supplied_comes_out_and_what_was_bought_is_sold() {
        let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
        let [cash, market] = ["cash", "market"].map(|name| address(&protocol, name));
        let moved = |token, from, to, amount: u64| Transfer { token, from, to, amount: U256::from(amount) };
        let supply = call(&protocol, "market", "supply", 5_000);
        let withdraw = call(&protocol, "market", "withdraw", 4_000);
        let supplied = Exchange::of(&supply, HOME, &[moved(cash, HOME, market, 5_000)]).expect("cash moved");
        let withdrawn = Exchange::of(&withdraw, HOME, &[moved(cash, market, HOME, 4_000)]).expect("cash moved");
        let mut exchanges = Exchanges::default();
        exchanges.learn(&supplied);
        exchanges.learn(&withdrawn);
        let holdings = BTreeMap::from([(cash, -I512::unchecked_from(5_000))]);
        let mut sources = Vec::new();
        let done = std::slice::from_ref(&supplied);
        for seed in 0..16 {
            let mut rng = generate::case_rng(&[seed; 32]);
            let way = draw_exit((&protocol, &exchanges), done, &holdings, &mut rng);
            let [out] = &way[..] else { panic!("one payment, one withdrawal: {way:?}") };
            assert_eq!(out.function, withdraw.function);
            sources.push((out.arguments[0].clone(), out.live.clone()));
        }
        // All that the market has of the token, or as much as was paid in.
        let source = Source::Balance { of: Holder::Callee, token: Some(cash), bps: 10_000 };
        let as_share = |(_, live): &(DynSolValue, Vec<Live>)| {
            *live == [Live { spot: Spot::from(0), source: source.clone(), fit: Fit::Most }]
        };
        let as_paid = |(amount, live): &(DynSolValue, Vec<Live>)| {
            live.is_empty() && *amount == DynSolValue::Uint(U256::from(5_000), 256)
        };
        assert!(sources.iter().all(|each| as_share(each) || as_paid(each)));
        assert!(sources.iter().any(as_share) && sources.iter().any(as_paid));
    }

    #[test]
    fn what_is_owed_nothing_has_no_way_out() {
        let protocol = gallery::load("lending-fixed").expect("a gallery protocol loads");
        let way =
            draw_exit((&protocol, &Exchanges::default()), &[], &BTreeMap::new(), &mut generate::case_rng(&[1; 32]));
        assert!(way.is_empty());
    }
}
