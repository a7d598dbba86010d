//! How much of generated contracts is reached: Heist, Heist with features switched off, and forge, over calls and seconds.
//!
//! ```text
//! cargo bench --bench search                                     everything: 8 seeds, 3,000,000 calls a class
//! cargo bench --bench search -- --calls 200000 --seeds 1         a first look
//! cargo bench --bench search -- --classes grid,times --no-forge --seed 7 --keep target/mazes
//! ```
//!
//! Each class is one contract a seed, with targets that are reachable by construction (see [`maze`]). Seeds are drawn from the
//! date, so that nobody tunes for them. One thread each. A call is one generated transaction, also one that reverts. Heist's
//! seconds are the campaign's, forge's those between set-up and the end of a run; no compilation is in them. forge keeps its own
//! length of runs (500 calls unless told), and time passes for it up to 30 days between calls, by its own options.

use clap::Parser;
use forge::Mode;
use maze::{Class, Shape};
use project::Project;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};
use table::Row;

mod forge;
mod heist;
mod maze;
mod project;
mod table;
mod witness;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Calls of the smoke run.
const SMOKE_CALLS: u64 = 2_000;

/// Measures search over generated contracts.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Arguments {
    /// First seed; the default is drawn from the date
    #[arg(long)]
    seed: Option<u64>,
    /// Seeds
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Calls for each class and seed
    #[arg(long, default_value_t = 3_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    calls: u64,
    /// Targets of a contract
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=64))]
    targets: u64,
    /// Calls to the deepest target
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=64))]
    depth: u64,
    /// Most comparisons of a call; 0 leaves the order of calls alone, in classes that are about order
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(0..=8))]
    comparisons: u64,
    /// Calls of the longest loop; the default is the depth
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=100))]
    loop_length: Option<u64>,
    /// Classes; the default is all
    #[arg(long, value_enum, value_delimiter = ',')]
    classes: Vec<Class>,
    /// Variants of Heist beside the usual one; the default is all, `everything` is none but the usual one
    #[arg(long, value_delimiter = ',')]
    variants: Vec<String>,
    /// Run forge as well, the default
    #[arg(long, overrides_with = "no_forge")]
    forge: bool,
    /// Do not run forge
    #[arg(long)]
    no_forge: bool,
    /// How forge draws sequences; where there are several, the better one counts
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Mode::Plain, Mode::Guided])]
    forge_modes: Vec<Mode>,
    /// Calls of one run of forge
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..))]
    forge_depth: u64,
    /// Write the raw numbers to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Write the projects to this folder and leave them there, with the witnesses for a reader
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Check the generator only
    #[arg(long)]
    check: bool,
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

impl Arguments {
    fn shape(&self) -> Shape {
        Shape {
            targets: self.targets as usize,
            depth: self.depth as usize,
            comparisons: self.comparisons as usize,
            loop_length: self.loop_length.map(|length| length as usize),
        }
    }

    fn classes(&self) -> Vec<Class> {
        if self.classes.is_empty() { Class::ALL.to_vec() } else { self.classes.clone() }
    }

    /// The usual variant, and those that were asked for.
    fn variants(&self) -> Result<Vec<&'static heist::Variant>, String> {
        let known = table::variant_names();
        let asked = |name: &str| self.variants.is_empty() || self.variants.iter().any(|asked| asked == name);
        if let Some(wrong) = self.variants.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("there is no variant `{wrong}`; there are: {}", known.join(", ")));
        }
        let chosen = heist::VARIANTS.iter().enumerate().filter(|(index, variant)| *index == 0 || asked(variant.name));
        Ok(chosen.map(|(_, variant)| variant).collect())
    }

    /// What a smoke run does.
    fn smoke(mut self) -> Self {
        (self.seed, self.seeds, self.calls) = (Some(self.seed.unwrap_or(1)), 1, SMOKE_CALLS);
        (self.no_forge, self.json) = (true, None);
        self
    }
}

