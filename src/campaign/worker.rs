use super::{
    Features,
    archive::Archive,
    climb::{Climb, Trial},
    costs::Costs,
    credit,
    deed::{self, Deed},
    dig::{Dig, Tools},
    edge,
    executor::Executor,
    exit,
    frontier::Frontier,
    height::Peak,
    outcome::{Outcome, Resume},
    pare,
    plan::{self, Depth, KINDS, Origin, Task},
    sampling::Sampling,
    trim::Trim,
    turns::Turns,
};
use crate::{
    economics::{Profit, Valuation},
    evm::{Comparing, Edge, Machine},
    generate::{self, CaseRng, Dictionary, Element, Flow, Generator, Palette},
    invariant::Checks,
    protocol::Protocol,
    scenario::{self, Drawing, Exchanges, Facts, Judged, Parts, Scenario},
    sequence::{Action, Sequence, Step},
};
use alloy_primitives::{Address, aliases::I512, keccak256};
use proptest::prelude::RngExt;
use std::{cell::RefCell, sync::Arc};

/// Parts that must have succeeded together before the amounts of a script are climbed.
const CLIMBED_PARTS: usize = 3;
/// One of this many scripts that are worth it is climbed: a climb costs as much as many draws.
const CLIMB_SHARE: u32 = 32;
/// The same of those that are the first of their functions and had more of somebody than they paid.
const ROBBING_CLIMB_SHARE: u32 = 4;
/// One of this many scripts that show something new has its amounts brought to the edges of what they are compared with.
const EDGE_SHARE: u32 = 8;
/// What a climb may take (see [`Machine::work`](crate::evm::Machine::work)).
const CLIMB_WORK: u64 = 200_000_000;
/// One of this many scripts that show nothing new is judged by invariants.
const JUDGED_SHARE: u32 = 8;
/// One of this many scripts is left as it is: not every way out is one.
const EXITLESS_SHARE: u32 = 8;
/// One of this many scripts is remembered as it is: what a gift does shows only to those who come behind it.
const UNPARED_SHARE: u32 = 4;
/// Cases that are spent on a new entry before it is one of many.
const YOUNG_VISITS: u32 = 12;

/// A sequence that was kept because it reached something new.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sequence: Sequence,
    /// What its steps wrote, as far as it is known.
    pub(super) wrote: Vec<Element>,
    /// A state on its way, unless memory was short.
    pub(super) resume: Option<Arc<Resume>>,
}

impl Entry {
    /// A sequence of which nothing else is known.
    pub(super) fn new(sequence: Sequence) -> Self {
        Self { sequence, wrote: Vec::new(), resume: None }
    }

    /// The same without its state.
    pub(super) fn without_state(&self) -> Self {
        let Self { sequence, wrote, .. } = self;
        Self { sequence: sequence.clone(), wrote: wrote.clone(), resume: None }
    }
}

/// What does not change while a protocol is searched.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) protocol: Arc<Protocol>,
    pub(super) seed: u64,
    pub(super) steps: usize,
    pub(super) features: Features,
    /// Accounts that send calls.
    pub(super) senders: Vec<Address>,
    /// Accounts of all actors.
    pub(super) people: Vec<Address>,
    pub(super) everyone: Palette,
    pub(super) attacker: Palette,
    pub(super) facts: Facts,
    pub(super) valuation: Option<Valuation>,
    pub(super) scenarios: Vec<Arc<dyn Scenario>>,
    /// Whether cases of free search run beside those of scenarios.
    pub(super) free: bool,
    /// Sequences that the first cases run.
    pub(super) imports: Vec<Sequence>,
    /// Whether workers note what their machines do.
    pub(super) taped: bool,
    /// Invariants with their verdicts in the base state, to be cloned.
    pub(super) checks: Checks,
}

/// What all workers see during an epoch and nobody changes.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) corpus: Vec<Arc<Entry>>,
    /// Cases that were spent on each entry, halved when one brought something.
    pub(super) visits: Vec<u32>,
    /// Entries that few cases were spent on.
    pub(super) young: Vec<usize>,
    /// What cases of each kind of plan cost.
    pub(super) costs: Costs<KINDS>,
    /// What cases of free search and of scenarios cost.
    pub(super) turns: Turns,
    /// Whether free search only draws and changes whole sequences, and keeps them as they ran.
    pub(super) scouting: bool,
    /// Whether no new edge was reached for long.
    pub(super) stalled: bool,
    pub(super) frontier: Frontier,
    pub(super) flow: Flow,
    /// How high each objective was brought.
    pub(super) peaks: Vec<Option<Peak>>,
    /// Scripts worth varying.
    pub(super) archive: Archive,
    /// What calls of scripts took and gave.
    pub(super) exchanges: Exchanges,
    pub(super) dictionary: Dictionary,
    /// Edges in the order in which they were merged.
    pub(super) edges: Vec<Edge>,
}

