//! Digging: local search over the words of one sequence for another outcome of one comparison in its last step, with the
//! comparisons before it satisfied as they are.
//!
//! Steps that the last one does not depend on are taken out first. Then three moves, cheapest first. *Input to state*: an operand
//! that stands in the input is replaced there by the other one (REDQUEEN, NDSS 2019). *Directions*: a word is turned by a small
//! amount; from what that does to the operands the amount that makes them meet is computed (a secant step, as in Harvey, FSE
//! 2020), again while it helps; words that break an equality on the way are turned together such that it holds. *Repeats*: a step
//! is made again as often as the difference asks for. And where that fails, another *past*: an earlier step gets other arguments.
//!
//! What is tried is run without judging it; the sequence that came of it is run again as any other.

mod direction;
mod past;
mod repeat;
mod slice;
mod solve;
mod transfer;

use super::{Features, executor::Executor};
use crate::{
    evm::{Comparing, Comparison, Edge, Recorder, Site, Snapshot},
    generate::CaseRng,
    protocol::Protocol,
    sequence::{Place, Sequence, Step, Word},
};
use alloy_primitives::{Address, B256, U256};
use direction::Probe;
use proptest::prelude::RngExt;

/// Calls that one dig may make.
const MAX_CALLS: u64 = 200;
/// Gas that one dig may use, in cases: contracts that burn much get few tries.
const MAX_CASES_OF_GAS: u64 = 2;
/// Outcomes that are searched for behind one that was reached.
const MAX_GOALS: usize = 4;
/// Sequences that one dig may hand on for their new edges.
const MAX_FINDS: usize = 8;

/// The comparison that is to come out otherwise: the `occurrence`-th at `site` in the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Goal {
    pub(super) site: Site,
    pub(super) occurrence: usize,
    pub(super) outcome: bool,
}

/// What the last step of a sequence compared.
#[derive(Debug, Clone, Default)]
struct Trace {
    comparisons: Vec<Comparison>,
    /// Which of them compare remainders, and what was divided by.
    remainders: Vec<(usize, U256)>,
    succeeded: bool,
}

impl Trace {
    fn find(&self, goal: &Goal) -> Option<&Comparison> {
        self.comparisons.iter().filter(|comparison| comparison.site == goal.site).nth(goal.occurrence)
    }

    /// What an operand of the goal is a remainder of.
    fn modulus(&self, goal: &Goal) -> Option<U256> {
        let mut here = self.comparisons.iter().enumerate().filter(|(_, comparison)| comparison.site == goal.site);
        let (at, _) = here.nth(goal.occurrence)?;
        self.remainders.iter().find(|(index, _)| *index == at).map(|(_, modulus)| *modulus)
    }
}

/// What a changed sequence did to the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It came out as wanted.
    Hit,
    /// It is this far.
    Far(U256),
    /// The comparison was not reached.
    Lost,
}

/// A dig in progress.
pub(super) struct Dig<'a> {
    executor: &'a mut Executor,
    protocol: &'a Protocol,
    features: Features,
    senders: &'a [Address],
    longest: usize,
    /// The best sequence so far, and what its last step compared.
    base: Sequence,
    trace: Trace,
    /// How much each step of the first base says about what its last one does.
    influence: Vec<u32>,
    /// Whether `base` is another one than the dig began at.
    moved: bool,
    /// The machine before the first steps of `base`; there is always one.
    marks: Vec<Snapshot>,
    /// New edges on the way, and the sequences that reached them.
    seen: Vec<Edge>,
    finds: Vec<Sequence>,
    /// What turning each word of the last step by itself does to `trace`; empty when it is not known.
    survey: Vec<Probe>,
    /// Whether goals are tried that no word of the last step moves.
    thorough: bool,
    gas: u64,
    most_gas: u64,
    most_calls: u64,
    pub(super) calls: u64,
    pub(super) reverts: u64,
}

/// What a dig works with.
pub(super) struct Tools<'a> {
    pub(super) protocol: &'a Protocol,
    pub(super) features: Features,
    pub(super) senders: &'a [Address],
    pub(super) longest: usize,
    pub(super) thorough: bool,
}

