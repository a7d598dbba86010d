//! What a finding says about a violated expression: the comparison that failed, with its numbers.

use super::{
    compiled::{Compare, Compiled, Each, Fold, Node, Supposition, Wanted},
    eval::{Elements, Frame},
    language::FoldKind,
    scene::{Memory, Scene},
    value::{Undecided, Value, Verdict},
};
use crate::protocol::Protocol;
use alloy_dyn_abi::{DynSolValue, EventExt};
use alloy_primitives::Log;
use std::fmt::Write;

/// Numbers that one comparison lists.
const MAX_OPERANDS: usize = 8;
/// Comparisons that one explanation lists.
const MAX_LINES: usize = 8;

/// A comparison that decided a verdict, with the values of its sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operands {
    /// The element of a fold that it is about, as `x = alice`.
    pub element: Option<String>,
    /// How the left side is written, and its value.
    pub left: (String, Value),
    /// The relation that was found, the opposite of the one that should hold.
    pub relation: &'static str,
    /// How the right side is written, and its value.
    pub right: (String, Value),
    /// Views and other sources inside the sides, with their values.
    pub parts: Vec<(String, Value)>,
}

/// How people read a value: addresses by name.
pub(super) fn show(protocol: &Protocol, value: Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Boolean(margin) => (!margin.is_negative()).to_string(),
        Value::Address(address) => protocol.name_of(address).map_or_else(|| address.to_string(), str::to_owned),
    }
}

/// How people read an event: its name and its fields, as far as the ABI of its contract tells.
fn event(protocol: &Protocol, log: &Log) -> String {
    let topic = log.data.topics().first();
    let contract = protocol.contracts.iter().find(|contract| contract.address == log.address);
    let known =
        contract.and_then(|contract| contract.artifact.abi.events().find(|event| Some(&event.selector()) == topic));
    let Some((event, decoded)) = known.and_then(|event| {
        Some((event, event.decode_log_parts(log.data.topics().iter().copied(), &log.data.data).ok()?))
    }) else {
        return "an event".to_owned();
    };
    let (mut indexed, mut others) = (decoded.indexed.iter(), decoded.body.iter());
    let fields = event.inputs.iter().filter_map(|input| {
        let value = if input.indexed { indexed.next() } else { others.next() }?;
        let shown = match value {
            DynSolValue::Address(address) => show(protocol, Value::Address(*address)),
            DynSolValue::Uint(number, _) => number.to_string(),
            DynSolValue::Int(number, _) => number.to_string(),
            DynSolValue::Bool(truth) => truth.to_string(),
            _ => return None,
        };
        Some(if input.name.is_empty() { shown } else { format!("{} {shown}", input.name) })
    });
    format!("{}({})", event.name, fields.collect::<Vec<_>>().join(", "))
}

/// The comparisons that made an expression false, in the order of the text; none when it holds or is undecided.
pub(super) fn operands(compiled: &Compiled, scene: &mut Scene<'_>, memory: &Memory) -> Vec<Operands> {
    let frame = Frame::new(compiled, scene, memory);
    let mut explainer = Explainer { frame, elements: Vec::new(), lines: Vec::new() };
    explainer.why_false(&compiled.root);
    explainer.lines
}

/// The same as text, one comparison a line.
pub(super) fn text(protocol: &Protocol, operands: &[Operands], verdict: Result<Verdict, Undecided>) -> String {
    let mut text = String::new();
    for line in operands {
        if !text.is_empty() {
            text.push('\n');
        }
        if let Some(element) = &line.element {
            let _ = write!(text, "for {element}: ");
        }
        let side = |(written, value): &(String, Value)| {
            let shown = show(protocol, *value);
            if *written == shown { shown } else { format!("{written} = {shown}") }
        };
        let _ = write!(text, "{} {} {}", side(&line.left), line.relation, side(&line.right));
        let parts: Vec<String> = line.parts.iter().map(side).collect();
        if !parts.is_empty() {
            let _ = write!(text, " (with {})", parts.join(", "));
        }
    }
    if text.is_empty() {
        text = match verdict {
            Ok(Verdict { holds: true, .. }) => "it holds".to_owned(),
            Ok(Verdict { margin, .. }) => format!("it does not hold (margin {margin})"),
            Err(reason) => format!("undecided: {reason}"),
        };
    }
    text
}

