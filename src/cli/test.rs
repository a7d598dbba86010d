use super::{
    arguments::{BuildMode, TestArguments},
    error::CliError,
    exit::{Outcome, Verdict},
    target::{Target, open_suites},
    terminal,
};
use crate::{
    campaign::{self, DEFAULT_MEMORY, Event, Features, Options, Progress, Sink},
    invariant::Mode,
    protocol::{FOUNDRY_FILE, Protocol, ProtocolError},
    scenario::{self, Expectation},
};
use serde::Serialize;
use std::{io, thread};

/// `heist test`: verdicts of a project's tests, one JSON object a line.
pub(super) fn test(arguments: &TestArguments) -> Result<Outcome, CliError> {
    let target = Target::find(Some(&arguments.path))?;
    let is_suite = matches!(target, Target::Suites(_)) || arguments.path.join(FOUNDRY_FILE).is_file();
    if is_suite {
        // To compare with forge's: what it says of a failing test is its own affair.
        for verdict in open_suites(&arguments.path, BuildMode::Never)?.run_tests()? {
            tell(&verdict)?;
        }
    }
    let verdict = match target {
        Target::Projects(_) | Target::SetUp(..) => of_scenarios(&target.load(&[])?)?,
        Target::Gallery | Target::Suites(_) => Verdict::default(),
    };
    Ok(if is_suite && !verdict.checked { Outcome::Done } else { Outcome::Campaign(verdict) })
}

fn tell(verdict: &impl Serialize) -> Result<(), CliError> {
    let line = serde_json::to_string(verdict).map_err(|error| CliError::Output(error.into()))?;
    terminal::print(&(line + "\n"))
}

/// What became of the test of a scenario.
#[derive(Debug, Serialize)]
struct ScenarioVerdict<'a> {
    protocol: &'a str,
    scenario: &'a str,
    passed: bool,
    /// Findings that were expected: whether there are to be any.
    expected: bool,
    /// Findings that there are.
    found: usize,
    calls: u64,
    seed: u64,
}

/// Runs each scenario of a project's own that says what it finds, alone.
fn of_scenarios(protocols: &[Protocol]) -> Result<Verdict, CliError> {
    let (mut ran, mut failed) = (false, false);
    for protocol in protocols {
        for file in scenario::own(protocol).map_err(ProtocolError::from)? {
            let Some(Expectation { calls, seed, finds }) = file.expects else { continue };
            let options = Options {
                seed,
                calls: Some(calls),
                time: None,
                threads: thread::available_parallelism().map_or(1, std::num::NonZero::get),
                scenarios: vec![file.info.id.clone()],
                invariants: Vec::new(),
                features: Features::all(),
                memory: DEFAULT_MEMORY,
                mode: Mode::Incremental,
            };
            let mut found = Found { scenario: &file.info.id, count: 0 };
            let summary = campaign::run(std::slice::from_ref(protocol), &options, &mut found, &Progress::default())?;
            let passed = (found.count > 0) == finds;
            (ran, failed) = (true, failed || !passed);
            tell(&ScenarioVerdict {
                protocol: &protocol.id,
                scenario: &file.info.id,
                passed,
                expected: finds,
                found: found.count,
                calls: summary.calls,
                seed,
            })?;
        }
    }
    Ok(Verdict { findings: failed, checked: ran, ..Verdict::default() })
}

/// Counts the findings of a scenario.
struct Found<'a> {
    scenario: &'a str,
    count: usize,
}

impl Sink for Found<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Finding(finding) = event {
            self.count += usize::from(finding.scenario.as_deref() == Some(self.scenario));
        }
        Ok(())
    }
}
