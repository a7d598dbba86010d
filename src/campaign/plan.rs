//! What a case of free search does: start afresh, change what was kept, continue it from its state, or dig at a comparison.

use super::{
    Features,
    dig::Dig,
    frontier::Target,
    height,
    worker::{Entry, Ground, View},
};
use crate::{
    evm::{Edge, Site},
    generate::{self, CaseRng, Generator},
    sequence::{Call, Sequence, Step},
};
use proptest::prelude::RngExt;
use std::sync::Arc;

/// Longest continuation of a kept sequence.
const MAX_TAIL: usize = 8;
/// Kept sequences compared when one is drawn: the least visited is taken.
const TOURNAMENT: usize = 3;

/// Kinds of plans, to weigh them by what they brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Fresh,
    Changed,
    Continued,
    DugCall,
    DugTarget,
}

/// All kinds, with the share of calls in percent that each has before anything is known.
const KINDS: [(Kind, u64); 5] =
    [(Kind::Fresh, 15), (Kind::Changed, 15), (Kind::Continued, 15), (Kind::DugCall, 20), (Kind::DugTarget, 35)];

/// What a case is taken to cost before anything is known, calls.
const FIRST_COST: u64 = 20;

/// What a case builds on, to be counted when it is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Nothing.
    None,
    /// The corpus entry with this index.
    Entry(usize),
    /// A target of the frontier.
    Target(Edge),
}

/// What to run.
#[derive(Debug)]
pub(super) enum Task {
    /// A sequence from the base state.
    Whole(Sequence),
    /// Steps behind an entry.
    Behind(Arc<Entry>, Vec<Step>),
    /// The same, then a dig at the given outcome, or at what the last step did not do.
    Dig { entry: Arc<Entry>, tail: Vec<Step>, goal: Option<Edge>, depth: Depth },
    /// Variations of an entry, to bring an objective higher.
    Ascend { entry: Arc<Entry>, objective: usize },
}

/// What a dig turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Words of the last step.
    Last,
    /// Also words of earlier steps, which costs more.
    Earlier,
    /// Words of the last step, after one got other arguments.
    OtherPast,
    /// Words of the last step, at a comparison of the called contract that has come out both ways before: elsewhere, or earlier.
    Own,
}

/// A case of free search.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) basis: Basis,
    pub(super) task: Task,
}

/// What each kind of plan cost and brought, halved now and then so that the recent counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Credits {
    cases: [u64; KINDS.len()],
    calls: [u64; KINDS.len()],
    gains: [u64; KINDS.len()],
}

impl Credits {
    pub(super) fn note(&mut self, kind: Kind, calls: u64, gain: u64) {
        self.cases[kind as usize] += 1;
        self.calls[kind as usize] += calls;
        self.gains[kind as usize] += gain;
    }

    /// Forgets half when much was counted.
    pub(super) fn age(&mut self) {
        if self.calls.iter().sum::<u64>() > 200_000 {
            self.cases.iter_mut().chain(&mut self.calls).chain(&mut self.gains).for_each(|count| *count /= 2);
        }
    }

    /// Weights by which each kind gets its share of calls: half of them by what it is worth at first, half by gains per call.
    /// What brought nothing for long says nothing about what will: `stalled` searches go by the first alone.
    fn weights(&self, stalled: bool) -> [u64; KINDS.len()] {
        let rate = |at: usize| (self.gains[at] + 1) * 1_000_000 / (self.calls[at] + 2_000);
        let total: u64 = (0..KINDS.len()).map(rate).sum();
        let earned = |at: usize| if stalled { 0 } else { rate(at) * 1_000 / total.max(1) };
        let cost = |at: usize| (self.calls[at] + FIRST_COST) / (self.cases[at] + 1);
        std::array::from_fn(|at| (KINDS[at].1 * 10 + earned(at)) * 1_000 / cost(at).max(1))
    }

    fn draw(&self, features: Features, stalled: bool, rng: &mut CaseRng) -> Kind {
        let usable = KINDS.iter().zip(self.weights(stalled)).filter(|((kind, _), _)| match kind {
            Kind::DugCall | Kind::DugTarget => features.comparisons && features.digs,
            Kind::Continued => features.snapshots,
            Kind::Fresh | Kind::Changed => true,
        });
        let usable: Vec<_> = usable.collect();
        let mut point = rng.random_range(0..usable.iter().map(|(_, weight)| weight).sum::<u64>());
        for ((kind, _), weight) in usable {
            if point < weight {
                return *kind;
            }
            point -= weight;
        }
        Kind::Fresh
    }
}

