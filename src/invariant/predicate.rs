//! Invariants that the functions of a suite state.

use super::{
    rule::{Invariant, Rule},
    scene::{Memory, Scene},
    value::{Outcome, Undecided, Verdict},
};
use crate::protocol::{InvariantSource, Judgement, Place, Predicate, PredicateKind, Protocol, Severity, Suite};
use alloy_primitives::U256;

/// A function of a suite that must not fail.
#[derive(Debug)]
pub(super) struct SuiteInvariant {
    rule: Rule,
    predicate: Predicate,
    contract: String,
}

/// Assertions in a function that is called must not fail.
#[derive(Debug)]
pub(super) struct Assertions {
    rule: Rule,
    function: usize,
    contract: String,
}

/// The invariants that are a protocol's own, as texts: those of `heist.toml`, then those that it has for being a suite.
pub fn own(protocol: &Protocol) -> Vec<InvariantSource> {
    let mut sources = protocol.invariants.clone();
    if let Some(suite) = &protocol.suite {
        let (predicates, assertions) = of_suite(protocol, suite);
        let place = &protocol.contracts[suite.contract].artifact.place;
        sources.extend(predicates.iter().map(|predicate| described(predicate, place)));
        sources.extend(assertions.iter().map(|assertion| described(assertion, place)));
    }
    sources
}

fn described(invariant: &dyn Invariant, place: &Place) -> InvariantSource {
    let Rule { id, title, severity, explain } = invariant.rule().clone();
    InvariantSource {
        id,
        title,
        roles: Vec::new(),
        on: invariant.on(),
        by: None,
        expression: invariant.predicate(),
        severity,
        tags: Vec::new(),
        explain,
        place: place.clone(),
    }
}

/// The predicates of a suite, then the assertions of each function that is called.
pub(super) fn of_suite(protocol: &Protocol, suite: &Suite) -> (Vec<SuiteInvariant>, Vec<Assertions>) {
    let judged = suite.predicates.iter().filter(|predicate| predicate.kind != PredicateKind::Maximised);
    let predicates = judged.map(|predicate| {
        let contract = protocol.contracts.iter().find(|contract| contract.address == predicate.address);
        let contract = contract.unwrap_or(&protocol.contracts[suite.contract]).name.clone();
        // Contracts that are tested together may state things of one name.
        let is_twice = suite.predicates.iter().filter(|other| other.name == predicate.name).count() > 1;
        let id = if is_twice { format!("{contract}-{}", predicate.name) } else { predicate.name.clone() };
        SuiteInvariant { rule: rule(id, predicate), predicate: predicate.clone(), contract }
    });
    let called = protocol.functions.iter().enumerate().filter(|_| suite.failures.judged);
    let assertions = called.map(|(index, function)| {
        let contract = protocol.contracts[function.contract].name.clone();
        let name = &function.abi.name;
        // Overloads differ in their parameters.
        let overloaded = protocol.functions.iter().any(|other| {
            other.contract == function.contract && other.abi.name == *name && other.selector != function.selector
        });
        let suffix = if overloaded { format!("-{}", function.selector) } else { String::new() };
        Assertions {
            rule: Rule {
                id: format!("assert-{contract}-{name}{suffix}"),
                title: format!("An assertion fails in {contract}.{name}"),
                severity: Severity::High,
                explain: "A call of this function must never end in `assert(false)`, another panic that the suite's \
                          configuration names, a failed assertion of the suite, or, where it says `fail_on_revert`, \
                          any revert; nor may it emit `AssertionFailed`."
                    .to_owned(),
            },
            function: index,
            contract,
        }
    });
    (predicates.collect(), assertions.collect())
}

impl Invariant for SuiteInvariant {
    fn rule(&self) -> &Rule {
        &self.rule
    }

    fn on(&self) -> Judgement {
        Judgement::State
    }

    fn at_end(&self) -> bool {
        self.predicate.at_end
    }

    fn contracts(&self) -> Vec<String> {
        vec![self.contract.clone()]
    }

    fn predicate(&self) -> String {
        format!("{}.{}()", self.contract, self.predicate.name)
    }

    fn judge(&self, scene: &mut Scene<'_>, _memory: &Memory) -> Outcome {
        let reverts = self.predicate.kind == PredicateKind::Reverts;
        match scene.view(self.predicate.address, self.predicate.selector.as_slice()) {
            Ok(output) if self.predicate.kind == PredicateKind::True => Ok(Verdict::plain(is_true(&output))),
            Ok(_) => Ok(Verdict::plain(!reverts)),
            Err(Undecided::Reverted | Undecided::Halted) => Ok(Verdict::plain(reverts)),
            Err(other) => Err(other),
        }
    }

    fn explain_violation(&self, scene: &mut Scene<'_>, _memory: &Memory) -> String {
        let why = scene.why_view_fails(self.predicate.address, self.predicate.selector.as_slice());
        let mut holds = || match self.predicate.kind {
            PredicateKind::True => match scene.view(self.predicate.address, self.predicate.selector.as_slice()) {
                Ok(output) if !is_true(&output) => "returns false",
                _ => "holds",
            },
            PredicateKind::Reverts => "does not revert",
            PredicateKind::Succeeds | PredicateKind::Maximised => "holds",
        };
        format!("{} {}", self.predicate(), why.unwrap_or_else(|| holds().to_owned()))
    }
}

/// What reports say of a predicate.
fn rule(id: String, predicate: &Predicate) -> Rule {
    let (title, explain) = match predicate.kind {
        PredicateKind::Succeeds | PredicateKind::Maximised => (
            format!("{}() of the suite fails", predicate.name),
            "A function of the suite that states what must hold: it fails when it reverts, or when an assertion in it \
             does.",
        ),
        PredicateKind::True => (
            format!("{}() of the suite is false", predicate.name),
            "A property of the suite: it fails when it returns false or reverts.",
        ),
        PredicateKind::Reverts => (
            format!("{}() of the suite does not revert", predicate.name),
            "A function of the suite that must revert: it fails when it does not.",
        ),
    };
    Rule { id, title, severity: Severity::High, explain: explain.to_owned() }
}

/// The word that Solidity's `true` is.
fn is_true(output: &[u8]) -> bool {
    output.get(..32).is_some_and(|word| U256::from_be_slice(word) == U256::ONE)
}

impl Invariant for Assertions {
    fn rule(&self) -> &Rule {
        &self.rule
    }

    fn on(&self) -> Judgement {
        Judgement::Call
    }

    fn attempts(&self) -> Option<usize> {
        Some(self.function)
    }

    fn contracts(&self) -> Vec<String> {
        vec![self.contract.clone()]
    }

    fn judge(&self, scene: &mut Scene<'_>, _memory: &Memory) -> Outcome {
        Ok(Verdict::plain(scene.failure().is_none()))
    }

    fn explain_violation(&self, scene: &mut Scene<'_>, _memory: &Memory) -> String {
        let reason = scene.failure().unwrap_or("no assertion failed").to_owned();
        format!("{}: {reason}", self.rule.title)
    }
}
