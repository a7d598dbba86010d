//! A unit of account and prices, from what pools pay in the base state.

use super::{
    probe::{Probe, as_word, has},
    trade::Sale,
    venues::Pool,
};
use crate::protocol::{Economics, Place, RoleBinding};
use alloy_primitives::{Address, U256};
use serde::Serialize;
use std::collections::BTreeMap;

/// Prices are per this many base units.
const SCALE: u64 = 1_000_000_000_000_000_000;
/// Pools that are tried out.
const MAX_POOLS: usize = 64;
/// How far two ways to price a token may be apart before it pays to trade between them, percent.
const APART: u64 = 2;
/// Digits behind the point of prices that are only compared.
const SPOT_DIGITS: u64 = 27;
/// Most decimals that a token is taken by its word for.
const MAX_DECIMALS: u64 = 36;

/// What an asset is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InferredPrice {
    /// Name of the token, or `eth`.
    pub asset: String,
    /// Value of 1e18 base units in base units of the reference, decimal.
    pub price: String,
    /// Where it comes from.
    pub why: String,
}

/// How values are compared where nobody said so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InferredEconomy {
    /// The unit of account: the name of a token, or `eth`.
    pub reference: Option<String>,
    /// Why this one.
    pub why: String,
    /// What is not more is no profit, base units of the reference, decimal.
    pub threshold: String,
    /// What else has a price; everything else counts as nothing.
    pub prices: Vec<InferredPrice>,
    /// Why profits cannot be told from trades, where that is so.
    pub unsettled: Option<String>,
}

/// Infers the unit of account and prices of a protocol with these roles.
pub(in crate::protocol) fn infer(
    probe: &mut Probe<'_>,
    bindings: &[RoleBinding],
    place: &Place,
) -> (InferredEconomy, Economics) {
    let mut market = Market::new(probe, bindings);
    let (reference, why) = market.reference(probe);
    let threshold = threshold(probe, reference);
    market.price(probe, reference);
    let name = |asset: Option<Address>| asset.map_or_else(|| "eth".to_owned(), |token| probe.name(token));
    let unsettled = market.surplus.clone().or_else(|| market.quarrel(reference, |token| name(Some(token))));
    let prices = market.prices.iter().filter(|(asset, _)| **asset != reference);
    let prices: Vec<_> = prices
        .map(|(asset, (price, why))| InferredPrice { asset: name(*asset), price: price.to_string(), why: why.clone() })
        .collect();
    let economy =
        InferredEconomy { reference: Some(name(reference)), why, threshold: threshold.to_string(), prices, unsettled };
    let economics = Economics {
        reference: economy.reference.clone(),
        prices: economy.prices.iter().map(|price| (price.asset.clone(), price.price.clone())).collect(),
        price_places: economy.prices.iter().map(|price| (price.asset.clone(), place.clone())).collect(),
        threshold,
        place: place.clone(),
    };
    (economy, economics)
}

/// A thousandth of a whole unit, so that rounding is no profit.
fn threshold(probe: &mut Probe<'_>, reference: Option<Address>) -> U256 {
    let decimals = match reference {
        None => 18,
        Some(token) => probe.word(token, "decimals()", &[], 0).map_or(18, |word| word.saturating_to::<u64>()),
    };
    U256::from(10).pow(U256::from(decimals.min(MAX_DECIMALS))) / U256::from(1_000)
}

/// Tokens, and where they are traded. The native coin has no address.
#[derive(Debug, Default)]
struct Market {
    tokens: Vec<Address>,
    /// The native coin, wrapped.
    wrapped: Vec<Address>,
    lenders: Vec<Address>,
    /// Assets of vaults.
    deposited: Vec<Address>,
    /// Pools, by index of their contracts.
    pools: Vec<(usize, Pool)>,
    /// A pool that pays what lies in it to whoever comes first.
    surplus: Option<String>,
    prices: BTreeMap<Option<Address>, (U256, String)>,
}

impl Market {
    fn new(probe: &mut Probe<'_>, bindings: &[RoleBinding]) -> Self {
        let mut market = Self::default();
        for binding in bindings {
            let contract = &probe.contracts[binding.contract];
            match binding.role.as_str() {
                "token" => market.tokens.push(contract.address),
                "weth" => market.wrapped.push(contract.address),
                "lender" => market.lenders.push(contract.address),
                "vault" => market.deposited.extend(probe.contract(contract.address, "asset()")),
                "pool" if market.pools.len() < MAX_POOLS => {
                    market.pools.extend(Pool::of(probe, contract).map(|pool| (binding.contract, pool)));
                }
                _ => {}
            }
        }
        for (index, pool) in &market.pools {
            let contract = &probe.contracts[*index];
            let mut sides = pool.tokens.iter().zip(pool.reserves);
            if has(&contract.artifact.abi, &["skim(address)"])
                && sides.any(|(token, reserve)| probe.balance(*token, pool.address).is_some_and(|held| held > reserve))
            {
                market.surplus =
                    Some(format!("{} holds more than its reserves, which anybody may skim", contract.name));
            }
        }
        market.pools.retain(|(_, pool)| pool.tokens.iter().all(|token| market.tokens.contains(token)));
        market
    }

