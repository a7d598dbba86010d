//! The amounts of a script, each as a number that a search may turn: base units, shares of what is held, rounds of repetitions.

use crate::sequence::{Action, ActionCall, Live, Sequence, Source, Spot, Step, payload_words};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};

/// Rounds of a repetition, at most: more do not fit into a block.
const MOST_TIMES: u32 = 256;

/// Which amounts are turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What arguments state, what is borrowed, and rounds.
    Stated,
    /// What calls pay in the native coin and numbers within data that is a call as well.
    All,
}

/// Where an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// What is borrowed, of this token.
    Loan(Address),
    /// An argument of a call of a function.
    Argument { function: usize, argument: usize },
    /// Within an argument that is the data of a call.
    Data { function: usize, argument: usize },
    /// What a call of a function pays, wei.
    Value { function: usize },
    /// A share of what is held then, basis points, for an argument.
    Share { function: usize, argument: usize },
    /// Rounds.
    Times,
}

impl Site {
    /// The function of whose call it is an argument.
    pub(super) fn function(self) -> Option<usize> {
        match self {
            Self::Argument { function, .. }
            | Self::Share { function, .. }
            | Self::Data { function, .. }
            | Self::Value { function } => Some(function),
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

impl Scope {
    /// Where the amounts of a script are, in order.
    pub(super) fn sites(self, sequence: &Sequence) -> Vec<Site> {
        let mut sites = Vec::new();
        visit(&mut sequence.clone(), self, &mut |site, _| sites.push(site));
        sites
    }

    /// An amount of a script.
    pub(super) fn amount(self, sequence: &Sequence, index: usize) -> Option<U256> {
        let (mut found, mut at) = (None, 0);
        visit(&mut sequence.clone(), self, &mut |_, amount| {
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
    pub(super) fn with_amount(self, sequence: &Sequence, index: usize, wanted: U256) -> Option<Sequence> {
        let (mut changed, mut at) = (sequence.clone(), 0);
        visit(&mut changed, self, &mut |_, amount| {
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
}

/// The script with a number in the place of an amount of a call, a share too; none when nothing changes.
pub(super) fn with_number(sequence: &Sequence, index: usize, wanted: U256) -> Option<Sequence> {
    let (mut changed, mut at) = (sequence.clone(), 0);
    visit(&mut changed, Scope::Stated, &mut |_, amount| {
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

/// The script with all amounts that are numbers moved together; none when nothing changes.
pub(super) fn with_all(sequence: &Sequence, moved: &dyn Fn(U256) -> U256) -> Option<Sequence> {
    let mut changed = sequence.clone();
    visit(&mut changed, Scope::All, &mut |_, amount| {
        if let Amount::Number(number) = amount {
            *number = moved(*number).max(U256::ONE);
        }
    });
    (changed != *sequence).then_some(changed)
}

/// Shows every amount to `see`, in order.
fn visit(sequence: &mut Sequence, scope: Scope, see: &mut dyn FnMut(Site, Amount<'_>)) {
    for step in &mut sequence.steps {
        match step {
            Step::Call(call) => {
                visit_call(call.function, (&mut call.arguments, &mut call.live, &mut call.value), scope, see);
            }
            Step::Attack(attack) => visit_actions(&mut attack.actions, scope, see),
            Step::Market(_) => {}
        }
    }
}

fn visit_actions(actions: &mut [Action], scope: Scope, see: &mut dyn FnMut(Site, Amount<'_>)) {
    for action in actions {
        match action {
            Action::Call(ActionCall { function, arguments, live, value, .. }) => {
                visit_call(*function, (arguments, live, value), scope, see);
            }
            Action::Loan(loan) => see(Site::Loan(loan.token), Amount::Number(&mut loan.amount)),
            Action::Repeat(repeat) => see(Site::Times, Amount::Times(&mut repeat.times)),
        }
        visit_actions(action.body_mut(), scope, see);
    }
}

fn visit_call(
    function: usize,
    (arguments, live, value): (&mut [DynSolValue], &mut Vec<Live>, &mut U256),
    scope: Scope,
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
        } else if let (Some(DynSolValue::Bytes(data)), Scope::All) = (spot.of_mut(arguments), scope) {
            for mut word in payload_words(data) {
                let Some(mut number) = word.amount() else { continue };
                see(Site::Data { function, argument }, Amount::Number(&mut number));
                word.set_number(number);
            }
        }
    }
    if scope == Scope::All && !value.is_zero() {
        see(Site::Value { function }, Amount::Number(value));
    }
    let is_share = |live: &Live| !matches!(live.source, Source::Balance { bps: 0, .. } | Source::View { bps: 0, .. });
    live.retain(is_share);
}
