//! The words of a sequence that a search may turn: arguments, values and time, each as a number.

use super::{Call, Sequence, Step};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, I256, U256};

/// Where a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the step.
    pub step: usize,
    /// Which word of it.
    pub word: Word,
}

/// A word of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// The static word at this position among those of the arguments, arrays and tuples flattened.
    Argument(usize),
    /// Wei.
    Value,
    /// Seconds before the step; blocks follow.
    Seconds,
    /// Blocks before the step.
    Blocks,
}

/// Seconds between blocks of mainnet.
const BLOCK_TIME: u64 = 12;

impl Call {
    /// Number of static words of the arguments, arrays and tuples flattened.
    pub fn words(&self) -> usize {
        self.arguments.iter().map(words).sum()
    }

    /// Static word `index` of the arguments.
    pub fn argument(&self, mut index: usize) -> Option<U256> {
        self.arguments.iter().find_map(|value| read(value, &mut index))
    }

    /// Puts `word` into static word `index` of the arguments, cut to the width of its type. Whether there is one.
    pub fn set_argument(&mut self, mut index: usize, word: U256) -> bool {
        self.arguments.iter_mut().any(|value| write(value, &mut index, word))
    }
}

impl Sequence {
    /// The words of step `step`; none for what is not a plain call.
    pub fn places(&self, step: usize, payable: bool) -> Vec<Place> {
        let Some(Step::Call(call)) = self.steps.get(step) else { return Vec::new() };
        let arguments = (0..call.words()).map(Word::Argument);
        let value = payable.then_some(Word::Value);
        arguments.chain(value).chain([Word::Seconds, Word::Blocks]).map(|word| Place { step, word }).collect()
    }

    /// The word at `place`; none when there is none.
    pub fn word(&self, place: Place) -> Option<U256> {
        let Step::Call(call) = self.steps.get(place.step)? else { return None };
        match place.word {
            Word::Argument(index) => call.argument(index),
            Word::Value => Some(call.value),
            Word::Seconds => Some(U256::from(call.advance.seconds)),
            Word::Blocks => Some(U256::from(call.advance.blocks)),
        }
    }

    /// Puts `word` at `place`, cut to the width of its type. Whether the sequence is another one now.
    pub fn set_word(&mut self, place: Place, word: U256) -> bool {
        let before = self.word(place);
        let Some(Step::Call(call)) = self.steps.get_mut(place.step) else { return false };
        match place.word {
            Word::Argument(index) => {
                call.live.clear();
                call.set_argument(index, word);
            }
            Word::Value => call.value = word,
            // A century at once is enough for any schedule, and never overflows a clock of 64 bits.
            Word::Seconds if word <= U256::from(3_200_000_000_u64) => {
                call.advance.seconds = word.to();
                call.advance.blocks = call.advance.blocks.max(call.advance.seconds.min(1)).min(word.to());
                if call.advance.blocks <= 1 && call.advance.seconds >= BLOCK_TIME {
                    call.advance.blocks = call.advance.seconds / BLOCK_TIME;
                }
            }
            Word::Blocks if word <= U256::from(1_000_000_000_u64) => {
                call.advance.blocks = word.to();
                call.advance.seconds = call.advance.seconds.max(call.advance.blocks);
            }
            Word::Seconds | Word::Blocks => {}
        }
        self.word(place) != before
    }
}

/// Number of static words in a value; bytes and strings count none.
fn words(value: &DynSolValue) -> usize {
    match value {
        DynSolValue::Array(inner) | DynSolValue::FixedArray(inner) | DynSolValue::Tuple(inner) => {
            inner.iter().map(words).sum()
        }
        DynSolValue::Bytes(_) | DynSolValue::String(_) | DynSolValue::Function(_) => 0,
        _ => 1,
    }
}

/// The `index`-th word of a value; counts `index` down by the words that it passes.
fn read(value: &DynSolValue, index: &mut usize) -> Option<U256> {
    if let DynSolValue::Array(inner) | DynSolValue::FixedArray(inner) | DynSolValue::Tuple(inner) = value {
        return inner.iter().find_map(|value| read(value, index));
    }
    if words(value) == 0 {
        return None;
    }
    if *index > 0 {
        *index -= 1;
        return None;
    }
    match value {
        DynSolValue::Bool(bit) => Some(U256::from(*bit)),
        DynSolValue::Uint(number, _) => Some(*number),
        DynSolValue::Int(number, _) => Some(number.into_raw()),
        DynSolValue::Address(address) => Some(U256::from_be_bytes(address.into_word().0)),
        DynSolValue::FixedBytes(bytes, _) => Some(U256::from_be_bytes(bytes.0)),
        _ => None,
    }
}

