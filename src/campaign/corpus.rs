//! What is kept of cases: sequences that reached new edges, and those that came nearest to an outcome that was never seen.

use super::{
    height::Peak,
    outcome::{Outcome, Resume},
    plan::Basis,
    worker::{Case, Entry, View},
};
use crate::{
    evm::Edge,
    sequence::{Sequence, StepRecord},
};
use alloy_primitives::{hex, keccak256, map::HashSet};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

/// What new edges count beside a nearer distance, when kinds of plans are weighed.
const EDGE_GAIN: u64 = 8;

/// Elements kept of what a sequence wrote.
const MAX_WROTE: usize = 64;

/// What the corpus covers.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    covered: HashSet<Edge>,
}

/// What a case brought.
#[derive(Debug)]
pub(super) struct News {
    /// New edges.
    pub(super) edges: usize,
    /// Its place in the view's corpus.
    pub(super) index: usize,
    /// The sequence, cut behind the last step that showed something new.
    pub(super) entry: Arc<Entry>,
}

impl Corpus {
    /// Takes what `case` showed into `view`: what is new of each of its outcomes.
    pub(super) fn merge(&mut self, case: &Case, view: &mut View) -> Vec<News> {
        let mut gain = 0;
        let news = case.outcomes().filter_map(|outcome| self.take(outcome, &mut gain, view)).collect();
        // At first everything is new, whatever one does.
        if !view.scouting {
            credit(case, gain, view);
        }
        news
    }

    fn take(&mut self, outcome: &Outcome, gain: &mut u64, view: &mut View) -> Option<News> {
        let edges: Vec<_> = outcome.fresh.iter().filter(|edge| self.covered.insert(**edge)).copied().collect();
        *gain += edges.len() as u64 * EDGE_GAIN;
        for nearer in &outcome.nearer {
            if view.frontier.is_news(nearer) {
                *gain += 1;
                view.frontier.take(nearer, || entry(outcome, nearer.step));
            }
        }
        for height in &outcome.heights {
            let peak = &mut view.peaks[height.objective];
            let rank = (height.value, Reverse(height.step + 1));
            let is_news = |peak: &Peak| (peak.value, Reverse(peak.entry.sequence.steps.len())) < rank;
            if peak.as_ref().is_none_or(is_news) {
                *gain += 1;
                let original = outcome.sequence.steps.len();
                let entry = entry(outcome, height.step);
                *peak = Some(Peak { value: height.value, entry, original, visits: 0 });
            }
        }
        let last = outcome.reached.filter(|_| !edges.is_empty())?;
        view.dictionary.learn(outcome.learned.iter().copied());
        view.edges.extend_from_slice(&edges);
        outcome.accesses.iter().for_each(|access| view.flow.learn(access));
        let entry = entry(outcome, last);
        view.corpus.push(Arc::clone(&entry));
        view.visits.push(0);
        Some(News { edges: edges.len(), index: view.corpus.len() - 1, entry })
    }
}

/// Drops states when they hold more than `memory` bytes: those of targets and peaks, then those of the corpus, the most visited
/// first, until the rest holds at most three quarters of it. How many were dropped, and how many bytes are left.
pub(super) fn evict(view: &mut View, memory: usize) -> Option<(usize, usize)> {
    let held = |view: &View| {
        // Entries of one run share its state: it counts once.
        let mut seen: HashSet<*const Resume> = HashSet::default();
        let peaks = view.peaks.iter().flatten().map(|peak| &peak.entry);
        let entries = view.corpus.iter().chain(view.frontier.entries()).chain(peaks);
        let states = entries.filter_map(|entry| entry.resume.as_ref());
        states.filter(|resume| seen.insert(Arc::as_ptr(resume))).map(|resume| resume.bytes()).sum::<usize>()
    };
    if held(view) <= memory {
        return None;
    }
    let mut order: Vec<_> = (0..view.corpus.len()).filter(|index| view.corpus[*index].resume.is_some()).collect();
    order.sort_by_key(|index| (Reverse(view.visits[*index]), *index));
    let mut states = view.frontier.drop_states();
    for peak in view.peaks.iter_mut().flatten().filter(|peak| peak.entry.resume.is_some()) {
        peak.entry = Arc::new(peak.entry.without_state());
        states += 1;
    }
    let mut bytes = held(view);
    let mut batches = order.chunks(order.len().div_ceil(8).max(1));
    while bytes > memory / 4 * 3
        && let Some(batch) = batches.next()
    {
        for index in batch {
            view.corpus[*index] = Arc::new(view.corpus[*index].without_state());
        }
        states += batch.len();
        bytes = held(view);
    }
    Some((states, bytes))
}

/// Counts what a case of free search cost and brought.
fn credit(case: &Case, gain: u64, view: &mut View) {
    let Some(origin) = &case.origin else { return };
    let calls = case.outcomes().map(|outcome| outcome.calls).sum();
    view.costs.note(origin.kind as usize, calls);
    match origin.basis {
        Basis::None => {}
        Basis::Entry(index) => {
            let visits = &mut view.visits[index];
            *visits = if gain > 0 { *visits / 2 } else { *visits + 1 };
        }
        Basis::Peak(objective) => {
            if let Some(peak) = &mut view.peaks[objective] {
                peak.visits = peak.visits.saturating_add(1);
            }
        }
        Basis::Target(outcome) => view.frontier.visit(outcome, case.outcome.barren),
    }
}

/// The sequence of an outcome up to step `last`.
fn entry(outcome: &Outcome, last: usize) -> Arc<Entry> {
    let steps = outcome.sequence.steps[..=last].to_vec();
    let resume = outcome.resume.clone().filter(|resume| resume.steps.len() <= steps.len());
    let accesses = outcome.accesses.iter().filter(|access| access.step <= last);
    let wrote: BTreeSet<_> = accesses.flat_map(|access| &access.writes).cloned().collect();
    let wrote = wrote.into_iter().take(MAX_WROTE).collect();
    Arc::new(Entry { sequence: Sequence { steps }, wrote, resume })
}

/// The name of an entry: a hash of its content.
pub(super) fn entry_name(steps: &[StepRecord]) -> String {
    // Records hold strings, numbers and lists only, which always serialise.
    let text = serde_json::to_string(steps).unwrap_or_default();
    hex::encode(&keccak256(text)[..8])
}