struct Explainer<'f, 'a> {
    frame: Frame<'f, 'a>,
    elements: Vec<String>,
    lines: Vec<Operands>,
}

impl Explainer<'_, '_> {
    fn is(&mut self, truth: bool, node: &Node) -> bool {
        if truth { self.is_true(node) } else { self.is_false(node) }
    }

    fn why(&mut self, truth: bool, node: &Node) {
        if truth {
            self.why_true(node);
        } else {
            self.why_false(node);
        }
    }

    fn is_false(&mut self, node: &Node) -> bool {
        self.frame.truth(node).is_ok_and(|margin| margin.is_negative())
    }

    fn is_true(&mut self, node: &Node) -> bool {
        self.frame.truth(node).is_ok_and(|margin| !margin.is_negative())
    }

    fn why_false(&mut self, node: &Node) {
        if self.lines.len() >= MAX_LINES || !self.is_false(node) {
            return;
        }
        match node {
            Node::Compare(compare) => self.compare(compare, compare.comparison.opposite()),
            Node::Logic { sides, .. } => {
                self.why_false(&sides.0);
                self.why_false(&sides.1);
            }
            Node::Not(inner) => self.why_true(inner),
            Node::Fold(fold) if matches!(fold.kind, FoldKind::All) => self.element(fold, false),
            Node::Each(each) if matches!(each.kind, FoldKind::All) => self.contract(each, false),
            _ => self.why_choice(false, node),
        }
    }

    /// What explains a truth as well as its opposite.
    fn why_choice(&mut self, truth: bool, node: &Node) {
        match node {
            Node::Let { slot, value, body } if self.store(*slot, value) => self.why(truth, body),
            Node::Conditional(parts) => {
                let chosen = if self.is_true(&parts.0) { &parts.1 } else { &parts.2 };
                self.why(truth, chosen);
            }
            Node::Try(parts) => {
                let chosen = if self.frame.value(&parts.0).is_ok() { &parts.0 } else { &parts.1 };
                self.why(truth, chosen);
            }
            Node::View(view) => self.truth(&view.1, node),
            Node::Supposed(supposition) => self.supposed(supposition, node),
            _ => {}
        }
    }

    /// What is false behind a call that nobody made, or that such a call fails.
    fn supposed(&mut self, supposition: &Supposition, node: &Node) {
        match &supposition.wanted {
            Wanted::State(body) if self.frame.enter(supposition).is_ok() => {
                self.elements.push(format!("the state after {}", supposition.call));
                self.why_false(body);
                self.elements.pop();
                self.frame.leave(supposition);
            }
            _ => self.truth(&supposition.text, node),
        }
    }

    fn why_true(&mut self, node: &Node) {
        if self.lines.len() >= MAX_LINES {
            return;
        }
        match node {
            Node::Compare(compare) => self.compare(compare, compare.comparison.symbol()),
            Node::Not(inner) => self.why_false(inner),
            Node::Logic { sides, .. } => {
                for side in [&sides.0, &sides.1] {
                    if self.is_true(side) {
                        self.why_true(side);
                    }
                }
            }
            Node::View(view) => self.truth(&view.1, node),
            Node::Supposed(supposition) => self.truth(&supposition.text, node),
            Node::Fold(fold) if matches!(fold.kind, FoldKind::Any) => self.element(fold, true),
            Node::Each(each) if matches!(each.kind, FoldKind::Any) => self.contract(each, true),
            _ => self.why_choice(true, node),
        }
    }

    fn store(&mut self, slot: usize, value: &Node) -> bool {
        let value = self.frame.value(value);
        match (value, self.frame.locals.get_mut(slot)) {
            (Ok(value), Some(local)) => {
                *local = (value, 0);
                true
            }
            _ => false,
        }
    }

