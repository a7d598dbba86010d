//! Events: which ones a fold runs over, and their fields.

use super::{Checked, Compiler, Problem, Type, Typed, abi, builtin::Element, nearest, scope::Bound};
use crate::{
    invariant::{
        compiled::{Field, FieldPlace, Node, Set},
        events::{EventSource, Listening},
        language::{Expression, Kind},
    },
    protocol::Judgement,
};
use alloy_json_abi::Event;
use std::sync::Arc;

/// How an expression names a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldName<'a> {
    Name(&'a str),
    Number(usize),
}

impl Compiler<'_> {
    /// `events(vault.Deposit)`: those of the judged call, or since the base state.
    pub(super) fn events(&mut self, set: &Expression, arguments: &[Expression]) -> Checked<(Set, Element)> {
        let [argument] = arguments else {
            return self.error(set, Problem::Arguments { name: "events".to_owned(), expected: EXPECTED });
        };
        self.outside_ghost(set)?;
        self.outside_call(set)?;
        self.not_supposed(set, "events")?;
        if self.capture.is_some() {
            return self.error(set, Problem::LateParameter { name: self.text(set) });
        }
        let (source, event) = self.event("events", argument)?;
        let set = if self.on == Judgement::Call {
            Set::CallEvents(self.listen(Listening::on_calls(source)))
        } else {
            Set::Events(self.listen(Listening::always(source)))
        };
        Ok((set, Element::Event(Arc::new(event))))
    }

    pub(super) fn listen(&mut self, wanted: Listening) -> usize {
        self.listens.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.listens.push(wanted);
            self.listens.len() - 1
        })
    }

    /// The event that `vault.Deposit` names.
    pub(super) fn event(&self, builtin: &str, argument: &Expression) -> Checked<(EventSource, Event)> {
        let malformed = || self.error(argument, Problem::Arguments { name: builtin.to_owned(), expected: EXPECTED });
        let Kind::Member { base, name } = &argument.kind else { return malformed() };
        let Kind::Name(contract) = &base.kind else { return malformed() };
        let Some(index) = self.contract_named(contract) else {
            return self.error(base, super::unknown(self.protocol, &self.source, contract));
        };
        let deployed = &self.protocol.contracts[index];
        let (contract, abi) = (deployed.name.clone(), &deployed.artifact.abi);
        match abi.event(name).map_or(&[][..], Vec::as_slice) {
            [event] if event.anonymous => self.error(argument, Problem::AnonymousEvent { event: event.signature() }),
            [event] => {
                let source = EventSource { contract: deployed.address, topic: event.selector() };
                Ok((source, event.clone()))
            }
            [] => {
                let nearest = nearest(name, abi.events().map(|event| event.name.as_str()));
                self.error(argument, Problem::MissingEvent { contract, event: name.clone(), nearest })
            }
            several => {
                let known = several.iter().map(Event::signature).collect::<Vec<_>>().join(", ");
                self.error(argument, Problem::SeveralEvents { contract, event: name.clone(), known })
            }
        }
    }

    /// Whether `name` is the variable of a fold over events.
    pub(super) fn is_event(&self, name: &str) -> bool {
        matches!(self.source.find(name), Some(Bound::Event(..)))
    }

    /// `e.value` or `e.2`, where `variable` is `e`.
    pub(super) fn field(&self, expression: &Expression, variable: &str, name: FieldName<'_>) -> Checked<Typed> {
        let Some(Bound::Event(slot, event)) = self.source.find(variable) else {
            return self.error(expression, super::unknown(self.protocol, &self.source, variable));
        };
        let (place, kind) = self.place_of(expression, event, name)?;
        if self.capture.is_some() {
            return self.error(expression, Problem::LateParameter { name: self.text(expression) });
        }
        let field = Field { slot: *slot, place, text: self.text(expression) };
        Ok(Typed { node: Node::Field(Box::new(field)), kind })
    }

    /// Where an event has a field, and the type of its values.
    pub(super) fn place_of(
        &self,
        expression: &Expression,
        event: &Event,
        name: FieldName<'_>,
    ) -> Checked<(FieldPlace, Type)> {
        let (index, field) = match name {
            FieldName::Name(name) => (event.inputs.iter().position(|input| input.name == name), name.to_owned()),
            FieldName::Number(number) => (Some(number), number.to_string()),
        };
        match index.and_then(|index| abi::field(event, index)) {
            Some((place, word)) => Ok((place, word.kind())),
            None => self.error(expression, Problem::NoField { event: event.signature(), field }),
        }
    }
}

const EXPECTED: &str = "an event of a contract, as in `events(vault.Deposit)`";
