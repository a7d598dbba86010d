mod confirm;
mod coverage;
mod locate;
mod losses;
mod optima;
mod summary;

use super::{
    CampaignError, Options,
    corpus::{Corpus, News, entry_name, evict},
    event::{Event, ProtocolSummary, Sink},
    height::Objectives,
    import::Import,
    progress::Progress,
    worker::{Arm, Case, Ground, Purpose, View, with_worker},
};
use crate::{
    economics::Valuation,
    evm::Act,
    generate::{Audience, Dictionary, Palette},
    glob,
    invariant::Checks,
    protocol::{Place, Protocol, nearest},
    scenario::{self, Facts, Scenario},
};
use alloy_primitives::U256;
use coverage::Reruns;
use rayon::prelude::*;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

/// Calls of an epoch, about: enough to keep all threads busy.
const EPOCH_CALLS: u64 = 8_192;
/// The same behind an epoch that reached new edges, so that what one case finds soon serves the others; doubled by each epoch that
/// did not.
const NEWS_CALLS: u64 = 1_024;
/// The part of the calls so far that an epoch may take where that is more: late in a search threads would wait for each other
/// more often than anything is found. And the most that it may take.
const EPOCH_PART: u64 = 16;
const MAX_EPOCH_CALLS: u64 = 32_768;
/// Cases of an epoch, at most.
const EPOCH: u64 = 2_048;
/// Cases that a thread takes at once: they differ much in length.
const MAX_BATCH: usize = 2;
/// Cases of the first epoch, at most.
const FIRST_EPOCH: u64 = 16;
/// Calls at the start of a search that are not spent on making sequences short or on digging, and the part of a budget that they
/// may take: what any sequence shows is found first.
const SCOUTING_CALLS: u64 = 4_096;
const SCOUTING_PART: u64 = 64;
/// Verdicts that differ when they are found anew are reported up to this number of defects.
const MAX_DISCREPANCIES: usize = 64;
/// Calls without a new edge after which a search is stalled.
const STALL_CALLS: u64 = 200_000;

/// The search of one protocol.
pub(super) struct Search<'a> {
    ground: Arc<Ground>,
    pool: &'a rayon::ThreadPool,
    view: View,
    corpus: Corpus,
    reruns: Reruns,
    cases: u64,
    calls: u64,
    reverts: u64,
    scenario_cases: Vec<u64>,
    findings: Vec<Found>,
    defects: usize,
    /// Calls when the last new edge was merged, and epochs since then.
    last_edge: u64,
    quiet: u32,
    /// Bytes that kept states may hold.
    memory: usize,
    /// What it begins with.
    import: Import,
    /// What the cases of an epoch came to, in their order; empty between epochs.
    results: Vec<CaseResult>,
}

/// A case, or the text of a panic; none when the campaign was to end before it.
type CaseResult = Option<Result<Case, String>>;

/// A finding that was reported, as the search remembers it.
struct Found {
    rule: usize,
    /// Calls that show it: those of the reported sequence, and of smaller ones that it was grown from.
    functions: Vec<Vec<String>>,
    /// The most that such a sequence was seen to gain; zero where it is no profit.
    gained: U256,
    id: String,
}

/// What the search of a protocol came to.
pub(super) struct Searched {
    pub(super) summary: ProtocolSummary,
    pub(super) findings: usize,
    pub(super) defects: usize,
    pub(super) tape: Vec<Act>,
}

/// When a search ends.
pub(super) struct Budget {
    pub(super) calls: Option<u64>,
    pub(super) deadline: Option<Instant>,
}