impl<'a> Dig<'a> {
    /// Starts at `base`, a sequence as it ran, without the steps that its last one does not depend on. None when that is no call.
    pub(super) fn new(executor: &'a mut Executor, tools: &Tools<'a>, base: Sequence) -> Option<Self> {
        if !matches!(base.steps.last(), Some(Step::Call(_))) {
            return None;
        }
        executor.begin();
        executor.machine().recorder_mut().watch_comparisons(Comparing::All);
        let marks = vec![executor.machine().snapshot()];
        let most_gas = MAX_CASES_OF_GAS * executor.machine().limits().gas_per_case;
        let Tools { protocol, features, senders, longest, thorough } = *tools;
        let mut dig = Self {
            executor,
            protocol,
            features,
            senders,
            longest,
            base,
            trace: Trace::default(),
            influence: Vec::new(),
            moved: false,
            marks,
            seen: Vec::new(),
            finds: Vec::new(),
            survey: Vec::new(),
            thorough,
            gas: 0,
            most_gas,
            most_calls: MAX_CALLS,
            calls: 0,
            reverts: 0,
        };
        dig.slice();
        dig.moved = false;
        Some(dig)
    }

    /// Searches for `goal`, or for what the last step did not do when there is none, and goes on behind it. Sequences that
    /// reached new edges, then the one that came of it all, are [`Dig::into_sequences`]. Whether anything was worth a try.
    pub(super) fn run(&mut self, goal: Option<(Site, bool)>) -> bool {
        let mut goals = match goal {
            Some((site, outcome)) => self.nearest(site, outcome).into_iter().collect(),
            None => self.open_goals(),
        };
        let mut tried: Vec<Goal> = Vec::new();
        while let Some(goal) = goals.iter().find(|goal| !tried.contains(goal)).copied() {
            if self.is_spent() {
                break;
            }
            self.survey();
            if !self.thorough && !self.is_sensitive(&goal) {
                goals.retain(|other| *other != goal);
                continue;
            }
            tried.push(goal);
            if self.reach(&goal) {
                goals = self.open_goals();
            }
        }
        !tried.is_empty()
    }

    /// Whether anything that a survey turned moves the operands of the goal, or might: an actor is asked for, or two words that
    /// break the same guard before it can be turned together.
    fn is_sensitive(&self, goal: &Goal) -> bool {
        let Some(here) = self.trace.find(goal) else { return false };
        let moves =
            |trace: &Trace| trace.find(goal).is_some_and(|there| (there.left, there.right) != (here.left, here.right));
        let asks = [here.left, here.right].map(|word| Address::from_word(B256::from(word)));
        self.survey.iter().any(|probe| moves(&probe.trace))
            || asks.iter().all(|address| self.senders.contains(address))
            || self.breaks_alike(goal)
    }

    /// Ends the dig: sequences that reached something new, then the best one if that is not the one that the dig began at.
    pub(super) fn into_sequences(self) -> Vec<Sequence> {
        self.executor.machine().recorder_mut().watch_comparisons(Comparing::Open);
        let mut sequences = self.finds;
        sequences.retain(|sequence| *sequence != self.base);
        sequences.extend(self.moved.then_some(self.base));
        sequences
    }

    /// What the last step might do otherwise: where it failed, the last comparison decided that; else outcomes that were never
    /// seen, the last first.
    fn open_goals(&mut self) -> Vec<Goal> {
        let mut goals = Vec::new();
        let recorder = self.executor.machine().recorder();
        for (index, comparison) in self.trace.comparisons.iter().enumerate().rev() {
            let decided = !self.trace.succeeded && index + 1 == self.trace.comparisons.len();
            let known = goals.iter().any(|goal: &Goal| goal.site == comparison.site);
            if known || (!decided && !recorder.is_open(comparison.site, !comparison.outcome())) {
                continue;
            }
            let earlier = self.trace.comparisons[..index].iter();
            let occurrence = earlier.filter(|other| other.site == comparison.site).count();
            goals.push(Goal { site: comparison.site, occurrence, outcome: !comparison.outcome() });
            if goals.len() == MAX_GOALS {
                break;
            }
        }
        goals
    }

    /// Searches for the other outcome of a comparison of the contract that the last step calls, whether or not it was seen before,
    /// and stops there: what a call ends in is what counts. Whether anything was worth a try.
    pub(super) fn run_own(&mut self, rng: &mut CaseRng) -> bool {
        self.survey();
        let Some(called) = self.trace.comparisons.first().map(|comparison| comparison.site.code) else { return false };
        let own = self.trace.comparisons.iter().filter(|comparison| comparison.site.code == called);
        let nearest = own.filter_map(|comparison| self.nearest(comparison.site, !comparison.outcome()));
        let goals: Vec<_> = nearest.filter(|goal| self.is_sensitive(goal)).collect();
        if goals.is_empty() {
            return false;
        }
        self.reach(&goals[rng.random_range(0..goals.len())]);
        true
    }

