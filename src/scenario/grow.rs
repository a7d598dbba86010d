//! Makes scripts that pay larger: what they do once more, for somebody else or with other arguments, one more entry in the lists of a
//! call, all that is held in place of an amount, a loan around it all.

use super::{
    Drawing,
    action::{for_others, plumb, visit_addresses},
    data::Loan,
    exchange::all,
    skeleton::with_loan,
    vary::vary_script,
};
use crate::{
    generate::CaseRng,
    sequence::{Action, ActionCall, Live, Sequence, Spot, Step},
};
use alloy_dyn_abi::DynSolValue;
use proptest::prelude::RngExt;

/// Actions of a grown sequence, at most.
const MAX_GROWN: usize = 24;
/// Entries of a list, at most.
const MAX_ENTRIES: usize = 64;

/// A larger variation of an attack; none where there is nothing to enlarge, or too much already.
pub fn grow(drawing: &Drawing<'_>, sequence: &Sequence, rng: &mut CaseRng) -> Option<Sequence> {
    let mut grown = sequence.clone();
    for _ in 0..rng.random_range(1..=3_u32) {
        let attacks = grown.steps.iter_mut().filter_map(|step| match step {
            Step::Attack(attack) => Some(&mut attack.actions),
            Step::Call(_) | Step::Market(_) => None,
        });
        let mut attacks: Vec<_> = attacks.collect();
        let at = rng.random_range(0..attacks.len().max(1));
        grow_script(drawing, attacks.get_mut(at)?, rng);
    }
    (grown.size() <= MAX_GROWN && grown != *sequence).then_some(grown)
}

fn grow_script(drawing: &Drawing<'_>, actions: &mut Vec<Action>, rng: &mut CaseRng) {
    match rng.random_range(0..12_u32) {
        0..4 => at_any_call(actions, rng, &mut |list, at, rng| {
            let Action::Call(call) = &list[at] else { return };
            let again = again(drawing, call, &list[..at], rng);
            list.insert(at + 1, Action::Call(again));
        }),
        4 | 5 => at_any_call(actions, rng, &mut |list, at, rng| {
            if let Action::Call(call) = &mut list[at] {
                lengthen(drawing, call, rng);
            }
        }),
        6 => at_any_call(actions, rng, &mut |list, at, rng| {
            let Action::Call(call) = &mut list[at] else { return };
            let same = drawing.exchanges.draw_that(&|known| known.call.function == call.function, rng);
            if let Some(known) = same.filter(|_| drawing.parts.actions) {
                *call = ActionCall { callback: std::mem::take(&mut call.callback), ..known.call(&mut all) };
            }
        }),
        7 if !actions.iter().any(|action| matches!(action, Action::Loan(_))) => {
            let body = std::mem::take(actions);
            *actions = with_loan(drawing, Loan::Always, body, rng);
        }
        _ => vary_script(drawing, actions, rng),
    }
}

/// Changes a list of actions at one of its calls.
type Change<'c> = &'c mut dyn FnMut(&mut Vec<Action>, usize, &mut CaseRng);

/// Lets `change` change one call, each as likely as another one, those within bodies too.
fn at_any_call(actions: &mut Vec<Action>, rng: &mut CaseRng, change: Change<'_>) {
    let mut calls = 0_usize;
    Action::visit(actions, &mut |_| calls += 1);
    let mut left = rng.random_range(0..calls.max(1));
    at_call(actions, &mut left, rng, change);
}

/// The same with the call that `left` others come before; whether it is among these actions.
fn at_call(actions: &mut Vec<Action>, left: &mut usize, rng: &mut CaseRng, change: Change<'_>) -> bool {
    for at in 0..actions.len() {
        if matches!(actions[at], Action::Call(_)) {
            if *left == 0 {
                change(actions, at, rng);
                return true;
            }
            *left -= 1;
        }
        if at_call(actions[at].body_mut(), left, rng, change) {
            return true;
        }
    }
    false
}

/// A call once more: as it is, for somebody else, or with other arguments.
fn again(drawing: &Drawing<'_>, call: &ActionCall, before: &[Action], rng: &mut CaseRng) -> ActionCall {
    let mut again = call.clone();
    match rng.random_range(0..4_u32) {
        0 => {}
        1 | 2 => for_others(drawing, &mut again, rng),
        _ => {
            again = drawing.attacker.draw_action(drawing.protocol, call.function, rng);
            plumb(drawing, &mut again, before, rng);
        }
    }
    again
}

/// Doubles the lists of a call that are as long as each other, or adds one entry to them, sometimes somebody else's.
fn lengthen(drawing: &Drawing<'_>, call: &mut ActionCall, rng: &mut CaseRng) {
    let lengths: Vec<_> = call.arguments.iter().filter_map(|value| Some(value.as_array()?.len())).collect();
    let Some(&length) = lengths.get(rng.random_range(0..lengths.len().max(1))) else { return };
    if length == 0 || length > MAX_ENTRIES / 2 {
        return;
    }
    let one = rng.random_range(0..length);
    let copied = if rng.random() { 0..length } else { one..one + 1 };
    let theirs = rng.random_ratio(1, 3).then(|| drawing.attacker.palette.draw_other(rng)).flatten();
    for (argument, value) in call.arguments.iter_mut().enumerate() {
        let DynSolValue::Array(items) = value else { continue };
        if items.len() != length {
            continue;
        }
        let mut added = items[copied.clone()].to_vec();
        if let Some(account) = theirs {
            visit_addresses(&mut added, &mut |named| *named = account);
        }
        items.extend(added);
        // What is filled in an entry is filled in its copy.
        let filled: Vec<_> = call.live.iter().filter(|live| live.spot.argument == argument).cloned().collect();
        for (place, from) in copied.clone().enumerate() {
            for live in filled.iter().filter(|live| live.spot.within.first() == Some(&from)) {
                let mut spot: Spot = live.spot.clone();
                spot.within[0] = length + place;
                call.live.push(Live { spot, ..live.clone() });
            }
        }
    }
}
