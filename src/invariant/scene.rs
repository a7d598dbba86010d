use super::{
    compiled::FieldPlace,
    events::{EventSource, Marks},
    ledger::Ledger,
    supposition::{self, Question},
    value::{Undecided, Value, unsigned},
    views::{self, Answer, Views},
};
use crate::{
    evm::{Block, Machine, ViewError},
    protocol::Protocol,
};
use alloy_primitives::{Address, Bytes, Log, U256, aliases::I512};
use std::sync::Arc;

/// The call that an invariant is judged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallContext {
    /// Who sent it.
    pub sender: Address,
    /// Index into the protocol's functions; none for an attack, which runs many.
    pub function: Option<usize>,
}

/// What a call carried, and what it brought back.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Its calldata.
    pub input: Bytes,
    /// Its native value, wei.
    pub value: U256,
    /// What it returned; none before it ran.
    pub output: Option<Bytes>,
    /// Events that it left, of those that some invariant folds over.
    pub logs: Vec<Arc<Log>>,
}

/// What an evaluation looked at.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent sources of change, not states of one machine")]
pub(super) struct Uses {
    pub entries: Vec<u32>,
    pub block: bool,
    pub holders: bool,
    pub flows: bool,
    pub events: Marks,
    pub ghosts: Marks,
    pub call: bool,
    /// What the call carried or returned, which no other call has.
    pub sent: bool,
    /// A value from just before the call.
    pub old: bool,
    /// There was something of it to look at.
    pub told: bool,
    /// An answer that found no place in the cache: it may change unseen.
    pub untracked: bool,
}

impl Uses {
    /// Whether something that calls change was looked at, and not only who called what.
    pub(super) fn state(&self) -> bool {
        let ledger = self.holders || self.flows || self.events != Marks::default() || self.ghosts != Marks::default();
        self.told || self.old || self.block || ledger || self.untracked || !self.entries.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        *self = Self { entries: std::mem::take(&mut self.entries), ..Self::default() };
    }
}

/// What an invariant may look at: a state, the ledger of events, and the call that led there.
///
/// Whatever is read through a scene is remembered, so that an invariant is judged again only when it may have changed.
/// View calls are sent by the zero address and rolled back.
#[derive(Debug)]
pub struct Scene<'a> {
    machine: &'a mut Machine,
    protocol: &'a Protocol,
    ledger: &'a Ledger,
    call: Option<CallContext>,
    sent: Option<&'a Sent>,
    failure: Option<&'a str>,
    views: Option<&'a mut Views>,
    /// Calls that are supposed to have run.
    supposed: Question,
    pub(super) uses: Uses,
    pub(super) scratch: Vec<u8>,
}

impl<'a> Scene<'a> {
    /// The present state of `machine`, read without a cache.
    pub fn new(machine: &'a mut Machine, protocol: &'a Protocol, ledger: &'a Ledger) -> Self {
        Self {
            machine,
            protocol,
            ledger,
            call: None,
            sent: None,
            failure: None,
            views: None,
            supposed: Question::default(),
            uses: Uses::default(),
            scratch: Vec::new(),
        }
    }

    /// The same scene after (or, for values taken ahead, before) a call.
    #[must_use]
    pub fn on_call(mut self, call: Option<CallContext>) -> Self {
        self.call = call;
        self
    }

    /// The same scene with what the call carried and brought back.
    #[must_use]
    pub fn with_sent(mut self, sent: &'a Sent) -> Self {
        self.sent = Some(sent);
        self
    }

    /// The same scene after a call that failed an assertion, and why.
    #[must_use]
    pub fn on_failure(mut self, failure: Option<&'a str>) -> Self {
        self.failure = failure;
        self
    }

