use crate::evm::{CHEATCODE_ERROR, Execution, Status};
use alloy_primitives::Bytes;
use alloy_sol_types::{Panic, Revert, SolError};
use std::collections::BTreeMap;

/// Reasons that are told apart. Of more, those are kept that come first in their order, so that it does not matter which thread
/// met them when.
const MAX_REASONS: usize = 64;
/// Bytes of an `Error(string)` by which reasons are told apart.
const MAX_TEXT: usize = 1_024;
/// Errors that tell their reason in their arguments.
const STANDARD: [[u8; 4]; 3] = [Revert::SELECTOR, Panic::SELECTOR, CHEATCODE_ERROR];

/// How often a function was called, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionCount {
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted, discarded ones aside.
    pub reverts: u64,
    /// Calls that asked for other inputs: `vm.assume` did not hold.
    pub discards: u64,
    /// Calls that changed something: storage, or the balance of an account.
    pub changes: u64,
    /// Scripts of attacks in which a call of it ended well; they do not count as calls.
    pub scripts: u64,
    /// Why calls failed, with how many did.
    pub reasons: BTreeMap<Reason, u64>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It reverted, with this data: a custom error's selector without its arguments.
    Revert(Bytes),
    /// It halted, or was no valid transaction.
    Halt(String),
}

impl FunctionCount {
    pub(super) fn add(&mut self, execution: &Execution, changed: bool) {
        self.calls += 1;
        self.discards += u64::from(execution.was_discarded());
        self.changes += u64::from(execution.succeeded() && changed);
        if execution.failed() {
            self.reverts += 1;
            self.note(Reason::of(execution), 1);
        }
    }

    /// Adds what another thread counted.
    pub(super) fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.reverts += other.reverts;
        self.discards += other.discards;
        self.changes += other.changes;
        self.scripts += other.scripts;
        for (reason, count) in other.reasons {
            self.note(reason, count);
        }
    }

    fn note(&mut self, reason: Reason, count: u64) {
        if let Some(known) = self.reasons.get_mut(&reason) {
            *known += count;
            return;
        }
        self.reasons.insert(reason.compact(), count);
        if self.reasons.len() > MAX_REASONS {
            self.reasons.pop_last();
        }
    }
}

impl Reason {
    fn of(execution: &Execution) -> Self {
        match &execution.status {
            Status::Halt(reason) | Status::Invalid(reason) => Self::Halt(reason.clone()),
            Status::Revert | Status::Success => {
                let data = &execution.output;
                let standard = data.first_chunk().is_some_and(|selector| STANDARD.contains(selector));
                Self::Revert(data.slice(..data.len().min(if standard { MAX_TEXT } else { 4 })))
            }
        }
    }

    /// The same without the rest of the revert data, which a slice keeps in memory.
    fn compact(self) -> Self {
        match self {
            Self::Revert(data) => Self::Revert(Bytes::copy_from_slice(&data)),
            Self::Halt(reason) => Self::Halt(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FunctionCount, MAX_REASONS, Reason};
    use crate::evm::{Execution, Status};

    fn failure(data: Vec<u8>) -> Execution {
        let (output, logs) = (data.into(), Vec::new());
        Execution { status: Status::Revert, output, gas_used: 0, logs, created: None }
    }

    #[test]
    fn custom_errors_count_without_their_arguments_and_texts_with_them() {
        let mut count = FunctionCount::default();
        for last in [1, 2] {
            count.add(&failure(vec![9, 9, 9, 9, last]), true);
            count.add(&failure(vec![0x08, 0xc3, 0x79, 0xa0, last]), true);
        }
        assert_eq!(count.reasons[&Reason::Revert(vec![9, 9, 9, 9].into())], 2);
        assert_eq!((count.reasons.len(), count.reverts, count.changes), (3, 4, 0));
    }

    #[test]
    fn which_reasons_are_kept_does_not_depend_on_their_order() {
        let reasons: Vec<_> = (0..=255).map(|byte| failure(vec![0x08, 0xc3, 0x79, 0xa0, byte])).collect();
        let [mut whole, mut one, mut other] = [(); 3].map(|()| FunctionCount::default());
        for (index, each) in reasons.iter().enumerate() {
            whole.add(each, false);
            if index % 2 == 0 { one.add(each, false) } else { other.add(each, false) }
        }
        one.merge(other);
        assert_eq!(whole, one);
        assert_eq!(whole.reasons.len(), MAX_REASONS);
    }
}
