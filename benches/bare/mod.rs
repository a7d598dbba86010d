//! revm as anyone would call it: a mainnet EVM over a shared base state, its journal reset after each sequence.

use heist::{protocol::Protocol, sequence::Sequence};
use revm::{
    Database, ExecuteEvm, MainBuilder, MainContext,
    bytecode::Bytecode,
    context::{Context, TxEnv},
    database::{CacheDB, EmptyDB},
    primitives::{Address, B256, KECCAK_EMPTY, TxKind, U256},
    state::AccountInfo,
};
use std::{convert::Infallible, sync::Arc};

/// The base state behind an `Arc`, read through.
#[derive(Debug, Clone)]
struct Shared(Arc<CacheDB<EmptyDB>>);

impl Database for Shared {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.0.cache.accounts.get(&address).map(|account| account.info.clone()))
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, Infallible> {
        Ok(self.0.cache.contracts.get(&hash).cloned().unwrap_or_default())
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Infallible> {
        let account = self.0.cache.accounts.get(&address);
        Ok(account.and_then(|account| account.storage.get(&slot)).copied().unwrap_or_default())
    }

    fn block_hash(&mut self, _number: u64) -> Result<B256, Infallible> {
        Ok(B256::ZERO)
    }
}

fn base(protocol: &Protocol) -> Shared {
    let mut database = CacheDB::new(EmptyDB::new());
    for (address, account) in protocol.world.accounts() {
        let code = account.code();
        let mut info = AccountInfo { balance: account.balance, nonce: account.nonce, ..AccountInfo::default() };
        info.code_hash = if code.is_empty() { KECCAK_EMPTY } else { account.code_hash };
        info.code = Some(if code.is_empty() { Bytecode::default() } else { Bytecode::new_raw(code) });
        database.insert_account_info(address, info);
        for (slot, word) in account.storage() {
            database.insert_account_storage(address, slot, word).expect("a database in memory does not fail");
        }
    }
    Shared(Arc::new(database))
}

/// Sends the messages of all sequences and returns how many succeeded.
pub(crate) fn run(protocol: &Protocol, sequences: &[Sequence]) -> u64 {
    let mut evm = Context::mainnet()
        .with_db(base(protocol))
        .modify_cfg_chained(|cfg| {
            cfg.disable_nonce_check = true;
            cfg.disable_base_fee = true;
            cfg.disable_block_gas_limit = true;
            cfg.disable_eip3607 = true;
            cfg.tx_chain_id_check = false;
            cfg.tx_gas_limit_cap = Some(u64::MAX);
        })
        .build_mainnet();
    let mut succeeded = 0;
    for sequence in sequences {
        let (mut number, mut timestamp) = (protocol.block.number, protocol.block.timestamp);
        for step in &sequence.steps {
            let advance = step.advance();
            number += advance.blocks;
            timestamp += advance.seconds;
            evm.ctx.block.number = U256::from(number);
            evm.ctx.block.timestamp = U256::from(timestamp);
            let Ok(Some(message)) = step.message(protocol) else { continue };
            let transaction = TxEnv {
                caller: message.from,
                kind: message.to.map_or(TxKind::Create, TxKind::Call),
                data: message.data,
                value: message.value,
                gas_limit: protocol.settings.limits.gas_per_call,
                gas_price: 0,
                ..TxEnv::default()
            };
            succeeded += u64::from(evm.transact_one(transaction).is_ok_and(|result| result.is_success()));
        }
        evm.ctx.journaled_state.inner.state.clear();
    }
    succeeded
}
