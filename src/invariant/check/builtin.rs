//! Words of the language that are written like functions: folds, `old`, `balance`, casts and so on.

use super::{
    Capture, Checked, Compiler, Problem, Type, Typed,
    events::FieldName,
    nearest,
    scope::{Bound, Slot, is_reserved, unknown},
};
use crate::{
    invariant::{
        compiled::{Each, Fold, Leaf, Node, Phase, Set, Site},
        language::{Expression, FoldKind, Kind},
        value::Value,
    },
    protocol::Judgement,
};
use alloy_json_abi::Event;
use alloy_primitives::{Address, U160};
use std::sync::Arc;

impl Compiler<'_> {
    /// `block.timestamp` and `block.number`.
    pub(super) fn member(&mut self, expression: &Expression, base: &Expression, name: &str) -> Checked<Typed> {
        if let Kind::Name(word) = &base.kind
            && self.is_event(word)
        {
            return self.field(expression, word, FieldName::Name(name));
        }
        let Kind::Name(word) = &base.kind else {
            return self.error(
                expression,
                Problem::Arguments { name: name.to_owned(), expected: "arguments in parentheses, as in `f()`" },
            );
        };
        let node = match (word.as_str(), name) {
            ("block", "timestamp") => Node::Timestamp,
            ("block", "number") => Node::BlockNumber,
            ("msg", "value") => {
                self.call_only(expression, "msg.value")?;
                Node::Wei
            }
            ("msg", _) => {
                let nearest = Some(if name == "sender" { "sender" } else { "msg.value" }.to_owned());
                return self.error(expression, Problem::UnknownName { name: format!("msg.{name}"), nearest });
            }
            ("block", _) => {
                let near = nearest(name, ["number"]).unwrap_or_else(|| "timestamp".to_owned());
                let near = Some(format!("block.{near}"));
                return self.error(expression, Problem::UnknownName { name: format!("block.{name}"), nearest: near });
            }
            _ => {
                let expected = "arguments in parentheses, as in `f()`";
                return self.error(expression, Problem::Arguments { name: format!("{word}.{name}"), expected });
            }
        };
        Ok(Typed { node, kind: Type::Integer })
    }

    /// `name(arguments)`.
    pub(super) fn builtin(&mut self, expression: &Expression, name: &str, arguments: &[Expression]) -> Checked<Typed> {
        if let Some(typed) = self.of_call(expression, (name, arguments), 0) {
            return typed;
        }
        if let Some(typed) = self.numeric(expression, name, arguments) {
            return typed;
        }
        if let Some(ghost) = self.ghost_named(name) {
            return self.ghost(expression, ghost, arguments);
        }
        let arity = |expected| Problem::Arguments { name: name.to_owned(), expected };
        let known = matches!(name, "old" | "initial" | "minted" | "burned" | "balance" | "address" | "called");
        if !known && !self.protocol.interfaces.contains_key(name) {
            return self.error(expression, unknown(self.protocol, &self.source, name));
        }
        let [argument] = arguments else { return self.error(expression, arity("one argument")) };
        match name {
            "old" => self.capture(expression, Phase::Old, argument),
            "initial" => self.capture(expression, Phase::Initial, argument),
            "called" => self.called(expression, argument),
            "address" => self.address(expression, argument),
            "minted" | "burned" | "balance" => {
                if name != "balance" {
                    self.outside_call(expression)?;
                }
                let leaf = Leaf { operand: self.typed(argument, Type::Address)?, text: self.text(expression) };
                let make = match name {
                    "minted" => Node::Minted,
                    "burned" => Node::Burned,
                    _ => Node::Balance,
                };
                if name != "balance" {
                    self.not_supposed(expression, name)?;
                }
                Ok(Typed { node: make(Box::new(leaf)), kind: Type::Integer })
            }
            // A cast alone is the address that it casts.
            _ => Ok(Typed { node: self.typed(argument, Type::Address)?, kind: Type::Address }),
        }
    }

    fn address(&mut self, expression: &Expression, argument: &Expression) -> Checked<Typed> {
        let typed = self.expression(argument)?;
        let node = match (&typed.node, typed.kind) {
            (_, Type::Address) => typed.node,
            (Node::Constant(Value::Integer(number)), _)
                if !number.is_negative() && number.into_raw().bit_len() <= 160 =>
            {
                Node::Constant(Value::Address(Address::from(number.into_raw().wrapping_to::<U160>())))
            }
            _ => {
                let expected = "an address or a constant of at most 160 bits";
                return self.error(expression, Problem::Arguments { name: "address".to_owned(), expected });
            }
        };
        Ok(Typed { node, kind: Type::Address })
    }

    /// `called(vault.deposit)`
    fn called(&mut self, expression: &Expression, argument: &Expression) -> Checked<Typed> {
        self.call_only(expression, "called")?;
        let called = self.functions("called", argument)?;
        Ok(Typed { node: Node::Called(called), kind: Type::Boolean })
    }

    /// The functions of the protocol that `vault.deposit` names, in all overloads.
    pub(super) fn functions(&self, builtin: &str, argument: &Expression) -> Checked<Vec<usize>> {
        let expected = "a function of a contract, as in `called(vault.deposit)`";
        let Kind::Member { base, name } = &argument.kind else {
            return self.error(argument, Problem::Arguments { name: builtin.to_owned(), expected });
        };
        let Kind::Name(contract) = &base.kind else {
            return self.error(argument, Problem::Arguments { name: builtin.to_owned(), expected });
        };
        let Some(index) = self.contract_named(contract) else {
            return self.error(base, unknown(self.protocol, &self.source, contract));
        };
        let functions = self.protocol.functions.iter().enumerate();
        let own = functions.filter(|(_, function)| function.contract == index);
        let called: Vec<usize> =
            own.filter(|(_, function)| function.abi.name == *name).map(|(index, _)| index).collect();
        if called.is_empty() {
            let functions = self.protocol.functions.iter().filter(|function| function.contract == index);
            let known = functions.map(|function| function.abi.name.as_str());
            let name = format!("{contract}.{name}");
            let nearest = nearest(&name[contract.len() + 1..], known).map(|near| format!("{contract}.{near}"));
            return self.error(argument, Problem::UnknownName { name, nearest });
        }
        Ok(called)
    }

    /// The contract that a role variable or a deployment's name stands for.
    pub(super) fn contract_named(&self, name: &str) -> Option<usize> {
        match self.source.find(name) {
            Some(Bound::Role(binding)) => Some(self.protocol.roles[*binding].contract),
            Some(_) => None,
            None => self.protocol.contracts.iter().position(|contract| !contract.created && contract.name == name),
        }
    }

    fn capture(&mut self, expression: &Expression, phase: Phase, argument: &Expression) -> Checked<Typed> {
        self.not_supposed(expression, if phase == Phase::Old { "old" } else { "initial" })?;
        self.outside_ghost(expression)?;
        if self.capture.is_some() {
            return self.error(expression, Problem::NestedCapture);
        }
        if phase == Phase::Old && self.on != Judgement::Call {
            return self.error(expression, Problem::OldInState);
        }
        let text = self.text(expression).into();
        self.capture = Some(Capture { phase, floor: self.slots.len(), used: Vec::new() });
        let typed = self.expression(argument);
        let capture = self.capture.take();
        let Typed { node, kind } = typed?;
        let slots = capture.map(|capture| capture.used).unwrap_or_default();
        let (sites, gates) = match phase {
            Phase::Old => (&mut self.old, self.gates.clone()),
            // There is no call yet that a gate could look at.
            Phase::Initial => (&mut self.initial, Vec::new()),
        };
        sites.push(Site { node, slots, gates });
        let site = sites.len() - 1;
        Ok(Typed { node: Node::Captured { phase, site, text }, kind })
    }

    /// `sum(x in holders, body)`
    pub(super) fn fold(&mut self, expression: &Expression) -> Checked<Typed> {
        let Kind::Fold { fold: kind, variable, set, body } = &expression.kind else {
            return self.error(expression, Problem::TooLarge);
        };
        if is_reserved(variable) {
            return self.error(expression, Problem::Reserved { name: variable.clone() });
        }
        let body_kind = match kind {
            FoldKind::Sum | FoldKind::Min | FoldKind::Max => Type::Integer,
            FoldKind::All | FoldKind::Any | FoldKind::Count => Type::Boolean,
        };
        let result = if matches!(kind, FoldKind::All | FoldKind::Any) { Type::Boolean } else { Type::Integer };
        if let Kind::Call { base: None, name, arguments } = &set.kind
            && name == "deployed"
        {
            let bodies = self.for_each(set, arguments, (variable.as_str(), body.as_ref(), body_kind))?;
            let each = Each { kind: *kind, variable: variable.clone(), bodies };
            return Ok(Typed { node: Node::Each(Box::new(each)), kind: result });
        }
        let (set, element) = self.set(set)?;
        let (old, initial) = (self.old.len(), self.initial.len());
        let (slot, node) = self.with_slot(element.slot(variable, set), |compiler, slot| {
            compiler.source.names.push((variable.clone(), element.bound(slot)));
            let node = compiler.typed(body, body_kind);
            compiler.source.names.pop();
            Ok((slot, node?))
        })?;
        let uses = |sites: &[Site]| sites.iter().any(|site| site.slots.iter().any(|(used, _)| *used == slot));
        let fold = Fold {
            kind: *kind,
            set,
            slot,
            variable: variable.clone(),
            body: node,
            needs_old: uses(&self.old[old..]),
            needs_initial: uses(&self.initial[initial..]),
        };
        Ok(Typed { node: Node::Fold(Box::new(fold)), kind: result })
    }

    /// The set that a fold runs over, and what its variable is.
    fn set(&mut self, set: &Expression) -> Checked<(Set, Element)> {
        match &set.kind {
            Kind::Name(name) if name == "actors" => Ok((Set::Actors, Element::Address)),
            Kind::Name(name) if name == "holders" => Ok((Set::Holders, Element::Address)),
            Kind::Call { base: None, name, arguments } if name == "events" => self.events(set, arguments),
            Kind::Call { base: None, name, arguments } if name == "values" => self.values(set, arguments),
            Kind::Name(name) | Kind::Call { base: None, name, .. } => {
                let nearest = nearest(name, SETS);
                self.error(set, Problem::UnknownName { name: name.clone(), nearest })
            }
            _ => self.error(set, Problem::UnknownName { name: self.text(set), nearest: None }),
        }
    }
}

/// Words for sets.
const SETS: [&str; 5] = ["actors", "holders", "events", "values", "deployed"];

/// What the variable of a fold is.
#[derive(Debug)]
pub(super) enum Element {
    Address,
    Value(Type),
    Event(Arc<Event>),
}

impl Element {
    fn slot(&self, variable: &str, set: Set) -> Slot {
        let (kind, set) = match self {
            Self::Address => (Type::Address, Some(set)),
            Self::Value(kind) => (*kind, Some(set)),
            Self::Event(_) => (Type::Address, None),
        };
        Slot { name: variable.to_owned(), kind, set }
    }

    fn bound(&self, slot: usize) -> Bound {
        match self {
            Self::Address | Self::Value(_) => Bound::Local(slot),
            Self::Event(event) => Bound::Event(slot, Arc::clone(event)),
        }
    }
}
