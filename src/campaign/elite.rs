//! Scripts worth varying: for each set of functions that succeeded together, the sequence that left the attacker best off, also
//! when that is a loss. A single profitable script is rare; half of one (a deposit that succeeded after a trade) is not, and its
//! amounts can be climbed.

use crate::{
    evm::Execution,
    generate::CaseRng,
    protocol::Transfer,
    scenario::Exchange,
    sequence::{Action, Sequence, Source, Step},
};
use alloy_primitives::{Address, B256, Log, aliases::I512, b256};
use proptest::prelude::RngExt;
use std::{collections::BTreeMap, sync::Arc};

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
    /// What its actions took and gave.
    pub(super) exchanges: Vec<Exchange>,
}

/// The best deed for each set of functions and order of magnitude.
#[derive(Debug, Default)]
pub(super) struct Elites {
    by_kind: BTreeMap<(Vec<usize>, i32), usize>,
    deeds: Vec<Deed>,
}

impl Elites {
    /// Whether a deed is the first of its kind, or better than the one that is kept.
    pub(super) fn is_news(&self, deed: &Deed) -> bool {
        match self.by_kind.get(&kind(deed)) {
            Some(index) => self.deeds[*index].value < deed.value,
            None => !deed.succeeded.is_empty() && self.deeds.len() < MAX_ELITES,
        }
    }

    /// Keeps a deed that is news.
    pub(super) fn offer(&mut self, deed: &Deed) {
        if !self.is_news(deed) {
            return;
        }
        let index = *self.by_kind.entry(kind(deed)).or_insert(self.deeds.len());
        match self.deeds.get_mut(index) {
            Some(kept) => kept.clone_from(deed),
            None => self.deeds.push(deed.clone()),
        }
    }

    pub(super) fn deeds(&self) -> &[Deed] {
        &self.deeds
    }
}

fn kind(deed: &Deed) -> (Vec<usize>, i32) {
    (deed.succeeded.clone(), order(deed.value))
}

/// The order of magnitude of a gain or loss, in steps of 256: a large move that costs much is of another kind than none.
fn order(value: I512) -> i32 {
    let bits = i32::try_from(value.unsigned_abs().bit_len() / 8).unwrap_or(i32::MAX);
    if value.is_negative() { -bits } else { bits }
}

/// What `sequence` did, by the executions of its steps.
pub(super) fn deed(sequence: &Sequence, executions: &[Arc<Execution>], value: I512) -> Deed {
    let mut succeeded = Vec::new();
    let mut exchanges = Vec::new();
    let mut steps = Vec::new();
    for (step, execution) in sequence.steps.iter().zip(executions) {
        let mut step = step.clone();
        match &mut step {
            Step::Call(call) if execution.succeeded() => succeeded.push(call.function),
            Step::Attack(attack) if execution.succeeded() => {
                let mut telling = Telling {
                    contract: attack.contract,
                    ends: ends(attack.contract, &execution.logs),
                    keep: plumbed(&attack.actions),
                    succeeded: &mut succeeded,
                    exchanges: &mut exchanges,
                };
                telling.prune(&mut attack.actions, None);
            }
            Step::Call(_) | Step::Attack(_) | Step::Market(_) => {}
        }
        steps.push(step);
    }
    succeeded.sort_unstable();
    succeeded.dedup();
    Deed { sequence: Sequence { steps }, succeeded, value, exchanges }
}

/// A deed, rather a late one: what came early has been built upon. There must be some.
pub(super) fn draw<'a>(deeds: &'a [Deed], rng: &mut CaseRng) -> &'a Deed {
    let [one, other] = [(); 2].map(|()| rng.random_range(0..deeds.len()));
    &deeds[one.max(other)]
}

/// How an action ended, and the transfers behind the end of the one before.
#[derive(Default)]
struct End {
    success: bool,
    transfers: Vec<Transfer>,
}

/// How the actions of a script ended, in order.
fn ends(contract: Address, logs: &[Log]) -> Vec<End> {
    let mut ends = Vec::new();
    let mut transfers = Vec::new();
    for log in logs {
        if log.address == contract && log.topics().first() == Some(&EXECUTED) {
            let success = log.data.data.get(63).is_some_and(|byte| *byte == 1);
            ends.push(End { success, transfers: std::mem::take(&mut transfers) });
        } else {
            transfers.extend(Transfer::of(log));
        }
    }
    ends
}

/// Whether some action names another one by its index, which dropping actions would shift.
fn plumbed(actions: &[Action]) -> bool {
    actions.iter().any(|action| match action {
        Action::Call(call) => call.live.iter().any(|live| matches!(live.source, Source::Action { .. })),
        Action::Loan(loan) => plumbed(&loan.body),
    })
}

/// What the events of a script tell.
struct Telling<'a> {
    contract: Address,
    /// How the actions ended; the body of a loan that failed has told nothing.
    ends: Vec<End>,
    /// Whether actions that failed stay.
    keep: bool,
    succeeded: &'a mut Vec<usize>,
    exchanges: &'a mut Vec<Exchange>,
}

impl Telling<'_> {
    /// Drops the actions that failed and notes what the others did, from the last one on. What `lender` moves is the loan.
    fn prune(&mut self, actions: &mut Vec<Action>, lender: Option<Address>) {
        let mut kept = Vec::new();
        while let Some(mut action) = actions.pop() {
            let End { success, mut transfers } = self.ends.pop().unwrap_or_default();
            match &mut action {
                Action::Call(call) if success => {
                    self.succeeded.push(call.function);
                    transfers.retain(|transfer| Some(transfer.from) != lender);
                    self.exchanges.extend(Exchange::of(call, self.contract, &transfers));
                }
                Action::Loan(loan) if success => {
                    self.succeeded.push(usize::MAX);
                    self.prune(&mut loan.body, Some(loan.lender));
                }
                Action::Call(_) | Action::Loan(_) => {}
            }
            if success || self.keep {
                kept.push(action);
            }
        }
        kept.reverse();
        *actions = kept;
    }
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
