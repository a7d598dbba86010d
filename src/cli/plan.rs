use super::arguments::{Profile, RunArguments};
use crate::{
    campaign::{DEFAULT_MEMORY, Features, Options},
    invariant::Mode,
    protocol::{Origin, Protocol},
    report::{RUN_FORMAT, RunOrigin, RunProtocol, RunRecord, thousands},
};
use alloy_primitives::keccak256;
use std::{
    path::{PathBuf, absolute},
    thread,
    time::SystemTime,
};

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Ci => "ci",
            Self::Deep => "deep",
        }
    }

    /// Calls for each protocol.
    fn calls(self, bundled: bool) -> u64 {
        match (self, bundled) {
            (Self::Default, true) => 200_000,
            (Self::Default, false) => 1_000_000,
            (Self::Ci, true) => 100_000,
            (Self::Ci, false) => 300_000,
            (Self::Deep, true) => 5_000_000,
            (Self::Deep, false) => 50_000_000,
        }
    }
}

/// The one place where flags, environment and defaults become options of a campaign.
pub(super) fn resolve(arguments: &RunArguments, bundled: bool) -> Options {
    let preset = || arguments.time.is_none().then(|| arguments.profile.calls(bundled));
    let cores = || thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Options {
        seed: arguments.seed.unwrap_or_else(fresh_seed),
        calls: arguments.calls.or_else(preset),
        time: arguments.time,
        threads: arguments.threads.map_or_else(cores, usize::from),
        scenarios: arguments.scenario.clone(),
        invariants: arguments.invariant.clone(),
        features: Features::all(),
        memory: arguments.memory.unwrap_or(DEFAULT_MEMORY),
        mode: if arguments.recheck { Mode::Always } else { Mode::Incremental },
    }
}

/// What `run.json` holds.
pub(super) fn record(options: &Options, profile: Profile, corpora: &[PathBuf], protocols: &[Protocol]) -> RunRecord {
    RunRecord {
        format: RUN_FORMAT,
        tool: "heist".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: options.seed,
        threads: options.threads,
        calls: options.calls,
        time_seconds: options.time.map(|time| time.as_secs()),
        profile: profile.name().to_owned(),
        scenarios: options.scenarios.clone(),
        invariants: options.invariants.clone(),
        corpora: corpora.iter().map(|path| absolute(path).unwrap_or_else(|_| path.clone())).collect(),
        protocols: protocols
            .iter()
            .map(|protocol| RunProtocol {
                id: protocol.id.clone(),
                hash: protocol.hash.to_string(),
                origin: match &protocol.origin {
                    Origin::Bundled(id) => RunOrigin::Bundled(id.clone()),
                    Origin::Setup { folder, contract } => RunOrigin::Setup {
                        folder: absolute(folder).unwrap_or_else(|_| folder.clone()),
                        contract: contract.clone(),
                    },
                    Origin::Folder(path) => RunOrigin::Folder(absolute(path).unwrap_or_else(|_| path.clone())),
                },
            })
            .collect(),
    }
}

/// The first line of a run: what it takes to run it again.
pub(super) fn headline(options: &Options, protocols: &[Protocol]) -> String {
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let mut budget = Vec::new();
    budget.extend(options.calls.map(|calls| format!("{} calls each", thousands(calls))));
    budget.extend(options.time.map(|time| format!("{} s in all", thousands(time.as_secs()))));
    format!(
        "{}: {}, {}, {}, seed {}",
        env!("CARGO_PKG_VERSION"),
        plural(protocols.len(), "protocol"),
        budget.join(", "),
        plural(options.threads, "thread"),
        options.seed
    )
}

/// A seed that differs from run to run, short enough to be typed.
fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let hash = keccak256(format!("{now} {}", std::process::id()));
    u64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]))
}

#[cfg(test)]
mod tests {
    use super::{headline, resolve};
    use crate::cli::arguments::{Arguments, Command, RunArguments};
    use clap::Parser as _;
    use std::time::Duration;

    fn parse(line: &str) -> RunArguments {
        match Arguments::try_parse_from(line.split(' ')).unwrap().command {
            Command::Run(arguments) => arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_profile_is_a_budget_that_flags_replace() {
        let calls = |line: &str, bundled| resolve(&parse(line), bundled).calls;
        assert_eq!(calls("heist run", true), Some(200_000));
        assert_eq!(calls("heist run", false), Some(1_000_000));
        assert_eq!(calls("heist run --profile deep", false), Some(50_000_000));
        assert_eq!(calls("heist run --profile ci --calls 7k", true), Some(7_000));
        assert_eq!(calls("heist run --time 5m", true), None);
        assert_eq!(resolve(&parse("heist run --time 5m"), true).time, Some(Duration::from_mins(5)));
    }

    #[test]
    fn a_given_seed_is_kept_and_others_differ_from_run_to_run() {
        assert_eq!(resolve(&parse("heist run --seed 7"), true).seed, 7);
        let seeds: std::collections::BTreeSet<_> = (0..8).map(|_| resolve(&parse("heist run"), true).seed).collect();
        assert!(seeds.len() > 1);
    }

    #[test]
    fn the_first_line_says_how_to_run_it_again() {
        let line = headline(&resolve(&parse("heist run --seed 7 --calls 1M --threads 1"), true), &[]);
        assert_eq!(line, format!("{}: 0 protocols, 1,000,000 calls each, 1 thread, seed 7", env!("CARGO_PKG_VERSION")));
    }
}
