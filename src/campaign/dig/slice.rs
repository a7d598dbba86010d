//! Slices: the steps of a sequence that its last one depends on, by the storage words that they wrote and read.

use super::{Dig, Trace};
use crate::{
    evm::Recorder,
    sequence::{Sequence, Step},
};
use alloy_primitives::{
    Address, U256,
    map::{HashMap, HashSet},
};

/// What a step touched.
struct Touched {
    reads: Vec<(Address, U256)>,
    writes: Vec<(Address, U256)>,
    /// Whether it changed more than storage.
    moved: bool,
}

impl Touched {
    /// What the message that ran last touched.
    fn by(recorder: &Recorder) -> Self {
        let moved = recorder.value_moved() || recorder.structure_changed();
        Self { reads: recorder.loads().to_vec(), writes: recorder.writes().to_vec(), moved }
    }
}

impl Dig<'_> {
    /// Runs the base, and takes steps out of it that its last one does not depend on.
    pub(super) fn slice(&mut self) {
        let last = self.base.steps.len() - 1;
        let mut touched = Vec::with_capacity(last);
        self.mark(last, |recorder| touched.push(Touched::by(recorder)));
        self.trace = self.probe(&self.base.clone(), last);
        let reads = self.executor.machine().recorder().loads();
        let needed = needed(&touched, reads);
        self.influence = influence(&touched, reads);
        if !self.features.dependencies || needed.len() == last {
            return;
        }
        // Time that passed before a step that is taken out is rarely needed.
        for keeps_time in [false, true] {
            let sequence = self.without(&needed, keeps_time);
            let trace = self.probe(&sequence, 0);
            if trace.decides_as(&self.trace) {
                self.influence = needed.iter().chain([&last]).map(|index| self.influence[*index]).collect();
                self.take(sequence, 0, trace);
                return;
            }
        }
    }

    /// The base with only the steps `needed` before its last one.
    fn without(&self, needed: &[usize], keeps_time: bool) -> Sequence {
        let last = self.base.steps.len() - 1;
        let (mut steps, mut passed): (Vec<Step>, (u64, u64)) = (Vec::new(), (0, 0));
        for (index, step) in self.base.steps.iter().enumerate() {
            let mut step = step.clone();
            let advance = step.advance_mut();
            if index < last && !needed.contains(&index) {
                passed = (passed.0 + advance.blocks, passed.1 + advance.seconds);
                continue;
            }
            if keeps_time {
                (advance.blocks, advance.seconds) = (advance.blocks + passed.0, advance.seconds + passed.1);
                passed = (0, 0);
            }
            steps.push(step);
        }
        Sequence { steps }
    }
}

impl Trace {
    /// Whether the same comparisons came out in the same way.
    pub(super) fn decides_as(&self, other: &Self) -> bool {
        let decisions = |trace: &Self| -> Vec<_> {
            trace.comparisons.iter().map(|comparison| (comparison.site, comparison.outcome())).collect()
        };
        self.succeeded == other.succeeded && decisions(self) == decisions(other)
    }
}

/// The steps that wrote what `reads` names, or what such steps read, in order. Writes of steps that reverted count as well: the
/// recorder does not tell what lasted.
fn needed(touched: &[Touched], reads: &[(Address, U256)]) -> Vec<usize> {
    let mut wanted: HashSet<_> = reads.iter().copied().collect();
    let mut needed = Vec::new();
    for (index, step) in touched.iter().enumerate().rev() {
        if step.moved || step.writes.iter().any(|word| wanted.contains(word)) {
            wanted.extend(step.reads.iter().copied());
            needed.push(index);
        }
    }
    needed.reverse();
    needed
}

/// How much each step says about what the last one reads, itself included: a word that many steps wrote, as a stage or a lock, counts
/// a part for each.
fn influence(touched: &[Touched], reads: &[(Address, U256)]) -> Vec<u32> {
    const WHOLE: u32 = 60;
    let read: HashSet<_> = reads.iter().collect();
    let wrote =
        |step: &Touched| -> HashSet<_> { step.writes.iter().filter(|word| read.contains(word)).copied().collect() };
    let wrote: Vec<_> = touched.iter().map(wrote).collect();
    let mut writers: HashMap<_, u32> = HashMap::default();
    for word in wrote.iter().flatten() {
        *writers.entry(*word).or_default() += 1;
    }
    // The order of a set does not change a sum.
    let of = |words: &HashSet<_>| words.iter().map(|word| WHOLE / writers[word]).sum::<u32>().max(1);
    wrote.iter().map(of).chain([WHOLE]).collect()
}

#[cfg(test)]
mod tests {
    use super::{Touched, influence, needed};
    use alloy_primitives::{Address, U256};

    #[test]
    fn steps_are_needed_through_what_they_wrote_for_others() {
        let words = |slots: &[u64]| slots.iter().map(|slot| (Address::ZERO, U256::from(*slot))).collect::<Vec<_>>();
        let step = |reads: &[u64], writes: &[u64]| Touched { reads: words(reads), writes: words(writes), moved: false };
        // Slot 1 is written for slot 2, which the last step reads; slot 3 is for nobody.
        let touched = [step(&[], &[1]), step(&[1], &[2]), step(&[2], &[3])];
        assert_eq!(needed(&touched, &words(&[2])), [0, 1]);
        // Slot 2 alone is read, and slot 1 was not: the first step says as little as the third.
        assert_eq!(influence(&touched, &words(&[2])), [1, 60, 1, 60]);
        // All three wrote the stage in slot 9, the second a note in slot 8 too.
        let staged = [step(&[], &[9]), step(&[], &[9, 8]), step(&[], &[9])];
        assert_eq!(influence(&staged, &words(&[9, 8])), [20, 80, 20, 60]);
        // What moves value or creates contracts may matter to anybody.
        let moved = [step(&[], &[1]), Touched { moved: true, ..step(&[], &[]) }];
        assert_eq!(needed(&moved, &words(&[9])), [1]);
    }
}
