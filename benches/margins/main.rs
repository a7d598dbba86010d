//! Whether margins pay: calls to a violation that needs many small steps, or one narrow amount, with and without them.
//!
//! ```text
//! cargo bench --bench margins                                      16 seeds, 200,000 calls at most
//! cargo bench --bench margins -- --only ladder --seeds 2 --seed 7
//! ```
//!
//! Each slope is a contract whose parameters are drawn from the seed; the contracts are in the folders beside this file. Seeds are
//! drawn from the date unless told. One thread each. What is not found counts as the whole budget.

use clap::Parser;
use heist::{
    campaign::{self, Event, Features, Options, Progress, Sink},
    invariant::Mode,
    protocol::Protocol,
};
use slope::{SLOPES, Slope};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

mod slope;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seeds and calls of the smoke run.
const SMOKE: (u64, u64) = (1, 20_000);

/// Measures what margins are worth.
#[derive(Debug, Parser)]
struct Arguments {
    /// First seed; the default is drawn from the date
    #[arg(long)]
    seed: Option<u64>,
    /// Seeds
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Most calls of a campaign
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..))]
    calls: u64,
    /// Slopes; the default is all
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Smoke run, as `cargo bench -- --test` asks for
    #[arg(long, hide = true)]
    test: bool,
    /// What cargo passes to every bench
    #[arg(long, hide = true)]
    bench: bool,
    /// Run only if this bench's name contains one of these
    #[arg(hide = true)]
    filters: Vec<String>,
}

#[expect(clippy::print_stderr, reason = "the console of a bench")]
fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if !arguments.filters.is_empty() && !arguments.filters.iter().any(|filter| "margins".contains(filter.as_str())) {
        return ExitCode::SUCCESS;
    }
    if arguments.test {
        (arguments.seeds, arguments.calls) = SMOKE;
    }
    match measure(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("margins: {message}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is the result")]
fn measure(arguments: &Arguments) -> Result<(), String> {
    if let Some(wrong) = arguments.only.iter().find(|name| !SLOPES.iter().any(|slope| slope.name == **name)) {
        let known: Vec<_> = SLOPES.iter().map(|slope| slope.name).collect();
        return Err(format!("there is no slope `{wrong}`; there are: {}", known.join(", ")));
    }
    let today = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() / 86_400);
    let first = arguments.seed.unwrap_or(today * 1_000);
    let folder = std::env::temp_dir().join(format!("heist-margins-{}", std::process::id()));
    println!("seeds {first} to {}, at most {} calls\n", first + arguments.seeds - 1, arguments.calls);
    println!("| slope | what it takes | found with | found without | median calls with | without | ratio |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    let chosen =
        SLOPES.iter().filter(|slope| arguments.only.is_empty() || arguments.only.iter().any(|name| name == slope.name));
    let mut result = Ok(());
    for slope in chosen {
        result = result.and(row(slope, first, arguments, &folder));
    }
    // What is left over in the folder of temporary files harms nobody.
    let _ = fs::remove_dir_all(&folder);
    result
}

#[expect(clippy::print_stdout, reason = "the table is the result")]
fn row(slope: &Slope, first: u64, arguments: &Arguments, folder: &Path) -> Result<(), String> {
    let seeds = first..first + arguments.seeds;
    let mut counts = [Vec::new(), Vec::new()];
    for seed in seeds {
        let project = write(slope, seed, &folder.join(format!("{}-{seed}", slope.name)))?;
        for (margins, counts) in [true, false].into_iter().zip(&mut counts) {
            counts.push(search(&project, seed, arguments.calls, margins)?);
        }
    }
    let [with, without] = counts;
    let found = |counts: &[Option<u64>]| counts.iter().flatten().count();
    let medians = [&with, &without].map(|counts| median(counts, arguments.calls));
    let ratio = medians[1] / medians[0].max(1.0);
    let [with, without] = [&with, &without].map(|counts| format!("{} of {}", found(counts), counts.len()));
    let (name, needs) = (slope.name, slope.needs);
    println!("| {name} | {needs} | {with} | {without} | {:.0} | {:.0} | {ratio:.1}x |", medians[0], medians[1]);
    Ok(())
}

/// Writes the project of a slope with the parameters of a seed.
fn write(slope: &Slope, seed: u64, folder: &Path) -> Result<PathBuf, String> {
    let trouble = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir_all(folder.join("artifacts")).map_err(trouble)?;
    fs::write(folder.join(format!("artifacts/{}.json", slope.contract)), slope.artifact).map_err(trouble)?;
    fs::write(folder.join("heist.toml"), slope.configuration(seed)).map_err(trouble)?;
    Ok(folder.to_path_buf())
}

/// Ends the campaign at its first finding.
struct First<'a> {
    progress: &'a Progress,
    calls: Option<u64>,
}

impl Sink for First<'_> {
    fn take(&mut self, event: &Event) -> std::io::Result<()> {
        if let Event::Finding(finding) = event {
            self.calls = self.calls.or(Some(finding.calls));
            self.progress.request_stop();
        }
        Ok(())
    }
}

/// Calls to the violation; none where the budget does not reach it.
fn search(project: &Path, seed: u64, calls: u64, margins: bool) -> Result<Option<u64>, String> {
    let protocol = Protocol::load(project, None).map_err(|error| error.to_string())?;
    let options = Options {
        seed,
        calls: Some(calls),
        time: None,
        threads: 1,
        scenarios: Vec::new(),
        invariants: Vec::new(),
        features: Features { margins, ..Features::all() },
        memory: campaign::DEFAULT_MEMORY,
        mode: Mode::Incremental,
    };
    let progress = Progress::default();
    let mut first = First { progress: &progress, calls: None };
    campaign::run(std::slice::from_ref(&protocol), &options, &mut first, &progress)
        .map_err(|error| error.to_string())?;
    Ok(first.calls)
}

fn median(counts: &[Option<u64>], budget: u64) -> f64 {
    let mut counts: Vec<_> = counts.iter().map(|count| count.unwrap_or(budget)).collect();
    counts.sort_unstable();
    let middle = counts.len() / 2;
    let low = if counts.len() % 2 == 0 { counts[middle - 1] } else { counts[middle] };
    (low + counts[middle]) as f64 / 2.0
}
