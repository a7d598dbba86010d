//! Whether each property catches what it should: contracts with exactly one bug, and the same without, which stay clean.
//!
//! ```text
//! npm ci --prefix contracts && node benches/mutants/build.mjs    builds them into target/mutants
//! cargo bench --bench mutants                                    everything: 8 seeds, 50,000 calls
//! cargo bench --bench mutants -- --seeds 1 --only 'erc20*'       a first look
//! ```
//!
//! The table is Markdown; `docs/mutants.md` holds it. A mutant counts as caught when the median of its seeds violates the property
//! that should show it, where a campaign that missed it counts as more calls than there are. The exit code is 1 when a mutant is
//! not caught, or a base has a finding.

use campaign::{Searched, Target, search};
use clap::Parser;
use list::{List, Mutant};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use table::{Base, Row};

mod campaign;
mod list;
mod table;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures what the packs catch.
#[derive(Debug, Parser)]
struct Arguments {
    /// First seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seeds
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Calls for each mutant and seed, fewer where it is caught
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..))]
    calls: u64,
    /// Names of bases and mutants, `*` for any text; the default is all
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Worker threads; figures are the same at any number
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=64))]
    threads: u64,
    /// Where build.mjs put bases and mutants
    #[arg(long)]
    built: Option<PathBuf>,
    /// Smoke run, as `cargo bench -- --test` asks for: only the list is checked, since nothing may be built yet
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
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|pattern| heist::glob::matches(pattern, name))
    }

    fn built(&self) -> PathBuf {
        self.built.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mutants"))
    }

    /// What to search for `caught` in the folder of `name`.
    fn target<'a>(&self, caught: Option<&'a str>) -> Target<'a> {
        Target { caught, calls: self.calls, threads: self.threads as usize }
    }

    fn seeds(&self) -> impl Iterator<Item = u64> {
        let first = self.seed;
        (0..self.seeds).map(move |index| first.wrapping_add(index))
    }
}

#[expect(clippy::print_stderr, reason = "the console of a bench")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let others = arguments.filters.iter().all(|filter| !"mutants".contains(filter.as_str()));
    if others && !arguments.filters.is_empty() {
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("mutants: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything is as it should be.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is the result; problems go beside it")]
fn run(arguments: &Arguments) -> Result<bool, String> {
    let list = List::read(|name| arguments.wants(name))?;
    if arguments.test {
        return Ok(true);
    }
    let mut bases = Vec::new();
    for name in list.bases().filter(|name| arguments.wants(name)) {
        bases.push(base(arguments, name)?);
    }
    let mut rows = Vec::new();
    for mutant in list.mutants() {
        rows.push(measure(arguments, mutant)?);
    }
    if bases.is_empty() && rows.is_empty() {
        return Err(format!("nothing is called {}", arguments.only.join(" or ")));
    }
    println!("{}\n{}", table::bases(&bases), table::mutants(&rows));
    let problems = table::problems(&bases, &rows);
    for problem in &problems {
        eprintln!("mutants: {problem}");
    }
    Ok(problems.is_empty())
}

/// A base over all seeds.
#[expect(clippy::print_stderr, reason = "progress")]
fn base(arguments: &Arguments, name: &str) -> Result<Base, String> {
    let mut base = Base::new(name);
    for seed in arguments.seeds() {
        let searched = search(&arguments.built().join(name), seed, arguments.target(None))?;
        eprintln!("{name}, seed {seed}: {} calls in {:.1} s", searched.calls, searched.seconds);
        base.add(searched);
    }
    Ok(base)
}

/// A mutant over all seeds.
#[expect(clippy::print_stderr, reason = "progress")]
fn measure(arguments: &Arguments, mutant: &Mutant) -> Result<Row, String> {
    let mut results: Vec<Searched> = Vec::new();
    for seed in arguments.seeds() {
        let target = arguments.target(Some(&mutant.caught));
        results.push(search(&arguments.built().join(&mutant.name), seed, target)?);
    }
    let row = Row::new(mutant, &results);
    let seconds: f64 = results.iter().map(|searched| searched.seconds).sum();
    eprintln!("{}: {} of {} in {seconds:.1} s", mutant.name, row.found(), results.len());
    Ok(row)
}
