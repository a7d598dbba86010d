//! Scenario files: what they say, checked as far as that needs no protocol.

mod raw;
mod read;
#[cfg(test)]
mod tests;

use super::plumbing::{Bound, NamedCall};
use crate::protocol::{Located, Place, Severity};
use serde::{Deserialize, Serialize};

pub use read::parse;

/// Names and texts of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Name, as `--scenario` takes it.
    pub id: String,
    /// Rule of its findings.
    pub rule: String,
    /// One line.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Roles that must be bound.
    pub needs: Vec<String>,
    /// How many cases it gets, relative to others.
    #[serde(skip)]
    pub weight: usize,
    /// What it does, known losses, and how it is judged.
    pub explain: String,
}

/// A scenario as a file describes it, before anybody asked what its names mean in a protocol.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    /// Names and texts.
    pub info: Info,
    /// What its test expects; none: it has none.
    pub expects: Option<Expectation>,
    /// Where its id is written.
    pub(super) place: Place,
    /// Roles with which another scenario does the same and more.
    pub(super) lacks: Vec<String>,
    /// Whether something must have a price.
    pub(super) priced: bool,
    pub(super) shows: Shows,
    pub(super) variants: Vec<Variant>,
}

/// The test of a scenario: what it finds when it runs alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// Budget, calls.
    pub calls: u64,
    /// Seed.
    pub seed: u64,
    /// Whether it finds something.
    pub finds: bool,
}

/// What a minimal sequence must contain to be called by the scenario's rule; else it is a plain profit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Shows {
    /// A flash loan.
    pub(super) loan: bool,
    /// A plain transfer of a token to a contract.
    pub(super) donation: bool,
    /// Something that is done when a call comes back.
    pub(super) callback: bool,
    /// Calls of contracts with each of these roles.
    pub(super) roles: Vec<String>,
    /// A call of a contract with none of these roles that is no token.
    pub(super) beyond: bool,
    /// That time passes between steps.
    pub(super) waits: bool,
    /// A call that an honest actor was about to make.
    pub(super) intent: bool,
}

/// One skeleton of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variant {
    /// Roles that this variant needs beside those of the scenario.
    pub(super) needs: Vec<String>,
    /// Whether the attacker's profit is judged.
    pub(super) profit: bool,
    /// The skeleton.
    pub(super) steps: Vec<Template>,
}

/// A step with holes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Template {
    /// Plain calls.
    Calls { by: By, count: [usize; 2] },
    /// A script of the attacker's contract.
    Attack(Script),
    /// A call that an honest actor is about to make.
    Intent,
    /// A market move of some feed.
    Market,
    /// Propose a drawn payload.
    Propose { loan: Loan },
    /// Vote for it.
    Vote { loan: Loan },
    /// Queue it.
    Queue,
    /// Execute it.
    Execute,
    /// Propose, vote and execute in one script.
    Takeover { loan: Loan },
}

/// A script of the attacker's contract, with holes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Script {
    pub(super) loan: Loan,
    /// Role whose functions open the script and often close it.
    pub(super) around: Option<String>,
    /// What its first actions are for.
    pub(super) holes: Vec<Hole>,
    /// Any actions behind those.
    pub(super) count: [usize; 2],
    /// Actions after the loan is repaid.
    pub(super) after: [usize; 2],
    /// Blocks that pass before it, at twelve seconds each.
    pub(super) wait: u64,
}

/// An action of a script, or some, of which it is known what they are for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hole {
    pub(super) what: What,
    /// A role or a deployment: whose functions are meant.
    pub(super) of: Option<Located<String>>,
    /// How many, at least and at most.
    pub(super) count: [usize; 2],
    pub(super) amount: Amount,
    /// What is done when the call comes back.
    pub(super) body: Vec<Self>,
    /// What its names mean in a protocol; nothing before the file is bound to one.
    pub(super) bound: Bound,
}

/// What is known of an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// What it is for.
    For(Verb),
    /// The function that it calls.
    Call(Box<NamedCall>),
}

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verb {
    /// Anything.
    Any,
    /// It takes tokens of the attacker for something: a deposit, a purchase.
    Pay,
    /// It gives the attacker tokens: a loan, a withdrawal, a purchase.
    Take,
    /// It sends tokens to a contract that does not ask for them.
    Donate,
    /// It is for others, or moves nothing: it brings somebody in, pays for somebody, brings something up to date.
    Poke,
    /// It calls the attacker's contract back.
    Reenter,
}

/// How much an action is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Amount {
    /// Any share of what is there.
    #[default]
    Any,
    /// The least that succeeds.
    Least,
    /// Mostly the most that succeeds.
    Most,
}

/// Who sends plain calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// The attacker.
    #[default]
    Attacker,
    /// Any actor that sends generated calls.
    Everyone,
}

/// Whether a script runs inside a flash loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Loan {
    /// Without a loan.
    Never,
    /// With one, where there is a lender, two times of three.
    Sometimes,
    /// With one.
    Always,
}
