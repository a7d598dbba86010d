//! A campaign over a maze: what it reached, after how many calls and seconds.

use crate::{project::Project, witness::flags};
use alloy_primitives::U256;
use heist::{
    campaign::{self, Event, Executor, Features, Options, Progress, Sink},
    invariant::Mode,
    protocol::Protocol,
    sequence::{Sequence, StepRecord},
};
use std::time::Instant;

/// A way to run Heist.
#[derive(Debug)]
pub(crate) struct Variant {
    /// As the tables call it.
    pub(crate) name: &'static str,
    /// What is other than usual.
    pub(crate) change: fn(&mut Options),
}

/// The variants, the usual one first.
pub(crate) const VARIANTS: &[Variant] = &[
    Variant { name: "everything", change: |_| {} },
    Variant { name: "without comparisons", change: |options| options.features.comparisons = false },
    Variant { name: "without dependencies", change: |options| options.features.dependencies = false },
    Variant { name: "without repeats", change: |options| options.features.repeats = false },
    Variant { name: "without snapshots", change: |options| options.features.snapshots = false },
];

/// When a target was first in the corpus.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reached {
    pub(crate) calls: u64,
    pub(crate) seconds: f64,
}

/// What a campaign came to.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) calls: u64,
    pub(crate) seconds: f64,
    /// Each target.
    pub(crate) targets: Vec<Option<Reached>>,
}

struct Kept {
    at: Reached,
    steps: Vec<StepRecord>,
}

/// Keeps what the corpus kept, with its time.
struct Collector {
    started: Instant,
    kept: Vec<Kept>,
    trouble: Option<String>,
}

impl Sink for Collector {
    fn take(&mut self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::Kept { calls, steps, .. } => {
                let at = Reached { calls: *calls, seconds: self.started.elapsed().as_secs_f64() };
                self.kept.push(Kept { at, steps: steps.clone() });
            }
            Event::Finding(finding) => self.trouble = Some(format!("a finding: {} {}", finding.rule, finding.evidence)),
            Event::Defect { message, .. } => self.trouble = Some(format!("a defect: {message}")),
            _ => {}
        }
        Ok(())
    }
}

/// Runs one thread for `calls` calls.
pub(crate) fn search(project: &Project, variant: &Variant, calls: u64) -> Result<Searched, String> {
    let protocol = project.load()?;
    let mut options = Options {
        seed: project.seed,
        calls: Some(calls),
        time: None,
        threads: 1,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        features: Features::all(),
        memory: campaign::DEFAULT_MEMORY,
        mode: Mode::Incremental,
    };
    (variant.change)(&mut options);
    let mut collector = Collector { started: Instant::now(), kept: Vec::new(), trouble: None };
    let protocols = std::slice::from_ref(&protocol);
    let summary = campaign::run(protocols, &options, &mut collector, &Progress::default());
    let seconds = collector.started.elapsed().as_secs_f64();
    let calls = summary.map_err(|error| error.to_string())?.calls;
    if let Some(trouble) = collector.trouble {
        return Err(format!("{}: {trouble}: the generator or Heist is wrong", project.folder.display()));
    }
    let targets = count(&collector.kept, &protocol, project.maze.targets.len())?;
    Ok(Searched { calls, seconds, targets })
}

/// Replays what was kept and reads the contract's own flags.
fn count(kept: &[Kept], protocol: &Protocol, targets: usize) -> Result<Vec<Option<Reached>>, String> {
    let mut executor = Executor::for_protocol(protocol).map_err(|error| error.to_string())?;
    let mut found = vec![None; targets];
    for Kept { at, steps } in kept {
        let sequence = Sequence::from_records(protocol, steps).map_err(|error| error.to_string())?;
        executor.run(sequence);
        let (reached, decoys): (U256, U256) = flags(&mut executor, protocol);
        if !decoys.is_zero() {
            return Err("a decoy was reached: the generator is wrong".to_owned());
        }
        for (number, first) in found.iter_mut().enumerate() {
            if reached.bit(number) && first.is_none() {
                *first = Some(*at);
            }
        }
    }
    Ok(found)
}
