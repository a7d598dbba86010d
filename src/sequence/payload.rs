//! Data that is the call of a function: a selector with words behind it.

use alloy_primitives::{Address, U256};

const SELECTOR: usize = 4;
const WORD: usize = 32;
/// Numbers from here on are amounts.
const LEAST_AMOUNT: u64 = 1_024;
/// Zeros in front of an address.
const BEFORE_ADDRESS: usize = 12;

/// A word of such data.
#[derive(Debug)]
pub struct PayloadWord<'a>(&'a mut [u8]);

impl PayloadWord<'_> {
    /// The number that it is, where it is too small for an address: below 2^128.
    pub fn number(&self) -> Option<U256> {
        let number = U256::from_be_slice(self.0);
        (number.bit_len() <= 128).then_some(number)
    }

    /// The number that it is, where it may be an amount: too large for a place, a length or an index within the data.
    pub fn amount(&self) -> Option<U256> {
        self.number().filter(|number| *number >= U256::from(LEAST_AMOUNT))
    }

    /// The address that it is, where it is too large for an amount.
    pub fn address(&self) -> Option<Address> {
        let is_address = self.0[..BEFORE_ADDRESS].iter().all(|byte| *byte == 0) && self.number().is_none();
        is_address.then(|| Address::from_slice(&self.0[BEFORE_ADDRESS..]))
    }

    /// Puts a number there.
    pub fn set_number(&mut self, number: U256) {
        self.0.copy_from_slice(&number.to_be_bytes::<WORD>());
    }

    /// Puts an address there.
    pub fn set_address(&mut self, address: Address) {
        self.0.copy_from_slice(address.into_word().as_slice());
    }
}

/// The words behind the selector; none where the data has not the length of a call.
pub fn payload_words(data: &mut [u8]) -> impl Iterator<Item = PayloadWord<'_>> {
    let is_call = data.len() > SELECTOR && (data.len() - SELECTOR).is_multiple_of(WORD);
    let words = if is_call { &mut data[SELECTOR..] } else { &mut [] };
    words.chunks_exact_mut(WORD).map(PayloadWord)
}

#[cfg(test)]
mod tests {
    use super::payload_words;
    use alloy_primitives::{Address, U256};

    #[test]
    fn addresses_and_amounts_are_told_apart() {
        let holder = Address::repeat_byte(7);
        let mut data =
            [&[1, 2, 3, 4][..], holder.into_word().as_slice(), &U256::from(1_000).to_be_bytes::<32>()].concat();
        let told: Vec<_> = payload_words(&mut data).map(|word| (word.address(), word.number())).collect();
        assert_eq!(told, vec![(Some(holder), None), (None, Some(U256::from(1_000)))]);
        assert!(payload_words(&mut data).all(|word| word.amount().is_none()), "so little is a length");
        for mut word in payload_words(&mut data) {
            if word.number().is_some() {
                word.set_number(U256::from(2_000));
            }
        }
        assert_eq!(payload_words(&mut data).find_map(|word| word.amount()), Some(U256::from(2_000)));
        assert_eq!(data[36..], U256::from(2_000).to_be_bytes::<32>());
        assert_eq!(data[..4], [1, 2, 3, 4]);
        data.push(0);
        assert_eq!(payload_words(&mut data).count(), 0);
        assert_eq!(payload_words(&mut []).count(), 0);
    }
}
