//! What a case of free search does: start afresh, change what was kept, continue it from its state, or dig at a comparison.

use super::{
    ascent,
    dig::Dig,
    frontier::Target,
    worker::{Entry, Ground, View},
};
use crate::{
    evm::{Edge, Site},
    generate::{self, CaseRng, Generator},
    sequence::{Call, Sequence, Step},
};
use alloy_primitives::aliases::I512;
use proptest::prelude::RngExt;
use std::sync::Arc;

/// Longest continuation of a kept sequence.
const MAX_TAIL: usize = 8;
/// The same when nothing new came for long.
const MAX_STALLED_TAIL: usize = 32;
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
    Climbed,
}

/// How many there are.
pub(super) const KINDS: usize = 6;

/// All kinds, with the parts of the calls that each gets of those that can be drawn.
const SHARES: [(Kind, u64); KINDS] = [
    (Kind::Fresh, 15),
    (Kind::Changed, 15),
    (Kind::Continued, 15),
    (Kind::DugCall, 20),
    (Kind::DugTarget, 35),
    (Kind::Climbed, 60),
];

/// What a case builds on, to be counted when it is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Nothing.
    None,
    /// The corpus entry with this index.
    Entry(usize),
    /// A target of the frontier.
    Target(Edge),
    /// The peak of an objective.
    Peak(usize),
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
    /// Variations of an entry, to bring an objective higher than it came.
    Ascend { entry: Arc<Entry>, objective: usize, from: I512 },
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
    pub(super) origin: Origin,
    pub(super) task: Task,
}

/// Where a case of free search comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) kind: Kind,
    pub(super) basis: Basis,
}

impl Origin {
    pub(super) fn new(kind: Kind, basis: Basis) -> Self {
        Self { kind, basis }
    }
}

/// The kind of the next plan.
fn draw_kind(ground: &Ground, view: &View, rng: &mut CaseRng) -> Kind {
    let features = ground.features;
    let mut weights = view.costs.weights(&SHARES.map(|(_, share)| share));
    for ((kind, _), weight) in SHARES.iter().zip(&mut weights) {
        let is_usable = match kind {
            Kind::DugCall | Kind::DugTarget => features.comparisons && features.digs,
            Kind::Continued => features.snapshots,
            Kind::Fresh | Kind::Changed => true,
            Kind::Climbed => ascent::is_possible(view),
        };
        *weight *= u64::from(is_usable);
    }
    SHARES[generate::draw_weighted(&weights, rng)].0
}

/// The plan of a case.
pub(super) fn draw(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Plan {
    let kind = match view.scouting {
        _ if view.corpus.is_empty() => Kind::Fresh,
        true if rng.random_ratio(2, 5) => Kind::Fresh,
        true => Kind::Changed,
        false => draw_kind(ground, view, rng),
    };
    let drawn = match kind {
        Kind::Fresh => None,
        Kind::Changed => Some(changed(ground, generator, view, rng)),
        Kind::Continued => continued(ground, generator, view, rng),
        Kind::DugCall => dug_call(ground, generator, view, rng),
        Kind::DugTarget => view.frontier.draw(rng).map(dug_target),
        Kind::Climbed => ascent::draw(view, rng),
    };
    drawn.unwrap_or_else(|| {
        // Short ones are cheap and find what is shallow; long ones reach what is deep.
        let longest = rng.random_range(1..=ground.steps);
        let sequence = generator.draw_sequence(&ground.protocol, 1..=longest, rng);
        Plan { origin: Origin::new(Kind::Fresh, Basis::None), task: Task::Whole(sequence) }
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

/// The same, to go on behind it: mostly one that wrote what an undecided comparison may depend on.
fn pick_to_continue(view: &View, rng: &mut CaseRng) -> usize {
    let mut picked = pick(view, rng);
    for _ in 1..TOURNAMENT {
        if view.flow.leads(&view.corpus[picked].wrote) {
            break;
        }
        picked = pick(view, rng);
    }
    picked
}

fn changed(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Plan {
    let (first, second) = (pick(view, rng), pick(view, rng));
    let pair = (&view.corpus[first].sequence, &view.corpus[second].sequence);
    let sequence = generate::mutate(generator, &ground.protocol, pair, ground.steps, rng);
    Plan { origin: Origin::new(Kind::Changed, Basis::Entry(first)), task: Task::Whole(sequence) }
}

fn continued(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let index = pick_to_continue(view, rng);
    let entry = &view.corpus[index];
    let room = ground.steps.saturating_sub(entry.sequence.steps.len()).min(if view.stalled {
        MAX_STALLED_TAIL
    } else {
        MAX_TAIL
    });
    if room == 0 {
        return None;
    }
    let first = next_call(ground, generator, (entry, view), rng);
    let mut tail: Vec<_> = first.into_iter().map(Step::Call).collect();
    let more = rng.random_range(0..room);
    generator.extend(&ground.protocol, &mut tail, more, rng);
    let origin = Origin::new(Kind::Continued, Basis::Entry(index));
    Some(Plan { origin, task: Task::Behind(Arc::clone(entry), tail) })
}

fn dug_call(ground: &Ground, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Option<Plan> {
    let index = pick_to_continue(view, rng);
    let entry = &view.corpus[index];
    if entry.sequence.steps.len() >= ground.steps {
        return None;
    }
    // How any call ends is judged, whatever it has covered before.
    let is_own = ground.judges_calls() && rng.random_ratio(1, 4);
    let (call, depth) = if is_own {
        (generator.draw_call(&ground.protocol, rng)?, Depth::Own)
    } else {
        (next_call(ground, generator, (entry, view), rng)?, draw_depth(rng))
    };
    let task = Task::Dig { entry: Arc::clone(entry), tail: vec![Step::Call(call)], goal: None, depth };
    Some(Plan { origin: Origin::new(Kind::DugCall, Basis::Entry(index)), task })
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
    Plan { origin: Origin::new(Kind::DugTarget, Basis::Target(target.outcome)), task }
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
    let following = if rng.random_ratio(3, 4) { view.flow.reader(&entry.wrote, rng) } else { None };
    match following {
        Some(following) => generator.draw_following(&ground.protocol, &following, rng),
        None => generator.draw_call(&ground.protocol, rng),
    }
}
