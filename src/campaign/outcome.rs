//! What the execution of a sequence showed, and where it can be resumed.

use super::{Height, created::Created};
use crate::{
    evm::{Edge, Execution, Nearer, Snapshot},
    generate::Access,
    invariant::Kept,
    sequence::{Sequence, Step},
};
use alloy_primitives::U256;
use std::sync::Arc;

/// An invariant that a case violates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// Which instance, as an index of [`Checks::about`](crate::invariant::Checks::about).
    pub instance: usize,
    /// Index of the step after which it was violated first.
    pub step: usize,
}

/// What the execution of a sequence showed.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The sequence as it ran: amounts that depend on the state are filled in, and steps beyond the gas of a case are gone.
    pub sequence: Sequence,
    /// The first violation of each invariant.
    pub violations: Vec<Violation>,
    /// Messages sent.
    pub calls: u64,
    /// Messages that reverted or halted.
    pub reverts: u64,
    /// The steps that sent them.
    pub failed: Vec<usize>,
    /// Edges that the machine was not told of, sorted.
    pub fresh: Vec<Edge>,
    /// Index of the last step that reached one.
    pub reached: Option<usize>,
    /// Operands and results seen where something new was reached.
    pub learned: Vec<U256>,
    /// Outcomes of comparisons that came nearer than the machine was told.
    pub nearer: Vec<Nearer>,
    /// How high the step brought what is maximised, where the executor was told of nothing higher.
    pub heights: Vec<Height>,
    /// Whether a dig found nothing that it could turn.
    pub(super) barren: bool,
    /// What the steps that showed something new read and wrote.
    pub accesses: Vec<Access>,
    /// The state behind the last step that showed something new, or the state that the run began at.
    pub resume: Option<Arc<Resume>>,
}

impl Outcome {
    /// Whether something was shown that the executor was not told of.
    pub fn shows_news(&self) -> bool {
        !(self.fresh.is_empty() && self.nearer.is_empty() && self.heights.is_empty())
    }
}

/// Where a sequence can be resumed.
#[derive(Debug)]
pub struct Resume {
    /// The steps that led there, as they ran.
    pub steps: Vec<Step>,
    pub(super) snapshot: Snapshot,
    pub(super) kept: Kept,
    pub(super) history: Vec<Arc<Execution>>,
    pub(super) created: Created,
    pub(super) gas: u64,
    pub(super) bytes: usize,
}

impl Resume {
    /// Bytes that it holds, by the sizes of what it keeps: an estimate that errs by a small factor.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
