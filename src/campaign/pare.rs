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
