//! What an invariant says in one state: folds run over what is there, names are accounts, and what only this case tells is a number.
//! Other tools can be asked the same.

use super::{
    compiled::{Compiled, Crowd, Fold, Hole, Invocation, Node, Phase, Set, SlotStep, Supposition, ViewCall, Wanted},
    eval::Frame,
    language::FoldKind,
    scene::{Memory, Scene},
    supposition::stranger,
    value::{Type, Value},
};
use crate::protocol::Judgement;
use alloy_primitives::{Address, Bytes, U256, aliases::I512, keccak256};

pub use super::{
    compiled::{Return, Word},
    value::{Arithmetic, Comparison},
};

/// Terms that one invariant may take.
const MAX_TERMS: usize = 4_000;

/// An invariant in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrolled {
    /// What must hold.
    pub root: Term,
    /// When.
    pub on: Judgement,
    /// What is taken just before the call that is judged.
    pub old: Vec<Term>,
    /// What is taken in the base state.
    pub initial: Vec<Term>,
    /// Whether it looks at what the call returned.
    pub returned: bool,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A number.
    Integer(I512),
    /// True or false.
    Truth(bool),
    /// An account.
    Address(Address),
    /// Of the block.
    Timestamp,
    /// Of the block.
    BlockNumber,
    /// What an account has of the native coin.
    Balance(Box<Self>),
    /// A word of storage: whose, which, and the bytes behind the low end of it.
    Stored(Address, U256, usize, Word),
    /// What a view answers.
    View(Box<Question>),
    /// What the call that is judged returned.
    Returned(Return),
    /// What was taken before the call, as an index of [`Unrolled::old`].
    Old(usize, Type),
    /// What was taken in the base state, as an index of [`Unrolled::initial`].
    Initial(usize, Type),
    /// `-x`
    Negate(Box<Self>),
    /// `!x`
    Not(Box<Self>),
    /// Of two numbers.
    Arithmetic(Arithmetic, Box<(Self, Self)>),
    /// Of two numbers; of others only whether they are equal.
    Compare(Comparison, Box<(Self, Self)>),
    /// `&&`, and `||` where it is true.
    Logic(bool, Box<(Self, Self)>),
    /// `condition ? yes : no`
    Conditional(Box<(Self, Self, Self)>),
    /// Over at least one term; `count` is a sum.
    Fold(Folding, Vec<Self>),
    /// Of calls that nobody made.
    Supposed(Box<Supposed>),
}

/// Calls that nobody made, one behind the other, and what is asked about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposed {
    /// Sender, and the call; what it returns is nothing that is asked here.
    pub calls: Vec<(Term, Message)>,
    /// What is asked.
    pub asked: Asked,
}

/// What is asked about calls that nobody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Whether the only one succeeds.
    Success,
    /// What the only one returns.
    Returned(Return),
    /// A term in the state that they leave, if all succeed.
    State(Term),
}

/// How the terms of a fold become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// Their sum.
    Sum,
    /// Whether all hold.
    All,
    /// Whether one holds.
    Any,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// Whom to call with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The contract.
    pub target: Term,
    /// Calldata; where something is computed there are zeros.
    pub data: Bytes,
    /// What is computed: byte offset in the data, type, value.
    pub computed: Vec<(usize, Word, Term)>,
}

/// A call of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The call.
    pub message: Message,
    /// What of the answer is meant.
    pub result: Return,
}

impl Term {
    /// The type of its value.
    pub fn kind(&self) -> Type {
        match self {
            Self::Truth(_)
            | Self::Not(_)
            | Self::Compare(..)
            | Self::Logic(..)
            | Self::Fold(Folding::All | Folding::Any, _) => Type::Boolean,
            Self::Address(_) => Type::Address,
            Self::Stored(_, _, _, word) => word.kind(),
            Self::View(question) => question.result.kind.kind(),
            Self::Returned(result) => result.kind.kind(),
            Self::Old(_, kind) | Self::Initial(_, kind) => *kind,
            Self::Conditional(parts) => parts.1.kind(),
            Self::Supposed(supposed) => match &supposed.asked {
                Asked::Success => Type::Boolean,
                Asked::Returned(result) => result.kind.kind(),
                Asked::State(term) => term.kind(),
            },
            Self::Integer(_)
            | Self::Timestamp
            | Self::BlockNumber
            | Self::Balance(_)
            | Self::Negate(_)
            | Self::Arithmetic(..)
            | Self::Fold(Folding::Sum | Folding::Min | Folding::Max, _) => Type::Integer,
        }
    }
}

