//! Ways out of scripts, run behind them and put into them.

use super::{
    deed::{self, Deed},
    worker::Ground,
};
use crate::{
    evm::Machine,
    sequence::{Action, Advance, Attack, Sequence, Step},
};
use std::sync::Arc;

/// Draws the way out of what a script did.
pub(super) type Draw<'a> = &'a mut dyn FnMut(&Deed) -> Vec<Action>;

/// Runs the way out behind a script, as calls of its contract, and notes what of it succeeded; how many messages that took.
pub(super) fn run(ground: &Ground, machine: &mut Machine, done: &mut Deed, draw: Draw<'_>) -> u64 {
    let actions = draw(done);
    let Some(step) = step(ground, actions) else { return 0 };
    let Some(message) = step.message(&ground.protocol).ok().flatten() else { return 0 };
    let execution = Arc::new(machine.execute(&message));
    let way = deed::deed(&Sequence { steps: vec![step] }, &[execution], ground, false);
    done.exit = way.sequence.steps.into_iter().flat_map(actions_of).collect();
    1
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
