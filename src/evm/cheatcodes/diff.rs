//! Which accounts and words were accessed, and what that changed.

use super::{
    super::{
        notes::{Look, Looked, Word},
        watched::standing,
    },
    Answer, Cheat, Cheats, MAX_ITEMS, MachineContext,
    frames::{Ended, interpreter_result},
    interface::{AccountAccess, ChainInfo, StorageAccess, VmCalls},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolValue;
use revm::{
    bytecode::Bytecode,
    context_interface::{ContextTr, JournalTr},
    handler::FrameResult,
    interpreter::{CallInputs, CallScheme, CreateInputs},
};

/// Kinds of accesses, as Foundry numbers them.
const CALL: u8 = 0;
const DELEGATE_CALL: u8 = 1;
const CALL_CODE: u8 = 2;
const STATIC_CALL: u8 = 3;
const CREATION: u8 = 4;
const DESTRUCTION: u8 = 5;
const RESUMPTION: u8 = 6;
const BALANCE: u8 = 7;
const CODE_SIZE: u8 = 8;
const CODE_HASH: u8 = 9;
const CODE: u8 = 10;

/// Accesses since recording began: of each frame that is open, and of those below it that have ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Diffs {
    open: Vec<Vec<AccountAccess>>,
    count: usize,
}

/// What begins.
#[derive(Clone, Copy)]
pub(super) enum Begun<'a> {
    Call(&'a CallInputs),
    Creation(&'a CreateInputs),
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::startStateDiffRecording(_) => {
            cheat.cheats.diffs = Some(Diffs::default());
            cheat.cheats.mappings.get_or_insert_default();
            cheat.order(|orders| (orders.values, orders.hashes) = (true, true))
        }
        C::stopAndReturnStateDiff(_) => {
            cheat.depends_on_everything();
            // Recording goes on, as with Foundry: what follows is returned the next time.
            let diffs = cheat.cheats.diffs.replace(Diffs::default()).unwrap_or_default();
            Ok(diffs.open.concat().abi_encode())
        }
        C::getStorageAccesses(_) => {
            cheat.depends_on_everything();
            let open = cheat.cheats.diffs.iter().flat_map(|diffs| diffs.open.iter().flatten());
            let accesses: Vec<_> = open.flat_map(|access| access.storageAccesses.iter().cloned()).collect();
            Ok(accesses.abi_encode())
        }
        _ => return None,
    })
}

impl Diffs {
    fn has_room(&mut self) -> bool {
        self.count += 1;
        self.count <= MAX_ITEMS
    }

    /// Adds to the accesses of the frame that runs.
    fn push(&mut self, access: AccountAccess) {
        if self.has_room() {
            match self.open.last_mut() {
                Some(last) => last.push(access),
                None => self.open.push(vec![access]),
            }
        }
    }
}

impl Cheats {
    /// A frame begins.
    pub(super) fn begin_access(&mut self, context: &mut MachineContext, begun: Begun<'_>, depth: usize) {
        if self.diffs.is_none() {
            return;
        }
        let access = match begun {
            Begun::Call(inputs) => called(context, inputs),
            Begun::Creation(inputs) => {
                let caller = inputs.caller();
                let nonce = context.journal_mut().load_account(caller).map_or(0, |account| account.info.nonce);
                AccountAccess {
                    kind: CREATION,
                    account: inputs.created_address(nonce),
                    accessor: caller,
                    initialized: true,
                    value: inputs.value(),
                    data: inputs.init_code().clone(),
                    ..blank(context)
                }
            }
        };
        if let Some(diffs) = &mut self.diffs
            && diffs.has_room()
        {
            diffs.open.push(vec![AccountAccess { depth: depth as u64, ..access }]);
        } else if let Some(diffs) = &mut self.diffs {
            diffs.open.push(Vec::new());
        }
    }

