//! Comparisons that never came out one way, with the sequences that came nearest.

use super::worker::Entry;
use crate::{
    evm::{Comparison, Edge, Nearer},
    generate::CaseRng,
    sequence::Step,
};
use alloy_primitives::{U256, map::HashMap};
use proptest::prelude::RngExt;
use std::{collections::BTreeSet, sync::Arc};

/// Targets compared when one is drawn: the least visited is taken.
const TOURNAMENT: usize = 4;

/// Cases that are spent on a target before it is one of many.
const YOUNG_VISITS: u32 = 3;

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
    /// Targets that few cases were spent on, by index, as of the end of the last epoch.
    young: Vec<usize>,
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

    /// Brings up to date what is drawn from.
    pub(super) fn end_epoch(&mut self) {
        self.young.clear();
        self.young.extend((0..self.targets.len()).filter(|index| self.targets[*index].visits < YOUNG_VISITS));
    }

    /// A target that few cases were spent on: what came nearer lately is not to wait for all that never will.
    pub(super) fn draw(&self, rng: &mut CaseRng) -> Option<&Target> {
        if !self.young.is_empty() && rng.random_ratio(2, 3) {
            return self.targets.get(self.young[rng.random_range(0..self.young.len())]);
        }
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

    /// Functions whose calls made such a comparison last.
    pub(super) fn functions(&self) -> BTreeSet<usize> {
        let last = self.targets.iter().filter_map(|target| target.entry.sequence.steps.last());
        let called = last.filter_map(|step| match step {
            Step::Call(call) => Some(call.function),
            Step::Attack(_) | Step::Market(_) => None,
        });
        called.collect()
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
