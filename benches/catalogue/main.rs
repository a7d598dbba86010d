//! What Heist finds of the catalogue of attacks (contracts/attacks), and what each part of the search is worth.
//!
//! ```text
//! cargo bench --bench catalogue                                    all 40: 8 seeds, 60 s each, fewer where it is found
//! cargo bench --bench catalogue -- --seeds 1 --only 'wrong*'       a first look
//! cargo bench --bench catalogue -- --twins --seeds 4               the fixed twins, in which nothing may be found
//! cargo bench --bench catalogue -- --without callbacks,tuning      the same search without parts of it
//! ```
//!
//! The table is Markdown; `docs/catalogue.md` holds it. A campaign ends with its first profit, and without one at the end of its
//! time, when the invariants that it violated are told: they are findings too. Of the profit the share of the closed form is told
//! where there is one (`optimum.txt` beside the protocol, base units of its unit of account). With `--twins` the exit code is 1 when
//! anything was found.

use campaign::{Searched, search};
use clap::Parser;
use heist::{campaign::Features, gallery};
use std::{process::ExitCode, time::Duration};
use table::Row;

mod campaign;
mod table;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Parts of the search that can be left out.
const PARTS: [&str; 5] = ["actions", "tuning", "loans", "margins", "callbacks"];

/// Measures what is found of the catalogue.
#[derive(Debug, Parser)]
struct Arguments {
    /// First seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seeds
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Seconds for each protocol and seed, fewer where a profit is found
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Names of protocols, `*` for any text; the default is all
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Worker threads
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=64))]
    threads: u64,
    /// Search the fixed twins to the end
    #[arg(long)]
    twins: bool,
    /// Parts of the search that are left out
    #[arg(long, value_delimiter = ',', value_parser = PARTS)]
    without: Vec<String>,
    /// Smoke run, as `cargo bench -- --test` asks for: one short campaign
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

    fn features(&self) -> Features {
        let has = |part: &str| self.without.iter().all(|without| without != part);
        Features {
            actions: has("actions"),
            tuning: has("tuning"),
            loans: has("loans"),
            margins: has("margins"),
            callbacks: has("callbacks"),
            ..Features::all()
        }
    }
}

#[expect(clippy::print_stderr, reason = "the console of a bench")]
fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    let others = arguments.filters.iter().all(|filter| !"catalogue".contains(filter.as_str()));
    if others && !arguments.filters.is_empty() {
        return ExitCode::SUCCESS;
    }
    if arguments.test {
        (arguments.seeds, arguments.seconds, arguments.only) = (1, 2, vec!["bridge-replay".to_owned()]);
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("catalogue: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything is as it should be.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is the result; progress goes beside it")]
fn run(arguments: &Arguments) -> Result<bool, String> {
    let names = gallery::catalogue().into_iter().filter_map(|id| {
        let name = id.strip_prefix("attacks/")?.to_owned();
        let slug = name.strip_suffix("-fixed").unwrap_or(&name);
        (arguments.twins == name.ends_with("-fixed") && arguments.wants(slug)).then_some(name)
    });
    let mut rows = Vec::new();
    for name in names {
        let mut results: Vec<Searched> = Vec::new();
        for seed in (0..arguments.seeds).map(|index| arguments.seed.wrapping_add(index)) {
            let budget = (Duration::from_secs(arguments.seconds), arguments.threads as usize);
            let searched = search(&name, seed, budget, (arguments.features(), !arguments.twins))?;
            eprintln!("{name}, seed {seed}: {}", searched.words());
            results.push(searched);
        }
        rows.push(Row::new(name, results));
    }
    if rows.is_empty() {
        return Err(format!("nothing is called {}", arguments.only.join(" or ")));
    }
    println!("{}", table::render(&rows));
    Ok(!arguments.twins || rows.iter().all(Row::is_clean))
}
