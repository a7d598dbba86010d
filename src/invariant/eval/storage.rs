//! Variables that contracts store.

use super::{Evaluated, Frame};
use crate::invariant::{
    compiled::{SlotStep, Stored},
    value::Value,
};
use alloy_primitives::{U256, keccak256};

impl Frame<'_, '_> {
    pub(super) fn stored(&mut self, stored: &Stored) -> Evaluated<Value> {
        let mut slot = stored.slot;
        for step in &stored.path {
            slot = match step {
                SlotStep::Plus(words) => slot.wrapping_add(*words),
                SlotStep::Key(word, key) => {
                    let key = word.encode(self.value(key)?)?;
                    // The entry of a mapping is at the hash of its key and the mapping's slot.
                    let place = [key.to_be_bytes::<32>(), slot.to_be_bytes()].concat();
                    U256::from_be_bytes(keccak256(place).0)
                }
            };
        }
        let word = self.scene.storage(stored.contract, slot);
        stored.word.unpack(word, stored.offset)
    }
}