#[expect(clippy::print_stderr, reason = "the console of a bench")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let others = arguments.filters.iter().all(|filter| !"search".contains(filter.as_str()));
    if others && !arguments.filters.is_empty() {
        return ExitCode::SUCCESS;
    }
    let test = arguments.test;
    if !project::has_node() {
        eprintln!("search: node is not installed; solc, which compiles the mazes, runs in it");
        return if test { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    match run(&if test { arguments.smoke() } else { arguments }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("search: {message}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the tables are the result; progress goes beside them")]
fn run(arguments: &Arguments) -> Result<(), String> {
    let variants = arguments.variants()?;
    let (work, _guard) = work(arguments.keep.as_deref())?;
    project::install()?;
    let first = arguments.seed.unwrap_or_else(from_date);
    let mut rows = Vec::new();
    for seed in (0..arguments.seeds).map(|index| first.wrapping_add(index)) {
        let projects = prepare(arguments, seed, &work)?;
        eprintln!("seed {seed}: every witness reaches its target, in {} classes", projects.len());
        if arguments.check {
            continue;
        }
        for project in &projects {
            rows.push(measure(project, arguments, &variants)?);
        }
    }
    if arguments.check {
        return Ok(());
    }
    println!("{}", heading(arguments, first));
    println!("{}\n{}", table::compare(&rows, arguments.calls), table::variants(&rows, arguments.calls));
    let Some(file) = &arguments.json else { return Ok(()) };
    let text = serde_json::to_string_pretty(&table::raw(&rows, arguments.calls)).map_err(|error| error.to_string())?;
    project::write(file, &text)
}

/// What the tables are about.
fn heading(arguments: &Arguments, first: u64) -> String {
    let modes: Vec<_> = arguments.forge_modes.iter().map(|mode| mode.name()).collect();
    let forge = if arguments.no_forge {
        "forge did not run".to_owned()
    } else {
        format!("forge: the best of {}, in runs of {} calls", modes.join(" and "), arguments.forge_depth)
    };
    format!(
        "Seeds {first} to {}, {} calls for each class and seed; medians over seeds. Targets that Heist reached within shares of \
         the calls, its seconds for all of them, and the median calls to a target that it reached. {forge}.\n",
        first.wrapping_add(arguments.seeds - 1),
        arguments.calls,
    )
}

/// The folder of the projects; a temporary one lives as long as the guard.
fn work(keep: Option<&Path>) -> Result<(PathBuf, Option<tempfile::TempDir>), String> {
    if let Some(folder) = keep {
        return Ok((folder.to_owned(), None));
    }
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    Ok((folder.path().to_owned(), Some(folder)))
}

/// Days since 1970, times a number that leaves room for the seeds of a day.
fn from_date() -> u64 {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    days * 1_000
}

/// The mazes of a seed, compiled and checked.
fn prepare(arguments: &Arguments, seed: u64, work: &Path) -> Result<Vec<Project>, String> {
    let shape = arguments.shape();
    let projects = arguments
        .classes()
        .into_iter()
        .map(|class| Project::write(maze::generate(class, seed, &shape), seed, work, &shape))
        .collect::<Result<Vec<_>, _>>()?;
    project::compile(&projects)?;
    for project in &projects {
        witness::check(project, &shape)?;
        if arguments.keep.is_some() {
            project::write(&project.folder.join("witnesses.txt"), &witness::text(&project.maze))?;
        }
    }
    Ok(projects)
}

#[expect(clippy::print_stderr, reason = "progress")]
fn measure(project: &Project, arguments: &Arguments, variants: &[&heist::Variant]) -> Result<Row, String> {
    let (class, seed) = (project.maze.class, project.seed);
    let label = format!("{} of seed {seed}", class.name());
    let mut results = Vec::new();
    for variant in variants {
        let searched = heist::search(project, variant, arguments.calls)?;
        let (count, missed) = (searched.targets.iter().flatten().count(), missed(project, &searched));
        eprintln!("{label}: heist ({}) {count} targets in {:.1} s{missed}", variant.name, searched.seconds);
        results.push((variant.name, searched));
    }
    let seconds = results.first().map_or(0.0, |(_, searched)| searched.seconds);
    let modes = if arguments.no_forge { &[] } else { &arguments.forge_modes[..] };
    let mut forged = Vec::new();
    for mode in modes {
        let job = forge::Job { mode: *mode, calls: arguments.calls, depth: arguments.forge_depth, seconds };
        let result = forge::search(project, job)?;
        eprintln!("{label}: forge ({}) {} targets in {:.1} s", mode.name(), result.equal_calls, result.seconds);
        forged.push(result);
    }
    let depths = project.maze.targets.iter().map(|target| target.witness.len()).collect();
    Ok(Row { class, seed, depths, decoys: project.maze.decoys, variants: results, forge: forged })
}

/// The targets that were not reached, with their depths.
fn missed(project: &Project, searched: &heist::Searched) -> String {
    let targets = project.maze.targets.iter().zip(&searched.targets).enumerate();
    let missed = targets.filter(|(_, (_, reached))| reached.is_none());
    let names: Vec<_> =
        missed.map(|(number, (target, _))| format!("{number} (depth {})", target.witness.len())).collect();
    if names.is_empty() { String::new() } else { format!("; not reached: {}", names.join(", ")) }
}
