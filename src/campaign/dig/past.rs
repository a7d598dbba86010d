//! Other pasts: an earlier step gets other arguments, and the steps behind it are turned until they do again what they did.

use super::{Dig, Goal, MAX_CALLS, transfer};
use crate::{
    evm::{Comparison, Site},
    sequence::{Call, Step},
};
use alloy_primitives::U256;

/// What is added to an operand that is put into an earlier step: equalities on the way may ask for a multiple of something.
const NEIGHBOURS: [U256; 5] = [
    U256::ZERO,
    U256::ONE,
    U256::MAX,
    U256::from_limbs([2, 0, 0, 0]),
    U256::from_limbs([u64::MAX - 1, u64::MAX, u64::MAX, u64::MAX]),
];

/// Digs' worth of calls that a change of the past may use.
const MAX_DIGS: u64 = 3;

impl Dig<'_> {
    /// The calls, with their indices and with how much each says about what the last one does.
    pub(in crate::campaign) fn step_calls(&self) -> Vec<(usize, Call, u32)> {
        let steps = self.base.steps.iter().zip(&self.influence).enumerate();
        let calls = steps.filter_map(|(at, (step, influence))| match step {
            Step::Call(call) => Some((at, call.clone(), *influence)),
            Step::Attack(_) | Step::Market(_) => None,
        });
        calls.collect()
    }

    /// Earlier calls, with their indices, in which an operand of the goal stands: with the other operand there, and with its
    /// neighbours. The path to the goal may ask for something else then.
    pub(in crate::campaign) fn directed_pasts(&self, goal: Option<(Site, bool)>) -> Vec<(usize, Call)> {
        let goal = goal.and_then(|(site, outcome)| self.nearest(site, outcome));
        let Some(comparison) = goal.and_then(|goal| self.trace.find(&goal)) else { return Vec::new() };
        let pairs = transfer::exchanges(comparison);
        let mut found = Vec::new();
        for at in 0..self.base.steps.len() - 1 {
            for place in self.places(at) {
                let Some(word) = self.base.word(place) else { continue };
                let wanted = pairs.iter().filter_map(|(from, to)| transfer::replaced(word, *from, *to));
                for wanted in wanted.flat_map(|to| NEIGHBOURS.map(|by| to.wrapping_add(by))) {
                    let mut sequence = self.base.clone();
                    if sequence.set_word(place, wanted)
                        && let Step::Call(call) = sequence.steps.swap_remove(at)
                    {
                        found.push((at, call));
                    }
                }
            }
        }
        found
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
        self.mark(at, |_| {});
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
            let decides =
                |one: &Comparison, other: &Comparison| one.site == other.site && one.outcome() == other.outcome();
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
