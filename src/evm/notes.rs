//! What the instructions of a machine with cheatcodes note for them between the borders of frames, and what they are told to do.

use alloy_primitives::{Address, B256, Log, U256};
use std::{collections::BTreeMap, sync::Arc};

/// Entries between two borders, a bound for hostile contracts.
const MAX_NOTES: usize = 1 << 16;

/// Notes since a frame began or ended, also of what is undone later.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) events: Vec<Log>,
    pub(super) accesses: Vec<Access>,
    /// What cheatcodes want of the instructions, lent by them.
    pub(super) orders: Arc<Orders>,
}

/// What an instruction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    Read(Word),
    Written(Word),
    /// A hash of two words: how the slot of a mapping's element comes from its key and the mapping's own slot.
    Hashed {
        account: Address,
        hash: B256,
        key: B256,
        parent: B256,
    },
    /// Something of an account was looked at, or it was given what a contract had that destroyed itself.
    Looked(Look),
}

/// A word of storage and what was in it before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) account: Address,
    pub(super) slot: U256,
    pub(super) before: U256,
    pub(super) after: U256,
}

/// An account that an instruction looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) what: Looked,
    pub(super) account: Address,
    pub(super) accessor: Address,
    /// Whether the account had code, a nonce or a balance.
    pub(super) exists: bool,
    pub(super) balance: U256,
    /// What it got.
    pub(super) value: U256,
}

/// At what of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    Destroyed,
    Balance,
    CodeSize,
    CodeHash,
    Code,
}

/// What instructions do besides; part of the state of cheatcodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Orders {
    /// Hashes of blocks that a test chose.
    pub(super) block_hashes: BTreeMap<U256, B256>,
    /// Accounts whose words are arbitrary where they are zero, and whether also where they are not.
    pub(super) arbitrary: BTreeMap<Address, bool>,
    /// Accounts that take arbitrary words over from another one.
    pub(super) copies: BTreeMap<Address, Address>,
    /// Whether values of words and looks at accounts are noted.
    pub(super) values: bool,
    /// Whether hashes are.
    pub(super) hashes: bool,
}

impl Notes {
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.accesses.clear();
    }

    pub(super) fn note(&mut self, access: Access) {
        if self.accesses.len() < MAX_NOTES {
            self.accesses.push(access);
        }
    }
}
