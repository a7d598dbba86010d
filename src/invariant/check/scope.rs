use crate::{
    invariant::{
        check::{Problem, nearest},
        compiled::Set,
        value::Type,
    },
    protocol::{Place, Protocol},
};
use alloy_json_abi::Event;
use std::sync::Arc;

/// What a name in an expression stands for, besides deployments and actors.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// A role variable: an index into the protocol's role bindings.
    Role(usize),
    /// A local variable.
    Local(usize),
    /// The variable of a fold over events.
    Event(usize, Arc<Event>),
    /// A parameter whose argument needs no computing.
    Argument(Box<super::Typed>),
}

/// What is known of a local variable.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// The set that a fold draws it from; none for a parameter.
    pub set: Option<Set>,
}

/// The text that is being compiled and the names that it sees.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The text.
    pub text: String,
    /// Where it begins.
    pub place: Place,
    /// Names, innermost last.
    pub names: Vec<(String, Bound)>,
}

impl Source {
    /// What `name` is bound to.
    pub(super) fn find(&self, name: &str) -> Option<&Bound> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, bound)| bound)
    }
}

/// Words with a meaning of their own.
const RESERVED: [&str; 35] = [
    "storage", "values", "deployed", "events", "succeeds", "gasUsed", "crowd", "after", "result", "argument",
    "returned", "msg", "mulDiv", "mulDivUp", "abs", "near", "try", "sum", "all", "any", "min", "max", "count", "old",
    "initial", "minted", "burned", "balance", "sender", "called", "block", "actors", "holders", "true", "false",
];

/// Whether `name` may not be a variable.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || name == "address" || name == "in"
}

/// The complaint about a name that nothing has.
pub(super) fn unknown(protocol: &Protocol, source: &Source, name: &str) -> Problem {
    let contracts = protocol.contracts.iter().map(|contract| contract.name.as_str());
    let actors = protocol.actors.iter().map(|actor| actor.name.as_str());
    let names = source.names.iter().map(|(name, _)| name.as_str());
    let interfaces = protocol.interfaces.keys().map(String::as_str);
    let known = contracts.chain(actors).chain(names).chain(interfaces).chain(RESERVED).chain(["address"]);
    Problem::UnknownName { name: name.to_owned(), nearest: nearest(name, known) }
}
