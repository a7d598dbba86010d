//! Other pasts: an earlier step gets other arguments, and the steps behind it are turned until they do again what they did.

use super::{Dig, Goal, MAX_CALLS};
use crate::{
    evm::{Comparison, Site},
    sequence::{Call, Step},
};

/// Digs' worth of calls that a change of the past may use.
const MAX_DIGS: u64 = 3;

impl Dig<'_> {
    /// The steps before the last one.
    pub(in crate::campaign) fn past(&self) -> &[Step] {
        &self.base.steps[..self.base.steps.len() - 1]
    }

    /// Gives step `at` other arguments, and brings it and the steps behind it to decide their comparisons as before, the last
    /// one up to where it misses the goal. Whether they do.
    pub(in crate::campaign) fn redo(&mut self, at: usize, call: Call, goal: Option<(Site, bool)>) -> bool {
        let steps = self.base.steps.clone();
        let mut paths = self.paths(at);
        if let (Some((site, outcome)), Some(last)) = (goal, paths.last_mut()) {
            let missed = |comparison: &Comparison| comparison.site == site && comparison.outcome() != outcome;
            last.truncate(last.iter().position(missed).unwrap_or(last.len()));
        }
        self.thorough = false;
        self.most_calls = MAX_DIGS * MAX_CALLS;
        let again = std::iter::once(Step::Call(call)).chain(steps[at + 1..].iter().cloned());
        let mut sequence = self.base.clone();
        sequence.steps.truncate(at);
        for (step, path) in again.zip(&paths) {
            let index = sequence.steps.len();
            sequence.steps.push(step);
            // The states before it are those of the steps that were made again.
            self.base.steps.truncate(index);
            let trace = self.probe(&sequence, index);
            self.take(sequence, index, trace);
            if !self.retrace(path) {
                return false;
            }
            sequence = self.base.clone();
        }
        true
    }

    /// What each step from `at` on compares.
    fn paths(&mut self, at: usize) -> Vec<Vec<Comparison>> {
        self.mark(at);
        self.executor.machine().restore(&self.marks[at]);
        let steps = self.base.steps[at..].to_vec();
        let path = |step: &Step| {
            self.send(step);
            self.executor.machine().recorder().comparisons().to_vec()
        };
        steps.iter().map(path).collect()
    }

    /// Brings the last step to decide its comparisons as `path` does. Whether it does in the end.
    fn retrace(&mut self, path: &[Comparison]) -> bool {
        for _ in 0..=path.len() {
            let decides = |one: &Comparison, other: &Comparison| one.site == other.site && one.outcome() == other.outcome();
            let mut pairs = path.iter().zip(&self.trace.comparisons);
            let Some(at) = pairs.position(|(one, other)| !decides(one, other)) else {
                return self.trace.comparisons.len() >= path.len();
            };
            if path[at].site != self.trace.comparisons[at].site || self.is_spent() {
                return false;
            }
            let occurrence = path[..at].iter().filter(|comparison| comparison.site == path[at].site).count();
            let goal = Goal { site: path[at].site, occurrence, outcome: path[at].outcome() };
            self.survey();
            if !self.is_sensitive(&goal) || !self.reach(&goal) {
                return false;
            }
        }
        false
    }
}
