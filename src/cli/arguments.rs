use super::{corpus::CorpusArguments, findings::FindingsArguments};
use crate::protocol;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;
use std::{path::PathBuf, time::Duration};

/// Rehearse the robbery of an EVM protocol: fuzz its invariants and attack its economy
#[derive(Debug, Parser)]
#[command(name = "heist", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    All held
  1    Findings
  2    Usage or configuration
  3    The target failed: set-up, or an invariant false before the first call
  4    Nothing was checked
  5    Incomplete: a defect of heist, a cheatcode that is not supported, or a budget that was not reached
  70   Internal error
  130  Interrupted, without findings";

/// How the program talks.
#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// When to use colours
    #[arg(long, value_enum, global = true, env = "HEIST_COLOR", default_value = "auto", value_name = "WHEN")]
    pub(super) color: When,
    /// Say only the result
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more: -v how each function fared, -vv the call trees of findings
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Search protocols for violated invariants and profitable attacks
    Run(RunArguments),
    /// Run findings again and show what happens in each step
    Replay(ReplayArguments),
    /// Write findings as Foundry tests
    Export(ExportArguments),
    /// List findings, or accept one
    Findings(FindingsArguments),
    /// Hand kept sequences to other tools
    Corpus(CorpusArguments),
    /// List what there is
    List(ListArguments),
    /// Begin something new in a project
    New(NewArguments),
    /// Explain an invariant or a scenario
    Explain(ExplainArguments),
    /// Run the tests of a project's scenarios and the plain tests of a Foundry project; each verdict is a line of JSON
    Test(TestArguments),
    /// Write a completion script for a shell to stdout
    Completions(CompletionsArguments),
}

const RUN_EXAMPLES: &str = "\
Examples:
  heist run                              The bundled protocols, when the current folder is no project
  heist run --protocol 'vault*'          Some of them
  heist run my-protocol                  The project whose heist.toml is in my-protocol
  heist run my-foundry-project           The suites of a Foundry project, built where it is not yet
  heist run my-project --setup PoolTest  What the setUp() of a unit test deploys
  heist run my-echidna-project           The suites beside echidna.yaml or medusa.json, in all modes
  heist run . --corpus heist-out.old     Beginning with what an earlier run kept
  heist run --calls 10M --seed 7         The same calls each time
  heist run --time 5m --scenario flash-loan
  heist run . --deny vacuous             A pass needs every invariant to have been decided
  heist run . --profile ci --seed 1 --deny vacuous,stale
  heist run --format jsonl | jq .event   The events for another program";

/// What `run` takes. Flags win over the environment, the environment over defaults.
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(super) struct RunArguments {
    /// A folder with heist.toml, foundry.toml, echidna.yaml or medusa.json, such a file, or a folder of folders with heist.toml; default: the current
    /// folder, else the gallery
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Take what the setUp() of this contract of a Foundry project deploys as the protocol, without handler or invariant
    #[arg(long, value_name = "CONTRACT")]
    pub(super) setup: Option<String>,
    /// When forge builds a Foundry project first
    #[arg(long, value_enum, value_name = "WHEN", env = "HEIST_BUILD", default_value = "auto")]
    pub(super) build: BuildMode,
    /// Calls for each protocol, such as 1_000_000, 1e6 or 1M
    #[arg(long, value_name = "N", env = "HEIST_CALLS", value_parser = parse_count)]
    pub(super) calls: Option<u64>,
    /// Time for all protocols together, such as 90s, 5m or 2h
    #[arg(long, value_name = "DUR", env = "HEIST_TIME", value_parser = parse_duration)]
    pub(super) time: Option<Duration>,
    /// Seed of everything random; default: a new one, which is printed and stored
    #[arg(long, value_name = "S", env = "HEIST_SEED", value_parser = parse_seed)]
    pub(super) seed: Option<u64>,
    /// Worker threads; default: one for each core
    #[arg(long, value_name = "N", env = "HEIST_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// What kept states may hold before the most visited are dropped: 512MiB, 2GiB; default: 1GiB
    #[arg(long, value_name = "SIZE", env = "HEIST_MEMORY", value_parser = parse_size)]
    pub(super) memory: Option<usize>,
    /// Find each verdict a second time, without what is known of earlier states, and report differences as defects of Heist: slow
    #[arg(long)]
    pub(super) recheck: bool,
    /// Also with each plain token turned into others, each a protocol of its own: those that take a fee, rebase, call back, answer
    /// nothing, ... (docs/configuration.md)
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(super) tokens: Option<Tokens>,
    /// Only these scenarios, without free search; `*` stands for any text
    #[arg(long, value_name = "GLOB")]
    pub(super) scenario: Vec<String>,
    /// Only these invariants, or with `tag:` those of a tag, such as tag:supply; `*` stands for any text
    #[arg(long, value_name = "GLOB")]
    pub(super) invariant: Vec<String>,
    /// Only these protocols; `*` stands for any text
    #[arg(long, value_name = "GLOB")]
    pub(super) protocol: Vec<String>,
    /// What fails the run, with exit code 4, though nothing was found
    #[arg(long, value_enum, value_name = "WHAT", env = "HEIST_DENY", value_delimiter = ',')]
    pub(super) deny: Vec<Denied>,
    /// Begin with the sequences of this run folder, or of this corpus of Echidna or Medusa; calls that do not fit any more are
    /// counted and left out
    #[arg(long, value_name = "DIR")]
    pub(super) corpus: Vec<PathBuf>,
    /// Folder of the results; a previous run there moves to DIR.old
    #[arg(long, value_name = "DIR", env = "HEIST_OUT", default_value = "heist-out")]
    pub(super) out: PathBuf,
    /// Budget, where neither --calls nor --time is given
    #[arg(long, value_enum, value_name = "NAME", env = "HEIST_PROFILE", default_value = "default")]
    pub(super) profile: Profile,
    /// What stdout carries
    #[arg(long, value_enum, value_name = "FORMAT", env = "HEIST_FORMAT", default_value = "human")]
    pub(super) format: RunFormat,
    /// How progress is shown on stderr
    #[arg(long, value_enum, value_name = "STYLE", env = "HEIST_PROGRESS", default_value = "auto")]
    pub(super) progress: ProgressMode,
}

