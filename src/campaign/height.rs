//! What a suite wants to be as large as possible: how high sequences bring it, and the way up.

use super::{
    executor::Executor,
    outcome::Outcome,
    plan::{Basis, Kind, Origin, Plan, Task},
    worker::{Entry, Ground, View, Worker},
};
use crate::{
    generate::{self, CaseRng, Generator},
    protocol::{Predicate, PredicateKind, Protocol},
    sequence::Sequence,
};
use alloy_primitives::{I256, U256};
use proptest::prelude::RngExt;
use std::sync::Arc;

/// Steps that one case runs, about, and the most variations that it tries.
const CASE_STEPS: usize = 200;
const MAX_TRIES: usize = 24;
/// One of this many cases climbs: it costs as much as ten others, and most calls are to look for what is violated.
const SHARE: u32 = 16;

/// A value that a sequence reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Height {
    /// Which of the suite's functions that are maximised.
    pub objective: usize,
    /// The value.
    pub value: I256,
    /// Index of the step behind which it was reached.
    pub step: usize,
}

/// The highest that anybody came.
#[derive(Debug, Clone)]
pub(super) struct Peak {
    pub(super) value: I256,
    pub(super) entry: Arc<Entry>,
    /// Steps of the sequence that reached it first.
    pub(super) original: usize,
}

/// The functions of a suite that are maximised, in the order of its predicates.
pub(super) fn objectives(protocol: &Protocol) -> impl Iterator<Item = &Predicate> {
    let predicates = protocol.suite.iter().flat_map(|suite| &suite.predicates);
    predicates.filter(|predicate| predicate.kind == PredicateKind::Maximised)
}

/// How high each objective is in the base state.
pub(super) fn peaks(protocol: &Protocol) -> Vec<Option<Peak>> {
    let mut machine = protocol.machine();
    let viewer = machine.viewer();
    let nowhere = Arc::new(Entry::new(Sequence::default()));
    let mut peak = |predicate: &Predicate| {
        let output = machine.view(viewer, predicate.address, predicate.selector.to_vec().into()).ok()?;
        let value = output.get(..32).map(|word| I256::from_raw(U256::from_be_slice(word)))?;
        Some(Peak { value, entry: Arc::clone(&nowhere), original: 0 })
    };
    objectives(protocol).map(&mut peak).collect()
}

impl Executor {
    /// Tells the executor how high others came.
    pub(super) fn learn_heights(&mut self, peaks: &[Option<Peak>]) {
        self.heights.clear();
        self.heights.extend(peaks.iter().map(|peak| peak.as_ref().map(|peak| peak.value)));
    }

    /// Notes what is higher now than anybody came.
    pub(super) fn note_heights(&mut self, step: usize, outcome: &mut Outcome) {
        if self.protocol.suite.is_none() {
            return;
        }
        let protocol = Arc::clone(&self.protocol);
        for (objective, predicate) in objectives(&protocol).enumerate() {
            let word = self.checks.ask(&mut self.machine, predicate.address, predicate.selector.as_slice());
            let Some(value) = word.map(I256::from_raw) else { continue };
            if self.heights.get(objective).copied().flatten().is_some_and(|known| known >= value) {
                continue;
            }
            let height = Height { objective, value, step };
            match outcome.heights.iter_mut().find(|height| height.objective == objective) {
                Some(known) if known.value < value => *known = height,
                Some(_) => {}
                None => outcome.heights.push(height),
            }
        }
    }
}

/// A case that varies the sequence of a peak; none while nobody came anywhere.
pub(super) fn draw(view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let peaks = view.peaks.iter().enumerate().filter_map(|(objective, peak)| Some((objective, peak.as_ref()?)));
    let peaks: Vec<_> = peaks.filter(|(_, peak)| !peak.entry.sequence.steps.is_empty()).collect();
    if peaks.is_empty() || !rng.random_ratio(1, SHARE) {
        return None;
    }
    let (objective, peak) = peaks[rng.random_range(0..peaks.len())];
    let task = Task::Ascend { entry: Arc::clone(&peak.entry), objective };
    Some(Plan { origin: Origin::new(Kind::Changed, Basis::None), task })
}

impl Worker {
    /// Varies a sequence, each time from the highest so far. What is worth keeping, with the calls of all.
    pub(super) fn ascend(
        &mut self,
        (ground, generator): (&Ground, &Generator<'_>),
        (entry, objective): (&Entry, usize),
        rng: &mut CaseRng,
    ) -> Vec<Outcome> {
        let mut base = entry.sequence.clone();
        let mut highest: Option<I256> = None;
        let mut found = Vec::new();
        let (mut calls, mut reverts) = (0, 0);
        let tries = (CASE_STEPS / entry.sequence.steps.len().max(1)).clamp(2, MAX_TRIES);
        for _ in 0..tries {
            let mut outcome = self.executor.run(vary(&base, ground, generator, rng));
            calls += std::mem::take(&mut outcome.calls);
            reverts += std::mem::take(&mut outcome.reverts);
            let height = outcome.heights.iter().find(|height| height.objective == objective).copied();
            let higher = height.filter(|height| highest.is_none_or(|highest| highest < height.value));
            if let Some(height) = higher {
                base.clone_from(&outcome.sequence);
                base.steps.truncate(height.step + 1);
                highest = Some(height.value);
            }
            let shows = !(outcome.fresh.is_empty() && outcome.violations.is_empty());
            if higher.is_some() || shows {
                found.push(outcome);
            }
        }
        if found.is_empty() {
            found.push(Outcome::default());
        }
        (found[0].calls, found[0].reverts) = (calls, reverts);
        found
    }
}

/// The sequence with one word moved, or with other steps.
fn vary(sequence: &Sequence, ground: &Ground, generator: &Generator<'_>, rng: &mut CaseRng) -> Sequence {
    let places: Vec<_> = (0..sequence.steps.len()).flat_map(|step| sequence.places(step, true)).collect();
    if places.is_empty() || rng.random_ratio(1, 3) {
        return generate::mutate(generator, &ground.protocol, (sequence, sequence), ground.steps, rng);
    }
    let mut varied = sequence.clone();
    let place = places[rng.random_range(0..places.len())];
    let word = sequence.word(place).unwrap_or_default();
    let shift = U256::ONE << rng.random_range(0..word.bit_len().clamp(2, 255));
    let moved = match rng.random_range(0..8_u32) {
        0 => word << 1,
        1 => word >> 1,
        2 => U256::MAX >> rng.random_range(0..256_usize),
        3..6 => word.wrapping_add(shift),
        _ => word.wrapping_sub(shift),
    };
    varied.set_word(place, moved);
    varied
}
