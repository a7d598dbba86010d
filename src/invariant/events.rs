//! Events that invariants fold over.

use super::value::Undecided;
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
    /// All since the base state are wanted, not only those of a call.
    pub lasting: bool,
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

/// Events of one kind.
#[derive(Debug, Clone)]
struct Heard {
    source: EventSource,
    lasting: bool,
    logs: Vec<Arc<Log>>,
    overflowed: bool,
}

/// The events of a case that somebody wants to know.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    heard: Vec<Heard>,
}

impl Events {
    /// Keeps such events from now on.
    pub(super) fn listen(&mut self, wanted: Listening) {
        let Listening { source, lasting } = wanted;
        match self.heard.iter_mut().find(|heard| heard.source == source) {
            Some(heard) => heard.lasting |= lasting,
            None => self.heard.push(Heard { source, lasting, logs: Vec::new(), overflowed: false }),
        }
    }

    /// Whether somebody wants to know of `log`.
    pub(super) fn are_wanted(&self, log: &Log) -> bool {
        self.heard.iter().any(|heard| heard.source.matches(log))
    }

    /// Keeps what is wanted of the events of a step, and tells of which kinds there were any.
    pub(super) fn record(&mut self, logs: &[Log]) -> Marks {
        let mut marks = Marks::default();
        for (number, heard) in self.heard.iter_mut().enumerate().filter(|(_, heard)| heard.lasting) {
            for log in logs.iter().filter(|log| heard.source.matches(log)) {
                if heard.logs.len() < MAX_EVENTS {
                    heard.logs.push(Arc::new(log.clone()));
                } else {
                    heard.overflowed = true;
                }
                marks |= Marks::of(number);
            }
        }
        marks
    }

    /// Forgets all events.
    pub(super) fn clear(&mut self) {
        for heard in &mut self.heard {
            heard.logs.clear();
            heard.overflowed = false;
        }
    }

    /// Events of one kind, and what tells of new ones.
    pub(super) fn of(&self, source: EventSource) -> (Marks, Result<&[Arc<Log>], Undecided>) {
        let Some(number) = self.heard.iter().position(|heard| heard.source == source) else {
            return (Marks::default(), Ok(&[]));
        };
        let heard = &self.heard[number];
        let events = if heard.overflowed { Err(Undecided::TooManyEvents) } else { Ok(&heard.logs[..]) };
        (Marks::of(number), events)
    }
}
