//! What was called when the protocol was set up, with a few of its words exchanged: whose it is, who gets it, how much, a flag. Words
//! that stand encoded in bytes, as what a callback decodes, are exchanged like those of the call itself.

use super::{CaseRng, Generator, integer, malleable, palette::draw_bps};
use crate::{
    protocol::Function,
    sequence::{Live, Source, Spot},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;

/// Most words of a call that are exchanged.
const MOST_WORDS: usize = 3;
/// Encoded numbers below this one, other than flags, are lengths and offsets.
const LEAST_AMOUNT: u64 = 1 << 32;

/// A word of a call that may be exchanged.
#[derive(Debug, Clone)]
struct Word {
    spot: Spot,
    /// Where it begins, in a value that holds encoded words.
    at: Option<usize>,
}

impl Generator<'_> {
    /// Arguments that the set-up passed, as they were or changed, and what of them is only known when the call runs.
    pub(super) fn draw_rehearsed(
        &self,
        function: &Function,
        rng: &mut CaseRng,
    ) -> Option<(Vec<DynSolValue>, Vec<Live>)> {
        self.palette.rehearsed(function)?;
        // What is hard to make up is rather taken from there.
        let is_hard = |kind: &DynSolType| !matches!(kind, DynSolType::Address | DynSolType::Uint(_) | DynSolType::Bool);
        let one_of = if function.inputs.iter().any(is_hard) { 3 } else { 8 };
        if !rng.random_ratio(1, one_of) {
            return None;
        }
        let arguments = self.rehearse(function, rng)?;
        let live = if rng.random_ratio(1, 3) { self.draw_live_of(function, &arguments, rng) } else { None };
        Some((arguments, live.into_iter().collect()))
    }

    /// Arguments that the set-up passed, where it passed any: as they were, with signatures in their other forms, or with a few words
    /// exchanged.
    pub fn rehearse(&self, function: &Function, rng: &mut CaseRng) -> Option<Vec<DynSolValue>> {
        let rehearsed = self.palette.rehearsed(function)?;
        let mut arguments = rehearsed.get(rng.random_range(0..rehearsed.len().max(1)))?.clone();
        match rng.random_range(0..8_u32) {
            0 | 1 => {}
            2..5 => malleable::vary(&mut arguments, rng),
            _ => self.exchange_words(&mut arguments, rng),
        }
        Some(arguments)
    }

    fn exchange_words(&self, values: &mut [DynSolValue], rng: &mut CaseRng) {
        let words = words(values);
        for _ in 0..rng.random_range(1..=MOST_WORDS) {
            if let Some(Word { spot, at }) = words.get(rng.random_range(0..words.len().max(1)))
                && let Some(value) = spot.of_mut(values)
            {
                self.exchange_word(value, *at, rng);
            }
        }
    }

    fn exchange_word(&self, value: &mut DynSolValue, at: Option<usize>, rng: &mut CaseRng) {
        match (value, at) {
            (DynSolValue::Address(address), _) => *address = self.draw_other_address(*address, rng),
            (DynSolValue::Bool(flag), _) => *flag = !*flag,
            (DynSolValue::Uint(amount, bits), _) => {
                *amount = self.draw_other_amount(*amount, rng).min(integer::max_of(*bits));
            }
            (DynSolValue::Bytes(bytes), Some(at)) => {
                let word = &mut bytes[at..at + 32];
                let number = U256::from_be_slice(word);
                let other = match self.named(number) {
                    Some(address) => self.draw_other_address(address, rng).into_word().into(),
                    None if number <= U256::ONE => U256::ONE - number,
                    None if number < U256::from(LEAST_AMOUNT) => number,
                    None => self.draw_other_amount(number, rng),
                };
                word.copy_from_slice(&other.to_be_bytes::<32>());
            }
            _ => {}
        }
    }

    /// The account that a word names: a contract, an actor.
    fn named(&self, word: U256) -> Option<Address> {
        let address = Address::from_word(word.into());
        let is_address = word.bit_len() <= 160 && !address.is_zero();
        (is_address && self.palette.knows(address)).then_some(address)
    }

    fn draw_other_address(&self, address: Address, rng: &mut CaseRng) -> Address {
        match self.palette.home {
            Some(home) if rng.random() => home,
            _ => match self.palette.draw_alike(address, rng) {
                Some(other) if rng.random_ratio(3, 4) => other,
                _ => self.palette.draw_address(rng),
            },
        }
    }

    fn draw_other_amount(&self, amount: U256, rng: &mut CaseRng) -> U256 {
        match rng.random_range(0..4_u32) {
            0 => U256::ZERO,
            1 => amount >> rng.random_range(1..8_usize),
            2 => amount.saturating_mul(U256::from(rng.random_range(2..=16_u32))),
            _ => self.palette.draw_holding(rng).unwrap_or(amount),
        }
    }

    /// An amount that is what a view answers by then, mostly of an account that the call names.
    fn draw_live_of(&self, function: &Function, arguments: &[DynSolValue], rng: &mut CaseRng) -> Option<Live> {
        let mut amounts = Spot::all(arguments);
        amounts.retain(|spot| matches!(spot.of(arguments), Some(DynSolValue::Uint(_, 96..))));
        let spot = amounts.get(rng.random_range(0..amounts.len().max(1)))?.clone();
        let about = if self.asks && rng.random_ratio(3, 4) { self.draw_view_of(arguments, rng) } else { None };
        Some(Live::new(spot, about.or_else(|| self.draw_source(function.contract, arguments, rng))?))
    }

    /// What a view answers of an account that is named among some values.
    fn draw_view_of(&self, values: &[DynSolValue], rng: &mut CaseRng) -> Option<Source> {
        let account = |word: Word| match (word.spot.of(values)?, word.at) {
            (DynSolValue::Address(account), _) => Some(*account),
            (DynSolValue::Bytes(bytes), Some(at)) => self.named(U256::from_be_slice(&bytes[at..at + 32])),
            _ => None,
        };
        let accounts: Vec<_> = words(values).into_iter().filter_map(account).collect();
        let account = *accounts.get(rng.random_range(0..accounts.len().max(1)))?;
        let view = self.palette.draw_personal_view(rng)?;
        let mut data = view.selector.to_vec();
        data.extend(DynSolValue::Address(account).abi_encode());
        let bps = if rng.random_ratio(3, 4) { 10_000 } else { draw_bps(rng) };
        Some(Source::View { target: view.target, data: data.into(), bps, add: 0 })
    }
}

/// The words among some values, in order.
fn words(values: &[DynSolValue]) -> Vec<Word> {
    let mut words = Vec::new();
    for spot in Spot::all(values) {
        match spot.of(values) {
            Some(DynSolValue::Address(_) | DynSolValue::Bool(_) | DynSolValue::Uint(_, 96..)) => {
                words.push(Word { spot, at: None });
            }
            Some(DynSolValue::Bytes(bytes)) => {
                // Arguments of a call stand behind its selector.
                let first = if bytes.len() % 32 == 4 { 4 } else { 0 };
                let starts = (first..bytes.len()).step_by(32).take_while(|at| at + 32 <= bytes.len());
                words.extend(starts.map(|at| Word { spot: spot.clone(), at: Some(at) }));
            }
            _ => {}
        }
    }
    words
}
