use super::world::BaseState;
use alloy_primitives::{Address, B256, U256};
use revm::{Database, bytecode::Bytecode, state::AccountInfo};
use std::{convert::Infallible, sync::Arc};

/// The base state as revm wants to read it.
#[derive(Debug, Clone)]
pub(super) struct Base(pub(super) Arc<dyn BaseState>);

impl Database for Base {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.0.account(address).map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            // Shared by reference count; revm then never asks for code by hash.
            code: Some(account.code.clone().unwrap_or_default()),
            ..AccountInfo::default()
        }))
    }

    fn code_by_hash(&mut self, _hash: B256) -> Result<Bytecode, Infallible> {
        // `basic` always carries the code.
        Ok(Bytecode::default())
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Infallible> {
        Ok(self.0.storage(address, slot))
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Infallible> {
        Ok(self.0.block_hash(number))
    }
}
