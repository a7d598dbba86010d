//! Epochs, workers, the corpus, budgets and events: the search for sequences that violate invariants or pay an attacker.
//!
//! Case `i` of a protocol is a function of the campaign's seed, `i` and what all earlier epochs showed. Cases of an epoch run on
//! all threads and merge in case order, so for a budget in calls the events are the same at any number of threads. Must not know
//! output formats: it emits [`Event`]s into a [`Sink`].

mod amounts;
mod archive;
mod ascent;
mod climb;
mod corpus;
mod costs;
mod count;
mod created;
mod credit;
mod deed;
mod dig;
mod edge;
mod event;
mod executor;
mod exit;
mod failure;
mod features;
mod finding;
mod frontier;
mod gain;
mod height;
mod import;
mod outcome;
mod pare;
mod plan;
mod progress;
mod replay;
mod sampling;
mod search;
mod shrink;
mod trim;
mod tune;
mod turns;
mod worker;

pub use count::{FunctionCount, Reason};
pub use event::{
    Event, FunctionSummary, InvariantStatus, InvariantSummary, OpenOutcome, OptimumSummary, ProtocolSummary,
    ReasonSummary, ScenarioSummary, Sink,
};
pub use executor::Executor;
pub use features::Features;
pub use finding::{CurveRecord, ExpectedRecord, FINDING_FORMAT, Finding, FindingKind, Gain, LossRecord, ProfitRecord};
pub use height::Height;
pub use import::{Dropped, Import, Imports};
pub use outcome::{Outcome, Resume, Violation};
pub use progress::Progress;
pub use replay::{Replay, ReplayStatus, StepTrace, placed, replay, trace};

use crate::{
    evm::Act,
    invariant::Mode,
    protocol::{Place, Protocol},
};
use search::{Budget, Search};
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

/// What a campaign is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Seed of everything random.
    pub seed: u64,
    /// Calls for each protocol.
    pub calls: Option<u64>,
    /// Time for all protocols together, shared equally.
    pub time: Option<Duration>,
    /// Worker threads.
    pub threads: usize,
    /// Globs of scenario ids; where any is given, only these run. Empty: free search and all scenarios.
    pub scenarios: Vec<String>,
    /// Globs of invariant ids; empty: all.
    pub invariants: Vec<String>,
    /// Parts of the search that are on.
    pub features: Features,
    /// Bytes that kept states may hold.
    pub memory: usize,
    /// How verdicts are found.
    pub mode: Mode,
}

/// What kept states may hold unless somebody says otherwise, bytes: 1 GiB, so that the whole process stays under twice that.
pub const DEFAULT_MEMORY: usize = 1 << 30;

/// What a campaign came to.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Calls of all protocols.
    pub calls: u64,
    /// Cases of all protocols.
    pub cases: u64,
    /// Findings that were reported.
    pub findings: usize,
    /// Defects of the tool that were reported.
    pub defects: usize,
    /// Whether it was asked to stop.
    pub interrupted: bool,
    /// Each protocol.
    pub protocols: Vec<ProtocolSummary>,
}

/// Why a campaign cannot run or go on.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// An invariant is false before the first call.
    #[error("{place}: {protocol}: {invariant} is false before the first call: {evidence}")]
    FalseAtStart {
        /// Where the invariant is written.
        place: Place,
        /// Protocol.
        protocol: String,
        /// The invariant's label.
        invariant: String,
        /// Numbers.
        evidence: String,
    },
    /// No protocol has anything to judge, or anybody who may call.
    #[error("nothing to check: no invariant or scenario applies, or no actor may call any function")]
    NothingToCheck,
    /// An invariant or the economics of a protocol cannot be used.
    #[error("{protocol}: {message}")]
    Configuration {
        /// Protocol.
        protocol: String,
        /// What is wrong, with its place.
        message: String,
        /// What to do.
        help: String,
    },
    /// The workers cannot be started.
    #[error("cannot start the worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// An event cannot be written.
    #[error("cannot write the results: {0}")]
    Sink(#[from] std::io::Error),
}