impl View {
    /// Brings up to date what is drawn from.
    pub(super) fn end_epoch(&mut self) {
        self.costs.age();
        self.turns.end_epoch();
        self.frontier.end_epoch();
        self.flow.set_open(self.frontier.functions());
        self.young.clear();
        self.young.extend((0..self.visits.len()).filter(|index| self.visits[*index] < YOUNG_VISITS));
    }
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
    /// Where it comes from; none for scenarios and what is imported.
    pub(super) origin: Option<Origin>,
    pub(super) outcome: Outcome,
    /// Further sequences that a dig ran.
    pub(super) finds: Vec<Outcome>,
    pub(super) profit: Option<Profit>,
    pub(super) deed: Option<Deed>,
    /// What it took (see [`Machine::work`](crate::evm::Machine::work)).
    pub(super) work: u64,
    /// Verdicts that were different when they were found anew, where that was asked for.
    pub(super) discrepancies: Vec<String>,
}

impl Case {
    pub(super) fn new(arm: Arm, outcome: Outcome) -> Self {
        Self {
            arm,
            origin: None,
            outcome,
            finds: Vec::new(),
            profit: None,
            deed: None,
            work: 0,
            discrepancies: Vec::new(),
        }
    }

    /// Whether anybody will want to see what ran.
    pub(super) fn is_of_interest(&self) -> bool {
        let interests = |outcome: &Outcome| outcome.shows_news() || !outcome.violations.is_empty();
        self.profit.is_some() || self.outcomes().any(interests)
    }

    /// Keeps only what is counted.
    pub(super) fn forget(&mut self) {
        for outcome in std::iter::once(&mut self.outcome).chain(&mut self.finds) {
            let Outcome { calls, reverts, barren, .. } = *outcome;
            *outcome = Outcome { calls, reverts, barren, ..Outcome::default() };
        }
    }

    /// Everything that ran.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        std::iter::once(&self.outcome).chain(&self.finds)
    }
}

