//! Which functions read what others write: what a step wrote is best followed by a call that reads it.

use crate::generate::CaseRng;
use alloy_primitives::{Address, U256};
use proptest::prelude::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of storage word: a plain variable by its slot, an element of a mapping or an array by the slot of the whole.
pub type StorageClass = (Address, U256);

/// What a step read and wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Index of the function.
    pub function: usize,
    /// Index of the step.
    pub step: usize,
    /// What it read, sorted.
    pub reads: Vec<StorageClass>,
    /// What it wrote, sorted; nothing when it failed.
    pub writes: Vec<StorageClass>,
}

/// What is known of the functions of a protocol.
#[derive(Debug, Default)]
pub(super) struct Flow {
    readers: BTreeMap<StorageClass, BTreeSet<usize>>,
}

impl Flow {
    pub(super) fn learn(&mut self, access: &Access) {
        for class in &access.reads {
            self.readers.entry(*class).or_default().insert(access.function);
        }
    }

    /// A function that reads something of `written`; none when nobody does. What few functions read is followed first.
    pub(super) fn draw(&self, written: &[StorageClass], rng: &mut CaseRng) -> Option<usize> {
        let readers: Vec<_> = written.iter().filter_map(|class| self.readers.get(class)).collect();
        if readers.is_empty() {
            return None;
        }
        let drawn = [rng.random_range(0..readers.len()), rng.random_range(0..readers.len())];
        let functions = drawn.into_iter().map(|index| readers[index]).min_by_key(|functions| functions.len())?;
        functions.iter().nth(rng.random_range(0..functions.len())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Flow};
    use crate::generate;
    use alloy_primitives::{Address, U256};

    #[test]
    fn a_reader_follows_what_was_written() {
        let class = |slot: u64| (Address::ZERO, U256::from(slot));
        let mut flow = Flow::default();
        flow.learn(&Access { function: 3, step: 0, reads: vec![class(1)], writes: Vec::new() });
        flow.learn(&Access { function: 5, step: 0, reads: vec![class(2)], writes: vec![class(1)] });
        let mut rng = generate::case_rng(&[7; 32]);
        assert_eq!(flow.draw(&[class(1)], &mut rng), Some(3));
        assert_eq!(flow.draw(&[class(2)], &mut rng), Some(5));
        assert_eq!(flow.draw(&[class(9)], &mut rng), None);
    }
}
