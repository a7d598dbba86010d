use crate::{evm::Machine, protocol::Protocol, sequence::Advance};
use alloy_primitives::{Address, Bytes, U256, keccak256};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds between blocks of mainnet.
const BLOCK_TIME: u64 = 12;
/// Where the price of a feed is read, and which return word it is: Chainlink's two interfaces, and a plain one.
const PRICE_VIEWS: [(&str, usize); 3] = [("latestRoundData()", 1), ("latestAnswer()", 0), ("price()", 0)];
/// Where the waits of governors and timelocks are read: OpenZeppelin's and Compound's names.
const DELAYS: [(Wait, &[&str]); 3] = [
    (Wait::Vote, &["votingDelay()"]),
    (Wait::Count, &["votingPeriod()"]),
    (Wait::Execution, &["delay()", "minDelay()", "getMinDelay()", "timelockDelay()", "executionDelay()"]),
];

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
    waits: BTreeMap<(Address, Wait), Advance>,
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
                    for (wait, views) in DELAYS {
                        let stated = views.iter().find_map(|view| read(&mut machine, address, view, 0));
                        facts.waits.extend(stated.map(|stated| ((address, wait), past(stated))));
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

    /// The longest wait that some contracts state.
    pub(super) fn wait(&self, contracts: impl Iterator<Item = Address>, wait: Wait) -> Advance {
        let stated = contracts.filter_map(|contract| self.waits.get(&(contract, wait)).copied());
        stated.max_by_key(|advance| advance.seconds).unwrap_or_else(|| past(U256::ZERO))
    }
}

/// One unit past a stated wait. Governors count blocks or seconds, so both pass.
fn past(stated: U256) -> Advance {
    // A year is longer than any vote.
    let units = stated.saturating_to::<u64>().min(365 * 86_400) + 1;
    Advance { blocks: units, seconds: units * BLOCK_TIME }
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
