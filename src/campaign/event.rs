use super::{Dropped, Finding};
use crate::{
    protocol::{Accepted, FileCoverage, TokenSwap},
    sequence::StepRecord,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a campaign says, in order. Every output is a consumer of these; for a seed and a budget in calls the stream is the
/// same at any number of threads, but for times.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The campaign begins.
    Started {
        /// Seed.
        seed: u64,
        /// Worker threads.
        threads: usize,
        /// Protocols, in the order in which they run.
        protocols: Vec<String>,
    },
    /// A protocol's search begins.
    ProtocolStarted {
        /// Its id.
        protocol: String,
        /// Instances of invariants that are judged, as `ID(contracts)`.
        invariants: Vec<String>,
        /// Scenarios that run.
        scenarios: Vec<String>,
        /// Scenarios that do not, and what packs say of inferred roles and was false from the start, with the reason.
        skipped: Vec<String>,
    },
    /// Sequences that were kept elsewhere run first.
    Imported {
        /// Protocol.
        protocol: String,
        /// How many.
        sequences: usize,
        /// Steps of them.
        steps: usize,
        /// Steps that do not fit the protocol, by function.
        dropped: BTreeMap<String, Dropped>,
    },
    /// An epoch was merged.
    Epoch {
        /// Protocol.
        protocol: String,
        /// Cases so far.
        cases: u64,
        /// Calls so far.
        calls: u64,
        /// Edges so far.
        edges: usize,
        /// Corpus entries so far.
        corpus: usize,
    },
    /// A sequence was kept because it reached new edges.
    Kept {
        /// Protocol.
        protocol: String,
        /// Case.
        case: u64,
        /// Calls so far, with those of this case.
        calls: u64,
        /// File name under `corpus/`.
        entry: String,
        /// New edges.
        edges: usize,
        /// The sequence.
        #[serde(skip)]
        steps: Vec<StepRecord>,
    },
    /// Kept states held more memory than they may: the most visited ones were dropped. Their sequences stay.
    Evicted {
        /// Protocol.
        protocol: String,
        /// Calls so far.
        calls: u64,
        /// States dropped.
        states: usize,
        /// Bytes that states hold now, measured by their accounts, words and logs.
        bytes: usize,
    },
    /// No new edge was reached for long: the search now starts afresh and continues deep states more often, until one is.
    Stalled {
        /// Protocol.
        protocol: String,
        /// Calls so far.
        calls: u64,
    },
    /// A finding, minimal and replayed in a fresh machine.
    Finding(Box<Finding>),
    /// What gains more than the finding that has its id, with calls of the same functions: it takes that one's place.
    Enlarged(Box<Finding>),
    /// Something went wrong in the tool, not in the target: a panic in a case, or a violation that did not replay.
    Defect {
        /// Protocol.
        protocol: String,
        /// Case.
        case: u64,
        /// What happened.
        message: String,
    },
    /// A protocol's search ended.
    ProtocolEnded(Box<ProtocolSummary>),
    /// The campaign ended.
    Ended {
        /// Whether it was interrupted.
        interrupted: bool,
        /// Seconds since the start.
        elapsed_seconds: f64,
    },
}

/// How often a function was called.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FunctionSummary {
    /// `contract.signature`.
    pub function: String,
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted, discarded ones aside.
    pub reverts: u64,
    /// Calls that asked for other inputs.
    #[serde(skip_serializing_if = "is_zero")]
    pub discards: u64,
    /// Calls that changed something: storage, or the balance of an account.
    pub changes: u64,
    /// Scripts of attacks in which a call of it ended well; they do not count as calls.
    #[serde(skip_serializing_if = "is_zero")]
    pub scripts: u64,
    /// Why calls failed, the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonSummary>,
}

/// Why calls of a function failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonSummary {
    /// The decoded reason; a custom error without its arguments.
    pub reason: String,
    /// Calls that failed for it.
    pub calls: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// How an invariant fared.
#[derive(Debug, Clone, Serialize)]
pub struct InvariantSummary {
    /// Id.
    pub id: String,
    /// Contracts that the roles are bound to.
    pub contracts: Vec<String>,
    /// Whether it held, was violated, or was never decided on a changed state.
    pub status: InvariantStatus,
    /// Evaluations on a state that had changed.
    pub evaluations: u64,
}

/// What is known of an invariant after a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InvariantStatus {
    /// It held on every state on which it was judged.
    Held,
    /// A sequence violates it.
    Violated,
    /// It was never decided on a changed state: it has not passed.
    Vacuous,
}

/// How high what is maximised was brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptimumSummary {
    /// The function.
    pub id: String,
    /// Its contract.
    pub contract: String,
    /// The largest value that was seen, decimal.
    pub value: String,
    /// Steps of the sequence that reached it first.
    pub original_steps: usize,
    /// A minimal sequence that reaches it.
    pub steps: Vec<StepRecord>,
}

/// How a scenario fared.
#[derive(Debug, Clone, Serialize)]
pub struct ScenarioSummary {
    /// Id.
    pub id: String,
    /// Cases that it generated.
    pub cases: u64,
}

/// An outcome of a comparison that was never seen, with the operands that came nearest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenOutcome {
    /// The contract, or a hash of code that belongs to none.
    pub contract: String,
    /// Program counter of the comparison in its runtime code.
    pub pc: u32,
    /// The relation and the outcome that is missing: `== true`, `< false`.
    pub wanted: String,
    /// How far the left operand was from it.
    pub distance: String,
    /// Left operand.
    pub left: String,
    /// Right operand.
    pub right: String,
    /// Whether the arguments, value and time of the last call move an operand.
    pub movable: bool,
    /// Cases that were spent on it since it came this near.
    pub visits: u32,
    /// Functions of the sequence that came nearest, in order.
    pub functions: Vec<String>,
}

/// What happened to a protocol.
#[derive(Debug, Clone, Serialize)]
pub struct ProtocolSummary {
    /// Id.
    pub protocol: String,
    /// The token that had become something else than the set-up made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenSwap>,
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted.
    pub reverts: u64,
    /// Cases.
    pub cases: u64,
    /// Edges.
    pub edges: usize,
    /// Corpus entries.
    pub corpus: usize,
    /// Functions, in the protocol's order.
    pub functions: Vec<FunctionSummary>,
    /// Invariant instances.
    pub invariants: Vec<InvariantSummary>,
    /// Scenarios.
    pub scenarios: Vec<ScenarioSummary>,
    /// Functions that were maximised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub optima: Vec<OptimumSummary>,
    /// Cheatcodes that were called and are not supported, with their signatures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<String>,
    /// What the configuration accepts, whether it was found or not.
    #[serde(skip)]
    pub accepted: Vec<Accepted>,
    /// Outcomes that were never seen, the nearest first; a file of its own in the run folder.
    #[serde(skip)]
    pub frontier: Vec<OpenOutcome>,
    /// Lines of the project's own sources that can run, and how many kept sequences ran them; a file of its own in the run
    /// folder. Empty where the build does not tell.
    #[serde(skip)]
    pub coverage: Vec<FileCoverage>,
}

/// Consumes events.
pub trait Sink {
    /// Takes an event. For a finding this returns when it is on disk, or wherever it goes.
    ///
    /// # Errors
    ///
    /// When the event cannot be written; the campaign stops.
    fn take(&mut self, event: &Event) -> std::io::Result<()>;
}
