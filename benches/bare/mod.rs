//! revm as anyone would call it: a mainnet EVM over a shared base state.

use heist::{evm::Act, protocol::Protocol};
use revm::{
    Database, ExecuteEvm, MainBuilder, MainContext,
    bytecode::Bytecode,
    context::{Context, TxEnv},
    database::{CacheDB, EmptyDB},
    primitives::{Address, B256, KECCAK_EMPTY, TxKind, U256},
    state::AccountInfo,
};
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

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

/// Sends the messages of a tape and returns the time that this took, without what going back to other states takes.
///
/// # Panics
///
/// When a message does not end as it did on the tape.
pub(crate) fn run(protocol: &Protocol, tape: &[Act]) -> Duration {
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
    let last_uses = last_uses(tape);
    let mut kept = HashMap::new();
    let (started, mut elsewhere) = (Instant::now(), Duration::ZERO);
    for (index, act) in tape.iter().enumerate() {
        let (block, message, succeeded) = match act {
            Act::Sent { block, message, succeeded } => (block, message, *succeeded),
            other => {
                let began = Instant::now();
                let journal = &mut evm.ctx.journaled_state.inner;
                match other {
                    Act::Kept(number) if last_uses.contains_key(number) => {
                        kept.insert(*number, (journal.state.clone(), journal.transaction_id));
                    }
                    Act::Restored(number) => {
                        let (state, transaction) = &kept[number];
                        journal.state.clone_from(state);
                        journal.transaction_id = *transaction;
                        if last_uses[number] == index {
                            kept.remove(number);
                        }
                    }
                    Act::Reset => journal.state.clear(),
                    Act::Kept(_) | Act::Sent { .. } => {}
                }
                elsewhere += began.elapsed();
                continue;
            }
        };
        evm.ctx.block.number = U256::from(block.number);
        evm.ctx.block.timestamp = U256::from(block.timestamp);
        let transaction = TxEnv {
            caller: message.from,
            kind: message.to.map_or(TxKind::Create, TxKind::Call),
            data: message.data.clone(),
            value: message.value,
            gas_limit: protocol.settings.limits.gas_per_call,
            gas_price: 0,
            ..TxEnv::default()
        };
        let ended = evm.transact_one(transaction).is_ok_and(|result| result.is_success());
        assert_eq!(ended, succeeded, "message {index} of the tape");
    }
    started.elapsed().saturating_sub(elsewhere)
}

/// Where each kept state is gone back to for the last time.
fn last_uses(tape: &[Act]) -> HashMap<usize, usize> {
    let uses = tape.iter().enumerate().filter_map(|(index, act)| match act {
        Act::Restored(number) => Some((*number, index)),
        _ => None,
    });
    uses.collect()
}
