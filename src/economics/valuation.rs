use crate::{
    evm::Machine,
    invariant::{self, BaseValueError, Formula, Ledger, Memory, Scene, Type, Value},
    protocol::{NATIVE, Place, Protocol, balance_of, parse_number, total_supply},
};
use alloy_primitives::{Address, U256, U512, aliases::I512};
use std::collections::BTreeSet;

/// Prices are per this many base units.
const PRICE_SCALE: u64 = 1_000_000_000_000_000_000;

/// Why a protocol's assets cannot be valued.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ValuationError {
    /// A price names no deployment.
    #[error("{place}: economics names `{name}`, which is neither a deployment nor `eth`")]
    UnknownAsset {
        /// The name.
        name: String,
        /// Where.
        place: Place,
    },
    /// A price is no number and no expression that has a value in the base state.
    #[error("{place}: the price of `{name}`: {message}")]
    Price {
        /// The asset.
        name: String,
        /// What is wrong.
        message: String,
        /// Where.
        place: Place,
    },
    /// What an intent is worth is no number.
    #[error("{place}: the worth of an intent: {message}")]
    Worth {
        /// What is wrong.
        message: String,
        /// Where.
        place: Place,
    },
}

impl ValuationError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnknownAsset { .. } => "name a deployment of [[setup]], or `eth` for the native coin",
            Self::Worth { .. } => {
                "write what the sender has of it, in base units of the reference: an expression of views (docs/invariants.md)"
            }
            Self::Price { .. } => {
                "write the value of 1e18 base units in base units of the reference: a number such as \"2 ether\", or an \
                 expression of views (docs/invariants.md)"
            }
        }
    }
}

/// An asset of the attacker.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Name of the deployment, or `eth`.
    pub name: String,
    /// None: the native coin.
    pub token: Option<Address>,
    /// Value of 1e18 base units, before any attack, in base units of the reference; none where nobody said.
    pub price: Option<U256>,
    /// What the attacker has of it in the base state.
    pub before: U256,
    /// All there was of it before: nobody pays for more.
    pub most: U256,
}

/// What the attacker holds in the base state, and what it is worth.
///
/// Only tokens and the native coin count: debts, shares and collateral that is left behind are worth nothing here, and neither is what
/// is held of a token beyond its supply before the attack, which nobody could buy.
#[derive(Debug, Clone)]
pub struct Valuation {
    pub(super) assets: Vec<Asset>,
    pub(super) holders: Vec<Address>,
    pub(super) reference: Option<String>,
    /// What the intents of actors are worth to them, beside tokens.
    intents: Vec<(Address, Formula)>,
    threshold: U256,
}

/// An asset whose amount changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetChange {
    /// Name of the deployment, or `eth`.
    pub asset: String,
    /// Base units before.
    pub before: U256,
    /// Base units after.
    pub after: U256,
}

/// What the attacker gained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profit {
    /// Unit of account.
    pub token: String,
    /// Base units of the unit of account, at pre-attack prices.
    pub amount: U256,
    /// Assets whose amount changed.
    pub changes: Vec<AssetChange>,
}

/// How the attacker's assets changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Value of all priced changes, in 1e-18 base units of the reference; negative for a loss.
    pub value: I512,
    /// Whether an asset without a price became less.
    pub unpriced_losses: bool,
    /// Assets whose amount changed.
    pub changes: Vec<AssetChange>,
}

