//! The way up from a peak: one sequence is changed again and again, each time from the highest so far. A change that helped is made
//! again at twice the size, until it does not help any more, and then at half, down to nothing: so a boundary is met exactly.

use super::{
    height::Peak,
    outcome::{Outcome, Resume},
    plan::{Basis, Kind, Origin, Plan, Task},
    worker::{Entry, Ground, View, Worker},
};
use crate::{
    generate::{self, CaseRng, Generator},
    sequence::{Place, Sequence, Step},
};
use alloy_primitives::{U256, aliases::I512};
use proptest::prelude::RngExt;
use std::{ops::RangeInclusive, sync::Arc};

/// Steps that one case runs, about, and the most and least changes that it tries.
const CASE_STEPS: usize = 200;
const MAX_TRIES: usize = 48;
const MIN_TRIES: usize = 2;
/// Peaks that are looked at to find one that few cases were spent on.
const TOURNAMENT: usize = 3;
/// Longest block of steps that is made again.
const MAX_BLOCK: usize = 4;

/// Peaks that somebody came to.
fn slopes(view: &View) -> impl Iterator<Item = (usize, &Peak)> {
    let peaks = view.peaks.iter().enumerate().filter_map(|(objective, peak)| Some((objective, peak.as_ref()?)));
    peaks.filter(|(_, peak)| !peak.entry.sequence.steps.is_empty())
}

/// Whether there is anything to climb from.
pub(super) fn is_possible(view: &View) -> bool {
    slopes(view).next().is_some()
}

/// A case that climbs from a peak; none while nobody came anywhere.
pub(super) fn draw(view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let slopes: Vec<_> = slopes(view).collect();
    if slopes.is_empty() {
        return None;
    }
    let drawn = (0..TOURNAMENT).map(|_| slopes[rng.random_range(0..slopes.len())]);
    let (objective, peak) = drawn.min_by_key(|(_, peak)| peak.visits)?;
    let task = Task::Ascend { entry: Arc::clone(&peak.entry), objective, from: peak.value };
    Some(Plan { origin: Origin::new(Kind::Climbed, Basis::Peak(objective)), task })
}

/// A change of a sequence.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// A word moves by so much.
    Word { place: Place, by: U256, down: bool },
    /// A block of steps is made so many times more.
    Repeat { block: Block, times: usize },
    /// A step goes.
    Drop { step: usize },
    /// Steps are drawn.
    Other,
}

/// Steps that follow each other.
#[derive(Debug, Clone, Copy)]
struct Block {
    start: usize,
    length: usize,
    /// A word of it that grows by so much from one time to the next: bids, identifiers and times rise.
    rise: Option<(Place, U256)>,
}

impl Block {
    fn draw(sequence: &Sequence, rng: &mut CaseRng) -> Self {
        let length = rng.random_range(1..=sequence.steps.len().min(MAX_BLOCK));
        let last = sequence.steps.len() - length;
        // Behind the last step nothing has to run again.
        let start = if rng.random() { last } else { rng.random_range(0..=last) };
        let step = rng.random_range(start..start + length);
        let rise = draw_place(sequence, step..=step, rng).filter(|_| rng.random_ratio(1, 3));
        let rise = rise.map(|place| {
            let by = draw_distance(sequence, place, rng);
            (Place { step: place.step - start, ..place }, by)
        });
        Self { start, length, rise }
    }

    /// So many copies of it, one behind the other.
    fn copies(&self, sequence: &Sequence, times: usize) -> Option<Vec<Step>> {
        let mut block = Sequence { steps: sequence.steps.get(self.start..self.start + self.length)?.to_vec() };
        let mut copies = Vec::with_capacity(times * self.length);
        for _ in 0..times {
            if let Some((place, by)) = self.rise {
                let word = block.word(place)?.saturating_add(by);
                block.set_word(place, word);
            }
            copies.extend_from_slice(&block.steps);
        }
        Some(copies)
    }
}

/// A word of one of these steps.
fn draw_place(sequence: &Sequence, mut steps: RangeInclusive<usize>, rng: &mut CaseRng) -> Option<Place> {
    let places: Vec<_> = steps.by_ref().flat_map(|step| sequence.places(step, true)).collect();
    (!places.is_empty()).then(|| places[rng.random_range(0..places.len())])
}

