//! Scripts worth varying: for each set of functions that succeeded together, the sequence that left the attacker best off, also
//! when that is a loss. A single profitable script is rare; half of one (a deposit that succeeded after a trade) is not, and its
//! amounts can be climbed.

use crate::{
    evm::Execution,
    sequence::{Action, Sequence, Source, Step},
};
use alloy_primitives::{B256, Log, aliases::I512, b256};
use std::collections::BTreeMap;

/// `Executed(uint256,bool)`: the attacker's contract tells how each action of a script ended.
const EXECUTED: B256 = b256!("0xfa9788a6b2f6e96ab2d85a5b4ed3668e72b91e06c5eec6b3e87afd95fe536863");
/// Kinds of deeds that are remembered for one scenario.
const MAX_ELITES: usize = 512;

/// What a sequence did: its script without the actions that failed, and the functions that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Deed {
    pub(super) sequence: Sequence,
    /// Sorted indices of functions; `usize::MAX` stands for a loan.
    pub(super) succeeded: Vec<usize>,
    /// What the attacker gained, at pre-attack prices; negative for a loss.
    pub(super) value: I512,
}

/// The best deed for each set of functions and order of magnitude.
#[derive(Debug, Default)]
pub(super) struct Elites {
    by_kind: BTreeMap<(Vec<usize>, i32), usize>,
    deeds: Vec<Deed>,
}

impl Elites {
    /// Keeps a deed when it is the first of its kind or better than the one that is kept.
    pub(super) fn offer(&mut self, deed: Deed) {
        if deed.succeeded.is_empty() {
            return;
        }
        let kind = (deed.succeeded.clone(), order(deed.value));
        match self.by_kind.get(&kind) {
            Some(index) if self.deeds[*index].value < deed.value => self.deeds[*index] = deed,
            None if self.deeds.len() < MAX_ELITES => {
                self.by_kind.insert(kind, self.deeds.len());
                self.deeds.push(deed);
            }
            Some(_) | None => {}
        }
    }

    pub(super) fn deeds(&self) -> &[Deed] {
        &self.deeds
    }
}

/// The order of magnitude of a gain or loss, in steps of 256: a large move that costs much is of another kind than none.
fn order(value: I512) -> i32 {
    let bits = i32::try_from(value.unsigned_abs().bit_len() / 8).unwrap_or(i32::MAX);
    if value.is_negative() { -bits } else { bits }
}

/// What `sequence` did, by the executions of its steps.
pub(super) fn deed(sequence: &Sequence, executions: &[Execution], value: I512) -> Deed {
    let mut succeeded = Vec::new();
    let mut steps = Vec::new();
    for (step, execution) in sequence.steps.iter().zip(executions) {
        let mut step = step.clone();
        match &mut step {
            Step::Call(call) if execution.succeeded() => succeeded.push(call.function),
            Step::Attack(attack) if execution.succeeded() => {
                let told: Vec<_> = execution.logs.iter().filter(|log| log.address == attack.contract).collect();
                let mut ends: Vec<bool> = told.into_iter().filter_map(success).collect();
                let keep = plumbed(&attack.actions);
                prune(&mut attack.actions, &mut ends, (keep, &mut succeeded));
            }
            Step::Call(_) | Step::Attack(_) | Step::Market(_) => {}
        }
        steps.push(step);
    }
    succeeded.sort_unstable();
    succeeded.dedup();
    Deed { sequence: Sequence { steps }, succeeded, value }
}

fn success(log: &Log) -> Option<bool> {
    let told = log.topics().first() == Some(&EXECUTED);
    told.then(|| log.data.data.get(63).is_some_and(|byte| *byte == 1))
}

/// Whether some action names another one by its index, which dropping actions would shift.
fn plumbed(actions: &[Action]) -> bool {
    actions.iter().any(|action| match action {
        Action::Call(call) => call.live.iter().any(|live| matches!(live.source, Source::Action { .. })),
        Action::Loan(loan) => plumbed(&loan.body),
    })
}

/// Drops the actions that failed and notes the functions of the others. `ends` tells how the actions ended, the last at its
/// end; the body of a loan that failed has told nothing.
fn prune(actions: &mut Vec<Action>, ends: &mut Vec<bool>, (keep, succeeded): (bool, &mut Vec<usize>)) {
    let mut kept = Vec::new();
    while let Some(mut action) = actions.pop() {
        let success = ends.pop().unwrap_or_default();
        match &mut action {
            Action::Call(call) if success => succeeded.push(call.function),
            Action::Loan(loan) if success => {
                succeeded.push(usize::MAX);
                prune(&mut loan.body, ends, (keep, succeeded));
            }
            Action::Call(_) | Action::Loan(_) => {}
        }
        if success || keep {
            kept.push(action);
        }
    }
    kept.reverse();
    *actions = kept;
}

#[cfg(test)]
mod tests {
    use super::EXECUTED;
    use alloy_primitives::keccak256;

    #[test]
    fn the_event_is_named_by_the_hash_of_its_signature() {
        assert_eq!(EXECUTED, keccak256("Executed(uint256,bool)"));
    }
}