    /// The asset that most pools trade; of several the wrapped native coin, then what is lent most often, then the first.
    fn reference(&self, probe: &mut Probe<'_>) -> (Option<Address>, String) {
        let mut best: Option<((usize, bool, usize, usize), Address)> = None;
        for token in &self.tokens {
            let traded = self.pools.iter().filter(|(_, pool)| pool.tokens.contains(token)).count();
            let mut lent = 0;
            for lender in &self.lenders {
                let most = probe.word(*lender, "maxFlashLoan(address)", &[as_word(*token)], 0);
                lent += usize::from(most.is_some_and(|most| !most.is_zero()));
            }
            let deposited = self.deposited.iter().filter(|asset| *asset == token).count();
            let merit = (traded, self.wrapped.contains(token), lent, deposited);
            if best.is_none_or(|(best, _)| merit > best) {
                best = Some((merit, *token));
            }
        }
        match best {
            Some(((traded, wrapped, lent, deposited), token)) if traded + lent + deposited > 0 || wrapped => {
                let count = |count: usize, what: &str| match count {
                    0 => None,
                    1 => Some(format!("one {what}")),
                    _ => Some(format!("{count} {what}s")),
                };
                let mut reasons: Vec<_> =
                    count(traded, "pool").map(|pools| format!("traded by {pools}")).into_iter().collect();
                reasons.extend(wrapped.then(|| "the native coin, wrapped".to_owned()));
                reasons.extend(count(lent, "lender").map(|lenders| format!("lent by {lenders}")));
                reasons.extend(count(deposited, "vault").map(|vaults| format!("taken by {vaults}")));
                (Some(token), reasons.join(", "))
            }
            _ => (None, "no token is traded, lent or taken by a vault".to_owned()),
        }
    }

    /// Prices what small sales turn into the reference, over as many pools as it takes.
    fn price(&mut self, probe: &mut Probe<'_>, reference: Option<Address>) {
        let scale = U256::from(SCALE);
        self.prices.insert(reference, (scale, String::new()));
        if reference.is_none_or(|token| self.wrapped.contains(&token)) {
            let wrapped = self.wrapped.iter().map(|token| Some(*token));
            for asset in wrapped.chain([None]) {
                self.prices.entry(asset).or_insert((scale, "the native coin, wrapped or not".to_owned()));
            }
        }
        let mut sales = Vec::new();
        for (contract, pool) in &self.pools {
            for side in [0, 1] {
                let contract = &probe.contracts[*contract];
                if let Some(sale) = Sale::try_out(probe, contract, *pool, side) {
                    sales.push((pool.tokens, side, sale, contract.name.clone()));
                }
            }
        }
        // Each round prices what one pool more leads to; the best sale of a round counts.
        for _ in 0..self.tokens.len() {
            let mut round: BTreeMap<Address, (U256, String)> = BTreeMap::new();
            for (tokens, side, sale, pool) in &sales {
                let (token, other) = (tokens[*side], tokens[1 - side]);
                let Some((value, _)) = self.prices.get(&Some(other)) else { continue };
                if self.prices.contains_key(&Some(token)) {
                    continue;
                }
                let price = sale.paid.checked_mul(*value).map(|worth| worth / sale.sold);
                let Some(price) = price.filter(|price| !price.is_zero()) else { continue };
                let why = format!("{pool} paid {} for {} in a trial", sale.paid, sale.sold);
                if round.get(&token).is_none_or(|(known, _)| *known < price) {
                    round.insert(token, (price, why));
                }
            }
            if round.is_empty() {
                break;
            }
            self.prices.extend(round.into_iter().map(|(token, price)| (Some(token), price)));
        }
        if !self.prices.contains_key(&None)
            && let Some(price) = self.wrapped.iter().find_map(|token| self.prices.get(&Some(*token))).cloned()
        {
            self.prices.insert(None, price);
        }
    }

    /// Whether trading between pools pays in the base state already: then a profit says nothing about the protocol.
    fn quarrel(&self, reference: Option<Address>, name: impl Fn(Address) -> String) -> Option<String> {
        let scale = U256::from(10).pow(U256::from(SPOT_DIGITS));
        let mut spots: BTreeMap<Address, U256> = BTreeMap::new();
        let start = reference.or_else(|| self.tokens.first().copied())?;
        let mut starts = vec![start];
        starts.extend(&self.tokens);
        for start in starts {
            // Tokens that no pool relates to the reference are compared among themselves.
            spots.entry(start).or_insert(scale);
            for _ in 0..self.tokens.len() {
                for (_, pool) in &self.pools {
                    for side in [0, 1] {
                        let (token, other) = (pool.tokens[side], pool.tokens[1 - side]);
                        if let (None, Some(value)) = (spots.get(&token), spots.get(&other))
                            && let Some(worth) = value.checked_mul(pool.reserves[1 - side])
                        {
                            spots.insert(token, worth / pool.reserves[side]);
                        }
                    }
                }
            }
        }
        self.pools.iter().find_map(|(_, pool)| {
            let worth = |side: usize| spots.get(&pool.tokens[side])?.checked_mul(pool.reserves[side]);
            let (left, right) = (worth(0)?, worth(1)?);
            let apart = left.abs_diff(right).checked_mul(U256::from(100))?;
            let far = apart > left.max(right).checked_mul(U256::from(APART))?;
            let [left, right] = pool.tokens.map(&name);
            far.then(|| format!("pools price {left} against {right} more than {APART} % apart"))
        })
    }
}