/// How far a word is moved at first: any power of two that it has.
fn draw_distance(sequence: &Sequence, place: Place, rng: &mut CaseRng) -> U256 {
    let word = sequence.word(place).unwrap_or_default();
    U256::ONE << rng.random_range(0..word.bit_len().clamp(2, 255))
}

/// Where a change is on its way to the boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stride {
    First,
    Growing,
    Shrinking,
}

impl Change {
    fn draw(sequence: &Sequence, rng: &mut CaseRng) -> Self {
        let length = sequence.steps.len();
        match rng.random_range(0..8_u32) {
            0 => Self::Other,
            1..3 => Self::Repeat { block: Block::draw(sequence, rng), times: 1 },
            3..5 if length > 1 => Self::Drop { step: rng.random_range(0..length) },
            _ => match draw_place(sequence, 0..=length - 1, rng) {
                Some(place) => Self::Word { place, by: draw_distance(sequence, place, rng), down: rng.random() },
                None => Self::Other,
            },
        }
    }

    /// The same, larger or smaller; none where that is no change.
    fn next(self, helped: bool, stride: Stride) -> Option<(Self, Stride)> {
        let (grows, stride) = match (helped, stride) {
            (true, Stride::First | Stride::Growing) => (true, Stride::Growing),
            (false, Stride::First) => return None,
            (_, Stride::Growing | Stride::Shrinking) => (false, Stride::Shrinking),
        };
        let change = match self {
            Self::Word { place, by, down } => {
                let by: U256 = if grows { by << 1 } else { by >> 1 };
                (!by.is_zero()).then_some(Self::Word { place, by, down })?
            }
            Self::Repeat { block, times: made } => {
                let times = if grows { made * 2 } else { made / 2 };
                // The last of the copies, to go on from.
                let start = if helped { block.start + block.length * made } else { block.start };
                (times > 0).then_some(Self::Repeat { block: Block { start, ..block }, times })?
            }
            Self::Drop { .. } | Self::Other => return None,
        };
        Some((change, stride))
    }