/// Writes the `index`-th word of a value, cut to its type; whether it was in this value.
fn write(value: &mut DynSolValue, index: &mut usize, word: U256) -> bool {
    if let DynSolValue::Array(inner) | DynSolValue::FixedArray(inner) | DynSolValue::Tuple(inner) = value {
        return inner.iter_mut().any(|value| write(value, index, word));
    }
    if words(value) == 0 {
        return false;
    }
    if *index > 0 {
        *index -= 1;
        return false;
    }
    match value {
        DynSolValue::Bool(bit) => *bit = word.bit(0),
        DynSolValue::Uint(number, bits) => *number = word & mask(*bits),
        DynSolValue::Int(number, bits) => {
            let cut = word & mask(*bits);
            let negative = *bits < 256 && cut.bit(*bits - 1);
            *number = I256::from_raw(if negative { cut | !mask(*bits) } else { cut });
        }
        DynSolValue::Address(address) => *address = Address::from_word(B256::from(word)),
        DynSolValue::FixedBytes(bytes, size) => {
            *bytes = B256::from(word);
            bytes[*size..].fill(0);
        }
        _ => {}
    }
    true
}

fn mask(bits: usize) -> U256 {
    if bits >= 256 { U256::MAX } else { (U256::ONE << bits) - U256::ONE }
}

#[cfg(test)]
mod tests {
    use super::{Place, Word};
    use crate::sequence::{Advance, Call, Sequence, Step};
    use alloy_dyn_abi::DynSolValue::{Address as AddressValue, Array, Bytes, Int, Tuple, Uint};
    use alloy_primitives::{Address, I256, U256};

    fn sequence() -> Sequence {
        let nested = Array(vec![Tuple(vec![Uint(U256::from(7), 64), Bytes(vec![1; 40])]), Int(I256::MINUS_ONE, 8)]);
        let call = Call {
            sender: Address::ZERO,
            function: 0,
            instance: None,
            arguments: vec![Uint(U256::from(5), 256), nested, AddressValue(Address::repeat_byte(3))],
            live: Vec::new(),
            value: U256::ZERO,
            advance: Advance::default(),
        };
        Sequence { steps: vec![Step::Call(call)] }
    }

    #[test]
    fn words_of_nested_values_are_found_in_order_and_cut_to_their_types() {
        let mut sequence = sequence();
        let place = |index| Place { step: 0, word: Word::Argument(index) };
        // The bytes are no word: 5, 7, -1, the address, then value and time.
        assert_eq!(sequence.places(0, true).len(), 4 + 3);
        assert_eq!(sequence.word(place(1)), Some(U256::from(7)));
        assert_eq!(sequence.word(place(2)), Some(U256::MAX));
        assert_eq!(sequence.word(place(4)), None);
        assert!(sequence.set_word(place(1), U256::MAX));
        assert_eq!(sequence.word(place(1)), Some(U256::from(u64::MAX)));
        assert!(sequence.set_word(place(2), U256::from(0x180)));
        // Eight bits of 0x180 are 0x80: -128.
        assert_eq!(sequence.word(place(2)), Some(I256::try_from(-128).unwrap_or_default().into_raw()));
        assert!(!sequence.set_word(place(2), U256::from(0x80)));
    }

    #[test]
    fn time_moves_with_its_blocks() {
        let mut sequence = sequence();
        assert!(sequence.set_word(Place { step: 0, word: Word::Seconds }, U256::from(86_417)));
        assert_eq!(sequence.steps[0].advance(), Advance { blocks: 7_201, seconds: 86_417 });
        assert!(sequence.set_word(Place { step: 0, word: Word::Blocks }, U256::from(100_000)));
        assert_eq!(sequence.steps[0].advance(), Advance { blocks: 100_000, seconds: 100_000 });
        assert!(!sequence.set_word(Place { step: 0, word: Word::Seconds }, U256::MAX));
    }
}