/// One thread's executor.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) executor: Executor,
    ground: Arc<Ground>,
    /// How much of the view's logs the executor was told: edges, distances.
    learned: (usize, usize),
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
    let (slot, features) = match purpose {
        Purpose::Search => (&SEARCHER, ground.features),
        Purpose::Shrink => (&SHRINKER, Features::none()),
    };
    slot.with_borrow_mut(|slot| {
        // A worker of another protocol has no more work; one that panicked is not put back.
        let kept = slot.take().filter(|worker| Arc::ptr_eq(&worker.ground, ground));
        let mut worker = kept.unwrap_or_else(|| Worker::new(ground, features));
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
    /// What case `index` is for: one of so many searches freely, the others go round the scenarios.
    pub(super) fn arm(&self, index: u64, view: &View) -> Arm {
        let round = view.turns.round();
        let scenario = match self.free {
            true if index.is_multiple_of(round) => None,
            // Without the free cases, so that each scenario gets its turn.
            true => self.turn_of(index - index / round - 1),
            false => self.turn_of(index),
        };
        scenario.map_or(Arm::Free, Arm::Scenario)
    }

    /// Which scenario a case of scenarios is for: each as often as it weighs.
    fn turn_of(&self, index: u64) -> Option<usize> {
        let weights = || self.scenarios.iter().map(|scenario| scenario.info().weight as u64);
        let mut place = index.checked_rem(weights().sum())?;
        weights().position(|weight| {
            let is_here = place < weight;
            place = place.saturating_sub(weight);
            is_here
        })
    }

    /// Whether it matters how a call ends, and not only what it leaves behind: a function that fails when another one calls it
    /// covers the same code as one that is called.
    pub(super) fn judges_calls(&self) -> bool {
        self.protocol.suite.as_ref().is_some_and(|suite| suite.failures.judged)
    }

    pub(super) fn case_seed(&self, index: u64) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(16 + self.protocol.id.len());
        bytes.extend_from_slice(&self.seed.to_be_bytes());
        bytes.extend_from_slice(&index.to_be_bytes());
        bytes.extend_from_slice(self.protocol.id.as_bytes());
        keccak256(bytes).0
    }

    /// What scripts are drawn with, with `links` between their actions or without.
    pub(super) fn drawing<'a>(&'a self, view: &'a View, links: bool) -> Drawing<'a> {
        let [everyone, attacker] = [&self.everyone, &self.attacker].map(|palette| Generator {
            flow: links.then_some(&view.flow),
            asks: links,
            ..Generator::new(palette, &view.dictionary)
        });
        let Features { actions, loans, callbacks, .. } = self.features;
        let parts = Parts { actions, loans, callbacks: callbacks && links, links };
        Drawing { protocol: &self.protocol, facts: &self.facts, exchanges: &view.exchanges, parts, everyone, attacker }
    }

    /// The script of a case of scenario `scenario`: a function of the seed, the index and the epoch's view.
    fn draw_script(&self, scenario: usize, view: &View, rng: &mut CaseRng) -> Option<Sequence> {
        // Every other script is of calls and loans alone: there are fewer of them, so they are found sooner.
        let links: bool = rng.random();
        let drawing = self.drawing(view, links);
        let varied = match view.archive.draw(links, rng) {
            [Some(one), Some(other)] if rng.random_ratio(1, 2) => {
                // Sometimes what comes next comes behind the way out, or within it.
                let whole = rng.random_ratio(1, 4).then(|| exit::with_exit(self, one.sequence.clone(), &one.exit));
                let one = whole.as_ref().unwrap_or(&one.sequence);
                self.scenarios[scenario].vary(&drawing, [one, &other.sequence], rng)
            }
            _ if links && rng.random_ratio(1, 4) => {
                // What somebody did in the set-up, what free search found, and what came near to something new.
                let at = rng.random_range(0..view.corpus.len().max(1));
                let told;
                let other = match rng.random_range(0..5_u32) {
                    0 => {
                        told = scenario::history(&self.protocol, None, rng);
                        told.as_ref()
                    }
                    1 | 2 => view.frontier.draw(rng).map(|target| &target.entry.sequence),
                    _ => view.corpus.get(at).map(|entry| &entry.sequence),
                };
                other.and_then(|other| self.scenarios[scenario].adopt(&drawing, other, rng))
            }
            _ => None,
        };
        varied.or_else(|| self.scenarios[scenario].draw(&drawing, rng))
    }

    /// A way out of what a script did, mostly.
    fn draw_exit(&self, view: &View, done: &Deed, rng: &mut CaseRng) -> Vec<Action> {
        if !self.features.actions || rng.random_ratio(1, EXITLESS_SHARE) {
            return Vec::new();
        }
        let Deed { exchanges, holdings, .. } = done;
        let calls = scenario::draw_exit((&self.protocol, &view.exchanges), exchanges, holdings, rng);
        calls.into_iter().map(Action::Call).collect()
    }

    /// Whether the amounts of a script may be climbed: it is new that so much succeeded together, and the scenario is about it.
    fn is_worth_climbing(&self, scenario: usize, deed: &Deed, view: &View) -> bool {
        self.features.tuning
            && deed.succeeded.len() >= CLIMBED_PARTS
            && view.archive.is_news(deed)
            && self.scenarios[scenario].is_shown_by(&self.protocol, &deed.sequence)
    }
}

/// Which scripts are judged by invariants beside those that gain something or reach something new.
#[derive(Clone, Copy)]
struct Asked<'a> {
    /// This one whatever it did.
    always: bool,
    /// Those that are worth remembering; several ways out are tried behind them.
    is_news: &'a dyn Fn(&Deed) -> bool,
}

/// One of how many scripts like this one is climbed.
fn climb_share(deed: &Deed, view: &View) -> u32 {
    let robs = deed.nets.values().any(I512::is_positive);
    if robs && view.archive.is_first(deed) { ROBBING_CLIMB_SHARE } else { CLIMB_SHARE }
}