    fn apply(
        self,
        sequence: &Sequence,
        (ground, generator): (&Ground, &Generator<'_>),
        rng: &mut CaseRng,
    ) -> Option<Sequence> {
        let mut changed = sequence.clone();
        match self {
            Self::Word { place, by, down } => {
                let word = sequence.word(place)?;
                let moved = if down { word.saturating_sub(by) } else { word.saturating_add(by) };
                changed.set_word(place, moved).then_some(changed)
            }
            Self::Repeat { block, times } => {
                let room = ground.steps.saturating_sub(sequence.steps.len()) / block.length;
                let more = block.copies(sequence, times.min(room))?;
                let at = block.start + block.length;
                (!more.is_empty()).then(|| drop(changed.steps.splice(at..at, more)))?;
                Some(changed)
            }
            Self::Drop { step } => {
                changed.steps.remove(step);
                Some(changed)
            }
            Self::Other => Some(generate::mutate(generator, &ground.protocol, (sequence, sequence), ground.steps, rng)),
        }
    }
}

impl Worker {
    /// Changes a sequence that came to `from`. What is worth keeping, with the calls of all.
    pub(super) fn ascend(
        &mut self,
        at: (&Ground, &Generator<'_>),
        (entry, objective, from): (&Entry, usize, I512),
        rng: &mut CaseRng,
    ) -> Vec<Outcome> {
        let mut base = entry.sequence.clone();
        let mut resume = entry.resume.clone();
        let mut best: Option<Outcome> = None;
        let mut found = Vec::new();
        let mut highest = from;
        let (mut calls, mut reverts, mut spent) = (0, 0, 0);
        let mut next = None;
        for tried in 0..MAX_TRIES {
            if tried >= MIN_TRIES && spent >= CASE_STEPS {
                break;
            }
            let (change, stride) = next.take().unwrap_or_else(|| (Change::draw(&base, rng), Stride::First));
            let Some(changed) = change.apply(&base, at, rng) else { continue };
            // A shorter sequence is as good when it comes as high.
            let more = if matches!(change, Change::Drop { .. }) { I512::ZERO } else { I512::ONE };
            self.executor.want(objective, highest.saturating_add(more));
            let mut outcome = self.run_from(resume.as_ref(), changed);
            calls += std::mem::take(&mut outcome.calls);
            reverts += std::mem::take(&mut outcome.reverts);
            spent += outcome.sequence.steps.len();
            let height = outcome.heights.iter().find(|height| height.objective == objective).copied();
            next = change.next(height.is_some(), stride);
            if let Some(height) = height {
                base.clone_from(&outcome.sequence);
                base.steps.truncate(height.step + 1);
                resume = outcome.resume.clone().filter(|resume| resume.steps.len() <= base.steps.len());
                highest = height.value;
            }
            if !(outcome.fresh.is_empty() && outcome.violations.is_empty()) {
                found.push(outcome);
            } else if height.is_some() {
                best = Some(outcome);
            }
        }
        found.extend(best);
        if found.is_empty() {
            found.push(Outcome::default());
        }
        (found[0].calls, found[0].reverts) = (calls, reverts);
        found
    }

    /// Runs a sequence, from a state on its way where there is one.
    fn run_from(&mut self, resume: Option<&Arc<Resume>>, sequence: Sequence) -> Outcome {
        match resume.filter(|resume| sequence.steps.starts_with(&resume.steps)) {
            Some(resume) => {
                let tail: Vec<Step> = sequence.steps[resume.steps.len()..].to_vec();
                self.executor.resume(resume, tail)
            }
            None => self.executor.run(sequence),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Change, Place, Stride, U256};
    use crate::sequence::{Advance, Call, Sequence, Step, Word};
    use alloy_dyn_abi::DynSolValue;
    use alloy_primitives::Address;

    const PLACE: Place = Place { step: 0, word: Word::Argument(0) };

    fn sequence(words: &[u64]) -> Sequence {
        let call = |word: &u64| Call {
            sender: Address::ZERO,
            function: 0,
            instance: None,
            arguments: vec![DynSolValue::Uint(U256::from(*word), 256)],
            live: Vec::new(),
            value: U256::ZERO,
            advance: Advance::default(),
        };
        Sequence { steps: words.iter().map(call).map(Step::Call).collect() }
    }

    /// Walks up to `boundary`, where only less or equal helps: the word that it comes to.
    fn climb(boundary: u64) -> u64 {
        let mut word = 0;
        let mut next = Some((Change::Word { place: PLACE, by: U256::ONE, down: false }, Stride::First));
        while let Some((change, stride)) = next {
            let Change::Word { by, .. } = change else { panic!("another change") };
            let moved = word + by.to::<u64>();
            let helped = moved <= boundary;
            word = if helped { moved } else { word };
            next = change.next(helped, stride);
        }
        word
    }

    #[test]
    fn a_boundary_is_met_exactly() {
        for boundary in [1, 2, 3, 7, 100, 1_000_003, (1 << 50) + 12_345] {
            assert_eq!(climb(boundary), boundary);
        }
        assert_eq!(climb(0), 0);
    }

    #[test]
    fn copies_rise_from_one_to_the_next_and_go_on_from_the_last() {
        let base = sequence(&[5, 9]);
        let rise = Some((PLACE, U256::from(3)));
        let block = Block { start: 1, length: 1, rise };
        assert_eq!(block.copies(&base, 2).map(|steps| Sequence { steps }), Some(sequence(&[12, 15])));
        let (next, stride) = Change::Repeat { block, times: 2 }.next(true, Stride::First).expect("it grows");
        let Change::Repeat { block, times } = next else { panic!("another change") };
        assert_eq!((block.start, times, stride), (3, 4, Stride::Growing));
        let longer = sequence(&[5, 9, 12, 15]);
        assert_eq!(block.copies(&longer, 1).map(|steps| Sequence { steps }), Some(sequence(&[18])));
        assert!(Block { start: 3, ..block }.copies(&base, 1).is_none());
    }
}
