//! Which lines of the project's sources ran. Told at the end by running again what was kept: the hot loop knows edges only.

use super::Search;
use crate::{
    campaign::{executor::Executor, sampling::Sampling},
    protocol::FileCoverage,
    sequence::Sequence,
};
use rayon::prelude::*;
use std::sync::Arc;

/// What runs once more to tell the lines.
#[derive(Debug, Default)]
pub(super) struct Reruns {
    /// Entries of the view's corpus that reached new edges.
    pub(super) kept: Vec<usize>,
    /// Sequences of findings.
    pub(super) found: Vec<Sequence>,
}

impl Search<'_> {
    /// For each of the project's own sources its lines, with the number of sequences that ran them: the set-up, those that were
    /// kept because they reached new edges, and those of findings. Predicates that are asked on the way count as part of them.
    pub(super) fn coverage(&self) -> Vec<FileCoverage> {
        let (protocol, checks) = (&self.ground.protocol, &self.ground.checks);
        let sources = &protocol.sources;
        if sources.is_empty() {
            return Vec::new();
        }
        let kept = self.reruns.kept.iter().map(|index| &self.view.corpus[*index].sequence);
        let sequences: Vec<&Sequence> = kept.chain(&self.reruns.found).collect();
        let lots = self.pool.current_num_threads();
        let count = |lot: usize| {
            let mut counts = vec![0; sources.units()];
            let mut executor = Executor::new(Arc::clone(protocol), checks.clone());
            executor.sample(Sampling::Nothing);
            executor.machine().cover();
            for sequence in sequences.iter().skip(lot).step_by(lots) {
                executor.run(Sequence::clone(sequence));
                let ran = executor.machine().covered();
                sources.reached(&ran).into_iter().for_each(|unit| counts[unit] += 1);
            }
            counts
        };
        let mut counts = self.pool.install(|| {
            let none = || vec![0; sources.units()];
            (0..lots).into_par_iter().map(count).reduce(none, |left, right| {
                left.into_iter().zip(right).map(|(left, right): (u64, u64)| left + right).collect()
            })
        });
        sources.reached(&protocol.set_up).into_iter().for_each(|unit| counts[unit] += 1);
        sources.coverage(&counts)
    }
}
