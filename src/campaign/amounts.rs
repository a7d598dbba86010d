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

impl Site {
    /// The function of whose call it is an argument.
    pub(super) fn function(self) -> Option<usize> {
        match self {
            Self::Argument { function, .. } | Self::Share { function, .. } => Some(function),
            Self::Loan(_) | Self::Times => None,
        }
    }
}

enum Amount<'a> {
    Number(&'a mut U256),
    /// Basis points, and the number that counts where they are none.
    Share {
        bps: &'a mut u32,
        instead: Option<&'a mut U256>,
    },
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
                Amount::Share { bps: number, .. } | Amount::Times(number) => U256::from(*number),
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
                Amount::Share { bps, .. } => *bps = wanted.saturating_to::<u32>().clamp(1, 10_000),
                Amount::Times(times) => *times = wanted.saturating_to::<u32>().clamp(1, MOST_TIMES),
            }
        }
        at += 1;
    });
    (changed != *sequence).then_some(changed)
}

/// The script with a number in the place of an amount of a call, a share too; none when nothing changes.
pub(super) fn with_number(sequence: &Sequence, index: usize, wanted: U256) -> Option<Sequence> {
    let (mut changed, mut at) = (sequence.clone(), 0);
    visit(&mut changed, &mut |_, amount| {
        if at == index {
            match amount {
                Amount::Number(number) => *number = wanted,
                // A share of nothing is none: what stands in its place counts.
                Amount::Share { bps, instead: Some(number) } => (*bps, *number) = (0, wanted),
                Amount::Share { .. } | Amount::Times(_) => {}
            }
        }
        at += 1;
    });
    (changed != *sequence).then_some(changed)
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
    (arguments, live): (&mut [DynSolValue], &mut Vec<Live>),
    see: &mut dyn FnMut(Site, Amount<'_>),
) {
    for spot in Spot::all(arguments) {
        let argument = spot.argument;
        if let Some(live) = live.iter_mut().find(|live| live.spot == spot) {
            if let Source::Balance { bps, .. } | Source::View { bps, .. } = &mut live.source {
                let instead = match spot.of_mut(arguments) {
                    Some(DynSolValue::Uint(number, _)) => Some(number),
                    _ => None,
                };
                see(Site::Share { function, argument }, Amount::Share { bps, instead });
            }
        } else if let Some(DynSolValue::Uint(number, 96..)) = spot.of_mut(arguments)
            && !number.is_zero()
        {
            see(Site::Argument { function, argument }, Amount::Number(number));
        }
    }
    let is_share = |live: &Live| !matches!(live.source, Source::Balance { bps: 0, .. } | Source::View { bps: 0, .. });
    live.retain(is_share);
}