    /// The occurrence of a comparison that is nearest to `outcome`.
    fn nearest(&self, site: Site, outcome: bool) -> Option<Goal> {
        let here = self.trace.comparisons.iter().filter(|comparison| comparison.site == site).enumerate();
        let far = here.filter(|(_, comparison)| comparison.outcome() != outcome);
        far.min_by_key(|(_, comparison)| comparison.distance()).map(|(occurrence, _)| Goal {
            site,
            occurrence,
            outcome,
        })
    }

    fn reach(&mut self, goal: &Goal) -> bool {
        self.transfer(goal) || self.turn(goal) || (self.features.repeats && self.repeat(goal))
    }

    fn is_spent(&self) -> bool {
        self.calls >= self.most_calls || self.gas >= self.most_gas
    }

    fn send(&mut self, step: &Step) -> bool {
        let Some(execution) = self.executor.probe(step) else { return true };
        self.calls += 1;
        self.gas += execution.gas_used;
        self.reverts += u64::from(execution.failed());
        execution.succeeded()
    }

    fn finish(&mut self, sequence: &Sequence) -> Trace {
        let succeeded = sequence.steps.last().is_some_and(|step| self.send(step));
        let recorder = self.executor.machine().recorder();
        if recorder.has_fresh_edges() {
            let edges = recorder.fresh_edges();
            let before = self.seen.len();
            for edge in edges {
                if !self.seen.contains(&edge) {
                    self.seen.push(edge);
                }
            }
            if self.seen.len() > before && self.finds.len() < MAX_FINDS {
                self.finds.push(sequence.clone());
            }
        }
        let (comparisons, remainders) = self.executor.machine().recorder_mut().take_comparisons();
        Trace { comparisons, remainders, succeeded }
    }

    /// Keeps the states before the steps of `base` up to step `until`, and shows `see` each step that it makes for that.
    fn mark(&mut self, until: usize, mut see: impl FnMut(&Recorder)) {
        let Some(last) = self.marks.last().filter(|_| self.marks.len() <= until) else { return };
        self.executor.machine().restore(last);
        for index in self.marks.len() - 1..until {
            let step = self.base.steps[index].clone();
            self.send(&step);
            see(self.executor.machine().recorder());
            self.marks.push(self.executor.machine().snapshot());
        }
    }

    /// Runs a changed sequence whose steps before `changed` are those of `base`.
    fn probe(&mut self, sequence: &Sequence, changed: usize) -> Trace {
        self.mark(changed, |_| {});
        self.executor.machine().restore(&self.marks[changed]);
        for step in &sequence.steps[changed..sequence.steps.len() - 1] {
            self.send(step);
        }
        self.finish(sequence)
    }

    /// Makes a sequence the base whose steps before `changed` are those of the base.
    fn take(&mut self, sequence: Sequence, changed: usize, trace: Trace) {
        self.survey.clear();
        self.moved = true;
        self.marks.truncate(changed + 1);
        (self.base, self.trace) = (sequence, trace);
    }

    fn effect(goal: &Goal, trace: &Trace) -> Effect {
        match trace.find(goal) {
            Some(comparison) if comparison.outcome() == goal.outcome => Effect::Hit,
            Some(comparison) => Effect::Far(comparison.distance()),
            None => Effect::Lost,
        }
    }

    /// Runs a change of `base` and makes it the base when it comes nearer.
    fn attempt(&mut self, goal: &Goal, sequence: Sequence, changed: usize) -> Effect {
        let here = self.trace.find(goal).map(Comparison::distance);
        let trace = self.probe(&sequence, changed);
        let effect = Self::effect(goal, &trace);
        let better = match (effect, here) {
            (Effect::Hit, _) => true,
            (Effect::Far(there), Some(here)) => there < here,
            _ => false,
        };
        if better {
            self.take(sequence, changed, trace);
        }
        effect
    }

    /// The words of step `step`.
    fn places(&self, step: usize) -> Vec<Place> {
        let payable = match &self.base.steps[step] {
            Step::Call(call) => self.protocol.functions[call.function].is_payable(),
            Step::Attack(_) | Step::Market(_) => false,
        };
        let mut places = self.base.places(step, payable);
        if !self.protocol.campaign.time_passes {
            places.retain(|place| !matches!(place.word, Word::Seconds | Word::Blocks));
        }
        places
    }
}