impl Budget {
    fn scouting(&self) -> u64 {
        self.calls.map_or(SCOUTING_CALLS, |calls| SCOUTING_CALLS.min(calls / SCOUTING_PART))
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(
        protocol: &Protocol,
        options: &Options,
        pool: &'a rayon::ThreadPool,
    ) -> Result<(Self, Vec<String>), CampaignError> {
        let configuration = |message: String, help: &str| CampaignError::Configuration {
            protocol: protocol.id.clone(),
            message,
            help: help.to_owned(),
        };
        let mut checks = Checks::for_protocol(protocol, &options.invariants)
            .map_err(|error| configuration(error.to_string(), error.help()))?
            .with_mode(options.mode);
        if let Some(broken) = checks.broken_at_start() {
            let id = broken.label.split('(').next().unwrap_or_default();
            let written = protocol.invariants.iter().find(|source| source.id == id).map(|source| source.place.clone());
            let suite = protocol.suite.as_ref().filter(|suite| suite.predicates.iter().any(|each| each.name == id));
            let written =
                written.or_else(|| suite.map(|suite| protocol.contracts[suite.contract].artifact.place.clone()));
            let shipped = || Place { file: format!("the pack's {id}"), ..Place::default() };
            return Err(CampaignError::FalseAtStart {
                place: written.unwrap_or_else(shipped),
                protocol: protocol.id.clone(),
                invariant: broken.label,
                evidence: broken.evidence,
            });
        }
        let all = scenario::of(protocol).map_err(|error| configuration(error.to_string(), &error.help()))?;
        let (scenarios, mut skipped) = choose_scenarios(all, protocol, options)
            .map_err(|message| configuration(message, "`heist list scenarios` names them all"))?;
        let left_out = checks.set().left_out().iter();
        skipped.extend(left_out.map(|one| format!("{}({}): {}", one.id, one.contracts.join(", "), one.reason)));
        let valuation = Valuation::new(protocol).map_err(|error| configuration(error.to_string(), error.help()))?;
        let machine = protocol.machine();
        let codes: Vec<_> = protocol.contracts.iter().map(|contract| contract.code(&machine)).collect();
        let objectives = Objectives::of_suite(protocol);
        let objectives = if options.features.margins { objectives.with_margins(&checks) } else { objectives };
        let view = View {
            peaks: objectives.peaks(protocol, &checks),
            dictionary: Dictionary::from_codes(codes.iter().map(|code| &code[..])),
            ..View::default()
        };
        let ground = Ground {
            protocol: Arc::new(protocol.clone()),
            seed: options.seed,
            steps: protocol.campaign.steps,
            features: options.features,
            senders: protocol.actors.iter().filter(|actor| actor.fuzz).map(|actor| actor.address).collect(),
            people: protocol.actors.iter().map(|actor| actor.address).collect(),
            everyone: Palette::new(protocol, Audience::Everyone),
            attacker: Palette::new(protocol, Audience::Attacker),
            facts: Facts::new(protocol),
            valuation,
            free: options.scenarios.is_empty(),
            scenarios,
            imports: Vec::new(),
            taped: false,
            checks,
        };
        let scenario_cases = vec![0; ground.scenarios.len()];
        let search = Self {
            ground: Arc::new(ground),
            pool,
            view,
            corpus: Corpus::default(),
            reruns: Reruns::default(),
            cases: 0,
            calls: 0,
            reverts: 0,
            scenario_cases,
            findings: Vec::new(),
            defects: 0,
            last_edge: 0,
            quiet: 0,
            memory: options.memory,
            import: Import::default(),
            results: Vec::new(),
        };
        Ok((search, skipped))
    }

    /// Id of the protocol.
    pub(super) fn protocol(&self) -> &str {
        &self.ground.protocol.id
    }

    /// Runs these sequences before all others.
    pub(super) fn beginning_with(mut self, import: Import) -> Self {
        // Nobody else has the ground before the search runs.
        if let Some(ground) = Arc::get_mut(&mut self.ground) {
            ground.imports.clone_from(&import.sequences);
        }
        self.import = import;
        self
    }

    /// Notes what the machine of the only thread does.
    pub(super) fn taped(mut self) -> Self {
        if let Some(ground) = Arc::get_mut(&mut self.ground) {
            ground.taped = true;
        }
        self
    }

    /// Whether there is nothing to judge or nothing to do.
    pub(super) fn is_vain(&self) -> bool {
        let nothing_to_judge =
            self.ground.checks.is_empty() && self.ground.scenarios.is_empty() && self.view.peaks.is_empty();
        let nothing_to_do = self.ground.everyone.is_empty() && self.ground.scenarios.is_empty();
        nothing_to_judge || nothing_to_do
    }

    pub(super) fn run(
        mut self,
        budget: &Budget,
        skipped: Vec<String>,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<Searched, CampaignError> {
        let protocol = self.ground.protocol.id.clone();
        sink.take(&Event::ProtocolStarted {
            protocol: protocol.clone(),
            invariants: self.ground.checks.labels(),
            scenarios: self.ground.scenarios.iter().map(|scenario| scenario.info().id.clone()).collect(),
            skipped,
        })?;
        if !self.import.is_empty() {
            let Import { sequences, kept, dropped } = std::mem::take(&mut self.import);
            let sequences = sequences.len();
            sink.take(&Event::Imported { protocol: protocol.clone(), sequences, steps: kept, dropped })?;
        }
        progress.edges.store(0, Relaxed);
        progress.corpus.store(0, Relaxed);
        while self.is_left(budget) && !progress.stopping() {
            self.view.scouting = self.calls < budget.scouting();
            let size = self.epoch_size(budget);
            self.epoch(size, budget.deadline, progress);
            self.merge((sink, progress))?;
            self.end_epoch(&protocol, sink)?;
            sink.take(&Event::Epoch {
                protocol: protocol.clone(),
                cases: self.cases,
                calls: self.calls,
                edges: self.view.edges.len(),
                corpus: self.view.corpus.len(),
            })?;
        }
        let tape = if self.ground.taped { self.tape() } else { Vec::new() };
        let optima = self.optima(sink)?;
        let summary = ProtocolSummary { optima, coverage: self.coverage(), ..self.summary() };
        sink.take(&Event::ProtocolEnded(Box::new(summary.clone())))?;
        Ok(Searched { summary, findings: self.findings.len(), defects: self.defects, tape })
    }

    fn tape(&self) -> Vec<Act> {
        let ground = &self.ground;
        let tapes =
            self.pool.broadcast(|_| with_worker(ground, Purpose::Search, |worker| worker.executor.machine().tape()));
        tapes.into_iter().flatten().collect()
    }

    /// Brings up to date what is drawn from, and says what changed about it.
    fn end_epoch(&mut self, protocol: &str, sink: &mut dyn Sink) -> Result<(), CampaignError> {
        let stalled = self.calls.saturating_sub(self.last_edge) > STALL_CALLS;
        if stalled && !self.view.stalled {
            sink.take(&Event::Stalled { protocol: protocol.to_owned(), calls: self.calls })?;
        }
        self.view.stalled = stalled;
        self.quiet += 1;
        self.view.end_epoch();
        if let Some((states, bytes)) = evict(&mut self.view, self.memory) {
            sink.take(&Event::Evicted { protocol: protocol.to_owned(), calls: self.calls, states, bytes })?;
        }
        Ok(())
    }

    fn is_left(&self, budget: &Budget) -> bool {
        budget.calls.is_none_or(|calls| self.calls < calls)
            && budget.deadline.is_none_or(|deadline| Instant::now() < deadline)
            // Cases that send nothing would never use a budget up.
            && self.cases < self.calls.saturating_mul(4).saturating_add(64 * EPOCH)
    }

    /// Cases of the next epoch, by what cases cost so far. Small budgets get small epochs, so that they are not overrun by much.
    fn epoch_size(&self, budget: &Budget) -> u64 {
        let cost = self.calls.checked_div(self.cases).unwrap_or(self.ground.steps as u64 / 2).max(1);
        let left = budget.calls.map_or(u64::MAX, |calls| calls.saturating_sub(self.calls));
        // At first nearly everything is new, and cases of one epoch would all find the same.
        let early = FIRST_EPOCH.max(self.cases / 4);
        let calls = (self.calls / EPOCH_PART).clamp(EPOCH_CALLS, MAX_EPOCH_CALLS);
        let calls = calls.min(NEWS_CALLS << self.quiet.min(16));
        (calls.min(left) / cost).clamp(1, EPOCH.min(early))
    }

    /// Runs cases on all threads; results are in case order. A case is none when the campaign was asked to stop, or time is up.
    fn epoch(&mut self, size: u64, deadline: Option<Instant>, progress: &Progress) {
        let (first, ground, view) = (self.cases, &self.ground, &self.view);
        let run = |index: u64| {
            if progress.stopping() || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return None;
            }
            // A worker that panics is not used again: what is left in its machine is not known.
            let case = catch_unwind(AssertUnwindSafe(|| {
                with_worker(ground, Purpose::Search, |worker| worker.case(view, index))
            }));
            match case {
                Ok(mut case) => {
                    for outcome in case.outcomes() {
                        progress.calls.fetch_add(outcome.calls, Relaxed);
                        progress.reverts.fetch_add(outcome.reverts, Relaxed);
                    }
                    if !case.is_of_interest() {
                        // Dropped where it was made: the thread that merges is busy enough.
                        case.forget();
                    }
                    Some(Ok(case))
                }
                Err(panic) => Some(Err(panic_message(&*panic))),
            }
        };
        let cases = (0..size as usize).into_par_iter().with_max_len(MAX_BATCH);
        let results = &mut self.results;
        self.pool.install(|| cases.map(|case| run(first + case as u64)).collect_into_vec(results));
    }

    /// Merges results in case order: everything observable happens here, on one thread.
    fn merge(&mut self, (sink, progress): (&mut dyn Sink, &Progress)) -> Result<(), CampaignError> {
        let mut results = std::mem::take(&mut self.results);
        for result in results.drain(..) {
            // An interrupted epoch ends at its first missing case, so that what is kept is a prefix of the full run.
            let Some(result) = result else { break };
            let index = self.cases;
            self.cases += 1;
            match result {
                Ok(case) => {
                    let left = MAX_DISCREPANCIES.saturating_sub(self.defects);
                    for discrepancy in case.discrepancies.iter().take(left) {
                        self.defect(index, discrepancy.clone(), sink)?;
                    }
                    self.keep(&case, index, (sink, progress))?;
                    self.report(case, index, (sink, progress))?;
                }
                Err(message) => self.defect(index, format!("a panic: {message}"), sink)?,
            }
        }
        self.results = results;
        Ok(())
    }

    /// Counts a case and keeps its sequence when it showed something that no earlier case did.
    fn keep(
        &mut self,
        case: &Case,
        index: u64,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        let calls = case.outcomes().map(|outcome| outcome.calls).sum::<u64>();
        self.calls += calls;
        self.view.turns.note(case.arm == Arm::Free, case.work);
        self.reverts += case.outcomes().map(|outcome| outcome.reverts).sum::<u64>();
        if let Arm::Scenario(scenario) = case.arm {
            self.scenario_cases[scenario] += 1;
            if let Some(deed) = &case.deed {
                deed.exchanges.iter().for_each(|exchange| self.view.exchanges.learn(exchange));
                deed.returns.iter().for_each(|function| self.view.exchanges.learn_return(*function));
                deed.flows.iter().for_each(|(function, _)| self.view.exchanges.learn_success(*function));
                self.view.archive.offer(deed);
            }
        }
        for News { edges, index: place, entry } in self.corpus.merge(case, &mut self.view) {
            if edges == 0 {
                continue;
            }
            self.reruns.kept.push(place);
            (self.last_edge, self.quiet) = (self.calls, 0);
            let steps = entry.sequence.to_records(&self.ground.protocol);
            progress.edges.store(self.view.edges.len() as u64, Relaxed);
            progress.corpus.store(self.view.corpus.len() as u64, Relaxed);
            progress.last_edge.store(progress.calls.load(Relaxed), Relaxed);
            sink.take(&Event::Kept {
                protocol: self.ground.protocol.id.clone(),
                case: index,
                calls: self.calls,
                entry: entry_name(&steps),
                edges,
                steps,
            })?;
        }
        Ok(())
    }
}

/// Scenarios that run, and why the others do not.
type Chosen = (Vec<Arc<dyn Scenario>>, Vec<String>);

/// Scenarios that were asked for, by the user or by `heist.toml`, and that find their roles; and why the others do not run.
fn choose_scenarios(all: Vec<Arc<dyn Scenario>>, protocol: &Protocol, options: &Options) -> Result<Chosen, String> {
    let known: Vec<_> = all.iter().map(|scenario| scenario.info().id.as_str()).collect();
    let listed = protocol.campaign.scenarios.iter().flatten().zip(&protocol.campaign.scenario_places);
    for (id, place) in listed {
        if !known.contains(&id.as_str()) {
            let hint =
                nearest(id, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!("{place}: there is no scenario `{id}`{hint}"));
        }
    }
    let mut chosen = Vec::new();
    let mut skipped = Vec::new();
    for scenario in all {
        let id = &scenario.info().id;
        let asked = options.scenarios.is_empty() || options.scenarios.iter().any(|pattern| glob::matches(pattern, id));
        let listed = protocol.campaign.scenarios.as_ref().is_none_or(|listed| listed.contains(id));
        if !asked || !listed {
            continue;
        }
        match scenario.applies(protocol) {
            Ok(()) => chosen.push(scenario),
            Err(why) => skipped.push(format!("{id}: {why}")),
        }
    }
    Ok((chosen, skipped))
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "of unknown kind".to_owned())
}
