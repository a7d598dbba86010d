use super::CaseRng;
use crate::{
    protocol::{ActorKind, Fixtures, Protocol, balance_of, plain_name},
    sequence::share,
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;

/// For whom calls are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every actor that sends generated calls.
    Everyone,
    /// The attacker and its contract: addresses lean towards them.
    Attacker,
}

/// What a protocol offers to draws, computed once: functions with weights, senders, addresses, amounts worth trying.
#[derive(Debug, Clone)]
pub struct Palette {
    /// Indices of functions that may be drawn, with the running sum of their weights.
    functions: Vec<(usize, u64)>,
    /// Senders with their native balances in the base state.
    pub(super) senders: Vec<(Address, U256)>,
    /// Addresses that arguments take: those that are likely first.
    actors: Vec<Address>,
    contracts: Vec<Address>,
    /// Tokens, for fractions of balances.
    pub(super) tokens: Vec<Address>,
    /// What actors and contracts hold of each token in the base state, without zeros.
    pub(super) holdings: Vec<U256>,
    audience: Audience,
    /// Where what is gained should go, when somebody attacks.
    pub(super) home: Option<Address>,
    /// Values that a suite prefers for parameters of a name.
    fixtures: Fixtures,
}

impl Palette {
    /// What `protocol` offers to `audience`.
    pub fn new(protocol: &Protocol, audience: Audience) -> Self {
        let mut machine = protocol.machine();
        let mut total = 0;
        let functions = protocol
            .functions
            .iter()
            .enumerate()
            .filter(|(_, function)| function.weight > 0)
            .map(|(index, function)| {
                total += u64::from(function.weight);
                (index, total)
            })
            .collect();
        let senders: Vec<_> = protocol
            .actors
            .iter()
            .filter(|actor| actor.fuzz && (audience == Audience::Everyone || actor.kind == ActorKind::Attacker))
            .map(|actor| (actor.address, machine.balance(actor.address)))
            .collect();
        let attacker = protocol.attacker().map(|actor| actor.address).into_iter().chain(protocol.attacker_contract);
        let mut actors: Vec<_> = protocol.actors.iter().map(|actor| actor.address).collect();
        if audience == Audience::Attacker {
            // Twice as likely each as before: what is gained should come home.
            let home: Vec<_> = attacker.collect();
            let share = actors.len().div_ceil(home.len().max(1));
            for _ in 0..share {
                actors.extend(&home);
            }
        }
        let there = protocol.contracts.iter().filter(|contract| !contract.created);
        let contracts: Vec<_> = there.map(|contract| contract.address).collect();
        let tokens: Vec<_> = protocol.tokens().map(|token| token.address).collect();
        let holders: Vec<_> = protocol
            .actors
            .iter()
            .map(|actor| actor.address)
            .chain(contracts.iter().copied())
            .chain(protocol.attacker_contract)
            .collect();
        let mut holdings: Vec<_> = tokens
            .iter()
            .flat_map(|token| holders.iter().map(move |holder| (*token, *holder)))
            .filter_map(|(token, holder)| balance_of(&mut machine, token, holder))
            .filter(|amount| !amount.is_zero())
            .collect();
        holdings.sort_unstable();
        holdings.dedup();
        let home = protocol.attacker_contract.filter(|_| audience == Audience::Attacker);
        let fixtures = protocol.suite.as_ref().map(|suite| suite.fixtures.clone()).unwrap_or_default();
        Self { functions, senders, actors, contracts, tokens, holdings, audience, home, fixtures }
    }

    /// A value that the suite prefers for a parameter of this name and type, every other time.
    pub fn draw_fixture(&self, name: &str, kind: &DynSolType, rng: &mut CaseRng) -> Option<DynSolValue> {
        if self.fixtures.is_empty() {
            return None;
        }
        let values = self.fixtures.get(&plain_name(name))?.iter().filter(|value| kind.matches(value));
        let values: Vec<_> = values.collect();
        (!values.is_empty() && rng.random()).then(|| values[rng.random_range(0..values.len())].clone())
    }

    /// Whom the draws are for.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Whether any call can be drawn.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty() || self.senders.is_empty()
    }

    /// The index of a function, by weight; none when nothing may be called.
    pub fn draw_function(&self, rng: &mut CaseRng) -> Option<usize> {
        let total = self.functions.last()?.1;
        let point = rng.random_range(0..total);
        let at = self.functions.partition_point(|(_, sum)| *sum <= point);
        self.functions.get(at).map(|(index, _)| *index)
    }

    /// Whether a function may be drawn.
    pub fn offers(&self, function: usize) -> bool {
        self.functions.binary_search_by_key(&function, |(index, _)| *index).is_ok()
    }

    /// Indices of the functions that may be drawn.
    pub fn functions(&self) -> impl Iterator<Item = usize> + '_ {
        self.functions.iter().map(|(index, _)| *index)
    }

    /// An address for an argument: mostly actors, often contracts, rarely zero.
    pub fn draw_address(&self, rng: &mut CaseRng) -> Address {
        let pick = |list: &[Address], rng: &mut CaseRng| {
            if list.is_empty() { Address::ZERO } else { list[rng.random_range(0..list.len())] }
        };
        match rng.random_range(0..100_u32) {
            0..65 => pick(&self.actors, rng),
            65..98 => pick(&self.contracts, rng),
            _ => Address::ZERO,
        }
    }

    /// A share of something that somebody holds in the base state.
    pub fn draw_holding(&self, rng: &mut CaseRng) -> Option<U256> {
        if self.holdings.is_empty() {
            return None;
        }
        let amount = self.holdings[rng.random_range(0..self.holdings.len())];
        let bps = draw_bps(rng);
        Some(share(amount, bps))
    }

    /// A token, for a fraction of a balance.
    pub fn draw_token(&self, rng: &mut CaseRng) -> Option<Address> {
        (!self.tokens.is_empty()).then(|| self.tokens[rng.random_range(0..self.tokens.len())])
    }
}

/// A share in basis points: the fractions that people use, and any.
pub(crate) fn draw_bps(rng: &mut CaseRng) -> u32 {
    const USUAL: [u32; 8] = [10_000, 10_000, 5_000, 9_900, 1_000, 100, 2_500, 7_500];
    if rng.random_ratio(4, 5) { USUAL[rng.random_range(0..USUAL.len())] } else { rng.random_range(1..=10_000) }
}
