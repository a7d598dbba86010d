//! What is to come as high as possible: what a suite maximises, and how near an invariant is to its violation.

use super::{executor::Executor, outcome::Outcome, worker::Entry};
use crate::{
    invariant::Checks,
    protocol::{Judgement, Predicate, PredicateKind, Protocol},
    sequence::Sequence,
};
use alloy_primitives::{Address, I256, U256, U512, aliases::I512};
use std::sync::Arc;

/// Bits of a margin that tell its steps apart: a margin that fell by less than an eighth is no news.
const STEP_BITS: usize = 4;

/// A value that a sequence reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Height {
    /// Which objective: a suite's functions that are maximised come first, then invariants.
    pub objective: usize,
    /// The value of the function, or minus the margin.
    pub value: I512,
    /// Index of the step behind which it was reached.
    pub step: usize,
}

/// The highest that anybody came.
#[derive(Debug, Clone)]
pub(super) struct Peak {
    pub(super) value: I512,
    pub(super) entry: Arc<Entry>,
    /// Steps of the sequence that reached it first.
    pub(super) original: usize,
    /// Cases that were spent on it in vain.
    pub(super) visits: u32,
}

/// What is to come high.
#[derive(Debug, Clone, Default)]
pub(super) struct Objectives {
    /// Functions of the suite.
    maximised: Vec<(Address, [u8; 4])>,
    /// Instances of invariants whose margin is a distance, and the least that is one: a call that an invariant does not speak of
    /// satisfies it with a margin of nothing, which is near to no violation.
    margins: Vec<(usize, I512)>,
}

/// The functions of a suite that are maximised, in the order of its predicates.
pub(super) fn maximised(protocol: &Protocol) -> impl Iterator<Item = &Predicate> {
    let predicates = protocol.suite.iter().flat_map(|suite| &suite.predicates);
    predicates.filter(|predicate| predicate.kind == PredicateKind::Maximised)
}

impl Objectives {
    /// What a suite maximises.
    pub(super) fn of_suite(protocol: &Protocol) -> Self {
        let maximised = maximised(protocol).map(|predicate| (predicate.address, predicate.selector.0));
        Self { maximised: maximised.collect(), margins: Vec::new() }
    }

    /// The same, and of `checks` what has room: where a margin is nothing from the start, a smaller one is a violation already.
    #[must_use]
    pub(super) fn with_margins(self, checks: &Checks) -> Self {
        let instances = checks.set().instances();
        let margins = (0..instances.len()).filter(|index| {
            let instance = &instances[*index];
            let is_judged = !instance.at_end() && instance.attempts().is_none();
            let has_room = checks.outcome(*index).and_then(Result::ok).is_none_or(|base| base.margin > I512::ZERO);
            is_judged && (instance.on() == Judgement::Call || has_room)
        });
        let least = |index: usize| if instances[index].on() == Judgement::Call { I512::ONE } else { I512::ZERO };
        Self { margins: margins.map(|index| (index, least(index))).collect(), ..self }
    }

    /// Whether this objective is a function that is maximised.
    pub(super) fn is_maximised(&self, objective: usize) -> bool {
        objective < self.maximised.len()
    }

    /// How high each is in the base state; none where nothing can be told yet.
    pub(super) fn peaks(&self, protocol: &Protocol, checks: &Checks) -> Vec<Option<Peak>> {
        let mut machine = protocol.machine();
        let viewer = machine.viewer();
        let maximised = self.maximised.iter().map(|(address, selector)| {
            let output = machine.view(viewer, *address, selector.to_vec().into()).ok()?;
            output.get(..32).map(|word| widen(U256::from_be_slice(word)))
        });
        let maximised: Vec<_> = maximised.collect();
        let margins = self.margins.iter().map(|(index, _)| Some(checks.outcome(*index)?.ok()?.margin.saturating_neg()));
        let nowhere = Arc::new(Entry::new(Sequence::default()));
        let peak = |value| Peak { value, entry: Arc::clone(&nowhere), original: 0, visits: 0 };
        maximised.into_iter().chain(margins).map(|value| value.map(peak)).collect()
    }
}

/// The word of an `int256`.
fn widen(word: U256) -> I512 {
    let value = I256::from_raw(word);
    let size = I512::from_raw(U512::from(value.unsigned_abs()));
    if value.is_negative() { -size } else { size }
}

/// The least value that is news beside `known` where every step would be too many.
fn next_step(known: I512) -> I512 {
    let margin = known.saturating_neg();
    let bits = I512::BITS - margin.leading_zeros();
    match bits.checked_sub(STEP_BITS) {
        _ if margin.is_negative() => I512::MAX,
        Some(shift) if shift > 0 => I512::ONE - ((margin >> shift) << shift),
        _ => known.saturating_add(I512::ONE),
    }
}

impl Executor {
    /// Tells the executor how high others came, and what it is to follow exactly.
    pub(super) fn learn_heights(&mut self, peaks: &[Option<Peak>]) {
        let objectives = &self.objectives;
        let wanted = peaks.iter().enumerate().map(|(objective, peak)| match peak {
            None => I512::MIN,
            Some(peak) if objectives.is_maximised(objective) => peak.value.saturating_add(I512::ONE),
            Some(peak) => next_step(peak.value),
        });
        self.wanted.clear();
        self.wanted.extend(wanted);
    }

    /// Asks for exactly this height of one objective.
    pub(super) fn want(&mut self, objective: usize, value: I512) {
        if let Some(wanted) = self.wanted.get_mut(objective) {
            *wanted = value;
        }
    }

    /// Notes what is higher now than anybody came. Whether anything is.
    pub(super) fn note_heights(&mut self, step: usize, outcome: &mut Outcome) -> bool {
        let Self { objectives, wanted, checks, machine, .. } = self;
        let mut note = |objective: usize, value: I512| {
            if wanted.get(objective).is_some_and(|wanted| value < *wanted) {
                return false;
            }
            let height = Height { objective, value, step };
            match outcome.heights.iter_mut().find(|height| height.objective == objective) {
                Some(known) if known.value < value => *known = height,
                Some(_) => return false,
                None => outcome.heights.push(height),
            }
            true
        };
        let mut noted = false;
        for (objective, (address, selector)) in objectives.maximised.iter().enumerate() {
            if let Some(word) = checks.ask(machine, *address, selector) {
                noted |= note(objective, widen(word));
            }
        }
        for (index, (instance, least)) in objectives.margins.iter().enumerate() {
            // What does not hold is found, and no way up any more.
            if let Some(verdict) =
                checks.outcome(*instance).and_then(Result::ok).filter(|verdict| verdict.margin >= *least)
            {
                noted |= note(objectives.maximised.len() + index, verdict.margin.saturating_neg());
            }
        }
        noted
    }
}

#[cfg(test)]
mod tests {
    use super::{I512, next_step};

    #[test]
    fn a_margin_has_to_fall_by_an_eighth_of_its_magnitude() {
        let next = |margin: u64| u64::try_from(-next_step(-I512::try_from(margin).unwrap())).unwrap();
        // 1,000 is 0b1111101000: the step below begins under 0b1111000000.
        assert_eq!(next(1_000), 0b11_1100_0000 - 1);
        assert_eq!(next(0b11_1100_0000 - 1), 0b11_1000_0000 - 1);
        assert_eq!([next(16), next(15), next(2), next(1)], [15, 14, 1, 0]);
        // Behind a margin of nothing there is the violation, which is told as such.
        assert_eq!(next_step(I512::ZERO), I512::ONE);
        assert_eq!(next_step(I512::MAX), I512::MAX);
    }
}