/// When a project is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BuildMode {
    /// When artifacts are missing or older than sources, offline, unless the project names a compiler by its path
    Auto,
    /// Each time, as `forge build` does it: with whatever compiler the project names
    Always,
    /// Never
    Never,
}

/// What a run may be asked to fail for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Denied {
    /// An invariant that was never decided on a changed state
    Vacuous,
    /// Something that heist.toml accepts and that the run did not see
    Stale,
}

/// A preset of budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    /// 1,000,000 calls for a project, 250,000 for each bundled protocol
    Default,
    /// 300,000 calls for a project, 100,000 for each bundled protocol
    Ci,
    /// 50,000,000 calls for a project, 5,000,000 for each bundled protocol
    Deep,
}

/// What the stdout of `run` carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    /// The result for people, at the end
    Human,
    /// Events, one JSON object a line, as they happen
    Jsonl,
}

/// How progress is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressMode {
    /// A bar on a terminal, else a line every 10 seconds
    Auto,
    /// A bar
    Bar,
    /// A line every 10 seconds
    Line,
    /// Nothing
    None,
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  heist replay heist-out/findings/vault-collateral-001-0a1b2c3d.json
  heist replay heist-out                                     All findings of a run
  heist replay heist-out --protocol vault-fixed              On another bundled protocol
  heist replay heist-out --project ../my-protocol            On a project that has moved

Exit codes: 0 all fixed, 1 some reproduced, 4 none applicable";

#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(super) struct ReplayArguments {
    /// A finding, a folder of findings, or a run folder
    #[arg(value_name = "FINDING|DIR")]
    pub(super) path: PathBuf,
    #[command(flatten)]
    pub(super) home: HomeArguments,
}

/// Where the protocol of a finding is.
#[derive(Debug, Args)]
pub(super) struct HomeArguments {
    /// On this bundled protocol
    #[arg(long, value_name = "ID", conflicts_with = "project")]
    pub(super) protocol: Option<String>,
    /// On the protocol of this project; default: the one that the run used
    #[arg(long, value_name = "PATH")]
    pub(super) project: Option<PathBuf>,
    /// On what the setUp() of this contract of the project deploys; default: the one that the run used
    #[arg(long, value_name = "CONTRACT", conflicts_with = "protocol")]
    pub(super) setup: Option<String>,
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  heist export heist-out/findings/vault-vault-001-0a1b2c3d.json    Writes vault-vault-001-0a1b2c3d.t.sol beside it
  heist export heist-out --out test/heist                          All findings of a run
  heist export heist-out --protocol vault-fixed --out mended       The same against a mended protocol
  heist export heist-out --check                                   Runs them with the forge on PATH

A test needs nothing but forge, and its foundry.toml the `evm_version` of the protocol. That of a profit passes where the
attacker gains as much as the finding says; that of a violation fails where the invariant does not hold.

Exit codes: 0 all written, 4 some cannot be";

#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(super) struct ExportArguments {
    /// A finding, a folder of findings, or a run folder
    #[arg(value_name = "FINDING|DIR")]
    pub(super) path: PathBuf,
    /// Write the tests here; default: beside the findings
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Run them with the forge on PATH, in a project of their own, and say what it says
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) home: HomeArguments,
}

