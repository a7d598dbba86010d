use super::{
    CampaignError, Features, Options,
    corpus::{Corpus, News, entry_name, evict},
    elite::Elites,
    event::{
        Event, FunctionSummary, InvariantStatus, InvariantSummary, OpenOutcome, ProtocolSummary, ScenarioSummary, Sink,
    },
    executor::FunctionCount,
    finding::{Finding, FindingKind, Gain, ProfitRecord},
    frontier::Target as OpenTarget,
    progress::Progress,
    shrink::{Shown, Target, show, shrink},
    worker::{Arm, Case, Ground, Purpose, View, Worker, retire, with_worker},
};
use crate::{
    economics::{Profit, Valuation},
    evm::ComparisonKind,
    generate::{Audience, Dictionary, Palette},
    glob,
    invariant::Checks,
    protocol::{Place, Protocol, nearest},
    scenario::{self, Facts, Scenario},
    sequence::{Sequence, StepRecord},
};
use alloy_primitives::U256;
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

/// Calls of an epoch, about: enough to keep all threads busy, few enough that what one case finds soon serves the others.
const EPOCH_CALLS: u64 = 8_192;
/// Cases of an epoch, at most.
const EPOCH: u64 = 512;
/// Cases that a thread takes at once: they differ much in length.
const MAX_BATCH: usize = 2;
/// Cases of the first epoch, at most.
const FIRST_EPOCH: u64 = 16;
/// Calls without a new edge after which a search is stalled.
const STALL_CALLS: u64 = 200_000;
/// Open outcomes that a summary lists.
const MAX_OPEN: usize = 200;
/// Different findings of one rule that are shrunk and reported.
const MAX_FINDINGS_PER_RULE: usize = 3;

/// The search of one protocol.
pub(super) struct Search<'a> {
    ground: Arc<Ground>,
    pool: &'a rayon::ThreadPool,
    view: View,
    corpus: Corpus,
    cases: u64,
    calls: u64,
    reverts: u64,
    scenario_cases: Vec<u64>,
    findings: Vec<Found>,
    defects: usize,
    /// Calls when the last new edge was merged.
    last_edge: u64,
    /// Bytes that kept states may hold.
    memory: usize,
    /// Every sequence as it ran, when somebody asked for them.
    recording: Option<Vec<Sequence>>,
}

/// A finding that was reported, as the search remembers it.
struct Found {
    rule: usize,
    functions: Vec<String>,
    id: String,
}

/// What the search of a protocol came to.
pub(super) struct Searched {
    pub(super) summary: ProtocolSummary,
    pub(super) findings: usize,
    pub(super) defects: usize,
    pub(super) recording: Vec<Sequence>,
}

