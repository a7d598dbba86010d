//! What of a protocol its suite judges.

use super::fixtures::Fixtures;
use crate::evm::Cheatcodes;
use alloy_primitives::{Address, B256, Selector};
use std::{collections::BTreeSet, sync::Arc};

/// What makes a protocol the suite of somebody's tests.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The contract that has the predicates, an index into [`Protocol::contracts`](crate::protocol::Protocol::contracts).
    pub contract: usize,
    /// Functions that fail when something that must hold does not, in the order of their names.
    pub predicates: Vec<Predicate>,
    /// State of cheatcodes behind the set-up.
    pub cheatcodes: Arc<Cheatcodes>,
    /// Whether a call that reverts is a finding.
    pub fail_on_revert: bool,
    /// What else makes a call one.
    pub failures: FailureRules,
    /// Values that are preferred for parameters of a name.
    pub fixtures: Fixtures,
}

/// What a call must not end in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureRules {
    /// Whether calls are judged at all.
    pub judged: bool,
    /// Codes of panics.
    pub panics: BTreeSet<u64>,
    /// Whether the invalid instruction is one: `assert` of old compilers.
    pub invalid: bool,
    /// First topics of events that tell of a failure.
    pub events: BTreeSet<B256>,
}

impl Default for FailureRules {
    /// As forge does it.
    fn default() -> Self {
        Self { judged: true, panics: BTreeSet::from([1]), invalid: false, events: BTreeSet::new() }
    }
}

/// How a predicate says that something does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PredicateKind {
    /// It fails.
    Succeeds,
    /// It fails, or returns false.
    True,
    /// It does not fail.
    Reverts,
    /// It does not: the number that it returns is to be as large as possible.
    Maximised,
}

/// A function of a suite that says whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// First four bytes of the hash of its signature.
    pub selector: Selector,
    /// Whether it speaks of the end of a sequence only: `afterInvariant()`.
    pub at_end: bool,
    /// How it says so.
    pub kind: PredicateKind,
}
