use crate::{evm::Machine, generate::CaseRng, protocol::Protocol, sequence::Advance};
use alloy_json_abi::{Function, JsonAbi};
use alloy_primitives::{Address, Bytes, U256, keccak256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds between blocks of mainnet.
const BLOCK_TIME: u64 = 12;
/// Where the price of a feed is read, and which return word it is: Chainlink's two interfaces, and a plain one.
const PRICE_VIEWS: [(&str, usize); 3] = [("latestRoundData()", 1), ("latestAnswer()", 0), ("price()", 0)];
/// Where the waits of governors and timelocks are read: OpenZeppelin's and Compound's names, however they are spelt.
const DELAYS: [(Wait, &[&str]); 3] = [
    (Wait::Vote, &["votingdelay"]),
    (Wait::Count, &["votingperiod"]),
    (Wait::Execution, &["delay", "mindelay", "getmindelay", "timelockdelay", "executiondelay"]),
];
/// Numbers that contracts state and that may be durations, seconds.
const DURATIONS: std::ops::RangeInclusive<u64> = 60..=YEAR;
/// A year is longer than any vote.
const YEAR: u64 = 365 * 86_400;

/// A wait in a proposal's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wait {
    /// Until votes are taken.
    Vote,
    /// Until they are counted.
    Count,
    /// Until the decision takes effect.
    Execution,
}

/// What scenarios need to know of the base state, read once.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    prices: BTreeMap<Address, U256>,
    /// As they are stated: blocks or seconds.
    waits: BTreeMap<(Address, Wait), u64>,
    /// Other numbers of governors and timelocks that may be durations, seconds.
    durations: BTreeMap<Address, Vec<u64>>,
    offers: Vec<Offer>,
    holders: BTreeSet<usize>,
}

/// What a flash lender lends in the base state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    /// The lender.
    pub(super) lender: Address,
    /// The token.
    pub(super) token: Address,
    /// The most that it lends (ERC-3156's `maxFlashLoan`), base units.
    pub(super) most: U256,
}

impl Facts {
    /// Reads prices of feeds, waits of governors and timelocks, offers of lenders, and who holds tokens.
    pub fn new(protocol: &Protocol) -> Self {
        let mut machine = protocol.machine();
        let mut facts = Self::default();
        for binding in &protocol.roles {
            let address = protocol.contracts[binding.contract].address;
            match binding.role.as_str() {
                "feed" => {
                    let price = PRICE_VIEWS.iter().find_map(|(view, word)| read(&mut machine, address, view, *word));
                    facts.prices.extend(price.filter(|price| !price.is_zero()).map(|price| (address, price)));
                }
                "governor" | "timelock" => {
                    let abi = &protocol.contracts[binding.contract].artifact.abi;
                    for (name, stated) in constants(&mut machine, address, abi) {
                        let stated = stated.saturating_to::<u64>().min(YEAR);
                        if let Some((wait, _)) = DELAYS.iter().find(|(_, names)| names.contains(&name.as_str())) {
                            facts.waits.insert((address, *wait), stated);
                        }
                        if DURATIONS.contains(&stated) {
                            facts.durations.entry(address).or_default().push(stated);
                        }
                    }
                }
                "lender" => facts.offers.extend(offers(&mut machine, protocol, address)),
                _ => {}
            }
        }
        let tokens: Vec<_> = protocol.tokens().map(|token| token.address).collect();
        for (index, contract) in protocol.contracts.iter().enumerate() {
            let holds = |token: &Address| {
                let data = [&keccak256("balanceOf(address)")[..4], contract.address.into_word().as_slice()].concat();
                machine
                    .view(Address::ZERO, *token, data.into())
                    .is_ok_and(|output| output.iter().any(|byte| *byte != 0))
            };
            if tokens.iter().any(holds) {
                facts.holders.insert(index);
            }
        }
        facts
    }

    /// Whether a contract, by index, holds some token.
    pub(super) fn holds(&self, contract: usize) -> bool {
        self.holders.contains(&contract)
    }

    /// What can be borrowed.
    pub(super) fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// What a feed says in the base state.
    pub(super) fn price(&self, feed: Address) -> Option<U256> {
        self.prices.get(&feed).copied()
    }

    /// A wait that gets past what some contracts state, the longest where several do. Mostly of as many blocks; else of as many
    /// seconds, or of two durations that they state, for there are waits that nobody has a name for.
    pub(super) fn wait(&self, contracts: &[Address], wait: Wait, rng: &mut CaseRng) -> Advance {
        let stated = contracts.iter().filter_map(|contract| self.waits.get(&(*contract, wait)).copied());
        let units = stated.max().unwrap_or_default();
        let durations: Vec<_> =
            contracts.iter().filter_map(|contract| self.durations.get(contract)).flatten().copied().collect();
        let mut any = || durations.get(rng.random_range(0..durations.len().max(1))).copied().unwrap_or(units);
        let two = any() + any();
        match rng.random_range(0..4_u32) {
            0 => Advance { blocks: units / BLOCK_TIME + 1, seconds: units + 1 },
            1 => Advance { blocks: two / BLOCK_TIME + 1, seconds: two + 1 },
            _ => Advance { blocks: units + 1, seconds: (units + 1) * BLOCK_TIME },
        }
    }
}

/// Numbers that a contract tells without being asked for anything in particular, by their names in small letters without anything
/// between them; in the order of the ABI's names.
fn constants(machine: &mut Machine, address: Address, abi: &JsonAbi) -> Vec<(String, U256)> {
    let is_constant = |function: &&Function| {
        let is_number = function.outputs.first().is_some_and(|output| output.ty.starts_with("uint"));
        function.inputs.is_empty() && function.outputs.len() == 1 && is_number
    };
    let mut told = Vec::new();
    for function in abi.functions().filter(is_constant) {
        let name = function.name.to_lowercase().replace('_', "");
        told.extend(read(machine, address, &function.signature(), 0).map(|number| (name, number)));
    }
    told
}

fn offers(machine: &mut Machine, protocol: &Protocol, lender: Address) -> Vec<Offer> {
    let selector = &keccak256("maxFlashLoan(address)")[..4];
    let tokens = protocol.tokens().map(|token| token.address);
    tokens
        .filter_map(|token| {
            let data = [selector, token.into_word().as_slice()].concat();
            let output = machine.view(Address::ZERO, lender, data.into()).ok()?;
            let most = U256::from_be_slice(output.get(..32)?);
            (!most.is_zero()).then_some(Offer { lender, token, most })
        })
        .collect()
}

fn read(machine: &mut Machine, address: Address, view: &str, word: usize) -> Option<U256> {
    let selector = Bytes::copy_from_slice(&keccak256(view)[..4]);
    let output = machine.view(Address::ZERO, address, selector).ok()?;
    Some(U256::from_be_slice(output.get(32 * word..32 * (word + 1))?))
}