/// The plan of a case.
pub(super) fn draw(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Plan {
    if let Some(ascent) = height::draw(view, rng).filter(|_| !view.scouting) {
        return ascent;
    }
    let kind = if view.scouting || view.corpus.is_empty() {
        Kind::Fresh
    } else {
        view.credits.draw(ground.features, view.stalled, rng)
    };
    let drawn = match kind {
        Kind::Fresh => None,
        Kind::Changed => Some(changed(ground, generator, view, rng)),
        Kind::Continued => continued(ground, generator, view, rng),
        Kind::DugCall => dug_call(ground, generator, view, rng),
        Kind::DugTarget => view.frontier.draw(rng).map(dug_target),
    };
    drawn.unwrap_or_else(|| {
        // Short ones are cheap and find what is shallow; long ones reach what is deep.
        let longest = rng.random_range(1..=ground.steps);
        let sequence = generator.draw_sequence(&ground.protocol, 1..=longest, rng);
        Plan { kind: Kind::Fresh, basis: Basis::None, task: Task::Whole(sequence) }
    })
}

/// An entry that few cases were spent on.
fn pick(view: &View, rng: &mut CaseRng) -> usize {
    if !view.young.is_empty() && rng.random_ratio(2, 3) {
        return view.young[rng.random_range(0..view.young.len())];
    }
    let drawn = (0..TOURNAMENT).map(|_| rng.random_range(0..view.corpus.len()));
    drawn.min_by_key(|index| view.visits[*index]).unwrap_or_default()
}

fn changed(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Plan {
    let (first, second) = (pick(view, rng), pick(view, rng));
    let pair = (&view.corpus[first].sequence, &view.corpus[second].sequence);
    let sequence = generate::mutate(generator, &ground.protocol, pair, ground.steps, rng);
    Plan { kind: Kind::Changed, basis: Basis::Entry(first), task: Task::Whole(sequence) }
}

fn continued(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let index = pick(view, rng);
    let entry = &view.corpus[index];
    let room = ground.steps.saturating_sub(entry.sequence.steps.len()).min(MAX_TAIL);
    if room == 0 {
        return None;
    }
    let generator = Generator { told: &entry.told, ..*generator };
    let first = next_call(ground, &generator, (entry, view), rng);
    let mut tail: Vec<_> = first.into_iter().map(Step::Call).collect();
    tail.extend(generator.draw_sequence(&ground.protocol, 0..=room - 1, rng).steps);
    Some(Plan { kind: Kind::Continued, basis: Basis::Entry(index), task: Task::Behind(Arc::clone(entry), tail) })
}

fn dug_call(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let index = pick(view, rng);
    let entry = &view.corpus[index];
    let generator = Generator { told: &entry.told, ..*generator };
    let call =
        next_call(ground, &generator, (entry, view), rng).filter(|_| entry.sequence.steps.len() < ground.steps)?;
    let depth = if ground.judges_calls() && rng.random_ratio(1, 4) { Depth::Own } else { draw_depth(rng) };
    let task = Task::Dig { entry: Arc::clone(entry), tail: vec![Step::Call(call)], goal: None, depth };
    Some(Plan { kind: Kind::DugCall, basis: Basis::Entry(index), task })
}

fn dug_target(target: &Target) -> Plan {
    let entry = Arc::clone(&target.entry);
    // A dig is a function of where it starts: the same one again would do the same.
    let depth = match target.visits {
        0 => Depth::Last,
        1 => Depth::Earlier,
        _ => Depth::OtherPast,
    };
    let task = Task::Dig { entry, tail: Vec::new(), goal: Some(target.outcome), depth };
    Plan { kind: Kind::DugTarget, basis: Basis::Target(target.outcome), task }
}

/// A call of a dig's sequence, with its index and with other arguments: such that the goal might be met, or drawn.
pub(super) fn other_past(
    (ground, generator): (&Ground, &Generator<'_>),
    dig: &Dig<'_>,
    goal: Option<(Site, bool)>,
    rng: &mut CaseRng,
) -> Option<(usize, Call)> {
    let mut directed = if rng.random() { dig.directed_pasts(goal) } else { Vec::new() };
    if !directed.is_empty() {
        return Some(directed.swap_remove(rng.random_range(0..directed.len())));
    }
    let calls = dig.step_calls();
    let total: u32 = calls.iter().map(|(_, _, influence)| influence).sum();
    let mut point = (total > 0).then(|| rng.random_range(0..total))?;
    let (at, mut call, _) = calls.into_iter().find(|(_, _, influence)| {
        let here = point < *influence;
        point = point.saturating_sub(*influence);
        here
    })?;
    let (drawn, _) = generator.draw_arguments(&ground.protocol.functions[call.function], rng);
    let only = rng.random::<bool>().then(|| rng.random_range(0..call.arguments.len().max(1)));
    for (index, (argument, drawn)) in call.arguments.iter_mut().zip(drawn).enumerate() {
        if only.map_or_else(|| rng.random_ratio(2, 3), |only| only == index) {
            *argument = drawn;
        }
    }
    Some((at, call))
}

fn draw_depth(rng: &mut CaseRng) -> Depth {
    if rng.random_ratio(1, 6) { Depth::Earlier } else { Depth::Last }
}

/// A call behind an entry: mostly one that reads what the entry's last step wrote.
fn next_call(
    ground: &Ground,
    generator: &Generator<'_>,
    (entry, view): (&Entry, &View),
    rng: &mut CaseRng,
) -> Option<Call> {
    let reader = if rng.random_ratio(3, 4) { view.flow.draw(&entry.wrote, rng) } else { None };
    match reader {
        Some(function) => generator.draw_call_of(&ground.protocol, function, rng),
        None => generator.draw_call(&ground.protocol, rng),
    }
}
