//! From syntax to meaning: names resolved and types checked against a protocol, once, when a campaign starts.

mod abi;
mod builtin;
mod calls;
mod constants;
mod error;
mod events;
mod ghosts;
mod numeric;
mod probe;
mod scope;
mod sets;
mod storage;
mod view;

pub(super) use constants::check_constants;
pub(super) use error::nearest;
pub use error::{ExpressionError, Problem};
pub(super) use ghosts::compile_ghost;

use super::{
    compiled::{Compare, Compiled, Node, Phase, Set, Site},
    events::Listening,
    language::{BinaryOperator, Expression, Kind, Render, UnaryOperator, locate, parse},
    value::{Arithmetic, Comparison, Type, Value, negate, plain},
};
use crate::protocol::{Judgement, Place, Protocol, ViewSource};
use events::FieldName;
use scope::{Bound, Slot, Source, is_reserved, unknown};

/// Nodes that an expression may have once the views of roles are filled in.
const MAX_NODES: usize = 20_000;
/// Depth of the same.
const MAX_DEPTH: usize = 256;

/// What is compiled, and in which surroundings.
#[derive(Debug, Clone)]
pub(super) struct Request<'a> {
    /// The text.
    pub text: &'a str,
    /// Where it begins.
    pub place: &'a Place,
    /// When it is judged.
    pub on: Judgement,
    /// Role variables: name, and index into the protocol's role bindings.
    pub roles: &'a [(String, usize)],
    /// The type that it must have.
    pub kind: Option<Type>,
    /// Views that roles have where neither `heist.toml` nor the ABI names them.
    pub views: &'a [ViewSource],
}

/// Compiles an expression for a protocol.
///
/// # Errors
///
/// When it cannot be read, or means nothing for the protocol.
pub(super) fn compile(protocol: &Protocol, request: &Request<'_>) -> Result<Compiled, ExpressionError> {
    Compiler::new(protocol, request).compile(request.kind)
}

/// A node and the type of its value.
#[derive(Debug, Clone)]
struct Typed {
    node: Node,
    kind: Type,
}

/// An `old(..)` or `initial(..)` that is being compiled.
#[derive(Debug)]
struct Capture {
    phase: Phase,
    /// Locals below this slot belong to the surroundings.
    floor: usize,
    /// Those of them that it uses.
    used: Vec<(usize, Set)>,
}

struct Compiler<'a> {
    protocol: &'a Protocol,
    views: &'a [ViewSource],
    on: Judgement,
    source: Source,
    slots: Vec<Slot>,
    most_slots: usize,
    nodes: usize,
    depth: usize,
    /// Role views that are being filled in: binding and name.
    expanding: Vec<(usize, String)>,
    capture: Option<Capture>,
    /// Calls of `after` around the present place.
    supposing: usize,
    /// What is compiled says what a ghost adds.
    of_ghost: bool,
    /// Conditions on the call under which the present place is reached.
    gates: Vec<(Node, bool)>,
    old: Vec<Site>,
    initial: Vec<Site>,
    listens: Vec<Listening>,
}

type Checked<T> = Result<T, ExpressionError>;

impl<'a> Compiler<'a> {
    fn new(protocol: &'a Protocol, request: &Request<'a>) -> Self {
        let names = request.roles.iter().map(|(name, binding)| (name.clone(), Bound::Role(*binding))).collect();
        Self {
            protocol,
            views: request.views,
            on: request.on,
            source: Source { text: request.text.to_owned(), place: request.place.clone(), names },
            slots: Vec::new(),
            most_slots: 0,
            nodes: 0,
            depth: 0,
            expanding: Vec::new(),
            capture: None,
            supposing: 0,
            of_ghost: false,
            gates: Vec::new(),
            old: Vec::new(),
            initial: Vec::new(),
            listens: Vec::new(),
        }
    }

    /// Compiles the source, which must have a value of type `kind` where there is one.
    fn compile(mut self, kind: Option<Type>) -> Checked<Compiled> {
        let expression = self.parse()?;
        let typed = self.expression(&expression)?;
        if let Some(kind) = kind {
            self.demand(&expression, kind, typed.kind)?;
        }
        Ok(Compiled {
            root: typed.node,
            kind: typed.kind,
            text: self.text(&expression),
            slots: self.most_slots,
            old: self.old,
            initial: self.initial,
            listens: self.listens,
        })
    }
}

