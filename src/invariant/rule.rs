use super::{
    check::{self, ExpressionError, Request},
    compiled::{Compiled, Phase},
    eval,
    events::Listening,
    explain,
    ledger::Ledger,
    scene::{Memory, Scene},
    unrolled::{self, Unrolled},
    value::{Outcome, Type, Undecided, Value},
};
use crate::protocol::{Judgement, Place, Protocol, Severity};
use alloy_primitives::{Address, aliases::I512};
use std::fmt::Debug;

/// What `heist explain` and reports say of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Unique id, the rule of its findings.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// Why it matters.
    pub explain: String,
}

/// A property of a protocol, judged on states or on calls.
///
/// Packs and `heist.toml` make invariants of expressions; a Rust type that implements this trait stands beside them.
///
/// ```
/// use heist::{
///     invariant::{I512, Invariant, Memory, Outcome, Rule, Scene, Verdict},
///     protocol::{Judgement, Severity},
/// };
///
/// /// The protocol never holds more than a thousand wei in all.
/// #[derive(Debug)]
/// struct SmallPurse(Rule);
///
/// impl Invariant for SmallPurse {
///     fn rule(&self) -> &Rule {
///         &self.0
///     }
///
///     fn on(&self) -> Judgement {
///         Judgement::State
///     }
///
///     fn judge(&self, scene: &mut Scene<'_>, _memory: &Memory) -> Outcome {
///         let contracts = &scene.protocol().contracts;
///         let held = contracts.iter().fold(I512::ZERO, |sum, contract| sum + scene.balance(contract.address));
///         Ok(Verdict::of(I512::unchecked_from(1000) - held))
///     }
/// }
///
/// let rule = Rule {
///     id: "PURSE-001".into(),
///     title: "The purse stays small".into(),
///     severity: Severity::Low,
///     explain: "More than a thousand wei would tempt.".into(),
/// };
/// assert_eq!(SmallPurse(rule).label(), "PURSE-001");
/// ```
pub trait Invariant: Debug + Send + Sync {
    /// Its texts.
    fn rule(&self) -> &Rule;

    /// When it is judged.
    fn on(&self) -> Judgement;

    /// For one on calls: the function whose calls it judges, also those that fail. None: all calls that succeed.
    fn attempts(&self) -> Option<usize> {
        None
    }

    /// For one on calls: the functions that it speaks of, where calls of all others satisfy it. None: it looks at every call.
    fn functions(&self) -> Option<&[usize]> {
        None
    }

    /// For one on calls: whether it judges those of this sender.
    fn judges(&self, _sender: Address) -> bool {
        true
    }

    /// Whether it judges only the states that sequences end in.
    fn at_end(&self) -> bool {
        false
    }

    /// Events that it wants to find in scenes.
    fn listens(&self) -> &[Listening] {
        &[]
    }

    /// Its id and what it is applied to.
    fn label(&self) -> String {
        self.rule().id.clone()
    }

    /// Names of the contracts that it is applied to; empty when it is about the protocol as a whole.
    fn contracts(&self) -> Vec<String> {
        Vec::new()
    }

    /// What must hold, as people read it.
    fn predicate(&self) -> String {
        self.rule().title.clone()
    }