impl From<Value> for Term {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(number) => Self::Integer(number),
            Value::Boolean(margin) => Self::Truth(!margin.is_negative()),
            Value::Address(address) => Self::Address(address),
        }
    }
}

/// What `compiled` says in the state of a scene.
///
/// # Errors
///
/// What cannot be said so.
pub(super) fn unroll(
    compiled: &Compiled,
    on: Judgement,
    scene: &mut Scene<'_>,
    memory: &Memory,
) -> Result<Unrolled, &'static str> {
    if on == Judgement::Boundary {
        return Err("it is judged within a call");
    }
    let mut unroller = Unroller {
        compiled,
        frame: Frame::new(compiled, scene, memory),
        terms: vec![None; compiled.slots],
        depth: 0,
        old: Vec::new(),
        initial: Vec::new(),
        returned: false,
        phase: None,
        left: MAX_TERMS,
    };
    if unroller.frame.value_afresh(&compiled.root).is_err() {
        return Err("it is neither true nor false in this state");
    }
    let root = unroller.term(&compiled.root)?;
    let Unroller { old, initial, returned, .. } = unroller;
    Ok(Unrolled { root, on, old, initial, returned })
}

struct Unroller<'u, 'f, 'a> {
    compiled: &'u Compiled,
    frame: Frame<'f, 'a>,
    /// What variables stand for, where that is computed, and behind how many calls that nobody made.
    terms: Vec<Option<(Term, usize)>>,
    /// Calls that nobody made and behind which it is.
    depth: usize,
    old: Vec<Term>,
    initial: Vec<Term>,
    returned: bool,
    /// Whether what is unrolled is taken earlier.
    phase: Option<Phase>,
    left: usize,
}

