//! Input to state: where an operand of the comparison stands in the input, the other operand is put there.

use super::{Dig, Effect, Goal};
use crate::{
    evm::{Comparison, ComparisonKind},
    sequence::{Place, Step, Word},
};
use alloy_primitives::{Address, B256, U256};

/// Candidates of one transfer.
const MAX_CANDIDATES: usize = 24;

impl Dig<'_> {
    pub(super) fn transfer(&mut self, goal: &Goal) -> bool {
        let Some(comparison) = self.trace.find(goal).copied() else { return false };
        let equal = comparison.kind == ComparisonKind::Equal;
        if exchanges(&comparison).iter().any(|(from, to)| self.replace_sender(goal, *from, *to)) {
            return true;
        }
        let mut tried = 0;
        for step in (0..self.base.steps.len()).rev() {
            for place in self.places(step) {
                let Some(word) = self.base.word(place) else { continue };
                if equal && step + 1 == self.base.steps.len() && self.flip(goal, place, word) {
                    return true;
                }
                // What came nearer has changed the operands.
                let (Some(word), Some(comparison)) = (self.base.word(place), self.trace.find(goal).copied()) else {
                    continue;
                };
                for (from, to) in exchanges(&comparison) {
                    let neighbours = [to, to.wrapping_add(U256::ONE), to.wrapping_sub(U256::ONE)];
                    for wanted in &neighbours[..if equal { 1 } else { 3 }] {
                        let Some(new) = replaced(word, from, *wanted) else { continue };
                        tried += 1;
                        if tried > MAX_CANDIDATES || self.is_spent() {
                            return false;
                        }
                        if self.put(goal, &[(place, new)]) == Some(Effect::Hit) {
                            return true;
                        }
                    }
                }
            }
        }
        equal && self.flip_two(goal)
    }

    /// Flips the bits in which the operands differ in two words of the last step at once: a XOR of them stays as it is.
    fn flip_two(&mut self, goal: &Goal) -> bool {
        let Some(comparison) = self.trace.find(goal) else { return false };
        let bits = comparison.left ^ comparison.right;
        let places = self.places(self.base.steps.len() - 1);
        let words: Vec<_> = places.into_iter().filter(|place| matches!(place.word, Word::Argument(_))).collect();
        for (index, first) in words.iter().enumerate() {
            for second in &words[..index] {
                let (Some(one), Some(other)) = (self.base.word(*first), self.base.word(*second)) else { continue };
                if bits.is_zero() || self.is_spent() {
                    return false;
                }
                if self.put(goal, &[(*first, one ^ bits), (*second, other ^ bits)]) == Some(Effect::Hit) {
                    return true;
                }
            }
        }
        false
    }

    /// Flips the bits in which the operands differ: a mask lets them through. Where they are equal and should not be, all bits.
    fn flip(&mut self, goal: &Goal, place: Place, word: U256) -> bool {
        let Some(comparison) = self.trace.find(goal) else { return false };
        let bits = comparison.left ^ comparison.right;
        let bits = if bits.is_zero() { U256::MAX } else { bits };
        !matches!(place.word, Word::Seconds | Word::Blocks)
            && !self.is_spent()
            && self.put(goal, &[(place, word ^ bits)]) == Some(Effect::Hit)
    }

    /// Puts words into the base; none when nothing changes.
    pub(super) fn put(&mut self, goal: &Goal, words: &[(Place, U256)]) -> Option<Effect> {
        let mut sequence = self.base.clone();
        let mut changed = None;
        for (place, word) in words {
            if sequence.set_word(*place, *word) {
                changed = Some(changed.map_or(place.step, |step: usize| step.min(place.step)));
            }
        }
        changed.map(|step| self.attempt(goal, sequence, step))
    }

    /// Lets the actor that the comparison asks for send the step.
    fn replace_sender(&mut self, goal: &Goal, from: U256, to: U256) -> bool {
        let wanted = Address::from_word(B256::from(to));
        if !self.senders.contains(&wanted) {
            return false;
        }
        for step in (0..self.base.steps.len()).rev() {
            let mut sequence = self.base.clone();
            let Some(Step::Call(call)) = sequence.steps.get_mut(step) else { continue };
            if U256::from_be_bytes(call.sender.into_word().0) != from || self.is_spent() {
                continue;
            }
            call.sender = wanted;
            if self.attempt(goal, sequence, step) == Effect::Hit {
                return true;
            }
        }
        false
    }
}

/// Each operand, with the other one, which may take its place.
pub(super) fn exchanges(comparison: &Comparison) -> [(U256, U256); 2] {
    [(comparison.left, comparison.right), (comparison.right, comparison.left)]
}

/// `word` with `to` in place of `from`; none when `from` is not in it.
pub(super) fn replaced(word: U256, from: U256, to: U256) -> Option<U256> {
    if word == from {
        return Some(to);
    }
    if word.wrapping_add(U256::ONE) == from {
        return Some(to.wrapping_sub(U256::ONE));
    }
    if word.wrapping_sub(U256::ONE) == from {
        return Some(to.wrapping_add(U256::ONE));
    }
    if from <= U256::from(0xff) {
        // Small numbers are parts of nearly every word.
        return None;
    }
    // Each way fits at one shift only: where the lengths of the two agree.
    let width = from.bit_len().div_ceil(8) * 8;
    let above = word.bit_len().saturating_sub(from.bit_len());
    let below = from.trailing_zeros().saturating_sub(word.trailing_zeros());
    let cut = |bits: usize| (U256::ONE << bits) - U256::ONE;
    let part = if width < 256 && word & cut(width) == from {
        Some((word & !cut(width)) | (to & cut(width)))
    } else if above > 0 && above.is_multiple_of(8) && word >> above == from {
        Some((to << above) | (word & cut(above)))
    } else if below > 0 && below.is_multiple_of(8) && word << below == from {
        Some(to >> below)
    } else {
        None
    };
    part.filter(|new| *new != word)
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use alloy_primitives::U256;

    #[test]
    fn operands_are_found_whole_cut_shifted_and_beside_the_word() {
        let word = |number: u128| U256::from(number);
        assert_eq!(replaced(word(500), word(500), word(7)), Some(word(7)));
        assert_eq!(replaced(word(499), word(500), word(7)), Some(word(6)));
        assert_eq!(replaced(word(501), word(500), word(7)), Some(word(8)));
        // The low 16 bits of the word are 0x1234; the rest stays.
        assert_eq!(replaced(word(0x00ab_cd1234), word(0x1234), word(0x4321)), Some(word(0xabcd_4321)));
        // The high part is 0xabcd; the low bits stay.
        assert_eq!(replaced(word(0x00ab_cd12), word(0xabcd), word(0x1111)), Some(word(0x0011_1112)));
        // The contract shifted the word left by 8 bits.
        assert_eq!(replaced(word(0xabcd), word(0x00ab_cd00), word(0x0011_1100)), Some(word(0x1111)));
        assert_eq!(replaced(word(500), word(3), word(7)), None);
    }
}
