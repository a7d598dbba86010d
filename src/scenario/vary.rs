//! Varies scripts: an action more or less, other arguments, other amounts, the calls of another script between.

use super::{
    Drawing,
    action::{draw_action, draw_callback, draw_closing, draw_times, plumb, vary_argument, vary_source},
    skeleton::PERCENTS,
};
use crate::{
    generate::CaseRng,
    sequence::{Action, ActionCall, Fit, Live, Repeat, Sequence, Source, Spot, Step},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// Actions of a joined script, at most.
pub(super) const MAX_JOINED: usize = 8;

/// Puts the calls of one script between those of another one: what each achieves may be more together.
pub(super) fn join(sequence: &mut Sequence, mut other: Sequence, rng: &mut CaseRng) -> Option<()> {
    let (actions, added) = (innermost(sequence)?, innermost(&mut other)?);
    if actions.len() + added.len() > MAX_JOINED {
        return None;
    }
    let place = rng.random_range(0..=actions.len());
    actions.splice(place..place, added.drain(..));
    Some(())
}

/// The actions of the first script, inside its loans.
fn innermost(sequence: &mut Sequence) -> Option<&mut Vec<Action>> {
    sequence.steps.iter_mut().find_map(|step| match step {
        Step::Attack(attack) => Some(Action::innermost(&mut attack.actions)),
        Step::Call(_) | Step::Market(_) => None,
    })
}

/// Changes one thing in a script: an action more, one less, two exchanged, some repeated, other arguments, another amount.
pub(super) fn vary_script(drawing: &Drawing<'_>, actions: &mut Vec<Action>, rng: &mut CaseRng) {
    if actions.is_empty() {
        actions.extend(draw_action(drawing, actions, rng));
        return;
    }
    let at = rng.random_range(0..actions.len());
    if !actions[at].body().is_empty() && rng.random_ratio(4, 5) {
        vary_script(drawing, actions[at].body_mut(), rng);
        return;
    }
    match rng.random_range(0..13_u32) {
        0..4 => {
            let place = rng.random_range(0..=actions.len());
            if let Some(action) = draw_action(drawing, &actions[..place], rng) {
                actions.insert(place, action);
            }
        }
        4 | 5 => {
            actions.remove(at);
        }
        6 | 7 => {
            let with = rng.random_range(0..actions.len());
            actions.swap(at, with);
        }
        8 if rng.random() => actions.extend(draw_closing(drawing, actions, rng)),
        8 if drawing.parts.links => {
            let end = rng.random_range(at + 1..=actions.len().min(at + MAX_REPEATED));
            // Rounds of rounds take long and show nothing more.
            if actions[at..end].iter().all(|action| !repeats(action)) {
                let body = actions.drain(at..end).collect();
                actions.insert(at, Action::Repeat(Repeat { times: draw_times(rng), body }));
            }
        }
        _ => {
            let (before, rest) = actions.split_at_mut(at);
            match &mut rest[0] {
                Action::Call(call) => vary_call(drawing, call, before, rng),
                Action::Repeat(repeat) => repeat.times = draw_times(rng),
                Action::Loan(loan) if drawing.parts.actions && rng.random() => {
                    loan.body.extend(drawing.exchanges.giving(loan.token, rng).map(Action::Call));
                }
                Action::Loan(loan) => {
                    let offer = drawing.facts.offers().iter().find(|offer| offer.lender == loan.lender);
                    let percent = PERCENTS[rng.random_range(0..PERCENTS.len())];
                    loan.amount = offer.map_or(loan.amount, |offer| offer.most / U256::from(100) * U256::from(percent));
                }
            }
        }
    }
}

/// Gives a call other arguments, another amount, an amount from elsewhere, or something to do when it calls back.
fn vary_call(drawing: &Drawing<'_>, call: &mut ActionCall, before: &[Action], rng: &mut CaseRng) {
    let waits = call.callback.is_empty() && drawing.exchanges.calls_back(call.function);
    if drawing.parts.callbacks && waits && rng.random_ratio(1, 3) {
        call.callback = draw_callback(drawing, before, rng);
        return;
    }
    // Without what links actions there are arguments and amounts to change.
    match rng.random_range(0..if drawing.parts.links { 8_u32 } else { 5 }) {
        0 => vary_argument(drawing, call, rng),
        1 => {
            let callback = std::mem::take(&mut call.callback);
            *call = drawing.attacker.draw_action(drawing.protocol, call.function, rng);
            call.callback = callback;
            plumb(drawing, call, before, rng);
        }
        2..5 => vary_amount(call, rng),
        5..7 => vary_source(drawing, call, before, rng),
        _ if drawing.parts.callbacks => call.callback = draw_callback(drawing, before, rng),
        _ => {}
    }
}

/// Scales one amount of a call: what almost works is often too much or too little.
fn vary_amount(call: &mut ActionCall, rng: &mut CaseRng) {
    let mut spots = Spot::all(&call.arguments);
    spots.retain(|spot| matches!(spot.of(&call.arguments), Some(DynSolValue::Uint(_, 96..))));
    let Some(at) = spots.get(rng.random_range(0..spots.len().max(1))) else { return };
    let (times, over) =
        [(1_u32, 2_u32), (1, 4), (1, 10), (2, 1), (4, 1), (10, 1), (9, 10), (11, 10)][rng.random_range(0..8_usize)];
    if let Some(live) = call.live.iter_mut().find(|live| live.spot == *at) {
        if rng.random_ratio(1, 4) {
            live.fit = match live.fit {
                Fit::Exact if rng.random_ratio(1, 3) => Fit::Least,
                Fit::Exact => Fit::Most,
                Fit::Most | Fit::Least => Fit::Exact,
            };
            return;
        }
        match &mut live.source {
            Source::View { add, .. } if rng.random_ratio(1, 4) => *add = rng.random_range(-1..=1),
            Source::Balance { bps, .. } | Source::View { bps, .. } => {
                *bps = (*bps * times / over).clamp(1, 10_000);
            }
            Source::Result { .. } | Source::Step { .. } => {}
        }
    } else if let Some(DynSolValue::Uint(amount, _)) = at.of_mut(&mut call.arguments) {
        *amount = amount.checked_mul(U256::from(times)).map_or(*amount, |scaled| scaled / U256::from(over));
    }
}

/// Actions that are repeated together, at most.
const MAX_REPEATED: usize = 3;

/// Whether there is a repetition in an action.
fn repeats(action: &Action) -> bool {
    matches!(action, Action::Repeat(_)) || action.body().iter().any(repeats)
}

/// What is done with the function that a call is of, its arguments, and what fills them.
type See<'s> = &'s mut dyn FnMut(&mut usize, &mut [DynSolValue], &mut Vec<Live>);

/// What calls are part of.
pub(super) trait Calling: Clone + PartialEq {
    /// Shows each of its calls to `see`.
    fn visit(&mut self, see: See<'_>);
}

impl Calling for Action {
    fn visit(&mut self, see: See<'_>) {
        if let Self::Call(call) = self {
            see(&mut call.function, &mut call.arguments, &mut call.live);
        }
        each(self.body_mut(), see);
    }
}

impl Calling for Step {
    fn visit(&mut self, see: See<'_>) {
        match self {
            Self::Call(call) => see(&mut call.function, &mut call.arguments, &mut call.live),
            Self::Attack(attack) => each(&mut attack.actions, see),
            Self::Market(_) => {}
        }
    }
}

/// Shows each call of some parts to `see`, those within bodies too.
pub(super) fn each<T: Calling>(parts: &mut [T], see: See<'_>) {
    for part in parts {
        part.visit(see);
    }
}