impl Unroller<'_, '_, '_> {
    fn term(&mut self, node: &Node) -> Result<Term, &'static str> {
        self.left = self.left.checked_sub(1).ok_or("it is about too many accounts at once")?;
        Ok(match node {
            Node::Constant(value) => (*value).into(),
            Node::Local(slot) => match self.terms.get(*slot) {
                Some(Some((term, depth))) if *depth == self.depth || constant(term).is_some() => term.clone(),
                // It was taken in another state than this one.
                Some(Some(_)) => return Err("it keeps a value across calls that nobody makes"),
                _ => self.known(node)?,
            },
            Node::Timestamp => Term::Timestamp,
            Node::BlockNumber => Term::BlockNumber,
            Node::Balance(leaf) => Term::Balance(Box::new(self.term(&leaf.operand)?)),
            Node::Stored(stored) => {
                let mut slot = stored.slot;
                for step in &stored.path {
                    slot = match step {
                        SlotStep::Plus(words) => slot.wrapping_add(*words),
                        SlotStep::Key(word, key) => {
                            let key = self.word(*word, key)?;
                            let place = [key.to_be_bytes::<32>(), slot.to_be_bytes()].concat();
                            U256::from_be_bytes(keccak256(place).0)
                        }
                    };
                }
                Term::Stored(stored.contract, slot, stored.offset, stored.word)
            }
            Node::View(view) => {
                let ViewCall { invocation, result } = &view.0;
                Term::View(Box::new(Question { message: self.message(invocation)?, result: *result }))
            }
            Node::Returned(told) => {
                let function = self.frame.scene.call().and_then(|call| call.function);
                let place = told.places.iter().find(|(index, _)| function == Some(*index));
                self.returned = true;
                Term::Returned(place.ok_or("the call returns nothing of the kind")?.1)
            }
            Node::Captured { phase, site, .. } => self.captured(*phase, *site, node)?,
            Node::Let { slot, value, body } => {
                let term = self.term(value)?;
                // What only this case tells is evaluated with it.
                let known = self.frame.value_afresh(value).map_err(|_| UNKNOWN)?;
                *self.frame.locals.get_mut(*slot).ok_or(UNKNOWN)? = (known, 0);
                *self.terms.get_mut(*slot).ok_or(UNKNOWN)? = Some((term, self.depth));
                let body = self.term(body);
                self.terms[*slot] = None;
                body?
            }
            Node::Negate(inner) => Term::Negate(Box::new(self.term(inner)?)),
            Node::Not(inner) => Term::Not(Box::new(self.term(inner)?)),
            Node::Arithmetic(operation, sides) => {
                Term::Arithmetic(*operation, Box::new((self.term(&sides.0)?, self.term(&sides.1)?)))
            }
            Node::Compare(compare) => {
                Term::Compare(compare.comparison, Box::new((self.term(&compare.left)?, self.term(&compare.right)?)))
            }
            Node::Logic { or, sides, .. } => {
                let left = self.term(&sides.0)?;
                // What is decided needs no other side, and that may mean nothing then.
                if left == Term::Truth(*or) {
                    return Ok(left);
                }
                let right = self.term(&sides.1)?;
                if left == Term::Truth(!*or) { right } else { Term::Logic(*or, Box::new((left, right))) }
            }
            Node::Conditional(parts) => match self.term(&parts.0)? {
                Term::Truth(true) => self.term(&parts.1)?,
                Term::Truth(false) => self.term(&parts.2)?,
                condition => Term::Conditional(Box::new((condition, self.term(&parts.1)?, self.term(&parts.2)?))),
            },
            // As it is in this state.
            Node::Try(parts) => match self.frame.value_afresh(&parts.0) {
                Ok(_) => self.term(&parts.0)?,
                Err(_) => self.term(&parts.1)?,
            },
            Node::Fold(fold) => self.fold(fold)?,
            Node::Each(each) => {
                let mut terms = Vec::new();
                for (_, body) in &each.bodies {
                    if self.counts(each.kind, body) {
                        terms.push(self.term(body)?);
                    }
                }
                folded(each.kind, terms)?
            }
            Node::Supposed(supposition) => self.supposed(supposition)?,
            Node::Text(_) => return Err(UNKNOWN),
            // Only this case tells, and tells it for good.
            Node::Sender | Node::Called(_) | Node::Argument(_) | Node::Wei | Node::Field(_) => self.known(node)?,
            Node::Ghost(_) | Node::Minted(_) | Node::Burned(_) if self.phase.is_none() => self.known(node)?,
            Node::Ghost(_) | Node::Minted(_) | Node::Burned(_) => {
                return Err("it compares with sums of earlier events");
            }
        })
    }

    fn fold(&mut self, fold: &Fold) -> Result<Term, &'static str> {
        let elements = self.frame.elements(fold.set).map_err(|_| UNKNOWN)?;
        let mut count = self.frame.count(fold, &elements);
        // Who came later held nothing then.
        let earlier = match self.phase {
            Some(Phase::Old) => self.frame.memory.old.holders,
            Some(Phase::Initial) => self.frame.memory.initial.holders,
            None => usize::MAX,
        };
        if fold.set == Set::Holders && earlier > 0 {
            count = count.min(earlier);
        }
        let mut terms = Vec::with_capacity(count);
        for index in 0..count {
            self.frame.bind(fold.slot, &elements, index).map_err(|_| UNKNOWN)?;
            if self.counts(fold.kind, &fold.body) {
                terms.push(self.term(&fold.body)?);
            }
        }
        folded(fold.kind, terms)
    }

    /// Whether an element counts: of a quantifier those that are undecided in this state do not, as long as others decide it.
    fn counts(&mut self, kind: FoldKind, body: &Node) -> bool {
        let is_quantifier = matches!(kind, FoldKind::All | FoldKind::Any);
        !is_quantifier || self.phase.is_some() || self.frame.value_afresh(body).is_ok()
    }

    /// What a node is in this state, for good.
    fn known(&mut self, node: &Node) -> Result<Term, &'static str> {
        self.frame.value_afresh(node).map(Term::from).map_err(|_| UNKNOWN)
    }

    fn captured(&mut self, phase: Phase, site: usize, node: &Node) -> Result<Term, &'static str> {
        let sites = match phase {
            Phase::Old => &self.compiled.old,
            Phase::Initial => &self.compiled.initial,
        };
        let site = sites.get(site).ok_or(UNKNOWN)?;
        let outer = self.phase.replace(phase);
        let term = self.term(&site.node);
        self.phase = outer;
        // Sums of events are what they were.
        let Ok(term) = term else { return self.known(node) };
        if matches!(term, Term::Integer(_) | Term::Truth(_) | Term::Address(_)) {
            return self.known(node);
        }
        let kind = term.kind();
        let taken = match phase {
            Phase::Old => &mut self.old,
            Phase::Initial => &mut self.initial,
        };
        let index = taken.iter().position(|known| *known == term).unwrap_or_else(|| {
            taken.push(term);
            taken.len() - 1
        });
        Ok(match phase {
            Phase::Old => Term::Old(index, kind),
            Phase::Initial => Term::Initial(index, kind),
        })
    }

    /// Whom a view asks, with what, and what of that is computed.
    fn message(&mut self, call: &Invocation) -> Result<Message, &'static str> {
        let target = match &call.target {
            Some(node) => self.term(node)?,
            None => Term::Address(Address::from_slice(call.template.get(..20).ok_or(UNKNOWN)?)),
        };
        let mut data = call.template.get(20..).ok_or(UNKNOWN)?.to_vec();
        let mut computed = Vec::new();
        for Hole { offset, word, node } in &call.holes {
            let place = offset.checked_sub(20).ok_or(UNKNOWN)?;
            let term = self.term(node)?;
            match constant(&term).and_then(|value| word.encode(value).ok()) {
                Some(known) => {
                    let bytes = data.get_mut(place..place + 32).ok_or(UNKNOWN)?;
                    bytes.copy_from_slice(&known.to_be_bytes::<32>());
                }
                None => computed.push((place, *word, term)),
            }
        }
        Ok(Message { target, data: data.into(), computed })
    }

    fn supposed(&mut self, supposition: &Supposition) -> Result<Term, &'static str> {
        let Supposition { sender, invocation, crowd, wanted, .. } = supposition;
        let mut calls = Vec::new();
        match crowd {
            None => calls.push((self.term(sender)?, self.message(invocation)?)),
            Some(Crowd { count, slot }) => {
                for number in 0..*count {
                    let local = self.frame.locals.get_mut(*slot).ok_or(UNKNOWN)?;
                    *local = (Value::Address(stranger(number)), 0);
                    calls.push((self.term(sender)?, self.message(invocation)?));
                }
            }
        }
        let asked = match wanted {
            Wanted::Success => Asked::Success,
            Wanted::Returned(place) => Asked::Returned(*place),
            Wanted::Gas => return Err("it is about the gas of a call"),
            Wanted::State(body) => {
                // Where it fails, what stands around it asks for that first.
                let is_entered = self.frame.enter(supposition).is_ok();
                self.depth += 1;
                let body = self.term(body);
                self.depth -= 1;
                if is_entered {
                    self.frame.leave(supposition);
                }
                Asked::State(body?)
            }
        };
        Ok(Term::Supposed(Box::new(Supposed { calls, asked })))
    }

    /// A key of a mapping, which must not be computed.
    fn word(&mut self, word: Word, node: &Node) -> Result<U256, &'static str> {
        let term = self.term(node)?;
        let value = constant(&term).ok_or("it computes keys of mappings")?;
        word.encode(value).map_err(|_| UNKNOWN)
    }
}

