use super::{
    compiled::FieldPlace,
    events::{EventSource, Events, Listening, Marks},
    ghosts::{Addition, Tally},
    value::{Undecided, Value, unsigned},
};
use crate::protocol::{Protocol, Transfer};
use alloy_primitives::{Address, Log, aliases::I512, map::HashSet};
use std::sync::Arc;

/// Addresses that a case keeps track of, a bound for contracts that emit events without end.
pub const MAX_HOLDERS: usize = 256;
/// Tokens whose flows a case keeps track of.
const MAX_TOKENS: usize = 256;

/// What a token's events say was created and destroyed since the base state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flow {
    token: Address,
    minted: I512,
    burned: I512,
}

/// What the events of a step told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LedgerChange {
    /// An address was seen for the first time.
    pub holders: bool,
    /// Something was minted or burned.
    pub flows: bool,
    /// Events that somebody folds over.
    pub(super) events: Marks,
    /// Ghosts.
    pub(super) ghosts: Marks,
}

/// What events tell: those of ERC-20 tokens who may hold them, and how much was minted and burned; and those that invariants fold
/// over.
///
/// Holders come in a fixed order: actors, deployments, the attacker's contract, then addresses as events name them and as entries of
/// mappings are written for them.
#[derive(Debug, Clone)]
pub struct Ledger {
    holders: Vec<Address>,
    known: HashSet<Address>,
    base: usize,
    flows: Vec<Flow>,
    overflowed: bool,
    events: Events,
    ghosts: Vec<Tally>,
}

impl Ledger {
    /// The ledger of the base state.
    pub fn new(protocol: &Protocol) -> Self {
        let actors = protocol.actors.iter().map(|actor| actor.address);
        let contracts = protocol.contracts.iter().map(|contract| contract.address);
        let mut known = HashSet::default();
        let mut holders: Vec<_> = actors.chain(contracts).chain(protocol.attacker_contract).collect();
        holders.retain(|holder| known.insert(*holder));
        Self {
            base: holders.len(),
            holders,
            known,
            flows: Vec::new(),
            overflowed: false,
            events: Events::default(),
            ghosts: Vec::new(),
        }
    }

    /// Reads the events of a successful step.
    pub fn record(&mut self, logs: &[Log]) -> LedgerChange {
        let mut change = LedgerChange { events: self.events.record(logs), ..LedgerChange::default() };
        for Transfer { token, from, to, amount } in logs.iter().filter_map(Transfer::of) {
            change.holders |= self.meet(from);
            change.holders |= self.meet(to);
            if from != to && (from.is_zero() || to.is_zero()) {
                change.flows |= self.flow(token, from.is_zero(), unsigned(amount));
            }
        }
        change
    }

    /// Whether the ledger would learn something from an account of this address.
    pub fn is_stranger(&self, address: Address) -> bool {
        !address.is_zero() && !self.known.contains(&address)
    }

    /// Learns of an account for which something is stored; whether that is news.
    pub fn meet(&mut self, address: Address) -> bool {
        if !self.is_stranger(address) {
            return false;
        }
        // A protocol may have more actors and contracts than the bound; those always count.
        if self.holders.len() >= MAX_HOLDERS.max(self.base + MAX_HOLDERS / 2) {
            let first = !self.overflowed;
            self.overflowed = true;
            return first;
        }
        self.known.insert(address);
        self.holders.push(address);
        true
    }

    /// Goes back to the base state.
    pub fn reset(&mut self) {
        for holder in self.holders.drain(self.base..) {
            self.known.remove(&holder);
        }
        self.flows.clear();
        self.overflowed = false;
        self.events.clear();
        self.ghosts.iter_mut().for_each(Tally::clear);
    }

    /// Keeps ghosts that begin with these values.
    pub(super) fn keep_ghosts(&mut self, initial: impl Iterator<Item = I512>) {
        self.ghosts = initial.map(Tally::new).collect();
    }

    /// Adds to a ghost.
    pub(super) fn add_to_ghost(&mut self, ghost: usize, addition: Addition) {
        if let Some(tally) = self.ghosts.get_mut(ghost) {
            tally.add(addition);
        }
    }

    /// The value of a ghost; none where ghosts are not kept.
    pub(super) fn ghost(&self, ghost: usize, key: Option<Address>) -> Result<I512, Undecided> {
        self.ghosts.get(ghost).ok_or(Undecided::NotCaptured)?.value(key)
    }

    /// Keeps such events from now on.
    pub fn listen(&mut self, wanted: Listening) {
        self.events.listen(wanted);
    }

    /// Those of `logs` that somebody folds over.
    pub(super) fn wanted(&self, logs: &[Log]) -> Vec<Arc<Log>> {
        logs.iter().filter(|log| self.events.are_wanted(log)).cloned().map(Arc::new).collect()
    }

    /// Values of a field of events since the base state, and what tells of new ones.
    pub(super) fn values(&self, source: EventSource, field: FieldPlace) -> (Marks, Result<&[Value], Undecided>) {
        self.events.values(source, field)
    }

    /// Events of one kind since the base state, and what tells of new ones.
    pub(super) fn events(&self, source: EventSource) -> (Marks, Result<&[Arc<Log>], Undecided>) {
        self.events.of(source)
    }

    /// Addresses that may hold tokens.
    pub fn holders(&self) -> &[Address] {
        &self.holders
    }

    /// Whether some address found no place any more: sums over holders then say nothing.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Sum of transfers of `token` from the zero address; none when more tokens moved than a ledger keeps.
    pub fn minted(&self, token: Address) -> Option<I512> {
        self.sum(token, |flow| flow.minted)
    }

    /// Sum of transfers of `token` to the zero address; none when more tokens moved than a ledger keeps.
    pub fn burned(&self, token: Address) -> Option<I512> {
        self.sum(token, |flow| flow.burned)
    }

    fn sum(&self, token: Address, of: impl Fn(&Flow) -> I512) -> Option<I512> {
        match self.flows.iter().find(|flow| flow.token == token) {
            Some(flow) => Some(of(flow)),
            None => (self.flows.len() < MAX_TOKENS).then_some(I512::ZERO),
        }
    }

    fn flow(&mut self, token: Address, minted: bool, amount: I512) -> bool {
        let index = self.flows.iter().position(|flow| flow.token == token);
        let index = match index {
            Some(index) => index,
            None if self.flows.len() < MAX_TOKENS => {
                self.flows.push(Flow { token, minted: I512::ZERO, burned: I512::ZERO });
                self.flows.len() - 1
            }
            None => return false,
        };
        let flow = &mut self.flows[index];
        let sum = if minted { &mut flow.minted } else { &mut flow.burned };
        *sum = sum.saturating_add(amount);
        true
    }
}
