//! Takes out of a script what one of its calls does as well without, before it is remembered: two things that have nothing to do with
//! each other are two scripts, and each is remembered by itself.

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

/// One of this many times another call than the last one is what everything else is for.
const OTHER_SHARE: u32 = 4;

/// What is left of a deed when only what one of its calls depends on stays with it, mostly the last one, and what it would be worth less
/// without. `run` runs a sequence as the deed's was run.
pub(super) fn pare(mut deed: Deed, run: &mut dyn FnMut(Sequence) -> Option<Deed>, rng: &mut CaseRng) -> Deed {
    let mut place = units(&deed.sequence);
    let last = place.saturating_sub(1);
    let mut goal = if rng.random_ratio(1, OTHER_SHARE) { rng.random_range(0..=last) } else { last };
    // The latest first: what was only there for a later call goes after it.
    while place > 0 {
        place -= 1;
        let shorter = without(&deed.sequence, place);
        let (size, gone) = (shorter.size(), units(&deed.sequence) - units(&shorter));
        if (place..place + gone).contains(&goal) {
            continue;
        }
        if let Some(other) = run(shorter)
            && other.sequence.size() == size
            && is_part(&other.flows, &deed.flows)
            && is_no_worse(other.value, deed.value)
        {
            deed = other;
            if goal > place {
                goal -= gone;
            }
        }
    }
    deed
}

/// Whether what is left is worth as much: what a way out brings may depend on a call that no other one depends on.
fn is_no_worse(value: I512, before: I512) -> bool {
    before.saturating_sub(value) <= before.saturating_abs() / I512::unchecked_from(TOLERANCE)
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
    use std::collections::{BTreeMap, BTreeSet};

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

    /// What is left of a script, by seeds.
    fn pared(called: &[usize]) -> BTreeSet<Vec<usize>> {
        let mut again = |sequence: Sequence| Some(run(&sequence));
        let mut left = |seed| pare(run(&script(called)), &mut again, &mut generate::case_rng(&[seed; 32]));
        (0..64).map(|seed| functions(&left(seed).sequence)).collect()
    }

    #[test]
    fn what_a_call_depends_on_stays_with_it() {
        // Behind the last call nothing is left out of what it needs; of the others each may be what a script is for.
        assert_eq!(pared(&[7, 1, 9, 2]), BTreeSet::from([vec![1, 2], vec![1], vec![7], vec![9]]));
        let mut again = |sequence: Sequence| Some(run(&sequence));
        let mut mostly = 0;
        for seed in 0..64 {
            let left = pare(run(&script(&[7, 1, 9, 2])), &mut again, &mut generate::case_rng(&[seed; 32]));
            mostly += usize::from(functions(&left.sequence) == [1, 2]);
        }
        assert!(mostly > 40, "{mostly} of 64");
    }

    #[test]
    fn what_changes_an_amount_stays() {
        let left = pared(&[3, 1, 2]);
        assert!(left.contains(&vec![3, 1, 2]) && !left.contains(&vec![1, 2]), "{left:?}");
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