impl Valuation {
    /// The attacker's assets in the base state of `protocol`; none when nobody attacks.
    ///
    /// # Errors
    ///
    /// When `economics` names an unknown asset or a price has no value.
    pub fn new(protocol: &Protocol) -> Result<Option<Self>, ValuationError> {
        let Some(attacker) = protocol.attacker() else { return Ok(None) };
        let economics = &protocol.economics;
        for name in economics.prices.keys().chain(&economics.reference) {
            if name != "eth" && protocol.contract(name).is_none() {
                return Err(ValuationError::UnknownAsset { name: name.clone(), place: economics.place.clone() });
            }
        }
        let mut machine = protocol.machine();
        let tokens = protocol.tokens().map(|token| (token.name.clone(), Some(token.address)));
        let holders: Vec<_> = std::iter::once(attacker.address).chain(protocol.attacker_contract).collect();
        let mut assets = Vec::new();
        for (name, token) in tokens.chain([("eth".to_owned(), None)]) {
            let price = match economics.prices.get(&name) {
                Some(text) => Some(price(protocol, &name, text)?),
                None if economics.reference.as_ref() == Some(&name) => Some(U256::from(PRICE_SCALE)),
                None => None,
            };
            let before = held(&mut machine, &holders, token).unwrap_or_default();
            let supply = token.and_then(|token| total_supply(&mut machine, token));
            let most = supply.map_or(U256::MAX, |supply| supply.max(before));
            assets.push(Asset { name, token, price, before, most });
        }
        let (reference, threshold) = (economics.reference.clone(), economics.threshold);
        Ok(Some(Self { assets, holders, reference, intents: intents(protocol)?, threshold }))
    }

    /// The accounts whose assets are the attacker's.
    pub fn holders(&self) -> &[Address] {
        &self.holders
    }

    /// What of the attacker's is looked at.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// The unit of account; none where nobody said.
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// How the attacker's assets changed since the base state.
    pub fn assess(&self, machine: &mut Machine) -> Assessment {
        let mut assessment = Assessment { value: I512::ZERO, unpriced_losses: false, changes: Vec::new() };
        for asset in &self.assets {
            // A token that no longer tells its balances is worth nothing.
            let after = held(machine, &self.holders, asset.token).unwrap_or_default();
            if after == asset.before {
                continue;
            }
            match asset.price {
                // Balances and prices have 256 bits, so a product fits 512; only absurd ones saturate.
                Some(price) => {
                    let change = signed(after.min(asset.most)).saturating_sub(signed(asset.before));
                    assessment.value = assessment.value.saturating_add(change.saturating_mul(signed(price)));
                }
                None => assessment.unpriced_losses |= after < asset.before,
            }
            assessment.changes.push(AssetChange { asset: asset.name.clone(), before: asset.before, after });
        }
        assessment
    }

    /// What so much of a token, or of the native coin ([`NATIVE`]), is worth before any attack, in 1e-18 base units of the reference; none when it has no price.
    pub fn worth(&self, token: Address, amount: U256) -> Option<I512> {
        let asset = self.assets.iter().find(|asset| asset.token.unwrap_or(NATIVE) == token)?;
        Some(signed(amount).saturating_mul(signed(asset.price?)))
    }

    /// What `accounts` have of everything with a price, together, and what their intents are worth to them, in 1e-18 base units of the
    /// reference; none where that is not known.
    pub fn holdings(&self, machine: &mut Machine, protocol: &Protocol, accounts: &BTreeSet<Address>) -> Option<I512> {
        let mut sum = I512::ZERO;
        for account in accounts {
            for (asset, price) in self.assets.iter().filter_map(|asset| Some((asset, asset.price?))) {
                let amount = held(machine, &[*account], asset.token).unwrap_or_default();
                sum = sum.saturating_add(signed(amount).saturating_mul(signed(price)));
            }
        }
        for (_, worth) in self.intents.iter().filter(|(sender, _)| accounts.contains(sender)) {
            let worth = value(worth, machine, protocol).ok()?;
            sum = sum.saturating_add(worth.saturating_mul(I512::try_from(PRICE_SCALE).ok()?));
        }
        Some(sum)
    }

    /// A value of 1e-18 base units of the reference in whole ones, rounded down; none is below zero.
    pub fn whole(&self, value: I512) -> U256 {
        units(value.max(I512::ZERO))
    }

    /// Whether a gain, in base units of the unit of account, is above the threshold.
    pub fn counts(&self, amount: U256) -> bool {
        amount > self.threshold
    }

    /// Whether a value, in 1e-18 base units of the reference, is above the threshold.
    pub fn gains(&self, value: I512) -> bool {
        let amount = I512::try_from(PRICE_SCALE).ok().and_then(|scale| value.checked_div(scale));
        self.reference.is_some() && amount.is_some_and(|amount| amount > signed(self.threshold))
    }

