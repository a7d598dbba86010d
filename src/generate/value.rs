use super::{CaseRng, Generator, integer, simplify::simpler_values};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{B256, Function, I256, U256};
use proptest::{
    prelude::{Rng, RngExt},
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};

/// Longest dynamic array that is drawn.
const MAX_ITEMS: usize = 4;

impl Generator<'_> {
    /// A value of an ABI type.
    pub fn draw_value(&self, kind: &DynSolType, rng: &mut CaseRng) -> DynSolValue {
        match kind {
            DynSolType::Bool => DynSolValue::Bool(rng.random()),
            DynSolType::Uint(bits) => DynSolValue::Uint(integer::draw(self, *bits, rng), *bits),
            DynSolType::Int(bits) => {
                let magnitude = integer::draw(self, *bits - 1, rng);
                let value = I256::from_raw(magnitude);
                DynSolValue::Int(if rng.random_ratio(1, 3) { value.wrapping_neg() } else { value }, *bits)
            }
            DynSolType::Address => DynSolValue::Address(self.palette.draw_address(rng)),
            DynSolType::FixedBytes(size) => DynSolValue::FixedBytes(self.draw_word(*size, rng), *size),
            DynSolType::Function => {
                let mut bytes = [0; 24];
                bytes[..20].copy_from_slice(self.palette.draw_address(rng).as_slice());
                DynSolValue::Function(Function::from(bytes))
            }
            DynSolType::Bytes => DynSolValue::Bytes(draw_bytes(rng)),
            DynSolType::String => {
                let length = rng.random_range(0..12_usize);
                DynSolValue::String((0..length).map(|_| char::from(rng.random_range(b' '..=b'~'))).collect())
            }
            DynSolType::Array(inner) => {
                let length = rng.random_range(0..=MAX_ITEMS);
                DynSolValue::Array((0..length).map(|_| self.draw_value(inner, rng)).collect())
            }
            DynSolType::FixedArray(inner, length) => {
                DynSolValue::FixedArray((0..*length).map(|_| self.draw_value(inner, rng)).collect())
            }
            DynSolType::Tuple(inner) => {
                DynSolValue::Tuple(inner.iter().map(|kind| self.draw_value(kind, rng)).collect())
            }
        }
    }

    /// `size` bytes, left-aligned in a word: zero, a dictionary word or random.
    fn draw_word(&self, size: usize, rng: &mut CaseRng) -> B256 {
        let mut word = match rng.random_range(0..4_u32) {
            0 => B256::ZERO,
            1 | 2 => self.dictionary.draw(rng).map(B256::from).unwrap_or_default(),
            _ => B256::from(U256::from_limbs([rng.random(), rng.random(), rng.random(), rng.random()])),
        };
        if size < 32 && word[..32 - size].iter().all(|byte| *byte == 0) {
            // A small number from the dictionary means its low bytes.
            word = B256::right_padding_from(&word[32 - size..]);
        }
        word[size..].fill(0);
        word
    }
}

fn draw_bytes(rng: &mut CaseRng) -> Vec<u8> {
    let length = match rng.random_range(0..4_u32) {
        0 => 0,
        1 => 4,
        2 => 32 * rng.random_range(1..=3_usize),
        _ => rng.random_range(1..=65),
    };
    let mut bytes = vec![0; length];
    if rng.random_ratio(2, 3) {
        rng.fill_bytes(&mut bytes);
    }
    bytes
}

/// A strategy for values of one ABI type.
#[derive(Debug)]
pub struct Values<'a> {
    generator: Generator<'a>,
    kind: DynSolType,
}

/// Values of `kind` drawn from what `generator` offers. They shrink towards zero, empty and false.
pub fn values(generator: Generator<'_>, kind: DynSolType) -> Values<'_> {
    Values { generator, kind }
}

impl Strategy for Values<'_> {
    type Tree = ValueTreeOf;
    type Value = DynSolValue;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(ValueTreeOf { current: self.generator.draw_value(&self.kind, runner.rng()), before: None, next: 0 })
    }
}

/// A value that shrinks.
#[derive(Debug)]
pub struct ValueTreeOf {
    current: DynSolValue,
    before: Option<DynSolValue>,
    next: usize,
}

impl ValueTree for ValueTreeOf {
    type Value = DynSolValue;

    fn current(&self) -> DynSolValue {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.before.take().is_some() {
            // The last simplification was accepted: the simplest ones are worth trying again.
            self.next = 0;
        }
        let Some(simpler) = simpler_values(&self.current).into_iter().nth(self.next) else { return false };
        self.next += 1;
        self.before = Some(std::mem::replace(&mut self.current, simpler));
        true
    }

    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        self.current = before;
        true
    }
}