const LIST_EXAMPLES: &str = "\
Examples:
  heist list protocols
  heist list invariants my-protocol --format json
  heist list targets my-protocol         Which roles contracts have, why, and how sure that is
  heist list targets my-foundry-project --setup PoolTest";

#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(super) struct ListArguments {
    /// What to list
    #[arg(value_enum, value_name = "WHAT")]
    pub(super) what: What,
    /// A project, as `heist run` takes it; default: the current folder, else the gallery
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Of what the setUp() of this contract of a Foundry project deploys
    #[arg(long, value_name = "CONTRACT")]
    pub(super) setup: Option<String>,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ListFormat,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    /// Systems under test
    Protocols,
    /// Properties that are judged
    Invariants,
    /// Attacks that are tried
    Scenarios,
    /// What is attacked, by whom, what it is for the economy, and why that is thought so
    Targets,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// A table
    Human,
    /// A JSON array
    Json,
}

/// Which tokens a protocol has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Tokens {
    /// Those of its set-up, whatever heist.toml says
    Own,
    /// Those, and then each plain one as each kind that there is
    Zoo,
}

const NEW_EXAMPLES: &str = "\
Examples:
  heist new invariant POOL-COVERED
  heist new invariant SHARES-ROUND-DOWN my-protocol
  heist new scenario rob-the-bank my-protocol";

#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(super) struct NewArguments {
    /// What to begin
    #[arg(value_enum, value_name = "WHAT")]
    pub(super) what: NewWhat,
    /// Its id, which nothing else may have
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// A folder with heist.toml, or such a file
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,
}

/// What can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum NewWhat {
    /// A property: an example behind all else in heist.toml, which holds and is there to be changed
    Invariant,
    /// An attack: a file in the folder `scenarios` beside heist.toml, with a test, which runs and is there to be changed
    Scenario,
}