impl Worker {
    /// A worker with a fresh machine that measures what `features` need.
    pub(super) fn new(ground: &Arc<Ground>, features: Features) -> Self {
        let executor = Executor::new(Arc::clone(&ground.protocol), ground.checks.clone());
        let mut executor = executor.with_features(features);
        if ground.taped {
            executor.machine().start_tape();
        }
        Self { executor, ground: Arc::clone(ground), learned: (0, 0) }
    }

    /// Runs case `index`.
    pub(super) fn case(&mut self, view: &View, index: u64) -> Case {
        let before = self.executor.machine().work();
        let case = self.search(view, index);
        let work = self.executor.machine().work() - before;
        Case { work, discrepancies: self.executor.checks.take_discrepancies(), ..case }
    }

    fn search(&mut self, view: &View, index: u64) -> Case {
        let ground = Arc::clone(&self.ground);
        self.learn(view);
        let seed = ground.case_seed(index);
        let mut rng = generate::case_rng(&seed);
        self.executor.sample(Sampling::of_case(seed));
        if let Some(case) = self.imported(&ground, index) {
            return case;
        }
        let arm = ground.arm(index, view);
        let Arm::Scenario(scenario) = arm else {
            let flow = (ground.features.dependencies && !view.scouting).then_some(&view.flow);
            let generator = Generator { flow, ..Generator::new(&ground.everyone, &view.dictionary) };
            let plan = plan::draw(&ground, &generator, view, &mut rng);
            let mut finds = match plan.task {
                Task::Whole(sequence) if view.scouting => vec![self.executor.run(sequence)],
                task => self.follow((&ground, &generator), task, &mut rng),
            };
            let outcome = finds.remove(0);
            return Case { origin: Some(plan.origin), finds, ..Case::new(arm, outcome) };
        };
        self.executor.sample(Sampling::of_script(seed));
        let sequence = ground.draw_script(scenario, view, &mut rng).unwrap_or_default();
        let is_sampled = rng.random_ratio(1, JUDGED_SHARE);
        let is_news = |deed: &Deed| view.archive.is_news(deed);
        let asked = Asked { always: is_sampled, is_news: &is_news };
        let mut exit = |done: &Deed| ground.draw_exit(view, done, &mut rng);
        let (outcome, judged) = self.attempt((&ground, scenario), sequence, &mut exit, Some(asked));
        let mut case = Case::new(arm, outcome);
        let Some((deed, profit)) = judged else { return case };
        let mut trial = Trial { outcome: case.outcome, deed, profit };
        // What is a finding already is shrunk and tuned as it is: a climb could lead away from it.
        let is_found = trial.profit.is_some() || !trial.outcome.violations.is_empty();
        if !is_found && view.archive.is_news(&trial.deed) && !rng.random_ratio(1, UNPARED_SHARE) {
            trial = self.pare((&ground, scenario), trial, &mut rng);
        }
        if !is_found
            && ground.features.tuning
            && ground.features.comparisons
            && view.archive.is_news(&trial.deed)
            && rng.random_ratio(1, EDGE_SHARE)
        {
            trial = self.approach((&ground, scenario), trial, &mut rng);
        }
        if !is_found
            && ground.is_worth_climbing(scenario, &trial.deed, view)
            && rng.random_ratio(1, climb_share(&trial.deed, view))
        {
            let end = self.executor.machine().work() + CLIMB_WORK;
            let exit = trial.deed.exit.clone();
            let mut run = |sequence| {
                if self.executor.machine().work() >= end {
                    return (Outcome::default(), None);
                }
                self.attempt((&ground, scenario), sequence, &mut |_| exit.clone(), None)
            };
            // Half of the climbs raise what somebody loses, whatever it costs: what it takes can be sold afterwards.
            let accounts = &trial.deed.nets;
            let account = accounts.keys().nth(rng.random_range(0..accounts.len().max(1))).copied();
            let robbed = account.filter(|_| rng.random());
            let Trial { outcome, deed, .. } = Climb::new(trial, robbed, &mut run).climb(&mut rng);
            let (sequence, mut known) = (deed.sequence.clone(), |_: &Deed| exit.clone());
            let (last, judged) = self.attempt(
                (&ground, scenario),
                sequence,
                &mut known,
                Some(Asked { always: true, is_news: &|_| false }),
            );
            let (calls, reverts) = (outcome.calls + last.calls, outcome.reverts + last.reverts);
            let profit = judged.and_then(|(_, profit)| profit);
            trial = Trial { outcome: Outcome { calls, reverts, ..last }, deed, profit };
        }
        trial.deed.exchanges.retain(|exchange| view.exchanges.is_news(exchange));
        trial.deed.returns.retain(|function| view.exchanges.is_unknown_return(*function));
        (case.outcome, case.deed, case.profit) = (trial.outcome, Some(trial.deed), trial.profit);
        case
    }

