//! Comparisons that never came out one way, with the sequences that came nearest.

use super::worker::Entry;
use crate::{
    evm::{Comparison, Edge, Nearer},
    generate::CaseRng,
};
use alloy_primitives::{U256, map::HashMap};
use proptest::prelude::RngExt;
use std::sync::Arc;

/// Targets compared when one is drawn: the least visited is taken.
const TOURNAMENT: usize = 4;

/// An outcome that was never seen.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) outcome: Edge,
    pub(super) distance: U256,
    /// What was compared then.
    pub(super) comparison: Comparison,
    /// The sequence that came nearest; its last step executes the comparison.
    pub(super) entry: Arc<Entry>,
    /// Cases that were spent on it since it came nearer.
    pub(super) visits: u32,
    /// Whether no word of the last step moved the operands.
    pub(super) barren: bool,
}

/// The targets of a protocol.
#[derive(Debug, Default)]
pub(super) struct Frontier {
    targets: Vec<Target>,
    index: HashMap<Edge, usize>,
    ranks: HashMap<Edge, u8>,
    /// What workers are to know, in the order in which it was found.
    pub(super) log: Vec<(Edge, U256)>,
}

impl Frontier {
    /// Whether this is nearer than anything before, by rank.
    pub(super) fn is_news(&self, nearer: &Nearer) -> bool {
        self.ranks.get(&nearer.outcome).is_none_or(|rank| Nearer::rank(nearer.distance) < *rank)
    }

    /// Takes what came nearer; `entry` ends with the step that showed it.
    pub(super) fn take(&mut self, nearer: &Nearer, entry: impl FnOnce() -> Arc<Entry>) {
        let (outcome, distance) = (nearer.outcome, nearer.distance);
        self.ranks.insert(outcome, Nearer::rank(distance));
        self.log.push((outcome, distance));
        if distance.is_zero() {
            self.remove(outcome);
            return;
        }
        let target =
            Target { outcome, distance, comparison: nearer.comparison, entry: entry(), visits: 0, barren: false };
        if let Some(index) = self.index.get(&outcome) {
            self.targets[*index] = target;
        } else {
            self.index.insert(outcome, self.targets.len());
            self.targets.push(target);
        }
    }

    fn remove(&mut self, outcome: Edge) {
        let Some(index) = self.index.remove(&outcome) else { return };
        self.targets.swap_remove(index);
        if let Some(moved) = self.targets.get(index) {
            self.index.insert(moved.outcome, index);
        }
    }

    /// A target that few cases were spent on.
    pub(super) fn draw(&self, rng: &mut CaseRng) -> Option<&Target> {
        let drawn = (0..TOURNAMENT.min(self.targets.len())).map(|_| rng.random_range(0..self.targets.len()));
        drawn.map(|index| &self.targets[index]).min_by_key(|target| target.visits)
    }

    /// Notes that a case was spent on a target, and whether it found nothing to turn.
    pub(super) fn visit(&mut self, outcome: Edge, barren: bool) {
        if let Some(index) = self.index.get(&outcome) {
            let target = &mut self.targets[*index];
            target.visits += 1;
            target.barren |= barren;
        }
    }

    /// The sequences that came nearest.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.targets.iter().map(|target| &target.entry)
    }

    /// Drops the states of the sequences that came nearest; how many there were.
    pub(super) fn drop_states(&mut self) -> usize {
        let mut dropped = 0;
        for target in self.targets.iter_mut().filter(|target| target.entry.resume.is_some()) {
            target.entry = Arc::new(target.entry.without_state());
            dropped += 1;
        }
        dropped
    }

    /// The targets, first those whose operands calls can move, the nearest first.
    pub(super) fn sorted(&self) -> Vec<&Target> {
        let mut targets: Vec<_> = self.targets.iter().collect();
        targets.sort_by_key(|target| (target.barren, target.distance, target.outcome));
        targets
    }
}