const TEST_EXAMPLES: &str = "\
Examples:
  heist test my-protocol           Each scenarios/*.toml with a [test]: does it find what it says?
  heist test my-foundry-project    The plain tests, as forge runs them";

#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub(super) struct TestArguments {
    /// A folder with heist.toml or foundry.toml
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  heist explain SUPPLY-001
  heist explain flash-loan";

#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(super) struct ExplainArguments {
    /// Id of an invariant, or id or rule of a scenario
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// A project, as `heist run` takes it; default: the current folder, else the gallery
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  heist completions bash > ~/.local/share/bash-completion/completions/heist";

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: Shell,
}

/// A day, `2027-01-31`.
pub(super) fn parse_day(text: &str) -> Result<Date, String> {
    protocol::parse_day(text).ok_or_else(|| "write a day such as 2027-01-31".to_owned())
}

/// A text that says something.
pub(super) fn parse_reason(text: &str) -> Result<String, String> {
    let reason = text.trim();
    if reason.is_empty() { Err("say in a sentence why".to_owned()) } else { Ok(reason.to_owned()) }
}

/// `1000000`, `1_000_000`, `1e6`, `1.5M`: a whole number above zero.
fn parse_count(text: &str) -> Result<u64, String> {
    let wrong = || "write a whole number above zero, such as 1_000_000, 1e6 or 1M".to_owned();
    let plain = text.replace(['_', ','], "");
    let (number, scale) = match plain.char_indices().next_back() {
        Some((end, 'k' | 'K')) => (&plain[..end], 3),
        Some((end, 'm' | 'M')) => (&plain[..end], 6),
        Some((end, 'g' | 'G' | 'b' | 'B')) => (&plain[..end], 9),
        _ => (plain.as_str(), 0),
    };
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<u8>().map_err(|_| wrong())?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    // Digits behind the point use up zeros of the exponent: no rounding anywhere.
    let zeros = (scale + usize::from(exponent)).checked_sub(fraction.len()).ok_or_else(wrong)?;
    let power = u32::try_from(zeros).ok().and_then(|zeros| 10_u64.checked_pow(zeros)).ok_or_else(wrong)?;
    let count = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(power)).ok_or_else(wrong)?;
    if count == 0 { Err(wrong()) } else { Ok(count) }
}

/// `90s`, `5m`, `2h`, `1d`, `1h30m`: above zero.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a time above zero with its units, such as 90s, 5m, 2h or 1h30m".to_owned();
    let mut seconds = 0_u64;
    let mut number = String::new();
    for character in text.chars() {
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        let unit = match character {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let count = std::mem::take(&mut number).parse::<u64>().map_err(|_| wrong())?;
        seconds = count.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or_else(wrong)?;
    }
    // A century: beyond it, deadlines overflow.
    if !number.is_empty() || !(1..=3_153_600_000).contains(&seconds) {
        return Err(wrong());
    }
    Ok(Duration::from_secs(seconds))
}

/// `512MiB`, `2GiB`, `1_000_000` (bytes).
fn parse_size(text: &str) -> Result<usize, String> {
    let plain = text.replace(['_', ' '], "");
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let found = units.iter().find_map(|(unit, shift)| Some((plain.strip_suffix(unit)?, *shift)));
    let (number, shift) = found.unwrap_or((plain.as_str(), 0));
    let size = number.parse::<usize>().ok().and_then(|number| number.checked_mul(1 << shift));
    size.ok_or_else(|| "write a size with its unit, such as 512MiB or 2GiB".to_owned())
}

/// Decimal or `0x` hexadecimal.
fn parse_seed(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.replace('_', "").parse(),
    };
    parsed.map_err(|_| format!("write a whole number from 0 to {}", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{Arguments, parse_count, parse_duration, parse_seed, parse_size};
    use clap::CommandFactory as _;
    use std::time::Duration;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(parse_size("512MiB"), Ok(512 << 20));
        assert_eq!(parse_size("2 GiB"), Ok(2 << 30));
        assert_eq!(parse_size("1_000"), Ok(1_000));
        for wrong in ["", "GiB", "2GB", "-1", "1.5GiB", "99999999999GiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, expected) in [
            ("1", 1),
            ("1000000", 1_000_000),
            ("1_000_000", 1_000_000),
            ("1,000", 1_000),
            ("1e6", 1_000_000),
            ("1M", 1_000_000),
            ("1.5M", 1_500_000),
            ("2.5e3", 2_500),
            ("20k", 20_000),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_count(text), Ok(expected), "{text}");
        }
        for text in ["", "0", "-1", "1.5", "M", "1e", "e6", "1e99", "1x", ".5M", "0x10", "18446744073709551616", "½"] {
            assert!(parse_count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        for (text, expected) in [("90s", 90), ("5m", 300), ("2h", 7_200), ("1h30m", 5_400), ("1d", 86_400)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(expected)), "{text}");
        }
        for text in ["", "90", "0s", "s", "5 m", "-1s", "1x", "99999999999999999999s", "999999999d"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seeds_are_decimal_or_hexadecimal() {
        assert_eq!(parse_seed("0"), Ok(0));
        assert_eq!(parse_seed("0xff"), Ok(255));
        assert!(parse_seed("-1").is_err() && parse_seed("seed").is_err());
    }

    #[test]
    fn help_texts_begin_with_a_capital_and_end_without_a_full_stop() {
        fn check(command: &clap::Command) {
            let mut texts = vec![(command.get_name().to_owned(), command.get_about().map(ToString::to_string))];
            for argument in command.get_arguments().filter(|each| !matches!(each.get_id().as_str(), "help" | "version"))
            {
                texts.push((argument.get_id().to_string(), argument.get_help().map(ToString::to_string)));
                // Names of shells explain themselves.
                if argument.get_action().takes_values() && argument.get_id() != "shell" {
                    for value in argument.get_possible_values() {
                        texts.push((value.get_name().to_owned(), value.get_help().map(ToString::to_string)));
                    }
                }
            }
            for (name, text) in texts {
                let text = text.unwrap_or_else(|| panic!("`{name}` has no help"));
                assert!(
                    text.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit()),
                    "{name}: {text}"
                );
                assert!(!text.ends_with('.'), "{name}: {text}");
            }
            command.get_subcommands().filter(|each| each.get_name() != "help").for_each(check);
        }
        let command = Arguments::command();
        command.clone().debug_assert();
        check(&command);
    }

    #[test]
    fn every_command_that_takes_more_than_a_word_shows_examples() {
        for command in Arguments::command().get_subcommands().filter(|each| each.get_name() != "help") {
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(text.contains("heist "), "{} has no examples", command.get_name());
        }
    }
}
