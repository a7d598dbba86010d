//! One campaign over a base or a mutant.

use heist::{
    campaign::{
        self, CampaignError, DEFAULT_MEMORY, Event, Features, InvariantStatus, Options, Progress, Sink, Summary,
    },
    invariant::Mode,
    protocol::Protocol,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Instant,
};

/// What to search for, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// The property whose first violation ends the search; without one it goes on to the end.
    pub(crate) caught: Option<&'a str>,
    pub(crate) calls: u64,
    pub(crate) threads: usize,
}

/// What a campaign came to.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    pub(crate) calls: u64,
    pub(crate) seconds: f64,
    /// Calls after which each rule was first violated; 0 where that shows before the first call.
    pub(crate) found: BTreeMap<String, u64>,
    /// Properties that were decided on a state that calls had changed.
    pub(crate) decided: BTreeSet<String>,
}

/// Notes findings, and ends the campaign with the one that is looked for.
struct Collector<'a> {
    caught: Option<&'a str>,
    progress: &'a Progress,
    found: BTreeMap<String, u64>,
    defect: Option<String>,
}

impl Sink for Collector<'_> {
    fn take(&mut self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::Finding(finding) => {
                self.found.entry(finding.rule.clone()).or_insert(finding.calls);
                if self.caught == Some(finding.rule.as_str()) {
                    self.progress.request_stop();
                }
            }
            Event::Defect { message, .. } => self.defect = Some(message.clone()),
            _ => {}
        }
        Ok(())
    }
}

/// Runs the protocol in `folder`. Where the base state shows a violation there is no search.
pub(crate) fn search(folder: &Path, seed: u64, target: Target<'_>) -> Result<Searched, String> {
    if !folder.is_dir() {
        return Err(format!("no folder {}; build it: node benches/mutants/build.mjs", folder.display()));
    }
    let protocol = Protocol::load(folder, None).map_err(|error| error.to_string())?;
    let options = Options {
        seed,
        calls: Some(target.calls),
        time: None,
        threads: target.threads,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        features: Features::all(),
        memory: DEFAULT_MEMORY,
        mode: Mode::Incremental,
    };
    let (started, progress) = (Instant::now(), Progress::default());
    let mut collector = Collector { caught: target.caught, progress: &progress, found: BTreeMap::new(), defect: None };
    let summary = match campaign::run(std::slice::from_ref(&protocol), &options, &mut collector, &progress) {
        Ok(summary) => summary,
        Err(CampaignError::FalseAtStart { invariant, .. }) => {
            let id = invariant.split('(').next().unwrap_or(&invariant).to_owned();
            return Ok(Searched { found: BTreeMap::from([(id, 0)]), ..Searched::default() });
        }
        Err(error) => return Err(format!("{}: {error}", protocol.id)),
    };
    if let Some(message) = collector.defect {
        return Err(format!("{}: a defect: {message}", protocol.id));
    }
    let (seconds, decided) = (started.elapsed().as_secs_f64(), decided(&summary));
    Ok(Searched { calls: summary.calls, seconds, found: collector.found, decided })
}

fn decided(summary: &Summary) -> BTreeSet<String> {
    let all = summary.protocols.iter().flat_map(|protocol| &protocol.invariants);
    all.filter(|invariant| invariant.status != InvariantStatus::Vacuous).map(|invariant| invariant.id.clone()).collect()
}
