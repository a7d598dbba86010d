//! Evaluation of compiled expressions.

mod fold;
mod storage;

pub(super) use fold::Elements;

use super::{
    compiled::{Compiled, Field, Invocation, Node, Phase, Set, Site, Told, ViewCall},
    scene::{Captures, Memory, Scene, Sent},
    value::{Undecided, Value, Verdict, compute, negate, plain, unsigned},
    views::Answer,
};
use alloy_primitives::{Address, Log, aliases::I512};

/// Nodes that one evaluation may visit; a call of a view counts as many.
const FUEL: u32 = 1_000_000;
const FUEL_OF_VIEW: u32 = 200;
/// The same for a call that nobody made: it may do much.
pub(super) const FUEL_OF_CALL: u32 = 1_000;
/// Values that one `old` or `initial` may take.
const MAX_CAPTURES: usize = 16_384;

type Evaluated<T> = Result<T, Undecided>;

/// The value of an expression in a scene.
///
/// # Errors
///
/// Why it has none.
pub(super) fn evaluate(compiled: &Compiled, scene: &mut Scene<'_>, memory: &Memory) -> Evaluated<Value> {
    Frame::new(compiled, scene, memory).value(&compiled.root)
}

/// The verdict on an expression that is a truth.
///
/// # Errors
///
/// Why there is none.
pub(super) fn judge(compiled: &Compiled, scene: &mut Scene<'_>, memory: &Memory) -> Evaluated<Verdict> {
    Frame::new(compiled, scene, memory).truth(&compiled.root).map(Verdict::of)
}

/// The value of what a ghost says of an event, or of the call of the scene.
///
/// # Errors
///
/// Why it has none.
pub(super) fn evaluate_on<'a>(compiled: &Compiled, scene: &mut Scene<'a>, log: Option<&'a Log>) -> Evaluated<Value> {
    let memory = Memory::default();
    let mut frame = Frame::new(compiled, scene, &memory);
    // The event is the first variable.
    frame.logs.extend(log.map(|log| (0, log)));
    frame.value(&compiled.root)
}

/// Takes the values of `phase` that an expression needs.
pub(super) fn capture(compiled: &Compiled, phase: Phase, scene: &mut Scene<'_>, memory: &mut Memory) {
    let sites = match phase {
        Phase::Old => &compiled.old,
        Phase::Initial => &compiled.initial,
    };
    if sites.is_empty() {
        return;
    }
    let mut captures = std::mem::take(match phase {
        Phase::Old => &mut memory.old,
        Phase::Initial => &mut memory.initial,
    });
    captures.clear();
    if sites.iter().any(|site| site.slots.iter().any(|(_, set)| *set == Set::Holders)) {
        captures.holders = scene.holders().map_or(0, <[Address]>::len);
    }
    let mut frame = Frame::new(compiled, scene, memory);
    captures.known = frame.known(sites);
    for site in sites {
        frame.take(site, &mut captures);
    }
    *match phase {
        Phase::Old => &mut memory.old,
        Phase::Initial => &mut memory.initial,
    } = captures;
}

/// A running evaluation.
pub(super) struct Frame<'f, 'a> {
    compiled: &'f Compiled,
    pub(super) scene: &'f mut Scene<'a>,
    pub(super) memory: &'f Memory,
    /// Values of local variables, with the element's index for a fold's.
    pub(super) locals: Vec<(Value, usize)>,
    /// Events that folds are at, by the folds' variables.
    logs: Vec<(usize, &'a Log)>,
    fuel: u32,
}

impl<'f, 'a> Frame<'f, 'a> {
    pub(super) fn new(compiled: &'f Compiled, scene: &'f mut Scene<'a>, memory: &'f Memory) -> Self {
        let locals = vec![(Value::Integer(I512::ZERO), 0); compiled.slots];
        Self { compiled, scene, memory, locals, logs: Vec::new(), fuel: FUEL }
    }

    pub(super) fn burn(&mut self, amount: u32) -> Evaluated<()> {
        self.fuel = self.fuel.checked_sub(amount).ok_or(Undecided::TooMuch)?;
        Ok(())
    }

    /// The value of a node, as if nothing had been evaluated before it.
    pub(super) fn value_afresh(&mut self, node: &Node) -> Evaluated<Value> {
        self.fuel = FUEL;
        self.value(node)
    }