/// When a search ends.
pub(super) struct Budget {
    pub(super) calls: Option<u64>,
    pub(super) deadline: Option<Instant>,
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
            .map_err(|error| configuration(error.to_string(), error.help()))?;
        if let Some(broken) = checks.broken_at_start() {
            let id = broken.label.split('(').next().unwrap_or_default();
            let written = protocol.invariants.iter().find(|source| source.id == id).map(|source| source.place.clone());
            let shipped = || Place { file: format!("the pack's {id}"), ..Place::default() };
            return Err(CampaignError::FalseAtStart {
                place: written.unwrap_or_else(shipped),
                protocol: protocol.id.clone(),
                invariant: broken.label,
                evidence: broken.evidence,
            });
        }
        let (scenarios, skipped) = choose_scenarios(protocol, options)
            .map_err(|message| configuration(message, "`heist list scenarios` names them all"))?;
        let valuation = Valuation::new(protocol).map_err(|error| configuration(error.to_string(), error.help()))?;
        let machine = protocol.machine();
        let codes: Vec<_> = protocol.contracts.iter().map(|contract| machine.code(contract.address)).collect();
        let elites = scenarios.iter().map(|_| Elites::default()).collect();
        let view =
            View { elites, dictionary: Dictionary::from_codes(codes.iter().map(|code| &code[..])), ..View::default() };
        let ground = Ground {
            protocol: Arc::new(protocol.clone()),
            seed: options.seed,
            steps: protocol.campaign.steps,
            features: options.features,
            senders: protocol.actors.iter().filter(|actor| actor.fuzz).map(|actor| actor.address).collect(),
            everyone: Palette::new(protocol, Audience::Everyone),
            attacker: Palette::new(protocol, Audience::Attacker),
            facts: Facts::new(protocol),
            valuation,
            free: options.scenarios.is_empty(),
            scenarios,
            checks,
        };
        let scenario_cases = vec![0; ground.scenarios.len()];
        let search = Self {
            ground: Arc::new(ground),
            pool,
            view,
            corpus: Corpus::default(),
            cases: 0,
            calls: 0,
            reverts: 0,
            scenario_cases,
            findings: Vec::new(),
            defects: 0,
            last_edge: 0,
            memory: options.memory,
            recording: None,
        };
        Ok((search, skipped))
    }

    /// Keeps every sequence that runs.
    pub(super) fn recording(mut self) -> Self {
        self.recording = Some(Vec::new());
        self
    }

    /// Whether there is nothing to judge or nothing to do.
    pub(super) fn is_vain(&self) -> bool {
        let nothing_to_judge = self.ground.checks.is_empty() && self.ground.scenarios.is_empty();
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
        progress.edges.store(0, Relaxed);
        progress.corpus.store(0, Relaxed);
        while self.is_left(budget) && !progress.stopping() {
            let size = self.epoch_size(budget);
            let results = self.epoch(size, progress);
            self.merge(results, (sink, progress))?;
            self.end_epoch(&protocol, sink)?;
            sink.take(&Event::Epoch {
                protocol: protocol.clone(),
                cases: self.cases,
                calls: self.calls,
                edges: self.view.edges.len(),
                corpus: self.view.corpus.len(),
            })?;
        }
        let summary = self.summary();
        sink.take(&Event::ProtocolEnded(Box::new(summary.clone())))?;
        let recording = self.recording.unwrap_or_default();
        Ok(Searched { summary, findings: self.findings.len(), defects: self.defects, recording })
    }

    /// Brings up to date what is drawn from, and says what changed about it.
    fn end_epoch(&mut self, protocol: &str, sink: &mut dyn Sink) -> Result<(), CampaignError> {
        let stalled = self.calls.saturating_sub(self.last_edge) > STALL_CALLS;
        if stalled && !self.view.stalled {
            sink.take(&Event::Stalled { protocol: protocol.to_owned(), calls: self.calls })?;
        }
        self.view.stalled = stalled;
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
        (EPOCH_CALLS.min(left) / cost).clamp(1, EPOCH.min(early))
    }

    /// Runs cases on all threads; results are in case order. A case is none when the campaign was asked to stop.
    fn epoch(&mut self, size: u64, progress: &Progress) -> Vec<Option<Result<Case, String>>> {
        let (first, ground, view) = (self.cases, &self.ground, &self.view);
        let all = self.recording.is_some();
        let run = |index: u64| {
            if progress.stopping() {
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
                    if !all && !case.is_of_interest() {
                        // Dropped where it was made: the thread that merges is busy enough.
                        case.outcome.sequence.steps = Vec::new();
                    }
                    Some(Ok(case))
                }
                Err(panic) => Some(Err(panic_message(&*panic))),
            }
        };
        let cases = (0..size as usize).into_par_iter().with_max_len(MAX_BATCH);
        self.pool.install(|| cases.map(|case| run(first + case as u64)).collect())
    }

    /// Merges results in case order: everything observable happens here, on one thread.
    fn merge(
        &mut self,
        results: Vec<Option<Result<Case, String>>>,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        for result in results {
            // An interrupted epoch ends at its first missing case, so that what is kept is a prefix of the full run.
            let Some(result) = result else { break };
            let index = self.cases;
            self.cases += 1;
            match result {
                Ok(case) => {
                    self.keep(&case, index, (sink, progress))?;
                    self.report(case, index, (sink, progress))?;
                }
                Err(message) => self.defect(index, format!("a panic: {message}"), sink)?,
            }
        }
        Ok(())
    }

    /// Counts a case and keeps its sequence when it showed something that no earlier case did.
    fn keep(
        &mut self,
        case: &Case,
        index: u64,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        self.calls += case.outcomes().map(|outcome| outcome.calls).sum::<u64>();
        self.reverts += case.outcomes().map(|outcome| outcome.reverts).sum::<u64>();
        if let Some(recording) = &mut self.recording {
            recording.extend(case.outcomes().map(|outcome| outcome.sequence.clone()));
        }
        if let Arm::Scenario(scenario) = case.arm {
            self.scenario_cases[scenario] += 1;
            if let Some(deed) = &case.deed {
                deed.exchanges.iter().for_each(|exchange| self.view.exchanges.learn(exchange));
                self.view.elites[scenario].offer(deed);
            }
        }
        for News { edges, entry } in self.corpus.merge(case, &mut self.view) {
            if edges == 0 {
                continue;
            }
            self.last_edge = self.calls;
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

    /// Shrinks, confirms and reports what a case violated, unless it looks like what is reported already.
    fn report(
        &mut self,
        case: Case,
        index: u64,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        let mut shown: Vec<(Target, Shown)> = Vec::new();
        for outcome in case.outcomes() {
            for violation in &outcome.violations {
                let mut sequence = outcome.sequence.clone();
                sequence.steps.truncate(violation.step + 1);
                shown.push((Target::Invariant(violation.instance), Shown { sequence, profit: None }));
            }
        }
        if let (Some(profit), Arm::Scenario(scenario)) = (case.profit, case.arm) {
            let least = profit.amount - profit.amount / U256::from(10);
            let sequence = case.outcome.sequence;
            shown.push((Target::Profit { scenario, least }, Shown { sequence, profit: Some(profit) }));
        }
        for (target, shown) in shown {
            let rule = self.rule(target);
            let functions = functions(&shown.sequence.to_records(&self.ground.protocol));
            if self.is_known(rule, &functions) {
                continue;
            }
            let original = shown.sequence.steps.len();
            let scenario = match case.arm {
                Arm::Free => None,
                Arm::Scenario(scenario) => Some(scenario),
            };
            let ground = &self.ground;
            let minimal = self.pool.install(|| shrink(ground, target, shown));
            self.confirm((target, rule), minimal.sequence, (index, original, scenario), (sink, progress))?;
        }
        Ok(())
    }

    /// Replays a minimal sequence in a fresh machine and reports it; what does not replay is a defect of the tool.
    fn confirm(
        &mut self,
        (target, rule): (Target, usize),
        minimal: Sequence,
        (index, original, scenario): (u64, usize, Option<usize>),
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        let protocol = &Arc::clone(&self.ground.protocol);
        let mut fresh = Worker::new(&self.ground, Features::none());
        let Some(again) = show(&mut fresh, &self.ground, target, minimal) else {
            let message = format!("a violation of {} did not replay in a fresh machine", self.rule_name(target));
            return self.defect(index, message, sink);
        };
        let steps = again.sequence.to_records(protocol);
        let functions = functions(&steps);
        let mut finding = self.describe(target, &mut fresh, &again);
        finding.id = Finding::identity(protocol, &finding.rule, &finding.contracts, &finding.predicate, &steps);
        finding.steps = steps;
        finding.original_steps = original;
        finding.scenario = scenario.map(|scenario| self.ground.scenarios[scenario].info().id.clone());
        finding.case = index;
        finding.code_hashes = code_hashes(protocol, &finding.steps);
        let known = self.findings.iter().any(|found| found.id == finding.id);
        self.findings.push(Found { rule, functions, id: finding.id.clone() });
        if known {
            self.findings.pop();
            return Ok(());
        }
        progress.findings.fetch_add(1, Relaxed);
        sink.take(&Event::Finding(Box::new(finding)))?;
        Ok(())
    }

    fn describe(&self, target: Target, fresh: &mut Worker, shown: &Shown) -> Finding {
        let protocol = &self.ground.protocol;
        let mut finding = Finding::empty(protocol, self.ground.seed);
        match target {
            Target::Invariant(instance) => {
                let about = self.ground.checks.about(instance);
                finding.kind = FindingKind::Invariant;
                finding.rule = about.id;
                finding.title = about.title;
                finding.severity = about.severity;
                finding.contracts = about.contracts;
                finding.predicate = about.predicate;
                finding.evidence = fresh.executor.explain(instance);
            }
            Target::Profit { scenario, .. } => {
                // What pays may be of another scenario's kind than of the one that found it.
                let (before, rest) = self.ground.scenarios.split_at(scenario);
                let mut scenarios = rest.iter().chain(before);
                let typical = scenarios.find(|scenario| scenario.is_shown_by(protocol, &shown.sequence));
                let info = match typical {
                    Some(scenario) => scenario.info(),
                    None => scenario::plain_profit(),
                };
                finding.kind = FindingKind::Profit;
                finding.rule.clone_from(&info.rule);
                finding.title.clone_from(&info.title);
                finding.severity = info.severity;
                "the attacker is not richer at pre-attack prices".clone_into(&mut finding.predicate);
                if let Some(profit) = &shown.profit {
                    finding.evidence = format!(
                        "the attacker's account and contract gained {} base units of {} at pre-attack prices",
                        profit.amount, profit.token
                    );
                    finding.profit = Some(record(profit));
                }
            }
        }
        finding
    }

    fn defect(&mut self, index: u64, message: String, sink: &mut dyn Sink) -> Result<(), CampaignError> {
        self.defects += 1;
        sink.take(&Event::Defect { protocol: self.ground.protocol.id.clone(), case: index, message })?;
        Ok(())
    }

    /// A number for each oracle: instances of invariants, and behind them profit, which all scenarios share, because one bug
    /// pays in several of them.
    fn rule(&self, target: Target) -> usize {
        match target {
            Target::Invariant(instance) => instance,
            Target::Profit { .. } => self.ground.checks.len(),
        }
    }

    fn rule_name(&self, target: Target) -> String {
        match target {
            Target::Invariant(instance) => self.ground.checks.about(instance).id,
            Target::Profit { scenario, .. } => self.ground.scenarios[scenario].info().rule.clone(),
        }
    }

    /// Whether a reported sequence of the same rule is contained in these calls, or the rule has been shown enough.
    fn is_known(&self, rule: usize, functions: &[String]) -> bool {
        let same: Vec<_> = self.findings.iter().filter(|found| found.rule == rule).collect();
        same.len() >= MAX_FINDINGS_PER_RULE || same.iter().any(|found| is_subsequence(&found.functions, functions))
    }

    fn summary(&self) -> ProtocolSummary {
        let protocol = &self.ground.protocol;
        let mut counts = vec![FunctionCount::default(); protocol.functions.len()];
        let mut evaluations = vec![0; self.ground.checks.len()];
        let ground = &self.ground;
        let counted = self.pool.broadcast(|_| {
            retire(ground)
                .map(|worker| (worker.executor.counts().to_vec(), worker.executor.checks().evaluations_on_change()))
        });
        for (counted, evaluated) in counted.into_iter().flatten() {
            for (sum, count) in counts.iter_mut().zip(counted) {
                sum.calls += count.calls;
                sum.reverts += count.reverts;
            }
            for (sum, count) in evaluations.iter_mut().zip(evaluated) {
                *sum += count;
            }
        }
        let functions = protocol.functions.iter().zip(counts).map(|(function, count)| FunctionSummary {
            function: format!("{}.{}", protocol.contracts[function.contract].name, function.abi.signature()),
            calls: count.calls,
            reverts: count.reverts,
        });
        let invariants = evaluations.into_iter().enumerate().map(|(instance, evaluations)| {
            let about = self.ground.checks.about(instance);
            let status = if self.findings.iter().any(|found| found.rule == instance) {
                InvariantStatus::Violated
            } else if evaluations == 0 {
                InvariantStatus::Vacuous
            } else {
                InvariantStatus::Held
            };
            InvariantSummary { id: about.id, contracts: about.contracts, status, evaluations }
        });
        let scenarios = self
            .ground
            .scenarios
            .iter()
            .zip(&self.scenario_cases)
            .map(|(scenario, cases)| ScenarioSummary { id: scenario.info().id.clone(), cases: *cases });
        ProtocolSummary {
            protocol: protocol.id.clone(),
            calls: self.calls,
            reverts: self.reverts,
            cases: self.cases,
            edges: self.view.edges.len(),
            corpus: self.view.corpus.len(),
            functions: functions.collect(),
            invariants: invariants.collect(),
            scenarios: scenarios.collect(),
            frontier: self
                .view
                .frontier
                .sorted()
                .into_iter()
                .take(MAX_OPEN)
                .map(|target| self.open_outcome(target))
                .collect(),
        }
    }

    fn open_outcome(&self, target: &OpenTarget) -> OpenOutcome {
        let protocol = &self.ground.protocol;
        let OpenTarget { outcome, distance, comparison, entry, visits, barren } = target;
        let contract = protocol.contracts.iter().find(|contract| contract.code_hash == outcome.code);
        let relation = match comparison.kind {
            ComparisonKind::Less | ComparisonKind::SignedLess => "<",
            ComparisonKind::Greater | ComparisonKind::SignedGreater => ">",
            ComparisonKind::Equal => "==",
        };
        OpenOutcome {
            contract: contract.map_or_else(|| outcome.code.to_string(), |contract| contract.name.clone()),
            pc: outcome.index / 2,
            wanted: format!("{relation} {}", outcome.index % 2 == 1),
            distance: distance.to_string(),
            left: comparison.left.to_string(),
            right: comparison.right.to_string(),
            movable: !barren,
            visits: *visits,
            functions: functions(&entry.sequence.to_records(protocol)),
        }
    }
}

/// Scenarios that run, and why the others do not.
type Chosen = (Vec<Arc<dyn Scenario>>, Vec<String>);

/// Scenarios that were asked for, by the user or by `heist.toml`, and that find their roles; and why the others do not run.
fn choose_scenarios(protocol: &Protocol, options: &Options) -> Result<Chosen, String> {
    let all = scenario::all();
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

fn functions(steps: &[StepRecord]) -> Vec<String> {
    steps.iter().flat_map(StepRecord::functions).collect()
}

fn is_subsequence(small: &[String], large: &[String]) -> bool {
    let mut rest = large.iter();
    small.iter().all(|wanted| rest.any(|each| each == wanted))
}

fn record(profit: &Profit) -> ProfitRecord {
    let gain = |change: &crate::economics::AssetChange| Gain {
        asset: change.asset.clone(),
        before: change.before.to_string(),
        after: change.after.to_string(),
    };
    ProfitRecord {
        token: profit.token.clone(),
        amount: profit.amount.to_string(),
        gains: profit.changes.iter().map(gain).collect(),
    }
}

/// Hashes of the runtime codes of the contracts that the steps call.
fn code_hashes(protocol: &Protocol, steps: &[StepRecord]) -> BTreeMap<String, String> {
    let called: Vec<_> = functions(steps);
    let contracts = protocol.contracts.iter().filter(|contract| {
        called.iter().any(|function| function.split(['.', ':']).next().is_some_and(|name| name == contract.name))
    });
    contracts.map(|contract| (contract.name.clone(), contract.code_hash.to_string())).collect()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "of unknown kind".to_owned())
}
