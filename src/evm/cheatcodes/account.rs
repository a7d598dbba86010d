//! Balances, storage, code and nonces of accounts.

use super::{Answer, CHEATCODES, Cheat, DONE, Failure, interface::VmCalls};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolValue;
use revm::{
    bytecode::Bytecode,
    context_interface::{ContextTr, JournalTr},
};
use std::sync::Arc;

/// Precompiled contracts have no storage and no code to write.
const LAST_PRECOMPILE: u64 = 0x11;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::deal(call) => {
            let account = account(cheat, call.account);
            account.info.balance = call.balance;
            // A revert does not undo it, as with Foundry.
            cheat.context.chain.move_value_for_good();
            DONE
        }
        C::store(call) => store(cheat, call.account, (call.slot, call.value)),
        C::load(call) => load(cheat, call.account, call.slot),
        C::etch(call) => etch(cheat, call.account, &call.code),
        C::getNonce_0(call) => Ok(nonce(cheat, call.account).abi_encode()),
        C::getNonce_1(call) => Ok(nonce(cheat, call.wallet.account).abi_encode()),
        C::setNonce(call) => {
            let account = account(cheat, call.account);
            let present = account.info.nonce;
            if call.nonce < present {
                let new = call.nonce;
                return Some(Err(Failure::from(format!(
                    "new nonce ({new}) must be strictly equal to or higher than the account's current nonce ({present})"
                ))));
            }
            account.info.nonce = call.nonce;
            DONE
        }
        C::setNonceUnsafe(call) => {
            account(cheat, call.account).info.nonce = call.nonce;
            DONE
        }
        C::resetNonce(call) => {
            let account = account(cheat, call.account);
            let is_contract = account.info.code.as_ref().is_some_and(|code| !code.is_empty());
            account.info.nonce = u64::from(is_contract);
            DONE
        }
        C::label(call) => {
            Arc::make_mut(&mut cheat.cheats.labels).insert(call.account, call.name.clone());
            DONE
        }
        C::getLabel(call) => {
            cheat.depends_on_everything();
            let label = cheat.cheats.labels.get(&call.account);
            let label = label.cloned().unwrap_or_else(|| format!("unlabeled:{}", call.account));
            Ok(label.abi_encode())
        }
        _ => return None,
    })
}

/// The account at `address`, loaded and touched.
fn account<'a>(cheat: &'a mut Cheat<'_>, address: Address) -> &'a mut revm::state::Account {
    let journal = cheat.context.journal_mut();
    // The base state is in memory: reading it cannot fail.
    let _ = journal.load_account_with_code(address);
    journal.touch_account(address);
    cheat.context.journaled_state.inner.state.entry(address).or_default()
}

fn nonce(cheat: &mut Cheat<'_>, address: Address) -> U256 {
    cheat.depends_on_everything();
    U256::from(account(cheat, address).info.nonce)
}

fn is_precompile(address: Address) -> bool {
    let number = U256::from_be_slice(address.as_slice());
    !number.is_zero() && number <= U256::from(LAST_PRECOMPILE)
}

fn store(cheat: &mut Cheat<'_>, address: Address, (slot, value): (B256, B256)) -> Answer {
    if is_precompile(address) {
        return Err("cannot use precompile as an argument".into());
    }
    account(cheat, address);
    let slot = slot.into();
    cheat.context.chain.write(address, slot);
    match cheat.context.journal_mut().sstore(address, slot, value.into()) {
        Ok(_) => DONE,
        Err(_) => Err("the word cannot be written".into()),
    }
}

fn load(cheat: &mut Cheat<'_>, address: Address, slot: B256) -> Answer {
    if is_precompile(address) {
        return Err("cannot use precompile as an argument".into());
    }
    account(cheat, address);
    let slot = slot.into();
    cheat.context.chain.load(address, slot);
    match cheat.context.journal_mut().sload(address, slot) {
        Ok(word) => Ok(word.data.abi_encode()),
        Err(_) => Err("the word cannot be read".into()),
    }
}

fn etch(cheat: &mut Cheat<'_>, address: Address, code: &Bytes) -> Answer {
    if is_precompile(address) || address == CHEATCODES {
        return Err("cannot use precompile as an argument".into());
    }
    account(cheat, address);
    let code =
        Bytecode::new_raw_checked(code.clone()).map_err(|error| format!("failed to create bytecode: {error}"))?;
    cheat.context.journal_mut().set_code(address, code);
    cheat.context.chain.change_structure();
    DONE
}
