use super::{
    arguments::{Denied, RunArguments, RunFormat, Tokens},
    corpus,
    error::CliError,
    exit::{Exit, Outcome, Verdict, exit},
    formats,
    list::{own_scenarios, shipped},
    plan, select,
    target::Target,
    terminal::{self, Terminal},
};
use crate::{
    campaign::{self, CampaignError, Finding, InvariantStatus, Options, Progress, ProtocolSummary, Summary},
    export::foundry_test,
    gallery, invariant,
    protocol::Protocol,
    report::{Folder, Reporter, ReporterSettings, Section, render_run, render_traces},
    scenario,
    sequence::Sequence,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{process, sync::Arc};

/// `heist run`.
pub(super) fn run(arguments: &RunArguments, terminal: &Terminal) -> Result<Outcome, CliError> {
    let target = Target::find_with(arguments.path.as_deref(), arguments.setup.as_deref())?;
    let protocols = with_tokens(target.load_built(&arguments.protocol, arguments.build)?, arguments.tokens);
    check_globs(arguments, &protocols)?;
    let options = plan::resolve(arguments, target == Target::Gallery);
    // Read before the folder of an earlier run moves: it may be the corpus.
    let corpora = [arguments.corpus.clone(), target.corpora()?].concat();
    let imports = corpus::imports(&corpora, &protocols)?;
    // A run that cannot start must not push an earlier one out of its folder.
    campaign::check(&protocols, &options)?;
    let folder = Folder::open(&arguments.out)?;
    folder.write_run(&plan::record(&options, arguments.profile, &corpora, &protocols)).map_err(CliError::Output)?;
    terminal.note(&format!("{}, results in {}", plan::headline(&options, &protocols), arguments.out.display()));

    let progress = Arc::new(Progress::default());
    listen(progress.clone());
    let settings = ReporterSettings {
        events_on_stdout: arguments.format == RunFormat::Jsonl,
        announce: !terminal.quiet,
        // Who asks for scenarios wants to know of those that do not run.
        verbose: terminal.verbose > 0 || !arguments.scenario.is_empty(),
        progress: terminal.progress(arguments.progress),
        today: today(),
    };
    let companions = Box::new(|finding: &Finding| companions(&protocols, finding));
    let mut reporter = Reporter::new(folder, settings, progress.clone(), companions).map_err(CliError::Output)?;
    let result = campaign::run_from(&protocols, &options, imports, (&mut reporter, &progress));
    let outcome = match &result {
        Ok(summary) => {
            let found = (reporter.counting(), reporter.has_stale());
            Outcome::Campaign(verdict(summary, found, (&options, &arguments.deny)))
        }
        Err(error) => campaign_outcome(error),
    };
    let written = reporter.finish(exit(outcome).code());
    // Why the campaign failed matters more than that the disk is full too.
    result?;
    let summary = written.map_err(CliError::Output)?;
    let ended = (&summary, reporter.findings());
    formats::write(reporter.folder(), ended, &protocols, settings.today).map_err(CliError::Output)?;
    if arguments.format == RunFormat::Human {
        if terminal.verbose > 1 {
            let texts = reporter.findings().iter().filter_map(|finding| {
                Some(format!(
                    "{}\n{}\n",
                    crate::report::escape(&finding.id),
                    trace(protocols.iter().find(|protocol| protocol.id == finding.protocol)?, finding)?
                ))
            });
            terminal::print(&texts.collect::<String>())?;
        }
        terminal::print(&render_run(&summary, reporter.findings(), &arguments.out, terminal.look))?;
    }
    Ok(outcome)
}

/// The protocols, each with itself and other tokens behind it where that is wanted.
fn with_tokens(protocols: Vec<Protocol>, tokens: Option<Tokens>) -> Vec<Protocol> {
    let mut all = Vec::new();
    for protocol in protocols {
        let is_wanted = tokens.map_or(protocol.campaign.zoo, |tokens| tokens == Tokens::Zoo);
        let others = if is_wanted { gallery::zoo(&protocol) } else { Vec::new() };
        all.push(protocol);
        all.extend(others);
    }
    all
}

fn campaign_outcome(error: &CampaignError) -> Outcome {
    match error {
        CampaignError::FalseAtStart { .. } => Outcome::TargetFailed,
        CampaignError::NothingToCheck => Outcome::NothingToCheck,
        CampaignError::Configuration { .. } => Outcome::Usage,
        CampaignError::Threads(_) | CampaignError::Sink(_) => Outcome::Internal,
    }
}

/// Each glob must describe something: a misspelt one would be a pass that means nothing.
fn check_globs(arguments: &RunArguments, protocols: &[Protocol]) -> Result<(), CliError> {
    let scenarios = scenario::shipped().into_iter().chain(own_scenarios(protocols)?);
    let scenarios: Vec<_> = scenarios.map(|file| file.info.id).collect();
    select::check("scenario", &arguments.scenario, &scenarios)?;
    let own = protocols.iter().flat_map(invariant::own);
    let sources = shipped()?.into_iter().chain(own);
    let invariants: Vec<_> =
        sources.flat_map(|each| each.tag_names().chain([each.id.clone()]).collect::<Vec<_>>()).collect();
    select::check("invariant", &arguments.invariant, &invariants)
}

/// The first Ctrl-C ends the campaign in order, the second at once.
fn listen(progress: Arc<Progress>) {
    let handler = move || {
        if progress.stopping() {
            #[expect(clippy::exit, reason = "the user does not want to wait; all that was announced is on disk")]
            process::exit(i32::from(Exit::Interrupted.code()));
        }
        progress.request_stop();
        terminal::complain("heist: stopping; once more to stop at once");
    };
    if ctrlc::set_handler(handler).is_err() {
        terminal::complain("heist: Ctrl-C will stop at once, because its handler cannot be set");
    }
}

/// The day by the clock, at Greenwich: a run means the same everywhere.
fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// What is known after a campaign in which so many findings count, and something that is accepted was seen or not.
fn verdict(
    summary: &Summary,
    (findings, is_stale): (usize, bool),
    (options, denied): (&Options, &[Denied]),
) -> Verdict {
    // A budget in time is always reached; one in calls is, unless the search had to give up.
    let short = |protocol: &ProtocolSummary| {
        let vain = protocol.invariants.is_empty() && protocol.scenarios.is_empty() && protocol.optima.is_empty();
        options.time.is_none() && !vain && options.calls.is_some_and(|calls| protocol.calls < calls)
    };
    let decided = |protocol: &ProtocolSummary| {
        protocol.invariants.iter().any(|each| each.status != InvariantStatus::Vacuous)
            || protocol.scenarios.iter().any(|each| each.cases > 0)
            || !protocol.optima.is_empty()
    };
    let mut vacuous = summary.protocols.iter().flat_map(|protocol| &protocol.invariants);
    let is_vacuous = vacuous.any(|each| each.status == InvariantStatus::Vacuous);
    let is_denied = (is_vacuous && denied.contains(&Denied::Vacuous)) || (is_stale && denied.contains(&Denied::Stale));
    Verdict {
        findings: findings > 0,
        interrupted: summary.interrupted,
        incomplete: summary.defects > 0
            || summary.protocols.iter().any(|each| short(each) || !each.unsupported.is_empty()),
        checked: summary.protocols.iter().any(decided) && !is_denied,
    }
}

/// What stands beside a finding: the call trees of its steps, and a test where one can be made of it.
fn companions(protocols: &[Protocol], finding: &Finding) -> Vec<(&'static str, String)> {
    let Some(protocol) = protocols.iter().find(|protocol| protocol.id == finding.protocol) else { return Vec::new() };
    let trees = trace(protocol, finding).map(|text| ("trace.txt", text));
    let test = foundry_test(protocol, finding).ok().map(|text| ("t.sol", text));
    trees.into_iter().chain(test).collect()
}

/// The call trees of a finding's steps.
fn trace(protocol: &Protocol, finding: &Finding) -> Option<String> {
    let sequence = Sequence::from_records(protocol, &finding.steps).ok()?;
    let steps = campaign::trace(protocol, &sequence);
    let sections: Vec<_> = steps
        .iter()
        .map(|step| Section { step: &step.step, execution: Some(&step.execution), trace: &step.trace })
        .collect();
    Some(render_traces(protocol, &sections))
}

#[cfg(test)]
mod tests {
    use super::{Denied, verdict};
    use crate::{
        campaign::{
            DEFAULT_MEMORY, Features, InvariantStatus, InvariantSummary, Options, ProtocolSummary, ScenarioSummary,
            Summary,
        },
        invariant::Mode,
    };
    use std::time::Duration;

    fn options() -> Options {
        Options {
            seed: 1,
            calls: Some(100),
            time: None,
            threads: 1,
            scenarios: Vec::new(),
            invariants: Vec::new(),
            features: Features::all(),
            memory: DEFAULT_MEMORY,
            mode: Mode::Incremental,
        }
    }

    fn summary(calls: u64, status: Option<InvariantStatus>, cases: Option<u64>) -> Summary {
        let invariant = |status| InvariantSummary { id: "I".to_owned(), contracts: Vec::new(), status, evaluations: 1 };
        let protocol = ProtocolSummary {
            protocol: "p".to_owned(),
            token: None,
            calls,
            reverts: 0,
            cases: 1,
            edges: 1,
            corpus: 1,
            functions: Vec::new(),
            invariants: status.map(invariant).into_iter().collect(),
            scenarios: cases.map(|cases| ScenarioSummary { id: "s".to_owned(), cases }).into_iter().collect(),
            optima: Vec::new(),
            unsupported: Vec::new(),
            accepted: Vec::new(),
            frontier: Vec::new(),
            coverage: Vec::new(),
        };
        Summary { calls, cases: 1, findings: 0, defects: 0, interrupted: false, protocols: vec![protocol] }
    }

    #[test]
    fn a_pass_needs_something_that_was_decided() {
        use InvariantStatus::{Held, Vacuous};
        for (status, cases, checked) in [
            (Some(Held), None, true),
            (Some(Vacuous), None, false),
            (Some(Vacuous), Some(9), true),
            (None, Some(0), false),
        ] {
            assert_eq!(
                verdict(&summary(100, status, cases), (0, false), (&options(), &[])).checked,
                checked,
                "{status:?} {cases:?}"
            );
        }
    }

    #[test]
    fn vacuous_invariants_can_be_denied() {
        let denied = [Denied::Vacuous];
        assert!(
            !verdict(&summary(100, Some(InvariantStatus::Vacuous), Some(9)), (0, false), (&options(), &denied)).checked
        );
        assert!(verdict(&summary(100, Some(InvariantStatus::Held), None), (0, false), (&options(), &denied)).checked);
    }

    #[test]
    fn what_is_accepted_and_gone_can_be_denied() {
        let held = || summary(100, Some(InvariantStatus::Held), None);
        assert!(verdict(&held(), (0, true), (&options(), &[])).checked);
        assert!(!verdict(&held(), (0, true), (&options(), &[Denied::Stale])).checked);
        assert!(verdict(&held(), (0, false), (&options(), &[Denied::Stale])).checked);
    }

    #[test]
    fn a_budget_that_was_not_reached_and_a_defect_are_incomplete() {
        let held = Some(InvariantStatus::Held);
        assert!(verdict(&summary(99, held, None), (0, false), (&options(), &[])).incomplete);
        assert!(!verdict(&summary(100, held, None), (0, false), (&options(), &[])).incomplete);
        assert!(!verdict(&summary(0, None, None), (0, false), (&options(), &[])).incomplete);
        let timed = Options { time: Some(Duration::from_secs(1)), ..options() };
        assert!(!verdict(&summary(99, held, None), (0, false), (&timed, &[])).incomplete);
        let defect = Summary { defects: 1, ..summary(100, held, None) };
        assert!(verdict(&defect, (0, false), (&options(), &[])).incomplete);
    }
}
