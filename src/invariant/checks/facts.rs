use crate::{
    invariant::{check::ExpressionError, ledger::Ledger},
    protocol::{ConfigError, Place, Severity},
};
use alloy_primitives::{Address, Bytes, U256};

/// Invariants that cannot be judged for a protocol.
#[derive(Debug, thiserror::Error)]
pub enum ChecksError {
    /// A pack is broken.
    #[error(transparent)]
    Pack(#[from] ConfigError),
    /// Expressions that mean nothing for the protocol.
    #[error("{}", list(.0))]
    Expressions(Vec<ExpressionError>),
    /// An exception for what is not judged.
    #[error("{place}: no invariant is `{pattern}`{}", meant(.nearest.as_deref()))]
    NothingExpected {
        /// Where it is written.
        place: Place,
        /// What it names.
        pattern: String,
        /// What was perhaps meant.
        nearest: Option<String>,
    },
}

impl ChecksError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Pack(_) => "this is a defect of heist: its own packs are broken",
            Self::NothingExpected { .. } => {
                "name an instance that is judged, `SUPPLY-001(gold)`, an id or a glob of ids; `heist list invariants` has ids"
            }
            Self::Expressions(_) => "correct it in heist.toml; docs/invariants.md has the language with examples",
        }
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

fn list(errors: &[ExpressionError]) -> String {
    let lines = errors.iter().map(|error| match error.help() {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How verdicts are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// An invariant is evaluated again only when something that it read may have changed.
    #[default]
    Incremental,
    /// Everything is also evaluated anew each time and compared: slow, to find defects of the tool.
    Always,
}

/// What is known of a step besides what the machine's recorder saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepFacts {
    /// The actor, or attacker's contract, that sends the call; none for a market move, which no invariant on calls judges.
    pub sender: Option<Address>,
    /// Index into the protocol's functions; none for an attack, which runs many.
    pub function: Option<usize>,
    /// Calldata of the message.
    pub input: Bytes,
    /// Native value that it carries, wei.
    pub value: U256,
    /// The message returned.
    pub succeeded: bool,
    /// What it returned.
    pub output: Bytes,
    /// Time passed before it.
    pub time_moved: bool,
    /// Why the message failed an assertion, when it did.
    pub failure: Option<String>,
}

/// An instance that is false in the base state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which one.
    pub label: String,
    /// Its numbers.
    pub evidence: String,
}

/// What reports say of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The invariant's id.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// Names of the contracts that it is applied to.
    pub contracts: Vec<String>,
    /// What must hold.
    pub predicate: String,
    /// Whether it is about assertions in a function that is called.
    pub is_assertion: bool,
}

/// The overlay of the checks beside a snapshot of the machine.
#[derive(Debug, Clone)]
pub struct Kept {
    pub(super) ledger: Ledger,
    /// Contracts were created or destroyed on the way.
    pub(super) restructured: bool,
}