const UNKNOWN: &str = "it has no value in this state";

/// The value of a term that is one.
fn constant(term: &Term) -> Option<Value> {
    match term {
        Term::Integer(number) => Some(Value::Integer(*number)),
        Term::Truth(truth) => Some(Value::Boolean(super::value::plain(*truth))),
        Term::Address(address) => Some(Value::Address(*address)),
        _ => None,
    }
}

fn folded(kind: FoldKind, terms: Vec<Term>) -> Result<Term, &'static str> {
    let folding = match kind {
        FoldKind::Sum | FoldKind::Count => Folding::Sum,
        FoldKind::All => Folding::All,
        FoldKind::Any => Folding::Any,
        FoldKind::Min => Folding::Min,
        FoldKind::Max => Folding::Max,
    };
    let one_or_none = |term: Term| {
        let (yes, no) = (Term::Integer(I512::ONE), Term::Integer(I512::ZERO));
        Term::Conditional(Box::new((term, yes, no)))
    };
    Ok(match (folding, terms.is_empty()) {
        (Folding::Sum, true) => Term::Integer(I512::ZERO),
        (Folding::All, true) => Term::Truth(true),
        (Folding::Any, true) => Term::Truth(false),
        (Folding::Min | Folding::Max, true) => return Err(UNKNOWN),
        (folding, false) if kind == FoldKind::Count => {
            Term::Fold(folding, terms.into_iter().map(one_or_none).collect())
        }
        (folding, false) => Term::Fold(folding, terms),
    })
}
