//! Findings as tests for Foundry: what was found, done again by another tool.
//!
//! A test needs nothing but forge: it makes the base state (or takes that of the suite that it was found in), does what the finding's
//! steps do, and asserts. That of a profit passes where the attacker gains as much as the finding says; that of a violation fails
//! where the invariant does not hold. Knows findings, protocols, and
//! how a sequence is executed; must not know how a campaign runs, nor files.

mod attack;
mod names;
mod predicate;
mod profit;
mod set_up;
mod steps;
mod test;
mod value;
mod violation;

pub use test::{ExportError, foundry_test};
