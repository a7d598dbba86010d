//! Instructions that also note for cheatcodes what they do, and do what cheatcodes order: only the table of a machine that
//! answers cheatcodes has them.

use super::{
    instructions::{
        Hooked, Original, Table, instrumented, keccak, read_account, read_block, restructure, sload, sstore,
    },
    machine::MachineContext,
    notes::{Access, Look, Looked, Word},
    recorder::Read,
};
use alloy_primitives::{Address, B256, U256, keccak256};
use revm::{
    bytecode::opcode,
    context_interface::{ContextTr, JournalTr},
    interpreter::{Instruction, InstructionExecResult, instructions::host, interpreter_types::InputsTr},
    primitives::hardfork::SpecId,
};

/// Blocks whose hashes can be asked for.
const HASHED_BLOCKS: u64 = 256;

/// The instrumented table of `spec`, and what cheatcodes want to see: events and storage accesses, also of frames that revert.
pub(super) fn watched(spec: SpecId) -> Table {
    let mut table = instrumented(spec);
    let hooks: [(u8, Original); 14] = [
        (opcode::LOG0, |context| log(context, host::log::<0, _>)),
        (opcode::LOG1, |context| log(context, host::log::<1, _>)),
        (opcode::LOG2, |context| log(context, host::log::<2, _>)),
        (opcode::LOG3, |context| log(context, host::log::<3, _>)),
        (opcode::LOG4, |context| log(context, host::log::<4, _>)),
        (opcode::SLOAD, load),
        (opcode::SSTORE, store),
        (opcode::KECCAK256, hash),
        (opcode::BLOCKHASH, block_hash),
        (opcode::SELFDESTRUCT, destroy),
        (opcode::BALANCE, |context| look(context, Looked::Balance, host::balance)),
        (opcode::EXTCODESIZE, |context| look(context, Looked::CodeSize, host::extcodesize)),
        (opcode::EXTCODEHASH, |context| look(context, Looked::CodeHash, host::extcodehash)),
        (opcode::EXTCODECOPY, |context| look(context, Looked::Code, host::extcodecopy)),
    ];
    for (opcode, hook) in hooks {
        let gas = table.gas_table()[opcode as usize];
        table.insert_instruction(opcode, Instruction::new(hook), gas);
    }
    table
}

/// A word of storage, without any effect on what it costs later.
pub(super) fn word(context: &MachineContext, account: Address, slot: U256) -> U256 {
    let journal = &context.journaled_state;
    let known = journal.inner.state.get(&account);
    match known.and_then(|known| known.storage.get(&slot)) {
        Some(word) => word.present_value,
        None if known.is_some_and(revm::state::Account::is_created) => U256::ZERO,
        None => journal.database.0.storage(account, slot),
    }
}

/// Whether an account has code, a nonce or a balance, and the balance.
pub(super) fn standing(context: &MachineContext, account: Address) -> (bool, U256) {
    let journal = &context.journaled_state;
    match journal.inner.state.get(&account) {
        Some(account) => (!account.info.is_empty(), account.info.balance),
        None => journal.database.0.account(account).map_or((false, U256::ZERO), |account| {
            let exists = !account.balance.is_zero() || account.nonce != 0 || account.code.is_some();
            (exists, account.balance)
        }),
    }
}

fn log(context: Hooked<'_>, original: Original) -> InstructionExecResult {
    let Hooked { interpreter, host } = context;
    original(Hooked { interpreter: &mut *interpreter, host: &mut *host })?;
    if let Some(log) = host.journaled_state.inner.logs.last() {
        host.chain.notes.events.push(log.clone());
    }
    Ok(())
}

fn load(context: Hooked<'_>) -> InstructionExecResult {
    if let Some(slot) = context.interpreter.stack.data().last() {
        let (account, slot) = (context.interpreter.input.target_address(), *slot);
        make_arbitrary(context.host, account, slot);
        let host = &mut *context.host;
        let present = if host.chain.notes.orders.values { word(host, account, slot) } else { U256::ZERO };
        host.chain.notes.note(Access::Read(Word { account, slot, before: present, after: present }));
    }
    sload(context)
}

/// A write reads what was there before.
fn store(context: Hooked<'_>) -> InstructionExecResult {
    if let [.., after, slot] = context.interpreter.stack.data().as_slice() {
        let (account, slot, after) = (context.interpreter.input.target_address(), *slot, *after);
        let host = &mut *context.host;
        let before = if host.chain.notes.orders.values { word(host, account, slot) } else { U256::ZERO };
        host.chain.notes.note(Access::Written(Word { account, slot, before, after }));
    }
    sstore(context)
}

