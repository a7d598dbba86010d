//! Takes away what a sequence does not need for what it showed, before it is kept: later cases continue a short sequence in which
//! little time has passed.

use super::{
    executor::Executor,
    outcome::{Outcome, Resume},
};
use crate::{
    evm::Edge,
    sequence::{Advance, Sequence, Step},
};
use alloy_primitives::map::HashSet;
use std::sync::Arc;

/// Executions of one trim.
const MAX_RUNS: usize = 48;

/// Trims the outcomes of one case.
pub(super) struct Trim<'a> {
    executor: &'a mut Executor,
    /// The state that the case began at; steps before it stay.
    from: Option<&'a Arc<Resume>>,
    /// Edges that outcomes of the case before this one reached.
    seen: HashSet<Edge>,
    runs: usize,
}

impl<'a> Trim<'a> {
    pub(super) fn new(executor: &'a mut Executor, from: Option<&'a Arc<Resume>>) -> Self {
        Self { executor, from, seen: HashSet::default(), runs: 0 }
    }

    /// `outcome` without the steps and the time that what is new in it does not need; with the calls of the trim.
    pub(super) fn trim(&mut self, outcome: Outcome) -> Outcome {
        let news = outcome.fresh.iter().filter(|edge| self.seen.insert(**edge)).count() > 0;
        // What came high stays as it is: its height may need every step.
        let is_high = outcome.heights.iter().any(|height| self.executor.objectives.is_maximised(height.objective));
        let Some(last) = outcome.reached.filter(|_| news && outcome.violations.is_empty() && !is_high) else {
            return outcome;
        };
        let from = self.from.filter(|from| outcome.sequence.steps.starts_with(&from.steps));
        let first = from.map_or(0, |from| from.steps.len());
        self.runs = 0;
        let mut best = Best { from, first, outcome };
        if last >= first {
            self.without_failures(&mut best, last);
            self.one_by_one(&mut best);
            self.without_time(&mut best);
        }
        best.outcome
    }

    /// Steps that fail change nothing but time, and those behind the last one that showed something change nothing.
    fn without_failures(&mut self, best: &mut Best<'_>, last: usize) {
        let steps = &best.outcome.sequence.steps[best.first..=last];
        let failed = &best.outcome.failed;
        let needed = steps.iter().enumerate().filter(|(index, _)| {
            let index = best.first + index;
            index == last || failed.binary_search(&index).is_err()
        });
        let needed: Vec<_> = needed.map(|(_, step)| step.clone()).collect();
        let steps = steps.to_vec();
        if needed.len() == steps.len() || !self.attempt(best, needed) {
            self.attempt(best, steps);
        }
    }

    fn one_by_one(&mut self, best: &mut Best<'_>) {
        let mut index = 0;
        while index + 1 < best.tail().len() {
            let mut steps = best.tail().to_vec();
            steps.remove(index);
            if !self.attempt(best, steps) {
                index += 1;
            }
        }
    }

    fn without_time(&mut self, best: &mut Best<'_>) {
        for index in 0..best.tail().len() {
            let mut steps = best.tail().to_vec();
            if !steps[index].advance().is_zero() {
                *steps[index].advance_mut() = Advance::default();
                self.attempt(best, steps);
            }
        }
    }

    /// Runs `steps` instead of the tail and takes them when they show as much.
    fn attempt(&mut self, best: &mut Best<'_>, steps: Vec<Step>) -> bool {
        if self.runs >= MAX_RUNS {
            return false;
        }
        self.runs += 1;
        let mut outcome = match best.from {
            Some(from) => self.executor.resume(from, steps),
            None => self.executor.run(Sequence { steps }),
        };
        let known = &mut best.outcome;
        let shows = known.fresh.iter().all(|edge| outcome.fresh.binary_search(edge).is_ok());
        let (calls, reverts) = (known.calls + outcome.calls, known.reverts + outcome.reverts);
        if shows {
            outcome.barren = known.barren;
            *known = outcome;
        }
        (known.calls, known.reverts) = (calls, reverts);
        shows
    }
}

/// The shortest sequence so far.
struct Best<'a> {
    from: Option<&'a Arc<Resume>>,
    /// Steps that stay.
    first: usize,
    outcome: Outcome,
}

impl Best<'_> {
    fn tail(&self) -> &[Step] {
        &self.outcome.sequence.steps[self.first..]
    }
}
