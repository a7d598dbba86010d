//! Invariants that the functions of a suite state.

use super::{
    rule::{Invariant, Rule},
    scene::{Memory, Scene},
    value::{Outcome, Undecided, Verdict},
};
use crate::protocol::{InvariantSource, Judgement, Place, Predicate, Protocol, Severity, Suite};

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
        expression: invariant.predicate(),
        severity,
        explain,
        place: place.clone(),
    }
}

/// The predicates of a suite, then the assertions of each function that is called.
pub(super) fn of_suite(protocol: &Protocol, suite: &Suite) -> (Vec<SuiteInvariant>, Vec<Assertions>) {
    let predicates = suite.predicates.iter().map(|predicate| SuiteInvariant {
        rule: Rule {
            id: predicate.name.clone(),
            title: format!("{}() of the suite fails", predicate.name),
            severity: Severity::High,
            explain:
                "A function of the suite that states what must hold: it fails when it reverts, or when an assertion \
                      in it does."
                    .to_owned(),
        },
        predicate: predicate.clone(),
        contract: protocol.contracts[suite.contract].name.clone(),
    });
    let assertions = protocol.functions.iter().enumerate().map(|(index, function)| {
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
                explain:
                    "A call of this function must never end in `assert(false)`, a failed assertion of the suite, or, \
                          where the suite says `fail_on_revert`, any revert."
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
        match scene.view(self.predicate.address, self.predicate.selector.as_slice()) {
            Ok(_) => Ok(Verdict::plain(true)),
            Err(Undecided::Reverted | Undecided::Halted) => Ok(Verdict::plain(false)),
            Err(other) => Err(other),
        }
    }

    fn explain_violation(&self, scene: &mut Scene<'_>, _memory: &Memory) -> String {
        let why = scene.why_view_fails(self.predicate.address, self.predicate.selector.as_slice());
        format!("{} {}", self.predicate(), why.unwrap_or_else(|| "holds".to_owned()))
    }
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
