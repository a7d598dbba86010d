//! The amounts of a script, each as a number that a search may turn: base units, shares of what is held, rounds of repetitions.

use crate::sequence::{Action, ActionCall, Live, Sequence, Source, Spot, Step};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};

/// Rounds of a repetition, at most: more do not fit into a block.
const MOST_TIMES: u32 = 256;

/// Where an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// What is borrowed, of this token.
    Loan(Address),
    /// An argument of a call of a function.
    Argument { function: usize, argument: usize },
    /// A share of what is held then, basis points, for an argument.
    Share { function: usize, argument: usize },
    /// Rounds.
    Times,
}

enum Amount<'a> {
    Number(&'a mut U256),
    /// Basis points.
    Share(&'a mut u32),
    /// Rounds of a repetition.
    Times(&'a mut u32),
}

/// Where the amounts of a script are, in order.
pub(super) fn amounts(sequence: &Sequence) -> Vec<Site> {
    let mut sites = Vec::new();
    visit(&mut sequence.clone(), &mut |site, _| sites.push(site));
    sites
}

/// An amount of a script.
pub(super) fn amount(sequence: &Sequence, index: usize) -> Option<U256> {
    let (mut found, mut at) = (None, 0);
    visit(&mut sequence.clone(), &mut |_, amount| {
        if at == index {
            found = Some(match amount {
                Amount::Number(number) => *number,
                Amount::Share(number) | Amount::Times(number) => U256::from(*number),
            });
        }
        at += 1;
    });
    found
}

/// The script with another amount; none when nothing changes.
pub(super) fn with_amount(sequence: &Sequence, index: usize, wanted: U256) -> Option<Sequence> {
    let (mut changed, mut at) = (sequence.clone(), 0);
    visit(&mut changed, &mut |_, amount| {
        if at == index {
            match amount {
                Amount::Number(number) => *number = wanted.max(U256::ONE),
                Amount::Share(bps) => *bps = wanted.saturating_to::<u32>().clamp(1, 10_000),
                Amount::Times(times) => *times = wanted.saturating_to::<u32>().clamp(1, MOST_TIMES),
            }
        }
        at += 1;
    });
    (changed != *sequence).then_some(changed)
}

/// The script with a number in the place of an amount, a share too; none when there is no such argument, or nothing changes.
pub(super) fn with_number(sequence: &Sequence, index: usize, wanted: U256) -> Option<Sequence> {
    let (mut changed, mut at) = (sequence.clone(), 0);
    for step in &mut changed.steps {
        let found = match step {
            Step::Call(call) => put(index, &mut at, (&mut call.arguments, &mut call.live), wanted),
            Step::Attack(attack) => put_in(index, &mut at, &mut attack.actions, wanted),
            Step::Market(_) => false,
        };
        if found {
            return (changed != *sequence).then_some(changed);
        }
    }
    None
}

/// Puts a number in the place of the amount `index` of a list, in the order in which [`visit`] shows them.
fn put_in(index: usize, at: &mut usize, actions: &mut [Action], wanted: U256) -> bool {
    actions.iter_mut().any(|action| {
        let found = match action {
            Action::Call(call) => put(index, at, (&mut call.arguments, &mut call.live), wanted),
            Action::Loan(_) | Action::Repeat(_) => {
                *at += 1;
                false
            }
        };
        found || put_in(index, at, action.body_mut(), wanted)
    })
}

fn put(index: usize, at: &mut usize, (arguments, live): (&mut [DynSolValue], &mut Vec<Live>), wanted: U256) -> bool {
    for spot in Spot::all(arguments) {
        let filled = live.iter().position(|live| live.spot == spot);
        let is_amount = match filled.map(|filled| &live[filled].source) {
            Some(source) => matches!(source, Source::Balance { .. } | Source::View { .. }),
            None => matches!(spot.of(arguments), Some(DynSolValue::Uint(number, 96..)) if !number.is_zero()),
        };
        if !is_amount {
            continue;
        }
        if *at == index {
            let Some(DynSolValue::Uint(number, bits)) = spot.of_mut(arguments) else { return false };
            if *bits < 256 && wanted.bit_len() > *bits {
                return false;
            }
            *number = wanted;
            live.retain(|live| live.spot != spot);
            return true;
        }
        *at += 1;
    }
    false
}

/// Shows every amount to `see`, in order.
fn visit(sequence: &mut Sequence, see: &mut dyn FnMut(Site, Amount<'_>)) {
    for step in &mut sequence.steps {
        match step {
            Step::Call(call) => visit_call(call.function, (&mut call.arguments, &mut call.live), see),
            Step::Attack(attack) => visit_actions(&mut attack.actions, see),
            Step::Market(_) => {}
        }
    }
}

fn visit_actions(actions: &mut [Action], see: &mut dyn FnMut(Site, Amount<'_>)) {
    for action in actions {
        match action {
            Action::Call(ActionCall { function, arguments, live, .. }) => visit_call(*function, (arguments, live), see),
            Action::Loan(loan) => see(Site::Loan(loan.token), Amount::Number(&mut loan.amount)),
            Action::Repeat(repeat) => see(Site::Times, Amount::Times(&mut repeat.times)),
        }
        visit_actions(action.body_mut(), see);
    }
}

fn visit_call(
    function: usize,
    (arguments, live): (&mut [DynSolValue], &mut [Live]),
    see: &mut dyn FnMut(Site, Amount<'_>),
) {
    for spot in Spot::all(arguments) {
        let argument = spot.argument;
        if let Some(live) = live.iter_mut().find(|live| live.spot == spot) {
            if let Source::Balance { bps, .. } | Source::View { bps, .. } = &mut live.source {
                see(Site::Share { function, argument }, Amount::Share(bps));
            }
        } else if let Some(DynSolValue::Uint(number, 96..)) = spot.of_mut(arguments)
            && !number.is_zero()
        {
            see(Site::Argument { function, argument }, Amount::Number(number));
        }
    }
}