    pub(super) fn value(&mut self, node: &Node) -> Evaluated<Value> {
        self.burn(1)?;
        Ok(match node {
            Node::Constant(value) => *value,
            Node::Text(_) => return Err(Undecided::Malformed),
            Node::Local(slot) => self.locals.get(*slot).ok_or(Undecided::NotCaptured)?.0,
            Node::Sender => Value::Address(self.scene.call().ok_or(Undecided::NotCaptured)?.sender),
            Node::Timestamp => Value::Integer(I512::try_from(self.scene.block().timestamp).unwrap_or_default()),
            Node::BlockNumber => Value::Integer(I512::try_from(self.scene.block().number).unwrap_or_default()),
            Node::Called(functions) => {
                let function = self.scene.call().ok_or(Undecided::NotCaptured)?.function;
                Value::Boolean(plain(function.is_some_and(|function| functions.contains(&function))))
            }
            Node::Argument(told) => self.told(told, |sent| sent.input.get(4..))?,
            Node::Returned(told) => self.told(told, |sent| sent.output.as_ref().map(|output| &output[..]))?,
            Node::Wei => Value::Integer(unsigned(self.scene.sent().ok_or(Undecided::NotCaptured)?.value)),
            Node::Field(field) => self.field(field)?,
            Node::Balance(leaf) => {
                let address = self.address(&leaf.operand)?;
                Value::Integer(self.scene.balance(address))
            }
            Node::Stored(stored) => self.stored(stored)?,
            Node::Ghost(read) => {
                let key = read.key.as_ref().map(|key| self.address(key)).transpose()?;
                Value::Integer(self.scene.ghost(read.ghost, key)?)
            }
            Node::Minted(leaf) => {
                let token = self.address(&leaf.operand)?;
                Value::Integer(self.scene.minted(token)?)
            }
            Node::Burned(leaf) => {
                let token = self.address(&leaf.operand)?;
                Value::Integer(self.scene.burned(token)?)
            }
            Node::View(view) => self.view(&view.0)?,
            Node::Supposed(supposition) => self.supposed(supposition)?,
            Node::Captured { phase, site, .. } => self.captured(*phase, *site)?,
            Node::Let { slot, value, body } => {
                let value = self.value(value)?;
                *self.locals.get_mut(*slot).ok_or(Undecided::NotCaptured)? = (value, 0);
                self.value(body)?
            }
            Node::Negate(inner) => Value::Integer(self.integer(inner)?.checked_neg().ok_or(Undecided::Overflow)?),
            Node::Not(inner) => Value::Boolean(negate(self.truth(inner)?)),
            Node::Arithmetic(operation, sides) => {
                let (left, right) = (self.integer(&sides.0)?, self.integer(&sides.1)?);
                Value::Integer(compute(*operation, left, right)?)
            }
            Node::Compare(compare) => {
                let margin = match (self.value(&compare.left)?, self.value(&compare.right)?) {
                    (Value::Integer(left), Value::Integer(right)) => compare.comparison.margin(left, right),
                    (Value::Boolean(left), Value::Boolean(right)) => {
                        compare.comparison.of_equality(left.is_negative() == right.is_negative())
                    }
                    (left, right) => compare.comparison.of_equality(left == right),
                };
                Value::Boolean(margin)
            }
            Node::Logic { or, gate, sides } => Value::Boolean(self.logic(*or, *gate, sides)?),
            Node::Conditional(parts) => {
                let chosen = if self.truth(&parts.0)?.is_negative() { &parts.2 } else { &parts.1 };
                self.value(chosen)?
            }
            Node::Try(parts) => match self.value(&parts.0) {
                Err(reason) if reason != Undecided::TooMuch => self.value(&parts.1)?,
                decided => decided?,
            },
            Node::Fold(fold) => self.fold(fold)?,
            Node::Each(each) => self.each(each)?,
        })
    }

    pub(super) fn truth(&mut self, node: &Node) -> Evaluated<I512> {
        match self.value(node)? {
            Value::Boolean(margin) => Ok(margin),
            // The check has matched types already.
            Value::Integer(_) | Value::Address(_) => Err(Undecided::Malformed),
        }
    }

    fn integer(&mut self, node: &Node) -> Evaluated<I512> {
        match self.value(node)? {
            Value::Integer(value) => Ok(value),
            Value::Boolean(_) | Value::Address(_) => Err(Undecided::Malformed),
        }
    }

    pub(super) fn address(&mut self, node: &Node) -> Evaluated<Address> {
        match self.value(node)? {
            Value::Address(address) => Ok(address),
            Value::Integer(_) | Value::Boolean(_) => Err(Undecided::Malformed),
        }
    }

    /// As in Solidity the left side comes first, and when it decides, trouble on the right does not matter. The right side is
    /// evaluated all the same where it can move the margin.
    fn logic(&mut self, or: bool, gate: bool, sides: &(Node, Node)) -> Evaluated<I512> {
        let left = self.truth(&sides.0)?;
        let decided = left.is_negative() != or;
        if decided && gate {
            return Ok(left);
        }
        match self.truth(&sides.1) {
            Ok(right) => Ok(if or { left.max(right) } else { left.min(right) }),
            Err(_) if decided => Ok(left),
            Err(reason) => Err(reason),
        }
    }

