//! Recipes of attacks: each draws sequences of one kind and says how they are judged. Data in `scenarios/`, or a Rust type
//! that implements [`Scenario`]. Knows generation and protocols; must not know scheduling.

mod action;
mod exchange;
mod exit;
mod facts;
mod file;
mod governance;
mod grow;
mod history;
mod hole;
mod market;
mod plumbing;
mod skeleton;
mod sweep;
mod vary;

pub use exchange::{Exchange, Exchanges};
pub use exit::draw_exit;
pub use facts::Facts;
pub use file::{Expectation, Info, ScenarioFile, parse};
pub use grow::grow;
pub use history::history;
pub use skeleton::Skeleton;
pub use sweep::{general, sweep};

use crate::{
    generate::{CaseRng, Generator},
    protocol::{ConfigError, ConfigProblem, Protocol, Severity},
    sequence::Sequence,
};
use alloy_primitives::Address;
use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Arc, LazyLock},
};

/// What a scenario draws with.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// The system under attack.
    pub protocol: &'a Protocol,
    /// What is known of its base state.
    pub facts: &'a Facts,
    /// What calls of scripts were seen to take and to give.
    pub exchanges: &'a Exchanges,
    /// Which parts of scripts are drawn.
    pub parts: Parts,
    /// Draws calls of everybody.
    pub everyone: Generator<'a>,
    /// Draws calls of the attacker.
    pub attacker: Generator<'a>,
}

/// Parts of scripts that can be left out, to measure what each is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Parts {
    /// What is known of calls: exchanges, names and types of parameters, answers that are passed on.
    pub actions: bool,
    /// Loans.
    pub loans: bool,
    /// What is done when a call comes back.
    pub callbacks: bool,
    /// What ties actions to each other: repetitions, and answers that are passed on.
    pub links: bool,
}

/// Roles that scenarios look for: what is needed, lent, traded, moved, decided or waited for.
pub const SCENARIO_ROLES: [&str; 6] = ["token", "lender", "pool", "feed", "governor", "timelock"];

/// How the end of a scenario's sequence is judged, beside the invariants.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    /// By invariants only.
    ByInvariants,
    /// The attacker must not be richer.
    ByProfit,
    /// The attacker must not be richer than this sequence makes it.
    ByProfitOver(Sequence),
    /// The attacker must not be richer than this sequence makes it by what these accounts have less than behind it: a trade that is
    /// seen coming.
    AtExpenseOf(BTreeSet<Address>, Sequence),
    /// The attacker must not be richer by what does not grow with the time that passes: interest and rewards are no attack.
    ByProfitBesideTime,
}

/// A recipe that generates sequences of one kind of attack.
pub trait Scenario: Debug + Send + Sync {
    /// Its names and texts.
    fn info(&self) -> &Info;

    /// Whether it can run on `protocol`.
    ///
    /// # Errors
    ///
    /// What is missing, as a sentence fragment.
    fn applies(&self, protocol: &Protocol) -> Result<(), String>;

    /// A sequence; none when a draw found nothing to do.
    fn draw(&self, drawing: &Drawing<'_>, rng: &mut CaseRng) -> Option<Sequence>;

    /// A variation of the first of two sequences that it drew and that reached something new; none when it has no variations.
    fn vary(&self, drawing: &Drawing<'_>, kept: [&Sequence; 2], rng: &mut CaseRng) -> Option<Sequence> {
        let _ = (drawing, kept, rng);
        None
    }

    /// A sequence of its kind that does what the attacker did in any other one; none when that is nothing.
    fn adopt(&self, drawing: &Drawing<'_>, other: &Sequence, rng: &mut CaseRng) -> Option<Sequence> {
        let _ = (drawing, other, rng);
        None
    }

    /// Whether a minimal sequence is of this scenario's kind; else a profit is reported under [`plain_profit`].
    fn is_shown_by(&self, protocol: &Protocol, sequence: &Sequence) -> bool {
        let _ = (protocol, sequence);
        true
    }

    /// How a sequence that it drew, or a shrunk one, is judged.
    fn judged(&self, protocol: &Protocol, sequence: &Sequence) -> Judged;
}

/// The rule of a profit whose minimal sequence needs nothing of what its scenario is about.
pub fn plain_profit() -> &'static Info {
    static PLAIN: LazyLock<Info> = LazyLock::new(|| Info {
        id: "profit".to_owned(),
        rule: "ATK-PROFIT".to_owned(),
        title: "The attacker is richer after calls that anybody could make".to_owned(),
        severity: Severity::Critical,
        needs: Vec::new(),
        weight: 1,
        explain: include_str!("../../scenarios/profit.txt").trim().to_owned(),
    });
    &PLAIN
}

/// Texts of the scenarios that Heist ships.
const BUNDLED: [(&str, &str); 8] = [
    ("scenarios/flash-loan.toml", include_str!("../../scenarios/flash-loan.toml")),
    ("scenarios/own-capital.toml", include_str!("../../scenarios/own-capital.toml")),
    ("scenarios/multi-block.toml", include_str!("../../scenarios/multi-block.toml")),
    ("scenarios/oracle-manipulation.toml", include_str!("../../scenarios/oracle-manipulation.toml")),
    ("scenarios/donation.toml", include_str!("../../scenarios/donation.toml")),
    ("scenarios/reentrancy.toml", include_str!("../../scenarios/reentrancy.toml")),
    ("scenarios/governance.toml", include_str!("../../scenarios/governance.toml")),
    ("scenarios/victim.toml", include_str!("../../scenarios/victim.toml")),
];

/// The scenarios that Heist ships, in the order in which they are listed.
///
/// # Panics
///
/// Never: a test parses the bundled files.
pub fn shipped() -> Vec<ScenarioFile> {
    let parsed = BUNDLED.iter().map(|(file, text)| parse(text, file));
    parsed.collect::<Result<_, _>>().expect("a test parses every bundled scenario")
}

/// The scenarios of a protocol's own project.
///
/// # Errors
///
/// When a file is wrong, or its id is taken.
pub fn own(protocol: &Protocol) -> Result<Vec<ScenarioFile>, ConfigError> {
    let mut known = shipped();
    let ships = known.len();
    for source in &protocol.scenarios {
        let file = parse(&source.text, &source.file)?;
        if let Some(first) = known.iter().find(|first| first.info.id == file.info.id) {
            let problem = ConfigProblem::Unsuitable {
                message: format!("scenario `{}` exists already, at {}", file.info.id, first.place),
                help: "give it an id of its own".to_owned(),
            };
            return Err(ConfigError::new(file.place, problem));
        }
        known.push(file);
    }
    Ok(known.split_off(ships))
}

/// All scenarios of a protocol: those that Heist ships, and those of its own project.
///
/// # Errors
///
/// As [`own`], and when what a file names is not there.
pub fn of(protocol: &Protocol) -> Result<Vec<Arc<dyn Scenario>>, ConfigError> {
    let files = shipped().into_iter().chain(own(protocol)?);
    files.map(|file| Ok(Arc::new(Skeleton::new(file, protocol)?) as Arc<dyn Scenario>)).collect()
}
