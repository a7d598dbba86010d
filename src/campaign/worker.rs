use super::{
    climb,
    elite::{self, Deed, Elites},
    executor::{Executor, Outcome},
};
use crate::{
    economics::{Assessment, Profit, Valuation},
    evm::Edge,
    generate::{self, CaseRng, Dictionary, Generator, Palette},
    invariant::Checks,
    protocol::Protocol,
    scenario::{Drawing, Facts, Judged, Scenario},
    sequence::Sequence,
};
use alloy_primitives::{U256, aliases::I512, keccak256};
use proptest::prelude::RngExt;
use std::{cell::RefCell, sync::Arc};

/// Functions that must have succeeded together before the amounts of a script are climbed.
const CLIMBED_FUNCTIONS: usize = 3;
/// Executions of one climb.
const CLIMB_ATTEMPTS: usize = 24;

/// A sequence that was kept because it reached something new.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sequence: Sequence,
}

/// What does not change while a protocol is searched.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) protocol: Arc<Protocol>,
    pub(super) seed: u64,
    pub(super) steps: usize,
    pub(super) everyone: Palette,
    pub(super) attacker: Palette,
    pub(super) facts: Facts,
    pub(super) valuation: Option<Valuation>,
    pub(super) scenarios: Vec<Arc<dyn Scenario>>,
    /// Whether cases of free search run beside those of scenarios.
    pub(super) free: bool,
    /// Invariants with their verdicts in the base state, to be cloned.
    pub(super) checks: Checks,
}

/// What all workers see during an epoch and nobody changes.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) corpus: Vec<Arc<Entry>>,
    /// Scripts worth varying, by scenario.
    pub(super) elites: Vec<Elites>,
    pub(super) dictionary: Dictionary,
    /// Edges in the order in which they were merged.
    pub(super) edges: Vec<Edge>,
}

/// What a case was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arm {
    /// Calls of all actors.
    Free,
    /// A scenario, by index.
    Scenario(usize),
}

/// The result of a case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) arm: Arm,
    pub(super) outcome: Outcome,
    pub(super) profit: Option<Profit>,
    pub(super) deed: Option<Deed>,
}

impl Case {
    /// Whether anybody will want to see what ran.
    pub(super) fn is_of_interest(&self) -> bool {
        !self.outcome.fresh.is_empty() || !self.outcome.violations.is_empty() || self.profit.is_some()
    }
}

/// One thread's executor.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) executor: Executor,
    ground: Arc<Ground>,
    learned: usize,
}

/// What a worker is used for. Searching is counted; shrinking tries as much as there are threads, so it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Cases.
    Search,
    /// Candidates of a shrink.
    Shrink,
}

type Slot = RefCell<Option<Worker>>;

thread_local! {
    /// The workers of this thread. A machine cannot move between threads, so it lives where it works.
    static SEARCHER: Slot = const { RefCell::new(None) };
    static SHRINKER: Slot = const { RefCell::new(None) };
}

/// Runs `work` with this thread's worker for `ground`, made when there is none.
pub(super) fn with_worker<T>(ground: &Arc<Ground>, purpose: Purpose, work: impl FnOnce(&mut Worker) -> T) -> T {
    let slot = match purpose {
        Purpose::Search => &SEARCHER,
        Purpose::Shrink => &SHRINKER,
    };
    slot.with_borrow_mut(|slot| {
        // A worker of another protocol has no more work; one that panicked is not put back.
        let kept = slot.take().filter(|worker| Arc::ptr_eq(&worker.ground, ground));
        let mut worker = kept.unwrap_or_else(|| Worker::new(ground));
        let result = work(&mut worker);
        *slot = Some(worker);
        result
    })
}

/// Ends this thread's workers for `ground`; the one that searched tells what it counted.
pub(super) fn retire(ground: &Arc<Ground>) -> Option<Worker> {
    SHRINKER.with_borrow_mut(Option::take);
    SEARCHER.with_borrow_mut(|slot| slot.take().filter(|worker| Arc::ptr_eq(&worker.ground, ground)))
}

impl Ground {
    /// What case `index` is for: one of four searches freely, the others go round the scenarios, whose cases send fewer calls.
    pub(super) fn arm(&self, index: u64) -> Arm {
        let scenarios = self.scenarios.len() as u64;
        match (self.free, scenarios) {
            (_, 0) => Arm::Free,
            (true, _) if index.is_multiple_of(4) => Arm::Free,
            // Without the free cases, so that each scenario gets its turn.
            (true, _) => Arm::Scenario(((index - index / 4 - 1) % scenarios) as usize),
            (false, _) => Arm::Scenario((index % scenarios) as usize),
        }
    }

    fn rng(&self, index: u64) -> CaseRng {
        let mut bytes = Vec::with_capacity(16 + self.protocol.id.len());
        bytes.extend_from_slice(&self.seed.to_be_bytes());
        bytes.extend_from_slice(&index.to_be_bytes());
        bytes.extend_from_slice(self.protocol.id.as_bytes());
        generate::case_rng(&keccak256(bytes).0)
    }