    /// Takes what it wants to remember of the base state.
    fn capture_initial(&self, _scene: &mut Scene<'_>, _memory: &mut Memory) {}

    /// Takes what it wants to remember just before a call; only asked of invariants that are judged on calls.
    fn capture_old(&self, _scene: &mut Scene<'_>, _memory: &mut Memory) {}

    /// Judges a state, or the call that led to it. It must depend on nothing but what it reads through the scene and the
    /// memory.
    ///
    /// # Errors
    ///
    /// Why it is neither true nor false.
    fn judge(&self, scene: &mut Scene<'_>, memory: &Memory) -> Outcome;

    /// What a finding says about a violation: which numbers do not fit.
    fn explain_violation(&self, scene: &mut Scene<'_>, memory: &Memory) -> String {
        let verdict = self.judge(scene, memory);
        explain::text(scene.protocol(), &[], verdict)
    }

    /// What it says in one state, so that other tools can be asked the same.
    ///
    /// # Errors
    ///
    /// Why that cannot be said, as a sentence fragment.
    fn unroll(&self, _scene: &mut Scene<'_>, _memory: &Memory) -> Result<Unrolled, &'static str> {
        Err("it is no expression")
    }
}

/// An invariant that an expression states.
#[derive(Debug)]
pub(super) struct ExpressionInvariant {
    pub rule: Rule,
    pub on: Judgement,
    /// Whose calls it judges; all where it is empty.
    pub by: Vec<Address>,
    pub label: String,
    pub contracts: Vec<String>,
    pub compiled: Compiled,
}

impl Invariant for ExpressionInvariant {
    fn rule(&self) -> &Rule {
        &self.rule
    }

    fn on(&self) -> Judgement {
        self.on
    }

    fn functions(&self) -> Option<&[usize]> {
        self.compiled.functions()
    }

    fn judges(&self, sender: Address) -> bool {
        self.by.is_empty() || self.by.contains(&sender)
    }

    fn at_end(&self) -> bool {
        self.on == Judgement::Sequence
    }

    fn listens(&self) -> &[Listening] {
        &self.compiled.listens
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn contracts(&self) -> Vec<String> {
        self.contracts.clone()
    }

    fn predicate(&self) -> String {
        self.compiled.text.clone()
    }

    fn capture_initial(&self, scene: &mut Scene<'_>, memory: &mut Memory) {
        eval::capture(&self.compiled, Phase::Initial, scene, memory);
    }

    fn capture_old(&self, scene: &mut Scene<'_>, memory: &mut Memory) {
        eval::capture(&self.compiled, Phase::Old, scene, memory);
    }

    fn judge(&self, scene: &mut Scene<'_>, memory: &Memory) -> Outcome {
        eval::judge(&self.compiled, scene, memory)
    }

    fn explain_violation(&self, scene: &mut Scene<'_>, memory: &Memory) -> String {
        let operands = explain::operands(&self.compiled, scene, memory);
        let verdict = self.judge(scene, memory);
        explain::text(scene.protocol(), &operands, verdict)
    }

    fn unroll(&self, scene: &mut Scene<'_>, memory: &Memory) -> Result<Unrolled, &'static str> {
        unrolled::unroll(&self.compiled, self.on, scene, memory)
    }
}

/// An expression outside an invariant, for example the price of an asset.
#[derive(Debug, Clone)]
pub struct Formula {
    compiled: Compiled,
}

impl Formula {
    /// Reads and checks `text`, which begins at `place`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or means nothing for the protocol.
    pub fn new(protocol: &Protocol, text: &str, place: &Place) -> Result<Self, ExpressionError> {
        let request = Request { text, place, on: Judgement::State, roles: &[], kind: None, views: &[] };
        check::compile(protocol, &request).map(|compiled| Self { compiled })
    }

    /// The type of its value.
    pub fn kind(&self) -> Type {
        self.compiled.kind
    }

    /// Takes the values of the base state that it compares with.
    pub fn capture_initial(&self, scene: &mut Scene<'_>, memory: &mut Memory) {
        eval::capture(&self.compiled, Phase::Initial, scene, memory);
    }

    /// Its value.
    ///
    /// # Errors
    ///
    /// Why it has none.
    pub fn value(&self, scene: &mut Scene<'_>, memory: &Memory) -> Result<Value, Undecided> {
        eval::evaluate(&self.compiled, scene, memory)
    }
}

/// Why an expression has no number in the base state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseValueError {
    /// It means nothing for the protocol.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// It is something else.
    #[error("expected a number, found {}", .0.name())]
    NotANumber(Type),
    /// It has no value.
    #[error(transparent)]
    Undecided(#[from] Undecided),
}

/// The number that an expression is in the base state of a protocol.
///
/// # Errors
///
/// When it has none.
pub fn value_at_base(protocol: &Protocol, text: &str) -> Result<I512, BaseValueError> {
    let formula = Formula::new(protocol, text, &Place::default())?;
    let mut machine = protocol.machine();
    let ledger = Ledger::new(protocol);
    let mut scene = Scene::new(&mut machine, protocol, &ledger);
    let mut memory = Memory::default();
    formula.capture_initial(&mut scene, &mut memory);
    match formula.value(&mut scene, &memory)? {
        Value::Integer(number) if formula.kind() == Type::Integer => Ok(number),
        Value::Integer(_) | Value::Boolean(_) | Value::Address(_) => Err(BaseValueError::NotANumber(formula.kind())),
    }
}