impl Compiler<'_> {
    fn parse(&self) -> Checked<Expression> {
        parse(&self.source.text).map_err(|(error, offset)| self.error_at(offset, error.into()))
    }

    fn error_at(&self, offset: usize, problem: Problem) -> ExpressionError {
        ExpressionError { place: locate(&self.source.place, &self.source.text, offset), problem }
    }

    fn error<T>(&self, expression: &Expression, problem: Problem) -> Checked<T> {
        Err(self.error_at(expression.offset, problem))
    }

    fn demand(&self, expression: &Expression, expected: Type, found: Type) -> Checked<()> {
        if expected == found { Ok(()) } else { self.error(expression, Problem::Mismatch { expected, found }) }
    }

    /// The expression as people read it: role variables appear as the contracts that they stand for.
    fn text(&self, expression: &Expression) -> String {
        let names = |name: &str| match self.source.find(name) {
            Some(Bound::Role(binding)) => {
                let contract = self.protocol.roles[*binding].contract;
                Some(self.protocol.contracts[contract].name.clone())
            }
            _ => None,
        };
        Render { expression, names: &names }.to_string()
    }

    fn expression(&mut self, expression: &Expression) -> Checked<Typed> {
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.depth >= MAX_DEPTH {
            return self.error(expression, Problem::TooLarge);
        }
        self.depth += 1;
        let result = self.kind(expression);
        self.depth -= 1;
        result
    }

    fn typed(&mut self, expression: &Expression, expected: Type) -> Checked<Node> {
        let Typed { node, kind } = self.expression(expression)?;
        self.demand(expression, expected, kind)?;
        Ok(node)
    }

    fn kind(&mut self, expression: &Expression) -> Checked<Typed> {
        if let Some(typed) = self.storage(expression) {
            return typed;
        }
        let constant = |value, kind| Ok(Typed { node: Node::Constant(value), kind });
        match &expression.kind {
            Kind::Integer(value) => constant(Value::Integer(*value), Type::Integer),
            Kind::Ratio(parts) => constant(Value::Integer(*parts), Type::Ratio),
            Kind::Boolean(value) => constant(Value::Boolean(plain(*value)), Type::Boolean),
            Kind::Address(address) => constant(Value::Address(*address), Type::Address),
            Kind::Text(_) => self.error(expression, Problem::TextAlone),
            Kind::Name(name) => self.name(expression, name),
            Kind::Member { base, name } => self.member(expression, base, name),
            Kind::Call { base: None, name, arguments } => self.builtin(expression, name, arguments),
            Kind::Call { base: Some(base), name, arguments } => {
                self.call(&view::Call { expression, base, name, arguments, index: 0 })
            }
            Kind::Index { base, index } => match &base.kind {
                Kind::Call { base: Some(callee), name, arguments } => {
                    self.call(&view::Call { expression, base: callee, name, arguments, index: *index })
                }
                Kind::Call { base: None, name, arguments } if matches!(name.as_str(), "returned" | "result") => {
                    let typed = self.of_call(expression, (name, arguments), *index);
                    typed.unwrap_or_else(|| self.error(expression, Problem::TooLarge))
                }
                Kind::Name(name) if self.is_event(name) => self.field(expression, name, FieldName::Number(*index)),
                _ => self.error(
                    expression,
                    Problem::Arguments { name: format!(".{index}"), expected: "the call of a view before it" },
                ),
            },
            Kind::Unary { operator, operand } => self.unary(*operator, operand),
            Kind::Binary { operator, left, right } => self.binary(expression, *operator, left, right),
            Kind::Conditional { condition, yes, no } => {
                let condition = self.typed(condition, Type::Boolean)?;
                let yes = self.expression(yes)?;
                let no_node = self.typed(no, yes.kind)?;
                Ok(Typed { node: Node::Conditional(Box::new((condition, yes.node, no_node))), kind: yes.kind })
            }
            Kind::Fold { .. } => self.fold(expression),
        }
    }

    fn name(&mut self, expression: &Expression, name: &str) -> Checked<Typed> {
        let address = |address| Ok(Typed { node: Node::Constant(Value::Address(address)), kind: Type::Address });
        match self.source.find(name).cloned() {
            Some(Bound::Role(binding)) => {
                let contract = self.protocol.roles[binding].contract;
                return address(self.protocol.contracts[contract].address);
            }
            Some(Bound::Local(slot)) => return self.local(expression, slot),
            Some(Bound::Event(..)) => return self.error(expression, Problem::EventAlone { name: name.to_owned() }),
            Some(Bound::Argument(typed)) => {
                return match typed.node {
                    Node::Local(slot) => self.local(expression, slot),
                    Node::Sender => self.sender(expression),
                    _ => Ok(*typed),
                };
            }
            None => {}
        }
        if name == "sender" {
            return self.sender(expression);
        }
        let protocol = self.protocol;
        if let Some(constant) = protocol.vocabulary.constants.iter().find(|constant| constant.name == name) {
            return self.constant(expression, constant);
        }
        if let Some(ghost) = self.ghost_named(name) {
            return self.ghost(expression, ghost, &[]);
        }
        if let Some(found) = (!is_reserved(name)).then(|| self.protocol.address_of(name)).flatten() {
            return address(found);
        }
        self.error(expression, unknown(self.protocol, &self.source, name))
    }

    fn sender(&self, expression: &Expression) -> Checked<Typed> {
        self.call_only(expression, "sender")?;
        Ok(Typed { node: Node::Sender, kind: Type::Address })
    }

    fn call_only(&self, expression: &Expression, name: &'static str) -> Checked<()> {
        if self.on != Judgement::Call {
            return self.error(expression, Problem::CallOnly { name });
        }
        if self.capture.as_ref().is_some_and(|capture| capture.phase == Phase::Initial) {
            return self.error(expression, Problem::NotInitial { name });
        }
        Ok(())
    }

    fn local(&mut self, expression: &Expression, slot: usize) -> Checked<Typed> {
        let Slot { name, kind, set } = self.slots[slot].clone();
        if let Some(capture) = self.capture.as_mut().filter(|capture| slot < capture.floor) {
            // A parameter is computed after the call: the value before it is not known when the capture is taken.
            // So is what events will tell when values of the base state are taken.
            let late = |set: &Set| matches!(set, Set::Values(_)) && capture.phase == Phase::Initial;
            let Some(set) = set.filter(|set| !late(set)) else {
                return self.error(expression, Problem::LateParameter { name });
            };
            if !capture.used.iter().any(|(used, _)| *used == slot) {
                capture.used.push((slot, set));
            }
        }
        Ok(Typed { node: Node::Local(slot), kind })
    }

    /// Opens a local variable while `body` is compiled.
    fn with_slot<T>(&mut self, slot: Slot, body: impl FnOnce(&mut Self, usize) -> Checked<T>) -> Checked<T> {
        let index = self.slots.len();
        self.slots.push(slot);
        self.most_slots = self.most_slots.max(self.slots.len());
        let result = body(self, index);
        self.slots.truncate(index);
        result
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Expression) -> Checked<Typed> {
        if operator == UnaryOperator::Not {
            let node = match self.typed(operand, Type::Boolean)? {
                Node::Constant(Value::Boolean(margin)) => Node::Constant(Value::Boolean(negate(margin))),
                node => Node::Not(Box::new(node)),
            };
            return Ok(Typed { node, kind: Type::Boolean });
        }
        let node = match self.typed(operand, Type::Integer)? {
            // Literals are never the smallest number, the only one without a negative.
            Node::Constant(Value::Integer(value)) => Node::Constant(Value::Integer(value.saturating_neg())),
            node => Node::Negate(Box::new(node)),
        };
        Ok(Typed { node, kind: Type::Integer })
    }

    fn binary(
        &mut self,
        expression: &Expression,
        operator: BinaryOperator,
        left: &Expression,
        right: &Expression,
    ) -> Checked<Typed> {
        use BinaryOperator as Op;
        let arithmetic = match operator {
            Op::And | Op::Or => return self.logic(operator == Op::Or, left, right),
            Op::Equal => return self.compare(Comparison::Equal, left, right),
            Op::NotEqual => return self.compare(Comparison::NotEqual, left, right),
            Op::Less => return self.compare(Comparison::Less, left, right),
            Op::AtMost => return self.compare(Comparison::AtMost, left, right),
            Op::Greater => return self.compare(Comparison::Greater, left, right),
            Op::AtLeast => return self.compare(Comparison::AtLeast, left, right),
            Op::Add => Arithmetic::Add,
            Op::Subtract => Arithmetic::Subtract,
            Op::Multiply => Arithmetic::Multiply,
            Op::Divide => Arithmetic::Divide,
            Op::Remainder => Arithmetic::Remainder,
        };
        let sides = (self.typed(left, Type::Integer)?, self.typed(right, Type::Integer)?);
        self.arithmetic(expression, arithmetic, sides)
    }

    fn compare(&mut self, comparison: Comparison, left: &Expression, right: &Expression) -> Checked<Typed> {
        let first = self.expression(left)?;
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            self.demand(left, Type::Integer, first.kind)?;
        }
        let second = self.typed(right, first.kind)?;
        let compare = Compare {
            comparison,
            left: first.node,
            right: second,
            left_text: self.text(left),
            right_text: self.text(right),
        };
        Ok(Typed { node: Node::Compare(Box::new(compare)), kind: Type::Boolean })
    }

    fn logic(&mut self, or: bool, left: &Expression, right: &Expression) -> Checked<Typed> {
        let left = self.typed(left, Type::Boolean)?;
        let gate = looks_only_at_call(&left);
        if gate {
            self.gates.push((left.clone(), !or));
        }
        let right = self.typed(right, Type::Boolean);
        if gate {
            self.gates.pop();
        }
        Ok(Typed { node: Node::Logic { or, gate, sides: Box::new((left, right?)) }, kind: Type::Boolean })
    }
}

/// Whether the value needs no state and no variable: it can be told before the call.
fn looks_only_at_call(node: &Node) -> bool {
    match node {
        Node::Constant(_) | Node::Sender | Node::Called(_) => true,
        Node::Not(inner) | Node::Negate(inner) => looks_only_at_call(inner),
        Node::Arithmetic(_, sides) | Node::Logic { sides, .. } => {
            looks_only_at_call(&sides.0) && looks_only_at_call(&sides.1)
        }
        Node::Compare(compare) => looks_only_at_call(&compare.left) && looks_only_at_call(&compare.right),
        Node::Conditional(parts) => {
            looks_only_at_call(&parts.0) && looks_only_at_call(&parts.1) && looks_only_at_call(&parts.2)
        }
        _ => false,
    }
}
