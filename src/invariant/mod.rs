//! What must hold: an expression language, packs of invariants written in it, and their evaluation. Knows protocols and
//! machines; must not know how campaigns schedule.
//!
//! An [`InvariantSet`] is compiled once for a protocol: names become addresses, calldata and functions. Each worker has
//! [`Checks`] that evaluate the set through a [`Scene`], keep the answers of views while nothing that they depend on
//! changes, and give for each instance a [`Verdict`] with its margin, or says why it is undecided.

mod actors;
mod check;
mod checks;
mod compiled;
mod eval;
mod events;
mod explain;
mod ghosts;
mod language;
mod ledger;
mod pack;
mod predicate;
mod rule;
mod scene;
mod set;
mod supposition;
mod unrolled;
mod value;
mod views;

#[cfg(test)]
mod tests;

pub use alloy_primitives::aliases::I512;
pub use check::{ExpressionError, Problem};
pub use checks::{About, Broken, Checks, ChecksError, Counts, Kept, Mode, StepFacts};
pub use events::{EventSource, Listening, MAX_EVENTS};
pub use language::SyntaxError;
pub use ledger::{Ledger, LedgerChange, MAX_HOLDERS};
pub use pack::packs;
pub use predicate::own;
pub use rule::{BaseValueError, Formula, Invariant, Rule, value_at_base};
pub use scene::{CallContext, Captures, Memory, Scene, Sent};
pub use set::{InvariantSet, NotApplicable};
pub use unrolled::{Arithmetic, Asked, Comparison, Folding, Message, Question, Return, Supposed, Term, Unrolled, Word};
pub use value::{Outcome, Type, Undecided, Value, Verdict};
