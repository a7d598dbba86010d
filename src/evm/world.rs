use alloy_primitives::{Address, B256, Bytes, U256, keccak256, map::HashMap};
use std::{fmt::Debug, sync::Arc};

/// Where a machine reads what its overlay does not hold: the one narrow way to the base state.
pub trait BaseState: Debug + Send + Sync {
    /// The account at `address`, without its storage.
    fn account(&self, address: Address) -> Option<&Account>;
    /// The word at `slot` of the storage of `address`, zero where nothing was written.
    fn storage(&self, address: Address, slot: U256) -> U256;
    /// The hash of block `number`.
    fn block_hash(&self, number: u64) -> B256 {
        keccak256(number.to_be_bytes())
    }
}

/// An account of a [`World`].
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Native balance, wei.
    pub balance: U256,
    /// Transactions sent, or contracts created.
    pub nonce: u64,
    /// Runtime code, analysed once.
    pub(super) code: Option<revm::bytecode::Bytecode>,
    /// Keccak-256 of the runtime code.
    pub code_hash: B256,
    storage: HashMap<U256, U256>,
}

impl Account {
    /// The runtime code; empty for an externally owned account.
    pub fn code(&self) -> Bytes {
        self.code.as_ref().map_or_else(Bytes::new, revm::bytecode::Bytecode::original_bytes)
    }

    /// Storage in slot order, without zero words.
    pub fn storage(&self) -> Vec<(U256, U256)> {
        let mut words: Vec<_> = self.storage.iter().map(|(slot, word)| (*slot, *word)).collect();
        words.sort_unstable();
        words
    }

    pub(super) fn write(&mut self, slot: U256, word: U256) {
        if word.is_zero() {
            self.storage.remove(&slot);
        } else {
            self.storage.insert(slot, word);
        }
    }
}

/// A state held in memory: accounts with code and storage.
#[derive(Debug, Clone, Default)]
pub struct World {
    accounts: HashMap<Address, Account>,
}

impl World {
    /// Gives `address` a native balance in wei, creating the account when it is not there.
    pub fn set_balance(&mut self, address: Address, balance: U256) {
        self.entry(address).balance = balance;
    }

    /// Accounts in address order.
    pub fn accounts(&self) -> Vec<(Address, &Account)> {
        let mut accounts: Vec<_> = self.accounts.iter().map(|(address, account)| (*address, account)).collect();
        accounts.sort_unstable_by_key(|(address, _)| *address);
        accounts
    }

    /// Shares the world with machines.
    pub fn freeze(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// Keccak-256 over all accounts in address order: equal worlds have equal hashes.
    pub fn hash(&self) -> B256 {
        let mut bytes = Vec::new();
        for (address, account) in self.accounts() {
            bytes.extend_from_slice(address.as_slice());
            bytes.extend_from_slice(&account.balance.to_be_bytes::<32>());
            bytes.extend_from_slice(&account.nonce.to_be_bytes());
            bytes.extend_from_slice(account.code_hash.as_slice());
            for (slot, word) in account.storage() {
                bytes.extend_from_slice(&slot.to_be_bytes::<32>());
                bytes.extend_from_slice(&word.to_be_bytes::<32>());
            }
        }
        keccak256(&bytes)
    }

    pub(super) fn entry(&mut self, address: Address) -> &mut Account {
        self.accounts
            .entry(address)
            .or_insert_with(|| Account { code_hash: revm::primitives::KECCAK_EMPTY, ..Account::default() })
    }

    pub(super) fn remove(&mut self, address: Address) {
        self.accounts.remove(&address);
    }
}

impl BaseState for World {
    fn account(&self, address: Address) -> Option<&Account> {
        self.accounts.get(&address)
    }

    fn storage(&self, address: Address, slot: U256) -> U256 {
        self.accounts.get(&address).and_then(|account| account.storage.get(&slot)).copied().unwrap_or_default()
    }
}