    /// Tells the executor what other cases have shown.
    fn learn(&mut self, view: &View) {
        let (edges, distances) = self.learned;
        self.executor.learn_edges(&view.edges[edges..]);
        self.executor.learn_distances(&view.frontier.log[distances..]);
        self.executor.learn_heights(&view.peaks);
        self.learned = (view.edges.len(), view.frontier.log.len());
    }

    /// Does what a plan says.
    fn follow(&mut self, at: (&Ground, &Generator<'_>), task: Task, rng: &mut CaseRng) -> Vec<Outcome> {
        let (outcomes, from) = match task {
            Task::Whole(sequence) => (vec![self.executor.run(sequence)], None),
            Task::Ascend { entry, objective, from } => (self.ascend(at, (&entry, objective, from), rng), None),
            Task::Behind(entry, tail) => (vec![self.continue_from(&entry, tail)], entry.resume.clone()),
            Task::Dig { entry, tail, goal, depth } => {
                // Without more behind it, the entry has shown what it does.
                let first = if tail.is_empty() {
                    Outcome { sequence: entry.sequence.clone(), ..Outcome::default() }
                } else {
                    self.continue_from(&entry, tail)
                };
                (self.dig(at, first, (goal, depth), rng), entry.resume.clone())
            }
        };
        self.executor.sample(Sampling::Nothing);
        let mut trim = Trim::new(&mut self.executor, from.as_ref());
        outcomes.into_iter().map(|outcome| trim.trim(outcome)).collect()
    }

    /// Runs an entry and `tail` behind it, from the entry's state where there is one.
    fn continue_from(&mut self, entry: &Entry, tail: Vec<Step>) -> Outcome {
        let (from, mut steps) = match &entry.resume {
            Some(resume) => (Some(resume), entry.sequence.steps[resume.steps.len()..].to_vec()),
            None => (None, entry.sequence.steps.clone()),
        };
        steps.extend(tail);
        match from {
            Some(resume) => self.executor.resume(resume, steps),
            None => self.executor.run(Sequence { steps }),
        }
    }

    /// Searches for another outcome of a comparison of the last step of what has run. What ran, then what was found.
    fn dig(
        &mut self,
        (ground, generator): (&Ground, &Generator<'_>),
        mut first: Outcome,
        (goal, depth): (Option<Edge>, Depth),
        rng: &mut CaseRng,
    ) -> Vec<Outcome> {
        if !first.violations.is_empty() {
            return vec![first];
        }
        let goal = goal.and_then(|outcome| self.executor.machine().recorder().site(outcome));
        let Ground { protocol, features, senders, steps, .. } = ground;
        let thorough = depth == Depth::Earlier;
        let tools = Tools { protocol, features: *features, senders, longest: *steps, thorough };
        let Some(mut dig) = Dig::new(&mut self.executor, &tools, first.sequence.clone()) else { return vec![first] };
        let past =
            if depth == Depth::OtherPast { plan::other_past((ground, generator), &dig, goal, rng) } else { None };
        match past {
            Some((at, call)) => {
                if dig.redo(at, call, goal) {
                    dig.run(goal);
                }
            }
            None if depth == Depth::Own => first.barren = !dig.run_own(rng),
            None => first.barren = !dig.run(goal),
        }
        first.calls += dig.calls;
        first.reverts += dig.reverts;
        let found = dig.into_sequences().into_iter().map(|sequence| self.executor.run(sequence));
        std::iter::once(first).chain(found).collect()
    }

    /// Takes out of a script that is worth remembering what the rest of it does without. What its calls were seen to do is kept.
    fn pare(&mut self, at: (&Ground, usize), trial: Trial, rng: &mut CaseRng) -> Trial {
        let Trial { mut outcome, deed, profit } = trial;
        let known = (deed.exit.clone(), deed.exchanges.clone(), deed.returns.clone());
        let mut run = |sequence| {
            let (ran, judged) = self.attempt(at, sequence, &mut |_| known.0.clone(), None);
            (outcome.calls, outcome.reverts) = (outcome.calls + ran.calls, outcome.reverts + ran.reverts);
            Some(judged?.0)
        };
        let mut deed = pare::pare(deed, &mut run, rng);
        (_, deed.exchanges, deed.returns) = known;
        Trial { outcome, deed, profit }
    }

    /// Tries the edges of what the script's calls were compared with, and keeps what leaves the attacker best off.
    fn approach(&mut self, at: (&Ground, usize), trial: Trial, rng: &mut CaseRng) -> Trial {
        let mut best = trial;
        self.executor.machine().recorder_mut().watch_comparisons(Comparing::Casts);
        let mut run = |sequence: Sequence| {
            let ran = self.executor.rehearse(sequence);
            (best.outcome.calls, best.outcome.reverts) =
                (best.outcome.calls + ran.calls, best.outcome.reverts + ran.reverts);
            self.executor.machine().recorder_mut().take_comparisons().0
        };
        let comparisons = run(best.deed.sequence.clone());
        let mut tried = edge::edges(&best.deed, &comparisons, rng);
        tried.extend(edge::casts(&best.deed, &comparisons, &mut run, rng));
        self.executor.machine().recorder_mut().watch_comparisons(Comparing::Open);
        let (exit, start) = (best.deed.exit.clone(), best.deed.value);
        for sequence in tried {
            let asked = Asked { always: false, is_news: &|deed| deed.value > start };
            let (outcome, judged) = self.attempt(at, sequence, &mut |_| exit.clone(), Some(asked));
            let Some((deed, profit)) = judged else { continue };
            best = edge::better(best, Trial { outcome, deed, profit });
        }
        best
    }

    /// Runs a sequence of a scenario and a way out behind it, and looks at what they did. Invariants and profit are judged, which takes
    /// longer than most scripts, when it reached something new, gained something, or is asked for; without a question they never are.
    fn attempt(
        &mut self,
        (ground, scenario): (&Ground, usize),
        sequence: Sequence,
        exit: exit::Draw<'_>,
        asked: Option<Asked<'_>>,
    ) -> (Outcome, Option<(Deed, Option<Profit>)>) {
        let is_by_profit = ground.scenarios[scenario].judged(&ground.protocol, &sequence) != Judged::ByInvariants;
        let Some(valuation) = ground.valuation.as_ref().filter(|_| is_by_profit) else {
            return (self.executor.run(sequence), None);
        };
        let mut outcome = self.executor.rehearse(sequence.clone());
        let mut done = deed::deed(&outcome.sequence, self.executor.executions(), ground, false);
        self.executor.count_script(done.functions());
        let recorder = self.executor.machine().recorder();
        let is_new = recorder.has_fresh_edges() || recorder.has_nearer();
        let is_news = |done: &Deed| asked.is_some_and(|asked| (asked.is_news)(done));
        let gains = if credit::loans(&done.sequence).len() < credit::loans(&outcome.sequence).len() {
            let on_credit = credit::run(ground, &mut self.executor, &outcome.sequence, (exit, &is_news));
            // What no credit is given for is what the script did without the loan, and not worth remembering.
            let (on_credit, calls) = on_credit.unwrap_or_default();
            done = on_credit;
            outcome.calls += calls;
            valuation.gains(done.value)
        } else {
            let machine = self.executor.machine();
            let assessment = valuation.assess(machine);
            done.value = assessment.value;
            valuation.profit(assessment).is_some() || {
                let mut value = |machine: &mut Machine| Some(valuation.assess(machine).value);
                outcome.calls +=
                    exit::run(ground, machine, (&mut done, &is_news), exit, &mut value).unwrap_or_default();
                !done.exit.is_empty() && valuation.gains(done.value)
            }
        };
        if !asked.is_some_and(|asked| is_new || gains || asked.always || is_news(&done)) {
            return (outcome, Some((done, None)));
        }
        let whole = if gains { exit::with_exit(ground, sequence, &done.exit) } else { sequence };
        let judged = self.executor.run(whole);
        let (calls, reverts) = (outcome.calls + judged.calls, outcome.reverts + judged.reverts);
        let profit = ground.profit(&mut self.executor, scenario, &judged.sequence).and_then(|(_, profit)| profit);
        (Outcome { calls, reverts, ..judged }, Some((done, profit)))
    }
}