    /// A frame has ended.
    pub(super) fn end_access(&mut self, context: &mut MachineContext, ended: &Ended, result: &mut FrameResult) {
        let Some(diffs) = &mut self.diffs else { return };
        if ended.depth == 0 {
            return;
        }
        let Some(mut last) = diffs.open.pop() else { return };
        if interpreter_result(result).is_revert() {
            for access in &mut last {
                access.reverted = true;
                access.storageAccesses.iter_mut().for_each(|access| access.reverted = true);
            }
        }
        if let Some(first) = last.first_mut()
            && first.depth == ended.depth as u64
        {
            let made = match result {
                FrameResult::Create(outcome) => outcome.address,
                FrameResult::Call(_) => ended.target,
            };
            if let Some(address) = made {
                // The base state is in memory: reading it cannot fail.
                let Ok(account) = context.journal_mut().load_account_with_code(address);
                first.newBalance = account.info.balance;
                if ended.is_creation() {
                    first.deployedCode = account.info.code.as_ref().map(Bytecode::original_bytes).unwrap_or_default();
                }
            }
        }
        match diffs.open.last_mut() {
            Some(below) => below.append(&mut last),
            None => diffs.open.push(last),
        }
    }

    /// An instruction of a frame at `depth` read or wrote a word.
    pub(super) fn note_word(&mut self, context: &MachineContext, at: Word, is_write: bool, depth: usize) {
        let Some(diffs) = &mut self.diffs else { return };
        if !diffs.has_room() {
            return;
        }
        let Word { account, slot, before, after } = at;
        let access = StorageAccess {
            account,
            slot: slot.into(),
            isWrite: is_write,
            previousValue: before.into(),
            newValue: after.into(),
            reverted: false,
        };
        let Some(last) = diffs.open.last_mut() else { return };
        let is_only = last.len() == 1;
        let Some(first) = last.first_mut().filter(|first| first.depth < depth as u64) else { return };
        if is_only {
            first.storageAccesses.push(access);
            return;
        }
        let resumed = AccountAccess {
            chainInfo: first.chainInfo.clone(),
            kind: RESUMPTION,
            account: first.account,
            accessor: first.accessor,
            initialized: first.initialized,
            reverted: first.reverted,
            depth: first.depth,
            ..blank(context)
        };
        match last.last_mut() {
            // Behind the accesses of another frame, this one resumes.
            Some(entry) if entry.kind == RESUMPTION => entry.storageAccesses.push(access),
            _ => last.push(AccountAccess { storageAccesses: vec![access], ..resumed }),
        }
    }

    /// An instruction of a frame at `depth` looked at an account.
    pub(super) fn note_look(&mut self, context: &MachineContext, look: Look, depth: usize) {
        let Some(diffs) = &mut self.diffs else { return };
        let kind = match look.what {
            Looked::Destroyed => DESTRUCTION,
            Looked::Balance => BALANCE,
            Looked::CodeSize => CODE_SIZE,
            Looked::CodeHash => CODE_HASH,
            Looked::Code => CODE,
        };
        diffs.push(AccountAccess {
            kind,
            account: look.account,
            accessor: look.accessor,
            initialized: look.exists,
            oldBalance: look.balance,
            newBalance: look.balance + look.value,
            value: look.value,
            depth: depth as u64,
            ..blank(context)
        });
    }
}

fn called(context: &MachineContext, inputs: &CallInputs) -> AccountAccess {
    let kind = match inputs.scheme {
        CallScheme::Call => CALL,
        CallScheme::DelegateCall => DELEGATE_CALL,
        CallScheme::CallCode => CALL_CODE,
        CallScheme::StaticCall => STATIC_CALL,
    };
    let (exists, balance) = standing(context, inputs.target_address);
    AccountAccess {
        kind,
        account: inputs.bytecode_address,
        accessor: inputs.caller,
        initialized: exists,
        oldBalance: balance,
        value: inputs.call_value(),
        data: inputs.input.bytes(context),
        ..blank(context)
    }
}

fn blank(context: &MachineContext) -> AccountAccess {
    AccountAccess {
        chainInfo: ChainInfo { forkId: U256::ZERO, chainId: U256::from(context.cfg.chain_id) },
        kind: CALL,
        account: Address::ZERO,
        accessor: Address::ZERO,
        initialized: false,
        oldBalance: U256::ZERO,
        newBalance: U256::ZERO,
        deployedCode: Bytes::new(),
        value: U256::ZERO,
        data: Bytes::new(),
        reverted: false,
        storageAccesses: Vec::new(),
        depth: 0,
    }
}
