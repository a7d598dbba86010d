//! Verdicts on single instances: known ones where nothing moved, new ones elsewhere.

use super::{Checks, Task, UNJUDGED};
use crate::{
    evm::Machine,
    invariant::{
        scene::CallContext,
        value::{Outcome, Verdict},
    },
};

impl Checks {
    /// Judges the state that a sequence ends in, by what speaks of nothing else; and, where it is part of the sample, by what is
    /// dear.
    pub fn end(&mut self, machine: &mut Machine, is_sampled: bool) {
        self.violated.clear();
        if is_sampled {
            self.sample(machine);
        }
        for index in 0..self.states.len() {
            if !self.set.instances()[index].at_end() {
                continue;
            }
            // What was not judged in this case yet may be anything.
            self.states[index].dirty |= self.states[index].outcome.is_none();
            if self.judge_state(machine, index, true).is_ok_and(|verdict| !verdict.holds) {
                self.violated.push(index);
            }
        }
    }

    fn sample(&mut self, machine: &mut Machine) {
        if self.sampled.is_empty() {
            return;
        }
        let Self { probes, states, .. } = self;
        // Instances that look at holders, events or the block were told of changes with all others; only answers were not.
        if self.restructured {
            probes.everything_changed(machine);
        } else {
            if self.block != self.base_block {
                probes.block_moved(&mut |dependent| super::spoil(states, dependent));
            }
            probes.state_moved(machine, &mut |dependent| super::spoil(states, dependent));
        }
        for position in 0..self.sampled.len() {
            let index = self.sampled[position];
            if self.judge_state(machine, index, true).is_ok_and(|verdict| !verdict.holds) {
                self.violated.push(index);
            }
        }
        self.violated.sort_unstable();
    }

    pub(super) fn judge_state(&mut self, machine: &mut Machine, index: usize, counted: bool) -> Outcome {
        let state = &self.states[index];
        let dirty = state.dirty || state.sensitivity.untracked;
        let known = state.outcome.filter(|_| !dirty);
        let outcome = known.or_else(|| self.run(machine, index, Task::Judge)).unwrap_or(Err(UNJUDGED));
        let outcome = self.compare(machine, index, outcome);
        let state = &mut self.states[index];
        state.outcome = Some(outcome);
        state.dirty = false;
        if counted {
            state.count(dirty, outcome);
        }
        outcome
    }

    pub(super) fn judge_call(&mut self, machine: &mut Machine, index: usize, call: CallContext) -> Outcome {
        let state = &self.states[index];
        // Nothing that it reads changed: old and new values are equal, and so is the verdict on the same call.
        let quiet = state.captured.is_some() && !state.sensitivity.untracked && !state.sensitivity.sent;
        let known = state
            .quiet
            .filter(|(known, _)| quiet && (*known == call || !state.sensitivity.call))
            .map(|(_, outcome)| outcome);
        let outcome = known.or_else(|| self.run(machine, index, Task::Judge)).unwrap_or(Err(UNJUDGED));
        let outcome = self.compare(machine, index, outcome);
        let state = &mut self.states[index];
        // What it carried and returned was looked at perhaps only now.
        let quiet = quiet && !state.sensitivity.sent;
        state.quiet = quiet.then_some((call, outcome));
        state.outcome = Some(outcome);
        state.dirty = false;
        state.count(!quiet, outcome);
        outcome
    }

    /// Notes that a call which does not concern an instance satisfies it.
    pub(super) fn pass(&mut self, machine: &mut Machine, index: usize) {
        let outcome = self.compare(machine, index, Ok(Verdict::plain(true)));
        let state = &mut self.states[index];
        state.outcome = Some(outcome);
        state.count(false, outcome);
    }

    /// Judges whether a call, which may have failed, failed an assertion.
    pub(super) fn judge_attempt(&mut self, index: usize, is_meant: bool) {
        let holds = self.failure.is_none();
        let state = &mut self.states[index];
        state.outcome = is_meant.then(|| Ok(Verdict::plain(holds)));
        if is_meant {
            state.looked = true;
            state.count(true, Ok(Verdict::plain(holds)));
            if !holds {
                self.violated.push(index);
            }
        }
    }
}
