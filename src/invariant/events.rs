//! Events that invariants fold over, and the values of their fields.

use super::{
    compiled::FieldPlace,
    ledger::MAX_HOLDERS,
    value::{Undecided, Value},
};
use alloy_primitives::{Address, B256, Log};
use std::sync::Arc;

/// Events of one kind that a case keeps, a bound for contracts that emit events without end: what folds over them costs no more
/// than this many evaluations of a body.
pub const MAX_EVENTS: usize = 1024;

/// Events of a contract that have a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSource {
    /// The contract.
    pub contract: Address,
    /// The hash of the signature.
    pub topic: B256,
}

impl EventSource {
    /// Whether `log` is such an event.
    pub fn matches(&self, log: &Log) -> bool {
        log.address == self.contract && log.data.topics().first() == Some(&self.topic)
    }
}

/// What an invariant wants to know of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    /// Which events.
    pub source: EventSource,
    pub(super) wanted: Wanted,
}

/// Which part of events is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those of each call.
    OfCalls,
    /// All since the base state.
    All,
    /// The values that a field had since the base state.
    Values(FieldPlace),
}

impl Listening {
    /// All events since the base state.
    pub fn always(source: EventSource) -> Self {
        Self { source, wanted: Wanted::All }
    }

    /// The events of each call.
    pub fn on_calls(source: EventSource) -> Self {
        Self { source, wanted: Wanted::OfCalls }
    }
}

impl FieldPlace {
    /// The value of this field.
    pub(super) fn read(self, log: &Log) -> Result<Value, Undecided> {
        match self {
            Self::Topic(index, word) => {
                word.decode((*log.data.topics().get(index).ok_or(Undecided::Malformed)?).into())
            }
            Self::Data(place) => place.read(&log.data.data),
        }
    }
}

/// A set of things that a ledger keeps, by their numbers; those beyond the last bit share it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks(u64);

impl Marks {
    /// The set of one.
    pub(super) fn of(number: usize) -> Self {
        Self(1 << number.min(63))
    }

    /// Whether two sets have something in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What is kept of events of one kind.
#[derive(Debug, Clone)]
struct Heard {
    listening: Listening,
    logs: Vec<Arc<Log>>,
    values: Vec<Value>,
    /// Why this is not all.
    trouble: Option<Undecided>,
}

impl Heard {
    /// Keeps an event, or the value of its field; says whether that is new.
    fn hear(&mut self, log: &Log) -> bool {
        let place = match self.listening.wanted {
            Wanted::OfCalls => return false,
            Wanted::All if self.logs.len() < MAX_EVENTS => {
                self.logs.push(Arc::new(log.clone()));
                return true;
            }
            Wanted::All => return self.trouble.replace(Undecided::TooManyEvents).is_none(),
            Wanted::Values(place) => place,
        };
        match place.read(log) {
            Ok(value) if self.values.contains(&value) => false,
            Ok(value) if self.values.len() < MAX_HOLDERS => {
                self.values.push(value);
                true
            }
            Ok(_) => self.trouble.replace(Undecided::TooManyEvents).is_none(),
            Err(reason) => self.trouble.replace(reason).is_none(),
        }
    }
}

/// The events of a case that somebody wants to know.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    heard: Vec<Heard>,
}

impl Events {
    /// Keeps such events from now on.
    pub(super) fn listen(&mut self, listening: Listening) {
        if self.number(listening).is_none() {
            self.heard.push(Heard { listening, logs: Vec::new(), values: Vec::new(), trouble: None });
        }
    }

    /// Whether somebody wants to know of `log` what calls leave.
    pub(super) fn are_wanted(&self, log: &Log) -> bool {
        let of_calls = self.heard.iter().filter(|heard| heard.listening.wanted == Wanted::OfCalls);
        of_calls.map(|heard| heard.listening.source).any(|source| source.matches(log))
    }

    /// Keeps what is wanted of the events of a step, and tells of which kinds there was something new.
    pub(super) fn record(&mut self, logs: &[Log]) -> Marks {
        let mut marks = Marks::default();
        for (number, heard) in self.heard.iter_mut().enumerate() {
            let source = heard.listening.source;
            for log in logs.iter().filter(|log| source.matches(log)) {
                if heard.hear(log) {
                    marks |= Marks::of(number);
                }
            }
        }
        marks
    }

    /// Forgets all events.
    pub(super) fn clear(&mut self) {
        for heard in &mut self.heard {
            heard.logs.clear();
            heard.values.clear();
            heard.trouble = None;
        }
    }

    /// Events of one kind, and what tells of new ones.
    pub(super) fn of(&self, source: EventSource) -> (Marks, Result<&[Arc<Log>], Undecided>) {
        self.kept(Listening::always(source), |heard| &heard.logs)
    }

    /// Values of a field, and what tells of new ones.
    pub(super) fn values(&self, source: EventSource, field: FieldPlace) -> (Marks, Result<&[Value], Undecided>) {
        self.kept(Listening { source, wanted: Wanted::Values(field) }, |heard| &heard.values)
    }

    fn kept<T>(&self, listening: Listening, of: impl Fn(&Heard) -> &Vec<T>) -> (Marks, Result<&[T], Undecided>) {
        // Where nobody listens, as in the base state, nothing was heard.
        let Some(number) = self.number(listening) else { return (Marks::default(), Ok(&[])) };
        let heard = &self.heard[number];
        (Marks::of(number), heard.trouble.map_or_else(|| Ok(of(heard).as_slice()), Err))
    }

    fn number(&self, listening: Listening) -> Option<usize> {
        self.heard.iter().position(|heard| heard.listening == listening)
    }
}
