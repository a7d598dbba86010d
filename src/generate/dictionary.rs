use super::CaseRng;
use alloy_primitives::{U256, map::HashSet};
use proptest::prelude::RngExt;
use std::collections::VecDeque;

/// Words that are worth trying as arguments: constants of the code, which stay, and words learned on the way, of which the
/// oldest make room for new ones.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    constants: Vec<U256>,
    learned: VecDeque<U256>,
    present: HashSet<U256>,
}

/// Words from code that are kept.
const MAX_CONSTANTS: usize = 2048;
/// Words from executions that are kept.
const MAX_LEARNED: usize = 1024;

impl Dictionary {
    /// The operands of the PUSH instructions of some runtime codes, without the smallest ones, which other draws cover, and
    /// without masks.
    pub fn from_codes<'a>(codes: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut dictionary = Self::default();
        for code in codes {
            let mut pc = 0;
            while pc < code.len() {
                let width = match code[pc] {
                    opcode @ 0x60..=0x7f => usize::from(opcode - 0x5f),
                    _ => 0,
                };
                let operand = &code[(pc + 1).min(code.len())..(pc + 1 + width).min(code.len())];
                // Two-byte operands are nearly all jump destinations; still, a few are parameters such as basis points.
                if width >= 2 && dictionary.constants.len() < MAX_CONSTANTS {
                    dictionary.add_constant(U256::from_be_slice(operand));
                }
                pc += 1 + width;
            }
        }
        dictionary
    }

    fn add_constant(&mut self, word: U256) {
        let mask = (word + U256::ONE) & word;
        if !mask.is_zero() && self.present.insert(word) {
            self.constants.push(word);
        }
    }

    /// Adds words that an execution showed, oldest first.
    pub fn learn(&mut self, words: impl IntoIterator<Item = U256>) {
        for word in words {
            if word <= U256::from(1) || !self.present.insert(word) {
                continue;
            }
            self.learned.push_back(word);
            if self.learned.len() > MAX_LEARNED
                && let Some(oldest) = self.learned.pop_front()
            {
                self.present.remove(&oldest);
            }
        }
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.constants.len() + self.learned.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A word, learned ones preferred.
    pub fn draw(&self, rng: &mut CaseRng) -> Option<U256> {
        let learned = !self.learned.is_empty() && (self.constants.is_empty() || rng.random_ratio(2, 3));
        if learned {
            return self.learned.get(rng.random_range(0..self.learned.len())).copied();
        }
        if self.constants.is_empty() {
            return None;
        }
        self.constants.get(rng.random_range(0..self.constants.len())).copied()
    }
}
