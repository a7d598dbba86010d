//! Sequences that an earlier campaign, or another tool, kept: they run first.

use super::{
    trim::Trim,
    worker::{Arm, Case, Ground, Worker},
};
use crate::{
    protocol::Protocol,
    sequence::{Fitted, Sequence, StepRecord},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a protocol begins with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// Sequences, without those that nothing is left of.
    pub sequences: Vec<Sequence>,
    /// Steps of them.
    pub kept: usize,
    /// Steps that do not fit the protocol: how many of each function, and why.
    pub dropped: BTreeMap<String, Dropped>,
}

/// Steps of one function that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// How many.
    pub count: usize,
    /// Why the first of them does not.
    pub why: String,
}

impl Import {
    /// Adds what is left of a kept sequence on `protocol`.
    pub fn add(&mut self, protocol: &Protocol, records: &[StepRecord]) {
        let Fitted { sequence, dropped } = Sequence::fit(protocol, records);
        for (function, why) in dropped {
            let entry = self.dropped.entry(function);
            entry.or_insert_with(|| Dropped { count: 0, why: why.to_string() }).count += 1;
        }
        self.kept += sequence.steps.len();
        if !sequence.steps.is_empty() && !self.sequences.contains(&sequence) {
            self.sequences.push(sequence);
        }
    }

    /// Whether there was nothing.
    pub fn is_empty(&self) -> bool {
        self.sequences.is_empty() && self.dropped.is_empty()
    }
}

/// What each protocol begins with, by id.
pub type Imports = BTreeMap<String, Import>;

impl Worker {
    /// The case that runs an imported sequence; none behind the last.
    pub(super) fn imported(&mut self, ground: &Ground, index: u64) -> Option<Case> {
        let sequence = ground.imports.get(usize::try_from(index).ok()?)?;
        let outcome = self.executor.run(sequence.clone());
        let outcome = Trim::new(&mut self.executor, None).trim(outcome);
        Some(Case::new(Arm::Free, outcome))
    }
}