/// Searches every protocol in turn, on all threads each.
///
/// # Errors
///
/// When a protocol cannot be judged, nothing can be checked, or the sink fails.
pub fn run(
    protocols: &[Protocol],
    options: &Options,
    sink: &mut dyn Sink,
    progress: &Progress,
) -> Result<Summary, CampaignError> {
    run_from(protocols, options, Imports::default(), (sink, progress))
}

/// As [`run`], beginning with sequences that were kept elsewhere.
///
/// # Errors
///
/// As [`run`].
pub fn run_from(
    protocols: &[Protocol],
    options: &Options,
    mut imports: Imports,
    (sink, progress): (&mut dyn Sink, &Progress),
) -> Result<Summary, CampaignError> {
    let started = Instant::now();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    // Everything that can be wrong is found before the first call.
    let searches =
        protocols.iter().map(|protocol| Search::new(protocol, options, &pool)).collect::<Result<Vec<_>, _>>()?;
    if searches.iter().all(|(search, _)| search.is_vain()) {
        return Err(CampaignError::NothingToCheck);
    }
    progress.budget.store(options.calls.unwrap_or(0).saturating_mul(protocols.len() as u64), Relaxed);
    sink.take(&Event::Started {
        seed: options.seed,
        threads: options.threads,
        protocols: protocols.iter().map(|protocol| protocol.id.clone()).collect(),
    })?;
    let mut summary =
        Summary { calls: 0, cases: 0, findings: 0, defects: 0, interrupted: false, protocols: Vec::new() };
    let mut left = searches.len() as u32;
    for (search, skipped) in searches {
        // Time that one protocol leaves is shared by those behind it.
        let deadline = options.time.map(|time| Instant::now() + time.saturating_sub(started.elapsed()) / left);
        left -= 1;
        let budget = Budget { calls: options.calls, deadline };
        let import = imports.remove(search.protocol()).unwrap_or_default();
        let searched = search.beginning_with(import).run(&budget, skipped, (sink, progress))?;
        summary.calls += searched.summary.calls;
        summary.cases += searched.summary.cases;
        summary.findings += searched.findings;
        summary.defects += searched.defects;
        summary.protocols.push(searched.summary);
        if progress.stopping() {
            summary.interrupted = true;
            break;
        }
    }
    sink.take(&Event::Ended { interrupted: summary.interrupted, elapsed_seconds: started.elapsed().as_secs_f64() })?;
    Ok(summary)
}

/// Finds everything that can be wrong before the first call, as [`run`] does, without running anything.
///
/// # Errors
///
/// As [`run`].
pub fn check(protocols: &[Protocol], options: &Options) -> Result<(), CampaignError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let searches =
        protocols.iter().map(|protocol| Search::new(protocol, options, &pool)).collect::<Result<Vec<_>, _>>()?;
    if searches.iter().all(|(search, _)| search.is_vain()) { Err(CampaignError::NothingToCheck) } else { Ok(()) }
}

/// What a machine is asked in a campaign over one protocol on one thread, without what replays findings: for measurements that
/// need the same calls.
///
/// # Errors
///
/// As [`run`].
pub fn record(protocol: &Protocol, options: &Options) -> Result<Vec<Act>, CampaignError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let (search, _) = Search::new(protocol, options, &pool)?;
    let deadline = options.time.map(|time| Instant::now() + time);
    let budget = Budget { calls: options.calls, deadline };
    let searched = search.taped().run(&budget, Vec::new(), (&mut Ignore, &Progress::default()))?;
    Ok(searched.tape)
}

/// A sink for callers that only want the result.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ignore;

impl Sink for Ignore {
    fn take(&mut self, _event: &Event) -> std::io::Result<()> {
        Ok(())
    }
}
