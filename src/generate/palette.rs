use super::CaseRng;
use crate::{
    evm::Machine,
    protocol::{
        ActorKind, Contract, Fixtures, Function, Protocol, Rehearsed, allowance, balance_of, plain_name, transfer_call,
        transfer_from_call,
    },
    sequence::share,
};
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier as _};
use alloy_json_abi::{Function as AbiFunction, InternalType, Param, StateMutability};
use alloy_primitives::{Address, Bytes, Selector, U256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(crate) tokens: Vec<Address>,
    /// What actors and contracts hold of each token in the base state, without zeros.
    pub(super) holdings: Vec<U256>,
    audience: Audience,
    /// Where what is gained should go, when somebody attacks.
    pub(super) home: Option<Address>,
    /// Values that a suite prefers for parameters of a name.
    fixtures: Fixtures,
    /// What accounts hold of tokens in the base state, without zeros.
    holdings_of: BTreeMap<Address, Vec<(Address, U256)>>,
    /// Actors who are not the attacker.
    others: Vec<Address>,
    /// Contracts that are of a type, by its name.
    typed: BTreeMap<String, Vec<Address>>,
    /// Views that tell amounts, by contract.
    views: Vec<Vec<View>>,
    /// Where contracts are, by index.
    places: Vec<Address>,
    /// What each contract could hand out of others' tokens and of its own, were it made to.
    spoils: Vec<Vec<Spoil>>,
    /// Functions whose calls may be data, with their contracts.
    payloads: Vec<(Address, Function)>,
    /// Arguments that the set-up passed, by contract and selector.
    rehearsed: BTreeMap<(usize, Selector), Vec<Vec<DynSolValue>>>,
    /// What it passed as flags, indices and accounts, each once, by the parameter's name and type.
    said: BTreeMap<String, BTreeMap<String, Vec<DynSolValue>>>,
    /// What views without parameters answer in the base state, of the types that kinds, flags and names of things have.
    constants: Vec<(DynSolType, Vec<DynSolValue>)>,
}

/// Tokens that a contract may move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoil {
    pub(super) token: Address,
    /// Who holds them: the contract, or who approved it.
    pub(super) holder: Address,
    pub(super) amount: U256,
}

/// Questions for allowances, at most.
const MOST_ALLOWANCES: usize = 8_192;

