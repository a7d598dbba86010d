//! Ways out of scripts, run behind them and put into them.

use super::{
    deed::{self, Deed},
    worker::Ground,
};
use crate::{
    evm::Machine,
    sequence::{Action, Advance, Attack, Sequence, Step},
};
use alloy_primitives::aliases::I512;
use std::sync::Arc;

/// Draws the way out of what a script did.
pub(super) type Draw<'a> = &'a mut dyn FnMut(&Deed) -> Vec<Action>;
/// What a state is worth to the attacker; none when that cannot be said.
pub(super) type Value<'a> = &'a mut dyn FnMut(&mut Machine) -> Option<I512>;

/// Ways out that are tried behind a script that shows something new.
const WAYS: usize = 3;

/// Runs ways out behind a script, as calls of its contract and each from the state that the script left: several where `is_news` says
/// so. What of the best one succeeded becomes the script's way out and what it leaves the script's value, which is what it is worth
/// without one so far; one that costs more than it brings is none. How many messages that took; none when a worth cannot be said.
pub(super) fn run(
    ground: &Ground,
    machine: &mut Machine,
    (done, is_news): (&mut Deed, &dyn Fn(&Deed) -> bool),
    draw: Draw<'_>,
    value: Value<'_>,
) -> Option<u64> {
    let mut ways = vec![draw(done)];
    if is_news(done) {
        ways.extend((1..WAYS).map(|_| draw(done)));
    }
    // Most scripts show nothing new, and need no way back to where they ended.
    let left = (ways.len() > 1).then(|| machine.snapshot());
    let (mut calls, mut tried) = (0, Vec::new());
    for actions in ways {
        if tried.contains(&actions) {
            continue;
        }
        tried.push(actions.clone());
        let Some(step) = step(ground, actions) else { continue };
        let Some(message) = step.message(&ground.protocol).ok().flatten() else { continue };
        if let Some(left) = &left {
            machine.restore(left);
        }
        let execution = Arc::new(machine.execute(&message));
        calls += 1;
        let way = deed::deed(&Sequence { steps: vec![step] }, &[execution], ground, false);
        let worth = value(machine)?;
        if worth > done.value {
            done.value = worth;
            done.exit = way.sequence.steps.into_iter().flat_map(actions_of).collect();
        }
    }
    Some(calls)
}

fn step(ground: &Ground, actions: Vec<Action>) -> Option<Step> {
    let (sender, contract) = (ground.protocol.attacker()?.address, ground.protocol.attacker_contract?);
    (!actions.is_empty()).then(|| Step::Attack(Attack { sender, contract, actions, advance: Advance::default() }))
}

fn actions_of(step: Step) -> Vec<Action> {
    if let Step::Attack(attack) = step { attack.actions } else { Vec::new() }
}

/// A sequence with a way out: within the loan of its last script, else behind it.
pub(super) fn with_exit(ground: &Ground, mut sequence: Sequence, exit: &[Action]) -> Sequence {
    if let Some(Step::Attack(attack)) = sequence.steps.last_mut() {
        Action::innermost(&mut attack.actions).extend_from_slice(exit);
    } else {
        sequence.steps.extend(step(ground, exit.to_vec()));
    }
    sequence
}