/// Gives a word that was never written, of an account of which a test says so, an arbitrary value.
fn make_arbitrary(context: &mut MachineContext, account: Address, slot: U256) {
    let orders = &context.chain.notes.orders;
    let source = orders.copies.get(&account).copied();
    if source.is_none() && !orders.arbitrary.contains_key(&account) || !word(context, account, slot).is_zero() {
        return;
    }
    let known = context.journaled_state.inner.state.get(&account).and_then(|known| known.storage.get(&slot));
    let transaction = context.journaled_state.inner.transaction_id;
    if known.is_some_and(|word| !word.is_cold_transaction_id(transaction)) {
        return;
    }
    let copied = source.map(|source| word(context, source, slot)).filter(|word| !word.is_zero());
    let value = copied.unwrap_or_else(|| arbitrary(context, source.unwrap_or(account), slot));
    context.chain.read(Read::Everything);
    for account in source.into_iter().chain([account]) {
        context.chain.write(account, slot);
        // The base state is in memory: reading it cannot fail.
        let _ = context.journal_mut().load_account(account);
        context.journal_mut().touch_account(account);
        let _ = context.journal_mut().sstore(account, slot, value);
    }
}

/// A value that follows from the message and the word.
fn arbitrary(context: &MachineContext, account: Address, slot: U256) -> U256 {
    let mut bytes = context.tx.caller.to_vec();
    bytes.extend_from_slice(&context.tx.data);
    bytes.extend_from_slice(account.as_slice());
    bytes.extend_from_slice(&slot.to_be_bytes::<32>());
    keccak256(bytes).into()
}

fn hash(context: Hooked<'_>) -> InstructionExecResult {
    let Hooked { interpreter, host } = context;
    let input = match interpreter.stack.data().as_slice() {
        [.., length, offset] if host.chain.notes.orders.hashes && *length == U256::from(64) => Some(*offset),
        _ => None,
    };
    keccak(Hooked { interpreter: &mut *interpreter, host: &mut *host })?;
    if let (Some(offset), Some(hash)) = (input, interpreter.stack.data().last()) {
        let hash = B256::from(*hash);
        // The instruction has read there.
        let input = interpreter.memory.slice_len(offset.saturating_to(), 64);
        let (key, parent) = input.split_at(32);
        let (key, parent) = (B256::from_slice(key), B256::from_slice(parent));
        let account = interpreter.input.target_address();
        host.chain.notes.note(Access::Hashed { account, hash, key, parent });
    }
    Ok(())
}

fn block_hash(context: Hooked<'_>) -> InstructionExecResult {
    let Hooked { interpreter, host } = context;
    let number = interpreter.stack.data().last().copied();
    read_block(Hooked { interpreter: &mut *interpreter, host: &mut *host }, host::blockhash)?;
    let hash = number.and_then(|number| {
        let distance = host.block.number.checked_sub(number)?;
        let is_near = !distance.is_zero() && distance <= U256::from(HASHED_BLOCKS);
        host.chain.notes.orders.block_hashes.get(&number).filter(|_| is_near)
    });
    if let (Some(hash), Some(top)) = (hash, interpreter.stack.data_mut().last_mut()) {
        *top = (*hash).into();
    }
    Ok(())
}

fn look(context: Hooked<'_>, what: Looked, original: Original) -> InstructionExecResult {
    if context.host.chain.notes.orders.values
        && let Some(word) = context.interpreter.stack.data().last()
    {
        let account = Address::from_word((*word).into());
        let accessor = context.interpreter.input.target_address();
        let (exists, balance) = standing(context.host, account);
        let look = Look { what, account, accessor, exists, balance, value: U256::ZERO };
        context.host.chain.notes.note(Access::Looked(look));
    }
    read_account(context, original)
}

fn destroy(context: Hooked<'_>) -> InstructionExecResult {
    if context.host.chain.notes.orders.values
        && let Some(word) = context.interpreter.stack.data().last()
    {
        let account = Address::from_word((*word).into());
        let accessor = context.interpreter.input.target_address();
        let (exists, balance) = standing(context.host, account);
        let (_, value) = standing(context.host, accessor);
        let look = Look { what: Looked::Destroyed, account, accessor, exists, balance, value };
        context.host.chain.notes.note(Access::Looked(look));
    }
    restructure(context, host::selfdestruct)
}
