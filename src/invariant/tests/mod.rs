//! Tests on real contracts: those beside this folder in `testdata/`, and the gallery.

mod boundary;
mod events;
mod ghosts;
mod judging;
mod meaning;
mod packs;
mod places;
mod probes;
mod sets;
mod soup;
mod storage;
mod syntax;
mod words;

use super::{
    InvariantSet, Memory, Scene, Undecided, Value, Verdict,
    check::{self, ExpressionError, Request},
    compiled::Compiled,
    eval,
    ledger::Ledger,
};
use crate::protocol::{GhostSource, InvariantSource, Judgement, Located, Pack, Place, Protocol, Severity};
use alloy_primitives::aliases::I512;
use std::{path::Path, sync::LazyLock};

static ODD: LazyLock<Protocol> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/invariant/testdata");
    Protocol::load(&folder, None).unwrap()
});

/// The protocol of `testdata/`.
fn odd() -> Protocol {
    ODD.clone()
}

fn place() -> Place {
    Place { file: "test".into(), line: 1, column: 1 }
}

fn compile(text: &str, on: Judgement) -> Result<Compiled, ExpressionError> {
    let request = Request { text, place: &place(), on, roles: &[], kind: None, views: &[] };
    check::compile(&ODD, &request)
}

/// The value in the base state.
fn value(text: &str) -> Result<Value, Undecided> {
    value_in(&ODD, text)
}

fn value_in(protocol: &Protocol, text: &str) -> Result<Value, Undecided> {
    let request = Request { text, place: &place(), on: Judgement::State, roles: &[], kind: None, views: &[] };
    let compiled = check::compile(protocol, &request).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut machine = protocol.machine();
    let ledger = Ledger::new(protocol);
    let mut scene = Scene::new(&mut machine, protocol, &ledger);
    let mut memory = Memory::default();
    eval::capture(&compiled, super::compiled::Phase::Initial, &mut scene, &mut memory);
    eval::evaluate(&compiled, &mut scene, &memory)
}

fn number(value: i64) -> I512 {
    I512::try_from(value).unwrap()
}

fn source(id: &str, on: Judgement, expression: &str) -> InvariantSource {
    InvariantSource {
        id: id.into(),
        title: id.into(),
        roles: Vec::new(),
        on,
        by: None,
        expression: expression.into(),
        severity: Severity::High,
        tags: Vec::new(),
        explain: String::new(),
        place: place(),
    }
}

/// A ghost: name, trigger, what it adds, and its key where there is one.
fn ghost([name, on, add, key]: [&str; 4]) -> GhostSource {
    let located = |text: &str| Located { value: text.to_owned(), place: place() };
    let key = (!key.is_empty()).then(|| located(key));
    GhostSource { name: located(name), on: located(on), add: located(add), key, initial: None }
}

/// The invariants of these expressions, states first.
fn set(protocol: &mut Protocol, states: &[&str], calls: &[&str]) -> InvariantSet {
    let states =
        states.iter().enumerate().map(|(index, text)| source(&format!("STATE-{index}"), Judgement::State, text));
    let calls = calls.iter().enumerate().map(|(index, text)| source(&format!("CALL-{index}"), Judgement::Call, text));
    protocol.invariants = states.chain(calls).collect();
    InvariantSet::new(protocol, &Pack::default()).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn verdict(text: &str) -> Verdict {
    match value(text) {
        Ok(Value::Boolean(margin)) => Verdict::of(margin),
        other => panic!("{text} gives {other:?}"),
    }
}