    /// The first element that is so.
    fn element(&mut self, fold: &Fold, truth: bool) {
        let Ok(elements) = self.frame.elements(fold.set) else { return };
        for index in 0..self.frame.count(fold, &elements) {
            if self.frame.bind(fold.slot, &elements, index).is_err() || !self.is(truth, &fold.body) {
                continue;
            }
            let name = self.name(fold, &elements, index);
            self.elements.push(format!("{} = {name}", fold.variable));
            self.why(truth, &fold.body);
            self.elements.pop();
            return;
        }
    }

    /// The first contract that is so.
    fn contract(&mut self, each: &Each, truth: bool) {
        if let Some((name, body)) = each.bodies.iter().find(|(_, body)| self.is(truth, body)) {
            self.elements.push(format!("{} = {name}", each.variable));
            self.why(truth, body);
            self.elements.pop();
        }
    }

    /// How people read an element: an address by name, an event by its fields.
    fn name(&self, fold: &Fold, elements: &Elements<'_>, index: usize) -> String {
        let protocol = self.frame.scene.protocol();
        match elements {
            Elements::Events(events) => events.get(index).map(|log| event(protocol, log)).unwrap_or_default(),
            Elements::Actors(_) | Elements::Addresses(_) | Elements::Values(_) => {
                self.frame.locals.get(fold.slot).map(|(value, _)| show(protocol, *value)).unwrap_or_default()
            }
        }
    }

    fn compare(&mut self, compare: &Compare, relation: &'static str) {
        let (Ok(left), Ok(right)) = (self.frame.value(&compare.left), self.frame.value(&compare.right)) else { return };
        let mut parts = Vec::new();
        self.parts(&compare.left, &mut parts);
        self.parts(&compare.right, &mut parts);
        parts.retain(|(text, _)| *text != compare.left_text && *text != compare.right_text);
        let element = (!self.elements.is_empty()).then(|| self.elements.join(", "));
        let (left, right) = ((compare.left_text.clone(), left), (compare.right_text.clone(), right));
        self.lines.push(Operands { element, left, relation, right, parts });
    }

    fn truth(&mut self, text: &str, node: &Node) {
        let Ok(value) = self.frame.value(node) else { return };
        let Value::Boolean(margin) = value else { return };
        let element = (!self.elements.is_empty()).then(|| self.elements.join(", "));
        let expected = Value::Boolean(super::value::negate(margin));
        let right = (show(self.frame.scene.protocol(), expected), expected);
        self.lines.push(Operands { element, left: (text.to_owned(), value), relation: "!=", right, parts: Vec::new() });
    }

    /// Sources of numbers below a node, outside folds: their bodies have a value for each element.
    fn parts(&mut self, node: &Node, parts: &mut Vec<(String, Value)>) {
        if parts.len() >= MAX_OPERANDS {
            return;
        }
        let text: &str = match node {
            Node::View(view) => &view.1,
            Node::Supposed(supposition) => &supposition.text,
            Node::Captured { text, .. } => text,
            Node::Balance(leaf) | Node::Minted(leaf) | Node::Burned(leaf) => &leaf.text,
            Node::Argument(told) | Node::Returned(told) => &told.text,
            Node::Field(field) => &field.text,
            Node::Ghost(read) => &read.text,
            Node::Stored(stored) => &stored.text,
            Node::Wei => "msg.value",
            Node::Timestamp => "block.timestamp",
            Node::BlockNumber => "block.number",
            Node::Negate(inner) | Node::Not(inner) => return self.parts(inner, parts),
            Node::Arithmetic(_, sides) => {
                self.parts(&sides.0, parts);
                return self.parts(&sides.1, parts);
            }
            Node::Conditional(choices) => {
                let chosen = if self.is_true(&choices.0) { &choices.1 } else { &choices.2 };
                return self.parts(chosen, parts);
            }
            Node::Let { slot, value, body } => {
                self.parts(value, parts);
                if self.store(*slot, value) {
                    self.parts(body, parts);
                }
                return;
            }
            Node::Try(choices) => {
                let chosen = if self.frame.value(&choices.0).is_ok() { &choices.0 } else { &choices.1 };
                return self.parts(chosen, parts);
            }
            _ => return,
        };
        if parts.iter().any(|(known, _)| known == text) {
            return;
        }
        if let Ok(value) = self.frame.value(node) {
            parts.push((text.to_owned(), value));
        }
    }
}