/// A view that answers with an amount.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) target: Address,
    pub(super) selector: Selector,
    pub(super) inputs: Vec<DynSolType>,
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
        let honest = protocol.actors.iter().filter(|actor| actor.kind != ActorKind::Attacker);
        let others = honest.map(|actor| actor.address).collect();
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
        let mut holdings_of: BTreeMap<Address, Vec<(Address, U256)>> = BTreeMap::new();
        let mut held_there = Vec::new();
        for (token, holder) in tokens.iter().flat_map(|token| holders.iter().map(move |holder| (*token, *holder))) {
            let held = balance_of(&mut machine, token, holder).filter(|amount| !amount.is_zero());
            if let Some(held) = held {
                holdings_of.entry(holder).or_default().push((token, held));
                held_there.push(Spoil { token, holder, amount: held });
            }
        }
        let mut holdings: Vec<_> = holdings_of.values().flatten().map(|(_, held)| *held).collect();
        holdings.sort_unstable();
        holdings.dedup();
        let home = protocol.attacker_contract.filter(|_| audience == Audience::Attacker);
        // Who is not the attacker hands out nothing.
        let spoils = home.map(|home| spoils(protocol, home, &held_there, &mut machine)).unwrap_or_default();
        let fixtures = protocol.suite.as_ref().map(|suite| suite.fixtures.clone()).unwrap_or_default();
        let mut rehearsed: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut said: BTreeMap<String, BTreeMap<String, Vec<DynSolValue>>> = BTreeMap::new();
        for Rehearsed { function, arguments, .. } in &protocol.rehearsed {
            let function = &protocol.functions[*function];
            for (input, value) in function.abi.inputs.iter().zip(arguments) {
                let known = said.entry(input.name.clone()).or_default().entry(input.ty.clone()).or_default();
                if says_which(value) && !known.contains(value) {
                    known.push(value.clone());
                }
            }
            rehearsed.entry((function.contract, function.selector)).or_default().push(arguments.clone());
        }
        let there = |function: &&Function| !protocol.contracts[function.contract].created;
        let payloads = protocol.functions.iter().filter(there);
        Self {
            functions,
            senders,
            actors,
            contracts,
            tokens,
            holdings,
            audience,
            home,
            fixtures,
            holdings_of,
            places: protocol.contracts.iter().map(|contract| contract.address).collect(),
            spoils,
            others,
            typed: typed(protocol),
            views: protocol.contracts.iter().map(views).collect(),
            payloads: payloads
                .map(|function| (protocol.contracts[function.contract].address, function.clone()))
                .collect(),
            rehearsed,
            said,
            constants: constants(protocol, &mut machine),
        }
    }

    /// A contract of a type; none where the name says nothing.
    pub(super) fn draw_typed(&self, name: &str, rng: &mut CaseRng) -> Option<Address> {
        let fitting = self.typed.get(name)?;
        fitting.get(rng.random_range(0..fitting.len().max(1))).copied()
    }

    /// A view of a contract, or of any: often one that is asked of an account, as what somebody has there is.
    pub(super) fn draw_view(&self, contract: Option<usize>, rng: &mut CaseRng) -> Option<&View> {
        let contract = contract.unwrap_or_else(|| rng.random_range(0..self.views.len().max(1)));
        let views = self.views.get(contract)?;
        if rng.random() {
            let personal: Vec<_> = views.iter().filter(|view| view.inputs.contains(&DynSolType::Address)).collect();
            if !personal.is_empty() {
                return personal.get(rng.random_range(0..personal.len())).copied();
            }
        }
        views.get(rng.random_range(0..views.len().max(1)))
    }

    /// A view that is asked of an account and nothing else, of any contract.
    pub(super) fn draw_personal_view(&self, rng: &mut CaseRng) -> Option<&View> {
        let personal = || self.views.iter().flatten().filter(|view| view.inputs == [DynSolType::Address]);
        personal().nth(rng.random_range(0..personal().count().max(1)))
    }

    /// Whether an address is an actor's or a contract's.
    pub(super) fn knows(&self, address: Address) -> bool {
        self.actors.contains(&address) || self.contracts.contains(&address)
    }

    /// Something else of the kind that an address is of: a token, an actor, a contract; none for the attacker and for strangers.
    pub(crate) fn draw_alike(&self, address: Address, rng: &mut CaseRng) -> Option<Address> {
        let kind = self.kind(address)?;
        kind.get(rng.random_range(0..kind.len())).copied()
    }

    /// Everything else that an address may stand for: tokens for a token, honest actors and contracts for one of these; nothing for the
    /// attacker and for strangers.
    pub(crate) fn alike(&self, address: Address) -> Vec<Address> {
        let is_token = |address: &&Address| self.tokens.contains(address);
        let mut alike: Vec<_> = if is_token(&&address) {
            self.tokens.clone()
        } else if self.kind(address).is_some() {
            self.others.iter().chain(&self.contracts).filter(|other| !is_token(other)).copied().collect()
        } else {
            Vec::new()
        };
        alike.retain(|other| *other != address);
        alike
    }

    /// What some account holds of some token in the base state; none where that is nothing.
    pub(crate) fn holding(&self, token: Address, holder: Address) -> Option<U256> {
        let held = self.holdings_of.get(&holder)?;
        held.iter().find_map(|(of, held)| (*of == token).then_some(*held))
    }

    /// Whether two addresses are of one of those kinds.
    pub(crate) fn are_alike(&self, one: Address, other: Address) -> bool {
        self.kind(one).is_some_and(|kind| kind.contains(&other))
    }

    fn kind(&self, address: Address) -> Option<&[Address]> {
        [&self.tokens, &self.others, &self.contracts]
            .into_iter()
            .find(|kind| kind.contains(&address))
            .map(Vec::as_slice)
    }

    /// A function that may be called by who is made to, with its contract.
    pub(super) fn draw_payload(&self, rng: &mut CaseRng) -> Option<(Address, &Function)> {
        let drawn = self.payloads.get(rng.random_range(0..self.payloads.len().max(1)));
        drawn.map(|(target, function)| (*target, function))
    }

    /// A call that hands tokens which `contract` may move to `to`: of others who approved it, or its own.
    pub(crate) fn draw_spoil(&self, contract: usize, to: Address, rng: &mut CaseRng) -> Option<(Address, Bytes)> {
        let spoils = self.spoils.get(contract)?;
        let Spoil { token, holder, amount } = *spoils.get(rng.random_range(0..spoils.len().max(1)))?;
        let amount = share(amount, draw_bps(rng));
        let is_own = self.places.get(contract) == Some(&holder);
        let data = if is_own { transfer_call(to, amount) } else { transfer_from_call(holder, to, amount) };
        Some((token, data))
    }

    /// Arguments that the set-up passed to a function.
    pub(super) fn rehearsed(&self, function: &Function) -> Option<&[Vec<DynSolValue>]> {
        self.rehearsed.get(&(function.contract, function.selector)).map(Vec::as_slice)
    }

    /// What the set-up passed for a parameter of this name and type, to any function.
    pub(super) fn draw_said(&self, name: &str, kind: &str, rng: &mut CaseRng) -> Option<DynSolValue> {
        let values = self.said.get(name)?.get(kind)?;
        values.get(rng.random_range(0..values.len().max(1))).cloned()
    }

    /// A constant of exactly this type.
    pub(super) fn draw_constant(&self, kind: &DynSolType, rng: &mut CaseRng) -> Option<DynSolValue> {
        let (_, values) = self.constants.iter().find(|(each, _)| each == kind)?;
        values.get(rng.random_range(0..values.len())).cloned()
    }

    /// What an account holds of some token in the base state, or a share of it.
    pub(super) fn draw_holding_of(&self, account: Address, rng: &mut CaseRng) -> Option<U256> {
        let held = self.holdings_of.get(&account)?;
        let (_, amount) = *held.get(rng.random_range(0..held.len().max(1)))?;
        Some(if rng.random_ratio(2, 3) { amount } else { share(amount, draw_bps(rng)) })
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

    /// Whether an account is an actor's who is not the attacker.
    pub(super) fn is_honest(&self, account: Address) -> bool {
        self.others.contains(&account)
    }

    /// An actor who is not the attacker.
    pub(crate) fn draw_other(&self, rng: &mut CaseRng) -> Option<Address> {
        self.others.get(rng.random_range(0..self.others.len().max(1))).copied()
    }

    /// A contract.
    pub(crate) fn draw_contract(&self, rng: &mut CaseRng) -> Option<Address> {
        self.contracts.get(rng.random_range(0..self.contracts.len().max(1))).copied()
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

/// Whether a value says which of several things is meant, rather than how much.
fn says_which(value: &DynSolValue) -> bool {
    matches!(value, DynSolValue::Address(_) | DynSolValue::Bool(_) | DynSolValue::Uint(_, ..=64))
}

/// What each contract may move of what is `held`, its own and what it was let; without what is `home` already.
fn spoils(protocol: &Protocol, home: Address, held: &[Spoil], machine: &mut Machine) -> Vec<Vec<Spoil>> {
    let mut left = MOST_ALLOWANCES;
    let mut movable = |held: &Spoil, contract: Address| {
        if held.holder == contract {
            return Some(*held);
        }
        left = left.checked_sub(1)?;
        let allowed = allowance(machine, held.token, held.holder, contract)?;
        Some(Spoil { amount: allowed.min(held.amount), ..*held }).filter(|spoil| !spoil.amount.is_zero())
    };
    let others: Vec<_> = held.iter().filter(|held| held.holder != home).collect();
    let of = |contract: &Contract| others.iter().filter_map(|held| movable(held, contract.address)).collect();
    protocol.contracts.iter().map(of).collect()
}

/// Contracts by the names of the types that parameters ask for: those that were compiled from it, else those that have all its
/// functions.
fn typed(protocol: &Protocol) -> BTreeMap<String, Vec<Address>> {
    let mut names = BTreeSet::new();
    for function in &protocol.functions {
        function.abi.inputs.iter().for_each(|input| note_types(input, &mut names));
    }
    let there = || protocol.contracts.iter().filter(|contract| !contract.created);
    let of = |name: &str| -> Vec<Address> {
        let named = there().filter(|contract| contract.artifact.name == name);
        let interface = protocol.interfaces.get(name).filter(|interface| interface.functions().next().is_some());
        let able = interface.into_iter().flat_map(|interface| {
            there().filter(|contract| {
                interface.functions().all(|wanted| {
                    contract.artifact.abi.functions().any(|function| function.selector() == wanted.selector())
                })
            })
        });
        let addresses: BTreeSet<_> = named.chain(able).map(|contract| contract.address).collect();
        addresses.into_iter().collect()
    };
    names.into_iter().map(|name| (name.to_owned(), of(name))).filter(|(_, found)| !found.is_empty()).collect()
}

/// Notes the contract types that a parameter asks for.
fn note_types<'a>(input: &'a Param, names: &mut BTreeSet<&'a str>) {
    if let Some(InternalType::Contract(name)) = &input.internal_type {
        names.insert(name.trim_end_matches("[]"));
    }
    input.components.iter().for_each(|component| note_types(component, names));
}

/// The views of a contract that answer one amount.
fn views(contract: &Contract) -> Vec<View> {
    let functions = contract.artifact.abi.functions().filter(|function| {
        let reads = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
        let answers = function.outputs.first().and_then(|output| output.resolve().ok());
        reads && function.inputs.len() <= 3 && matches!(answers, Some(DynSolType::Uint(64..)))
    });
    let view = |function: &AbiFunction| {
        let inputs: Option<_> = function.inputs.iter().map(|input| input.resolve().ok()).collect();
        Some(View { target: contract.address, selector: function.selector(), inputs: inputs? })
    };
    functions.filter_map(view).collect()
}

/// Constants by type: contracts name the kinds of things that their functions take, as `keccak256("ADMIN")` or `uint8 constant BORROW`.
fn constants(protocol: &Protocol, machine: &mut Machine) -> Vec<(DynSolType, Vec<DynSolValue>)> {
    let mut constants: Vec<(DynSolType, Vec<DynSolValue>)> = Vec::new();
    for contract in protocol.contracts.iter().filter(|contract| !contract.created) {
        for function in contract.artifact.abi.functions() {
            let reads = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
            let [output] = &function.outputs[..] else { continue };
            let Ok(kind @ (DynSolType::Uint(..=64) | DynSolType::FixedBytes(_))) = output.resolve() else { continue };
            if !reads || !function.inputs.is_empty() {
                continue;
            }
            let answer = machine.view(Address::ZERO, contract.address, function.selector().to_vec().into());
            let Some(value) = answer.ok().and_then(|answer| kind.abi_decode(&answer).ok()) else { continue };
            match constants.iter_mut().find(|(each, _)| *each == kind) {
                Some((_, values)) if values.contains(&value) => {}
                Some((_, values)) => values.push(value),
                None => constants.push((kind, vec![value])),
            }
        }
    }
    constants
}

/// A share in basis points: the fractions that people use, and any.
pub(crate) fn draw_bps(rng: &mut CaseRng) -> u32 {
    const USUAL: [u32; 8] = [10_000, 10_000, 5_000, 9_900, 1_000, 100, 2_500, 7_500];
    if rng.random_ratio(4, 5) { USUAL[rng.random_range(0..USUAL.len())] } else { rng.random_range(1..=10_000) }
}
