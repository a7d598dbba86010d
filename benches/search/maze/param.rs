//! Parameters of generated functions and the arguments that the witness gives them.

use super::{
    Rng,
    term::{Term, largest},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, I256, U256};
use proptest::prelude::RngExt;

/// Widths that parameters have.
const WIDTHS: [usize; 8] = [8, 16, 32, 64, 128, 128, 256, 256];
/// Signed parameters stay small enough for any sum or product that a guard makes of them.
const SIGNED_BITS: usize = 40;

/// Type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Uint(usize),
    Int(usize),
    Address,
    Word,
    Flag,
}

/// What the witness gives to a parameter.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// A value that is known beforehand, as a word.
    Value(U256),
    /// What call `0` of the sequence returned.
    Returned(usize),
    /// The first field of the last event that call `0` emitted.
    Logged(usize),
}

/// A parameter with the witness's argument.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) given: Given,
}

impl Kind {
    /// A type for an argument: mostly an unsigned number.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        match rng.random_range(0..20_u32) {
            0 => Self::Flag,
            1 => Self::Word,
            2 => Self::Address,
            3 | 4 => Self::Int(if rng.random() { 256 } else { 64 }),
            _ => Self::number(rng),
        }
    }

    /// An unsigned number of any width.
    pub(crate) fn number(rng: &mut Rng) -> Self {
        Self::Uint(WIDTHS[rng.random_range(0..WIDTHS.len())])
    }

    /// As Solidity writes it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Uint(bits) => format!("uint{bits}"),
            Self::Int(bits) => format!("int{bits}"),
            Self::Address => "address".to_owned(),
            Self::Word => "bytes32".to_owned(),
            Self::Flag => "bool".to_owned(),
        }
    }

    /// A word as a value of this type.
    pub(crate) fn value(self, word: U256) -> DynSolValue {
        match self {
            Self::Uint(bits) => DynSolValue::Uint(word, bits),
            Self::Int(bits) => DynSolValue::Int(I256::from_raw(word), bits),
            Self::Address => DynSolValue::Address(Address::from_word(word.into())),
            Self::Word => DynSolValue::FixedBytes(B256::from(word), 32),
            Self::Flag => DynSolValue::Bool(!word.is_zero()),
        }
    }

    /// A word for the witness.
    pub(crate) fn draw_word(self, rng: &mut Rng) -> U256 {
        match self {
            Self::Uint(bits) => amount(bits, rng),
            Self::Int(_) => {
                let size = I256::from_raw(amount(SIGNED_BITS, rng));
                (if rng.random() { size.wrapping_neg() } else { size }).into_raw()
            }
            Self::Address => super::Actor::draw(rng).word(),
            Self::Word => bits_of(256, rng),
            Self::Flag => U256::from(u8::from(rng.random::<bool>())),
        }
    }
}

impl Param {
    /// A parameter of a type with a drawn argument.
    pub(crate) fn draw(name: &str, kind: Kind, rng: &mut Rng) -> Self {
        Self { name: name.to_owned(), kind, given: Given::Value(kind.draw_word(rng)) }
    }

    pub(crate) fn new(name: &str, kind: Kind, given: Given) -> Self {
        Self { name: name.to_owned(), kind, given }
    }

    /// The argument, where it is known beforehand.
    pub(crate) fn word(&self) -> Option<U256> {
        match self.given {
            Given::Value(word) => Some(word),
            Given::Returned(_) | Given::Logged(_) => None,
        }
    }

    /// The parameter as a term, where it is an unsigned number.
    pub(crate) fn term(&self) -> Option<Term> {
        match (self.kind, self.word()) {
            (Kind::Uint(bits), Some(word)) => Some(Term::new(self.name.clone(), word, bits)),
            _ => None,
        }
    }
}

/// Up to three parameters called `a`, `b`, `c`, the first of them an unsigned number.
pub(crate) fn kinds(rng: &mut Rng) -> Vec<Kind> {
    let count = rng.random_range(1..=3_usize);
    (0..count).map(|index| if index == 0 { Kind::number(rng) } else { Kind::draw(rng) }).collect()
}

/// Parameters of these types with drawn arguments.
pub(crate) fn params(kinds: &[Kind], rng: &mut Rng) -> Vec<Param> {
    ["a", "b", "c", "d"].iter().zip(kinds).map(|(name, kind)| Param::draw(name, *kind, rng)).collect()
}

/// `bits` random bits.
pub(crate) fn bits_of(bits: usize, rng: &mut Rng) -> U256 {
    U256::from_limbs([rng.random(), rng.random(), rng.random(), rng.random()]) & largest(bits)
}

/// An amount of any order of magnitude, or a round one.
pub(crate) fn amount(bits: usize, rng: &mut Rng) -> U256 {
    if bits >= 96 && rng.random_ratio(1, 4) {
        let unit = [6_u32, 12, 18, 21][rng.random_range(0..4_usize)];
        return U256::from(rng.random_range(1..=5_000_u32)) * U256::from(10).pow(U256::from(unit));
    }
    let width = rng.random_range(1..=bits);
    bits_of(width, rng)
}
