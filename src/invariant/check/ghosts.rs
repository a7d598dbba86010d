//! Ghosts: what adds to them and how much, and their values in expressions.

use super::{
    Checked, Compiler, ExpressionError, Problem, Request, Type, Typed,
    constants::NONE,
    is_reserved, nearest,
    scope::{Bound, Slot},
};
use crate::{
    invariant::{
        compiled::{Compiled, GhostRead, Node},
        ghosts::{Ghost, Trigger},
        language::{Expression, Kind},
        value::Value,
    },
    protocol::{GhostSource, Judgement, Located, Protocol},
};
use alloy_json_abi::Event;
use alloy_primitives::aliases::I512;
use std::sync::Arc;

/// How the expressions of a ghost call the event.
const EVENT: &str = "e";

/// Compiles a ghost for a protocol.
///
/// # Errors
///
/// When one of its expressions cannot be read, or means nothing for the protocol.
pub(in crate::invariant) fn compile_ghost(protocol: &Protocol, source: &GhostSource) -> Result<Ghost, ExpressionError> {
    let Located { value: name, place } = &source.name;
    if is_reserved(name) || protocol.interfaces.contains_key(name) {
        return Err(ExpressionError { place: place.clone(), problem: Problem::Reserved { name: name.clone() } });
    }
    let (trigger, event) = trigger(protocol, &source.on)?;
    let add = part(protocol, &source.add, event.as_ref(), Type::Integer)?;
    let key = source.key.as_ref().map(|key| part(protocol, key, event.as_ref(), Type::Address)).transpose()?;
    let initial = source.initial.as_ref().map(|initial| constant(protocol, name, initial)).transpose()?;
    Ok(Ghost { trigger, add, key, initial: initial.unwrap_or_default() })
}

fn request(text: &Located<String>, on: Judgement) -> Request<'_> {
    Request { text: &text.value, place: &text.place, on, ..NONE }
}

/// The event or the function that `vault.Deposit` names.
fn trigger(protocol: &Protocol, on: &Located<String>) -> Checked<(Trigger, Option<Event>)> {
    let compiler = Compiler::new(protocol, &request(on, Judgement::Call));
    let expression = compiler.parse()?;
    let expected = "an event or a function of a contract, as in `on = \"vault.Deposit\"`";
    let malformed = Problem::Arguments { name: "on".to_owned(), expected };
    let Kind::Member { base, name } = &expression.kind else { return compiler.error(&expression, malformed) };
    let Kind::Name(contract) = &base.kind else { return compiler.error(&expression, malformed) };
    let Some(index) = compiler.contract_named(contract) else {
        return compiler.error(base, super::unknown(protocol, &compiler.source, contract));
    };
    let abi = &protocol.contracts[index].artifact.abi;
    let functions = protocol.functions.iter().filter(|function| function.contract == index);
    let is_called = functions.clone().any(|function| function.abi.name == *name);
    match (abi.event(name).is_some(), is_called) {
        (true, true) => compiler.error(&expression, Problem::EventAndFunction { name: name.clone() }),
        (true, false) => compiler.event("on", &expression).map(|(source, event)| (Trigger::Event(source), Some(event))),
        (false, true) => compiler.functions("on", &expression).map(|called| (Trigger::Call(called), None)),
        (false, false) => {
            let known = abi.events().map(|event| event.name.as_str());
            let nearest = nearest(name, known.chain(functions.map(|function| function.abi.name.as_str())));
            let nearest = nearest.map(|near| format!("{contract}.{near}"));
            compiler.error(&expression, Problem::UnknownName { name: on.value.clone(), nearest })
        }
    }
}

/// An expression about one event, or about one call.
fn part(protocol: &Protocol, text: &Located<String>, event: Option<&Event>, kind: Type) -> Checked<Compiled> {
    let on = if event.is_some() { Judgement::State } else { Judgement::Call };
    let mut compiler = Compiler::new(protocol, &request(text, on));
    compiler.of_ghost = true;
    if let Some(event) = event {
        compiler.slots.push(Slot { name: EVENT.to_owned(), kind: Type::Address, set: None });
        compiler.most_slots = 1;
        compiler.source.names.push((EVENT.to_owned(), Bound::Event(0, Arc::new(event.clone()))));
    }
    compiler.compile(Some(kind))
}

fn constant(protocol: &Protocol, name: &str, text: &Located<String>) -> Checked<I512> {
    let compiled = Compiler::new(protocol, &request(text, Judgement::State)).compile(Some(Type::Integer))?;
    let Node::Constant(Value::Integer(number)) = compiled.root else {
        let problem = Problem::NotConstant { name: name.to_owned() };
        return Err(ExpressionError { place: text.place.clone(), problem });
    };
    Ok(number)
}

impl Compiler<'_> {
    /// The ghost called `name`.
    pub(super) fn ghost_named(&self, name: &str) -> Option<usize> {
        self.protocol.vocabulary.ghosts.iter().position(|ghost| ghost.name.value == name)
    }

    /// `deposited`, or `deposited(alice)` where it has a key.
    pub(super) fn ghost(&mut self, expression: &Expression, ghost: usize, keys: &[Expression]) -> Checked<Typed> {
        self.outside_ghost(expression)?;
        self.outside_call(expression)?;
        let protocol = self.protocol;
        let source = &protocol.vocabulary.ghosts[ghost];
        self.not_supposed(expression, &source.name.value)?;
        let key = match (keys, &source.key) {
            ([], None) => None,
            ([key], Some(_)) => Some(self.typed(key, Type::Address)?),
            (_, key) => {
                let of_one = "the address whose sum is meant, as in `deposited(alice)`";
                let expected = if key.is_some() { of_one } else { "nothing: it has no `key`" };
                return self.error(expression, Problem::Arguments { name: source.name.value.clone(), expected });
            }
        };
        let read = GhostRead { ghost, key, text: self.text(expression) };
        Ok(Typed { node: Node::Ghost(Box::new(read)), kind: Type::Integer })
    }

    /// Refuses what events tell where a call is under way.
    pub(super) fn outside_call(&self, expression: &Expression) -> Checked<()> {
        if self.on != Judgement::Boundary {
            return Ok(());
        }
        self.error(expression, Problem::NotWithin { text: self.text(expression) })
    }

    /// Refuses what has no meaning where a ghost says what it adds.
    pub(super) fn outside_ghost(&self, expression: &Expression) -> Checked<()> {
        if self.of_ghost { self.error(expression, Problem::InGhost { text: self.text(expression) }) } else { Ok(()) }
    }
}