    /// The sequence of case `index`: a function of the seed, the index and the epoch's view.
    pub(super) fn draw(&self, index: u64, view: &View) -> (Arm, Sequence, CaseRng) {
        let mut rng = self.rng(index);
        let arm = self.arm(index);
        let dictionary = &view.dictionary;
        let everyone = Generator { palette: &self.everyone, dictionary };
        let attacker = Generator { palette: &self.attacker, dictionary };
        let sequence = match arm {
            Arm::Free => Some(self.draw_free(&everyone, view, &mut rng)),
            Arm::Scenario(scenario) => {
                let drawing = Drawing { protocol: &self.protocol, facts: &self.facts, everyone, attacker };
                let deeds = view.elites[scenario].deeds();
                let varied = if !deeds.is_empty() && rng.random_ratio(1, 2) {
                    let kept = &deeds[rng.random_range(0..deeds.len())];
                    self.scenarios[scenario].vary(&drawing, &kept.sequence, &mut rng)
                } else {
                    None
                };
                varied.or_else(|| self.scenarios[scenario].draw(&drawing, &mut rng))
            }
        };
        (arm, sequence.unwrap_or_default(), rng)
    }

    fn draw_free(&self, generator: &Generator<'_>, view: &View, rng: &mut CaseRng) -> Sequence {
        if view.corpus.is_empty() || rng.random_ratio(2, 5) {
            // Short ones are cheap and find what is shallow; long ones reach what is deep.
            let longest = rng.random_range(1..=self.steps);
            return generator.draw_sequence(&self.protocol, 1..=longest, rng);
        }
        let pick = |rng: &mut CaseRng| &view.corpus[rng.random_range(0..view.corpus.len())].sequence;
        let (first, second) = (pick(rng), pick(rng));
        generate::mutate(generator, &self.protocol, (first, second), self.steps, rng)
    }

    /// What the attacker gained by the sequence that `executor` has just run, and how it left the attacker.
    pub(super) fn profit(
        &self,
        executor: &mut Executor,
        scenario: usize,
        sequence: &Sequence,
    ) -> Option<(Assessment, Option<Profit>)> {
        let valuation = self.valuation.as_ref()?;
        let judged = self.scenarios[scenario].judged(&self.protocol, sequence);
        if judged == Judged::ByInvariants {
            return None;
        }
        let assessment = valuation.assess(executor.machine());
        let mut profit = valuation.profit(assessment.clone());
        if let (Some(gained), Judged::ByProfitOver(baseline)) = (&mut profit, judged) {
            executor.run(baseline);
            let anyway = valuation.assess(executor.machine());
            let anyway = valuation.profit(anyway).map_or(U256::ZERO, |profit| profit.amount);
            gained.amount = gained.amount.saturating_sub(anyway);
            if gained.amount.is_zero() {
                profit = None;
            }
        }
        Some((assessment, profit))
    }
}

impl Worker {
    /// A worker with a fresh machine.
    pub(super) fn new(ground: &Arc<Ground>) -> Self {
        let executor = Executor::new(Arc::clone(&ground.protocol), ground.checks.clone());
        Self { executor, ground: Arc::clone(ground), learned: 0 }
    }

    /// Runs case `index`.
    pub(super) fn case(&mut self, view: &View, index: u64) -> Case {
        let ground = Arc::clone(&self.ground);
        self.executor.learn_edges(&view.edges[self.learned..]);
        self.learned = view.edges.len();
        let (arm, sequence, mut rng) = ground.draw(index, view);
        let Arm::Scenario(scenario) = arm else {
            let outcome = self.executor.run(sequence);
            return Case { arm, outcome, profit: None, deed: None };
        };
        let (outcome, judged) = self.attempt(&ground, scenario, sequence);
        let mut case = Case { arm, outcome, profit: None, deed: None };
        if let Some((deed, profit)) = judged {
            case.profit = profit;
            let worth_climbing = case.profit.is_none() && deed.succeeded.len() >= CLIMBED_FUNCTIONS;
            case.deed = Some(deed);
            if worth_climbing && rng.random_ratio(1, 16) {
                self.climb(&ground, scenario, &mut case, &mut rng);
            }
        }
        case
    }

    /// Runs a sequence of a scenario and judges what it did.
    fn attempt(
        &mut self,
        ground: &Ground,
        scenario: usize,
        sequence: Sequence,
    ) -> (Outcome, Option<(Deed, Option<Profit>)>) {
        let outcome = self.executor.run(sequence);
        // What ran is read before a baseline runs in the same machine.
        let done = elite::deed(&outcome.sequence, self.executor.executions(), I512::ZERO);
        let judged = ground.profit(&mut self.executor, scenario, &outcome.sequence);
        let judged = judged.map(|(assessment, profit)| (Deed { value: assessment.value, ..done }, profit));
        (outcome, judged)
    }

    /// Scales amounts of what was done while the attacker is better off, until it pays.
    fn climb(&mut self, ground: &Ground, scenario: usize, case: &mut Case, rng: &mut CaseRng) {
        let mut again = None;
        for _ in 0..CLIMB_ATTEMPTS {
            let Some(best) = &case.deed else { return };
            // A move that helped is made again.
            let Some(step) = again.take().or_else(|| climb::draw(&best.sequence, rng)) else { return };
            let Some(moved) = climb::apply(&best.sequence, step) else { continue };
            let (outcome, judged) = self.attempt(ground, scenario, moved);
            case.outcome.calls += outcome.calls;
            case.outcome.reverts += outcome.reverts;
            let Some((deed, profit)) = judged else { continue };
            if deed.value <= best.value || deed.succeeded.len() < best.succeeded.len() {
                continue;
            }
            again = Some(step);
            let (calls, reverts) = (case.outcome.calls, case.outcome.reverts);
            case.outcome = Outcome { calls, reverts, ..outcome };
            case.deed = Some(deed);
            if profit.is_some() {
                case.profit = profit;
                return;
            }
        }
    }
}