    /// What the attacker gained; none when it is not richer by more than the threshold.
    ///
    /// Assets with a price are added up. Of an asset without one, any loss means no profit, for its worth is unknown; a gain
    /// counts only where there is no reference at all.
    pub fn profit(&self, assessment: Assessment) -> Option<Profit> {
        if assessment.unpriced_losses {
            return None;
        }
        let (token, amount) = if let Some(reference) = &self.reference {
            (reference.clone(), assessment.value.checked_div(I512::try_from(PRICE_SCALE).ok()?)?)
        } else {
            if assessment.value.is_negative() {
                return None;
            }
            let change = assessment.changes.iter().find(|change| change.after > change.before)?;
            (change.asset.clone(), signed(change.after).checked_sub(signed(change.before))?)
        };
        if amount <= signed(self.threshold) {
            return None;
        }
        Some(Profit { token, amount: low(amount), changes: assessment.changes })
    }
}

/// A value of 1e-18 base units of the reference in whole ones.
pub(super) fn units(value: I512) -> U256 {
    I512::try_from(PRICE_SCALE).ok().and_then(|scale| value.checked_div(scale)).map_or(U256::ZERO, low)
}

/// The low 256 bits of what is not negative.
fn low(amount: I512) -> U256 {
    U256::from_limbs_slice(&amount.into_raw().as_limbs()[..4])
}

pub(super) fn signed(amount: U256) -> I512 {
    I512::from_raw(U512::from(amount))
}

/// What the holders hold together; none when the token does not answer.
pub(super) fn held(machine: &mut Machine, holders: &[Address], token: Option<Address>) -> Option<U256> {
    let mut sum = U256::ZERO;
    for holder in holders {
        let amount = match token {
            None => machine.balance(*holder),
            Some(token) => balance_of(machine, token, *holder)?,
        };
        sum = sum.checked_add(amount)?;
    }
    Some(sum)
}

/// What intents are worth: expressions of states, not of how they came about.
fn intents(protocol: &Protocol) -> Result<Vec<(Address, Formula)>, ValuationError> {
    let mut all = Vec::new();
    for intent in &protocol.intents {
        let Some(worth) = &intent.worth else { continue };
        let error = |message: String| ValuationError::Worth { message, place: worth.place.clone() };
        let formula = Formula::new(protocol, &worth.value, &worth.place).map_err(|reason| error(reason.to_string()))?;
        value(&formula, &mut protocol.machine(), protocol).map_err(|reason| error(reason.to_string()))?;
        all.push((intent.sender, formula));
    }
    Ok(all)
}

/// The value of an expression of a state alone.
fn value(formula: &Formula, machine: &mut Machine, protocol: &Protocol) -> Result<I512, BaseValueError> {
    let ledger = Ledger::new(protocol);
    match formula.value(&mut Scene::new(machine, protocol, &ledger), &Memory::default())? {
        Value::Integer(number) if formula.kind() == Type::Integer => Ok(number),
        Value::Integer(_) | Value::Boolean(_) | Value::Address(_) => Err(BaseValueError::NotANumber(formula.kind())),
    }
}

fn price(protocol: &Protocol, name: &str, text: &str) -> Result<U256, ValuationError> {
    let error = |message: String| ValuationError::Price {
        name: name.to_owned(),
        message,
        place: protocol.economics.price_places.get(name).unwrap_or(&protocol.economics.place).clone(),
    };
    // A plain number is said to be wrong in terms of numbers, not of expressions.
    if text.trim().starts_with(|first: char| first.is_ascii_digit()) && !text.contains(['(', '*', '/', '+']) {
        let number = parse_number(text).map_err(|reason| error(reason.to_string()))?;
        return number.to_uint(256).ok_or_else(|| error("it is negative or does not fit 256 bits".to_owned()));
    }
    let value = invariant::value_at_base(protocol, text)
        .map_err(|reason| error(reason.to_string().trim_start_matches(": ").to_owned()))?;
    if value.is_negative() || value.into_raw().bit_len() > 256 {
        return Err(error("it is negative or does not fit 256 bits".to_owned()));
    }
    Ok(low(value))
}
