//! Takes out of a script what nothing else in it depends on, before it is remembered: two things that have nothing to do with each
//! other are two scripts, and each is remembered by itself.

use super::deed::Deed;
use crate::{
    generate::CaseRng,
    sequence::{Action, Sequence, Step},
};
use alloy_primitives::{Address, aliases::I512};
use proptest::prelude::RngExt;
use std::collections::BTreeMap;

/// Amounts that differ by less than one part of this are the same: a share of what is held hears of every wei.
const TOLERANCE: u64 = 1_000_000;

/// What is left of a deed without the calls that its other calls do as well without, in random order of first and last. `run` runs a
/// sequence as the deed's was run.
pub(super) fn pare(mut deed: Deed, run: &mut dyn FnMut(Sequence) -> Option<Deed>, rng: &mut CaseRng) -> Deed {
    let forwards: bool = rng.random();
    let mut at = 0;
    while at < units(&deed.sequence) {
        let place = if forwards { at } else { units(&deed.sequence) - 1 - at };
        let shorter = without(&deed.sequence, place);
        let size = shorter.size();
        let is_empty = units(&shorter) == 0;
        match run(shorter).filter(|_| !is_empty) {
            Some(other) if other.sequence.size() == size && is_part(&other.flows, &deed.flows) => deed = other,
            _ => at += 1,
        }
    }
    deed
}

/// Whether each of `fewer` is among those of `all`, in the same order.
fn is_part(fewer: &[(usize, BTreeMap<Address, I512>)], all: &[(usize, BTreeMap<Address, I512>)]) -> bool {
    let mut rest = all.iter();
    let is_like = |(function, flows): &(usize, BTreeMap<Address, I512>), other: &(usize, BTreeMap<Address, I512>)| {
        let mut pairs = flows.iter().zip(&other.1);
        *function == other.0
            && flows.len() == other.1.len()
            && pairs.all(|((token, amount), (same, other))| {
                let (off, whole) = (amount.saturating_sub(*other).saturating_abs(), other.saturating_abs());
                token == same && off.saturating_mul(I512::unchecked_from(TOLERANCE)) <= whole
            })
    };
    fewer.iter().all(|flow| rest.any(|other| is_like(flow, other)))
}

/// Calls, and steps that are no scripts.
fn units(sequence: &Sequence) -> usize {
    sequence
        .steps
        .iter()
        .map(|step| match step {
            Step::Attack(attack) => calls(&attack.actions),
            Step::Call(_) | Step::Market(_) => 1,
        })
        .sum()
}

fn calls(actions: &[Action]) -> usize {
    actions.iter().map(|action| usize::from(matches!(action, Action::Call(_))) + calls(action.body())).sum()
}

/// The sequence without one of its units, and without the loans, repetitions and scripts that are empty then.
fn without(sequence: &Sequence, mut place: usize) -> Sequence {
    let mut shorter = sequence.clone();
    let mut at = 0;
    while let Some(step) = shorter.steps.get_mut(at) {
        let count = if let Step::Attack(attack) = step { calls(&attack.actions) } else { 1 };
        if place < count {
            let is_over = if let Step::Attack(attack) = step {
                take_out(&mut attack.actions, place);
                attack.actions.is_empty()
            } else {
                true
            };
            if is_over {
                let waited = shorter.steps.remove(at).advance();
                // Time is no part of the call before which it passed.
                if let Some(next) = shorter.steps.get_mut(at) {
                    let advance = next.advance_mut();
                    (advance.blocks, advance.seconds) =
                        (advance.blocks + waited.blocks, advance.seconds + waited.seconds);
                }
            }
            break;
        }
        place -= count;
        at += 1;
    }
    shorter
}

fn take_out(actions: &mut Vec<Action>, mut place: usize) {
    for at in 0..actions.len() {
        let own = usize::from(matches!(actions[at], Action::Call(_)));
        let count = own + calls(actions[at].body());
        if place >= count {
            place -= count;
            continue;
        }
        if own > place {
            actions.remove(at);
        } else {
            take_out(actions[at].body_mut(), place - own);
            if actions[at].body().is_empty() && own == 0 {
                actions.remove(at);
            }
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::{is_part, pare};
    use crate::{
        campaign::deed::Deed,
        generate,
        sequence::{Action, ActionCall, Advance, Attack, Loan, Sequence, Step},
    };
    use alloy_primitives::{Address, U256, aliases::I512};
    use std::collections::BTreeMap;

    fn call(function: usize) -> Action {
        Action::Call(ActionCall {
            function,
            instance: None,
            arguments: Vec::new(),
            live: Vec::new(),
            value: U256::ZERO,
            callback: Vec::new(),
        })
    }

    fn script(functions: &[usize]) -> Sequence {
        let body = functions.iter().map(|function| call(*function)).collect();
        let loan = Loan { lender: Address::ZERO, token: Address::ZERO, amount: U256::ONE, body };
        let actions = vec![Action::Loan(loan)];
        let attack = Attack { sender: Address::ZERO, contract: Address::ZERO, actions, advance: Advance::default() };
        Sequence { steps: vec![Step::Attack(attack)] }
    }

    fn functions(sequence: &Sequence) -> Vec<usize> {
        let mut all = Vec::new();
        for step in &sequence.steps {
            if let Step::Attack(attack) = step {
                Action::visit(&attack.actions, &mut |call| all.push(call.function));
            }
        }
        all
    }

    /// Call 2 fails without call 1 before it and gives twice as much behind call 3; the others give ten each.
    fn run(sequence: &Sequence) -> Deed {
        let mut flows = Vec::new();
        let mut succeeded = Vec::new();
        let called = functions(sequence);
        for (at, function) in called.iter().enumerate() {
            let before = &called[..at];
            if *function == 2 && !before.contains(&1) {
                continue;
            }
            let given = if *function == 2 && before.contains(&3) { 20 } else { 10 };
            flows.push((*function, BTreeMap::from([(Address::ZERO, I512::unchecked_from(given))])));
            succeeded.push(*function);
        }
        let sequence = if succeeded.is_empty() { Sequence::default() } else { script(&succeeded) };
        Deed { sequence, flows, ..Deed::default() }
    }

    fn pared(called: &[usize], seed: u8) -> Vec<usize> {
        let mut again = |sequence: Sequence| Some(run(&sequence));
        functions(&pare(run(&script(called)), &mut again, &mut generate::case_rng(&[seed; 32])).sequence)
    }

    #[test]
    fn what_nothing_depends_on_is_left_out() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..32 {
            let left = pared(&[7, 1, 9, 2], seed);
            // What succeeds only behind another call stays with it, or goes together with it.
            assert!([vec![1, 2], vec![7]].contains(&left), "{left:?}");
            seen.insert(left);
        }
        assert!(seen.contains(&vec![1, 2]));
    }

    #[test]
    fn what_changes_an_amount_stays() {
        for seed in 0..32 {
            let left = pared(&[3, 1, 2], seed);
            assert!(left == [3, 1, 2] || !left.contains(&2), "{left:?}");
        }
    }

    #[test]
    fn a_wei_makes_no_difference() {
        let flow = |amount: u64| vec![(1, BTreeMap::from([(Address::ZERO, I512::unchecked_from(amount))]))];
        assert!(is_part(&flow(1_000_000_001), &flow(1_000_000_000)));
        assert!(!is_part(&flow(1_010_000), &flow(1_000_000)));
        assert!(!is_part(&flow(1), &[]));
        assert!(is_part(&[], &flow(1)));
    }
}