    /// A word of what the call carried or returned, where it is a call of one of these functions.
    fn told(&mut self, told: &Told, part: impl FnOnce(&'a Sent) -> Option<&'a [u8]>) -> Evaluated<Value> {
        let function = self.scene.call().and_then(|call| call.function);
        let place = told.places.iter().find(|(index, _)| function == Some(*index)).ok_or(Undecided::NotCaptured)?.1;
        place.read(self.scene.sent().and_then(part).ok_or(Undecided::NotCaptured)?)
    }

    /// A field of the event that a fold is at.
    fn field(&self, field: &Field) -> Evaluated<Value> {
        let (_, log) = self.logs.iter().find(|(slot, _)| *slot == field.slot).ok_or(Undecided::NotCaptured)?;
        field.place.read(log)
    }

    fn view(&mut self, call: &ViewCall) -> Evaluated<Value> {
        // What is supposed runs again with each view behind it.
        self.burn(FUEL_OF_VIEW.saturating_add(FUEL_OF_CALL.saturating_mul(self.scene.supposed())))?;
        let Invocation { template, target, holes } = &call.invocation;
        let read = |answer: &Answer| match answer {
            Ok(data) => call.result.read(data),
            Err(reason) => Err(*reason),
        };
        if target.is_none() && holes.is_empty() {
            return self.scene.ask(template, read);
        }
        // A view among the arguments finds no buffer and makes one of its own.
        let mut key = std::mem::take(&mut self.scene.scratch);
        key.clear();
        key.extend_from_slice(template);
        let value = self.fill(&call.invocation, &mut key).and_then(|()| self.scene.ask(&key, read));
        self.scene.scratch = key;
        value
    }

    /// Computes the parts of a call that are not constant.
    pub(super) fn fill(&mut self, call: &Invocation, key: &mut [u8]) -> Evaluated<()> {
        if let (Some(target), Some(bytes)) = (&call.target, key.get_mut(..20)) {
            bytes.copy_from_slice(self.address(target)?.as_slice());
        }
        for hole in &call.holes {
            let value = self.value(&hole.node)?;
            let word = hole.word.encode(value)?;
            if let Some(bytes) = key.get_mut(hole.offset..hole.offset + 32) {
                bytes.copy_from_slice(&word.to_be_bytes::<32>());
            }
        }
        Ok(())
    }

    /// The site's values lie in the order of its loops, the last variable fastest.
    fn captured(&mut self, phase: Phase, site: usize) -> Evaluated<Value> {
        let (memory, compiled) = (self.memory, self.compiled);
        let (captures, sites) = match phase {
            Phase::Old => (&memory.old, &compiled.old),
            Phase::Initial => (&memory.initial, &compiled.initial),
        };
        self.scene.uses.old |= phase == Phase::Old;
        let start = captures.starts.get(site).ok_or(Undecided::NotCaptured)?;
        let mut offset = 0_usize;
        for (slot, set) in &sites.get(site).ok_or(Undecided::NotCaptured)?.slots {
            let count = match set {
                Set::Actors => fold::actors(self.scene),
                Set::Holders => captures.holders,
                Set::Values(index) => captures.known.get(*index).copied().unwrap_or(0),
                // The check lets nothing be captured for an event.
                Set::Events(_) | Set::CallEvents(_) => return Err(Undecided::NotCaptured),
            };
            let index = self.locals.get(*slot).ok_or(Undecided::NotCaptured)?.1;
            offset = offset.saturating_mul(count).saturating_add(index);
        }
        captures.get(start.saturating_add(offset))
    }

    /// Takes the values of a site.
    fn take(&mut self, site: &Site, captures: &mut Captures) {
        let start = captures.values.len();
        let closed = site.gates.iter().any(|(gate, open)| {
            // A gate that cannot be told is left to the judge.
            self.truth(gate).is_ok_and(|margin| margin.is_negative() == *open)
        });
        if closed {
            captures.starts.push(usize::MAX);
            return;
        }
        captures.starts.push(start);
        if let Err(reason) = self.take_each(&site.node, &site.slots, captures) {
            captures.values.truncate(start);
            captures.values.push(Err(reason));
        }
    }

    fn take_each(&mut self, node: &Node, slots: &[(usize, Set)], captures: &mut Captures) -> Evaluated<()> {
        let Some(((slot, set), rest)) = slots.split_first() else {
            if captures.values.len() >= MAX_CAPTURES {
                return Err(Undecided::TooMuch);
            }
            let value = self.value(node);
            captures.values.push(value);
            return Ok(());
        };
        let elements = self.elements(*set)?;
        for index in 0..elements.len() {
            self.bind(*slot, &elements, index)?;
            self.take_each(node, rest, captures)?;
        }
        Ok(())
    }
}
