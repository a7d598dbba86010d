//! Ghosts: sums that a case keeps and no contract knows, which events or calls add to.

use super::{
    compiled::Compiled,
    eval,
    events::EventSource,
    ledger::MAX_HOLDERS,
    scene::Scene,
    value::{Undecided, Value},
};
use alloy_primitives::{Address, Log, aliases::I512, map::HashMap};

/// A ghost that is ready to be kept.
#[derive(Debug, Clone)]
pub(super) struct Ghost {
    /// What adds to it.
    pub trigger: Trigger,
    /// How much, a number.
    pub add: Compiled,
    /// To whose sum, an address.
    pub key: Option<Compiled>,
    /// What it is in the base state.
    pub initial: I512,
}

/// What adds to a ghost.
#[derive(Debug, Clone)]
pub(super) enum Trigger {
    /// Such an event.
    Event(EventSource),
    /// A call of one of these functions that succeeds.
    Call(Vec<usize>),
}

/// What one event or call adds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addition {
    key: Result<Option<Address>, Undecided>,
    amount: Result<I512, Undecided>,
}

impl Ghost {
    /// What an event, or the call of the scene, adds.
    pub(super) fn addition<'a>(&self, scene: &mut Scene<'a>, log: Option<&'a Log>) -> Addition {
        let key = self.key.as_ref().map(|key| match eval::evaluate_on(key, scene, log)? {
            Value::Address(address) => Ok(address),
            // The check has matched types already.
            Value::Integer(_) | Value::Boolean(_) => Err(Undecided::Malformed),
        });
        let amount = eval::evaluate_on(&self.add, scene, log).and_then(|value| match value {
            Value::Integer(amount) => Ok(amount),
            Value::Address(_) | Value::Boolean(_) => Err(Undecided::Malformed),
        });
        Addition { key: key.transpose(), amount }
    }
}

/// The sums of a ghost in a case.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    initial: I512,
    sums: HashMap<Option<Address>, Result<I512, Undecided>>,
    /// Why no sum is known any more.
    trouble: Option<Undecided>,
}

impl Tally {
    pub(super) fn new(initial: I512) -> Self {
        Self { initial, sums: HashMap::default(), trouble: None }
    }

    /// Adds to a sum. What is not known spoils it, for one that was not added to would be a lie.
    pub(super) fn add(&mut self, addition: Addition) {
        match addition.key {
            Err(reason) => self.trouble = self.trouble.or(Some(reason)),
            Ok(key) if self.sums.len() >= MAX_HOLDERS && !self.sums.contains_key(&key) => {
                self.trouble = self.trouble.or(Some(Undecided::TooManyHolders));
            }
            Ok(key) => {
                let sum = self.sums.entry(key).or_insert(Ok(self.initial));
                *sum = sum.and_then(|sum| sum.checked_add(addition.amount?).ok_or(Undecided::Overflow));
            }
        }
    }

    /// The sum of `key`.
    pub(super) fn value(&self, key: Option<Address>) -> Result<I512, Undecided> {
        match self.trouble {
            Some(reason) => Err(reason),
            None => self.sums.get(&key).copied().unwrap_or(Ok(self.initial)),
        }
    }

    /// Goes back to the base state.
    pub(super) fn clear(&mut self) {
        self.sums.clear();
        self.trouble = None;
    }
}
