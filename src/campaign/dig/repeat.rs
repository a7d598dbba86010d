//! Repeats: a step is made again as often as the difference of two operands asks for.

use super::{Dig, Effect, Goal, direction::difference, solve};
use crate::{
    evm::Comparison,
    sequence::{Sequence, Step},
};

/// Earlier steps that are repeated.
const REPEATED_STEPS: usize = 4;

impl Dig<'_> {
    /// Makes a step again, as often as the difference of the operands asks for.
    pub(super) fn repeat(&mut self, goal: &Goal) -> bool {
        let last = self.base.steps.len() - 1;
        let many = if self.thorough { REPEATED_STEPS } else { 1 };
        for step in (0..=last).rev().take(many) {
            let mut again = true;
            while again && !self.is_spent() {
                again = false;
                let (Some(here), Some(once)) = (self.trace.find(goal).copied(), repeated(&self.base, step, 1)) else {
                    break;
                };
                if once.steps.len() > self.longest {
                    break;
                }
                let surveyed = self.survey.iter().find(|probe| probe.place.is_none() && step == last);
                let trace = match surveyed {
                    Some(probe) => probe.trace.clone(),
                    None => self.probe(&once, step),
                };
                if Self::effect(goal, &trace) == Effect::Hit {
                    self.take(once, step, trace);
                    return true;
                }
                let Some(there) = trace.find(goal) else { continue };
                let slope = difference(there).wrapping_sub(difference(&here));
                if slope.is_zero() {
                    continue;
                }
                for times in solve::whole(&here, slope).into_iter().map(|steps| steps.count) {
                    let room = self.longest - self.base.steps.len();
                    let Ok(times) = usize::try_from(times) else { continue };
                    if times > room || self.is_spent() {
                        continue;
                    }
                    let Some(sequence) = repeated(&self.base, step, times) else { continue };
                    let before = self.trace.find(goal).map(Comparison::distance);
                    if self.attempt(goal, sequence, step) == Effect::Hit {
                        return true;
                    }
                    if self.trace.find(goal).map(Comparison::distance) < before {
                        again = true;
                        break;
                    }
                }
            }
        }
        false
    }
}

/// `base` with `times` more of step `step` behind it; none when the step is no call.
pub(super) fn repeated(base: &Sequence, step: usize, times: usize) -> Option<Sequence> {
    let again = base.steps.get(step).filter(|step| matches!(step, Step::Call(_)))?;
    let mut steps = base.steps.clone();
    steps.splice(step..step, std::iter::repeat_n(again.clone(), times));
    Some(Sequence { steps })
}