    /// Why the call failed an assertion, when it did.
    pub fn failure(&self) -> Option<&'a str> {
        self.failure
    }

    /// Why a view fails, in words; none when it does not.
    pub fn why_view_fails(&mut self, to: Address, data: &[u8]) -> Option<String> {
        let viewer = self.machine.viewer();
        match self.machine.view(viewer, to, Bytes::copy_from_slice(data)) {
            Ok(_) => None,
            Err(ViewError::Revert(data)) => Some(format!("reverts: {}", self.protocol.reason(&data))),
            Err(ViewError::Halt(reason)) => Some(format!("halts: {reason}")),
        }
    }

    pub(super) fn with_cache(mut self, views: &'a mut Views, uses: Uses) -> Self {
        self.views = Some(views);
        self.uses = uses;
        self
    }

    /// The system under test.
    pub fn protocol(&self) -> &'a Protocol {
        self.protocol
    }

    /// The answer of a view: `to` called with `data` by the zero address.
    ///
    /// # Errors
    ///
    /// When the call reverts or halts.
    pub fn view(&mut self, to: Address, data: &[u8]) -> Result<Bytes, Undecided> {
        let mut key = std::mem::take(&mut self.scratch);
        key.clear();
        key.extend_from_slice(to.as_slice());
        key.extend_from_slice(data);
        let answer = self.ask(&key, Answer::clone);
        self.scratch = key;
        answer
    }

    /// What `read` makes of the answer to the call whose address and data are `key`.
    pub(super) fn ask<T>(&mut self, key: &[u8], read: impl FnOnce(&Answer) -> T) -> T {
        if self.supposed.calls() > 0 {
            let viewer = self.machine.viewer();
            return self.ask_from(viewer, key, read);
        }
        if let Some(views) = &mut self.views {
            let (value, entry) = views.ask(self.machine, key, read);
            self.note(entry);
            return value;
        }
        let to = key.get(..20).map(Address::from_slice).unwrap_or_default();
        read(&views::call(self.machine, to, Bytes::copy_from_slice(key.get(20..).unwrap_or_default())))
    }

    /// The native balance of `address`, wei.
    pub fn balance(&mut self, address: Address) -> I512 {
        if self.supposed.calls() > 0 {
            let question = self.supposed.balance(address);
            return self.answer(&question, |answer| {
                answer.as_ref().ok().and_then(|word| U256::try_from_be_slice(word)).map_or(I512::ZERO, unsigned)
            });
        }
        let balance = if let Some(views) = &mut self.views {
            let (balance, entry) = views.balance(self.machine, address);
            self.note(entry);
            balance
        } else {
            self.machine.balance(address)
        };
        unsigned(balance)
    }

    /// What `read` makes of the answer to the call by `from` whose address and data are `key`.
    pub(super) fn ask_from<T>(&mut self, from: Address, key: &[u8], read: impl FnOnce(&Answer) -> T) -> T {
        let question = self.supposed.call(from, key);
        self.answer(&question, read)
    }

    /// Supposes from now on that `from` has made the call whose address and data are `key`.
    pub(super) fn suppose(&mut self, from: Address, key: &[u8]) {
        self.supposed.push(from, key);
    }

    /// Takes the last suppositions back.
    pub(super) fn unsuppose(&mut self, count: u32) {
        (0..count).for_each(|_| self.supposed.pop());
    }

    /// Whether all that is supposed would succeed.
    pub(super) fn happens(&mut self) -> Result<(), Undecided> {
        let question = self.supposed.balance(Address::ZERO);
        self.answer(&question, |answer| answer.as_ref().map(drop).map_err(|_| Undecided::Failed))
    }

    /// The gas that the code of the call by `from`, whose address and data are `key`, would use.
    pub(super) fn ask_gas(&mut self, from: Address, key: &[u8]) -> Result<Value, Undecided> {
        let question = self.supposed.gas(from, key);
        self.answer(&question, |answer| {
            let word = answer.as_ref().map_err(|_| Undecided::Failed)?;
            U256::try_from_be_slice(word).map(|gas| Value::Integer(unsigned(gas))).ok_or(Undecided::Malformed)
        })
    }

    /// How many calls are supposed to have run.
    pub(super) fn supposed(&self) -> u32 {
        self.supposed.calls()
    }

    fn answer<T>(&mut self, question: &[u8], read: impl FnOnce(&Answer) -> T) -> T {
        if let Some(views) = &mut self.views {
            let (value, entry) = views.suppose(self.machine, question, read);
            self.note(entry);
            return value;
        }
        read(&supposition::answer(self.machine, question))
    }

    /// A word of the storage of `address`.
    pub fn storage(&mut self, address: Address, slot: U256) -> U256 {
        let Some(views) = &mut self.views else { return self.machine.storage(address, slot) };
        let (word, entry) = views.word(self.machine, address, slot);
        self.note(entry);
        word
    }

    /// The block that the state is in.
    pub fn block(&mut self) -> Block {
        self.uses.block = true;
        self.machine.block()
    }

    /// Addresses that may hold tokens, in a fixed order.
    ///
    /// # Errors
    ///
    /// When more were seen than a ledger keeps.
    pub fn holders(&mut self) -> Result<&'a [Address], Undecided> {
        self.uses.holders = true;
        if self.ledger.overflowed() { Err(Undecided::TooManyHolders) } else { Ok(self.ledger.holders()) }
    }

    /// What the events of `token` say was created since the base state.
    ///
    /// # Errors
    ///
    /// When more tokens moved than a ledger keeps.
    pub fn minted(&mut self, token: Address) -> Result<I512, Undecided> {
        self.uses.flows = true;
        self.ledger.minted(token).ok_or(Undecided::TooManyHolders)
    }

    /// What the events of `token` say was destroyed since the base state.
    ///
    /// # Errors
    ///
    /// When more tokens moved than a ledger keeps.
    pub fn burned(&mut self, token: Address) -> Result<I512, Undecided> {
        self.uses.flows = true;
        self.ledger.burned(token).ok_or(Undecided::TooManyHolders)
    }

    /// Events of `source` since the base state; none when nobody said that they are wanted.
    ///
    /// # Errors
    ///
    /// When more were seen than a ledger keeps.
    pub fn events(&mut self, source: EventSource) -> Result<&'a [Arc<Log>], Undecided> {
        let (marks, events) = self.ledger.events(source);
        self.uses.events |= marks;
        events
    }

    /// The value of a ghost, for an address where it has one for each.
    pub(super) fn ghost(&mut self, ghost: usize, key: Option<Address>) -> Result<I512, Undecided> {
        self.uses.ghosts |= Marks::of(ghost);
        self.ledger.ghost(ghost, key)
    }

    /// The values that a field of events had since the base state, in the order in which they came.
    pub(super) fn values(&mut self, source: EventSource, field: FieldPlace) -> Result<&'a [Value], Undecided> {
        let (marks, values) = self.ledger.values(source, field);
        self.uses.events |= marks;
        values
    }

    /// The call, where there is one.
    pub fn call(&mut self) -> Option<CallContext> {
        self.uses.call = true;
        self.call
    }

    /// What the call carried and brought back, where there is one.
    pub fn sent(&mut self) -> Option<&'a Sent> {
        self.uses.sent = true;
        self.uses.told = true;
        self.sent.filter(|_| self.call.is_some())
    }

    /// Events of `source` that the call left, where there is one; none when nobody said that they are wanted.
    pub fn events_of_call(&mut self, source: EventSource) -> Option<Vec<&'a Log>> {
        self.uses.sent = true;
        let logs = self.sent.filter(|_| self.call.is_some())?.logs.iter();
        let events: Vec<&Log> = logs.map(AsRef::as_ref).filter(|log| source.matches(log)).collect();
        // A call without such events is no test of what is said of them.
        self.uses.told |= !events.is_empty();
        Some(events)
    }

    fn note(&mut self, entry: Option<u32>) {
        match entry {
            Some(entry) => self.uses.entries.push(entry),
            None => self.uses.untracked = true,
        }
    }
}

/// Values that were taken earlier: before the call, or in the base state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captures {
    pub(super) values: Vec<Result<Value, Undecided>>,
    /// First value of each site of an expression.
    pub(super) starts: Vec<usize>,
    /// How many holders were known.
    pub(super) holders: usize,
    /// How many values of fields were known, by the index of what the expression listens to.
    pub(super) known: Vec<usize>,
}

impl Captures {
    /// Keeps a value; the first has index 0.
    pub fn push(&mut self, value: Result<Value, Undecided>) {
        self.values.push(value);
    }

    /// The value at `index`.
    ///
    /// # Errors
    ///
    /// When it was not taken, or had no value.
    pub fn get(&self, index: usize) -> Result<Value, Undecided> {
        self.values.get(index).copied().unwrap_or(Err(Undecided::NotCaptured))
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        self.values.clear();
        self.starts.clear();
        self.holders = 0;
        self.known.clear();
    }
}

/// What an invariant remembers.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Values of the base state.
    pub initial: Captures,
    /// Values just before the call.
    pub old: Captures,
}
