//! A contract has to be created before the test ends.

use super::{
    Answer, Cheat, Cheats, DONE, Failure, MachineContext,
    frames::{Ended, fail},
    interface::VmCalls,
};
use alloy_primitives::{Address, Bytes};
use revm::{
    bytecode::Bytecode,
    context_interface::{ContextTr, JournalTr},
    handler::FrameResult,
};

/// What is expected.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    deployer: Address,
    /// Its code once it is there.
    code: Bytes,
    /// Whether CREATE2 makes it, not CREATE.
    is_salted: bool,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let expected = match call {
        C::expectCreate(call) => Expected { deployer: call.deployer, code: call.code.clone(), is_salted: false },
        C::expectCreate2(call) => Expected { deployer: call.deployer, code: call.code.clone(), is_salted: true },
        C::interceptInitcode(_) => {
            let intercepts = &mut cheat.cheats.lasting.intercepts;
            let was = std::mem::replace(intercepts, true);
            return Some(if was { Err("vm.interceptInitcode() has already been called".into()) } else { DONE });
        }
        _ => return None,
    };
    cheat.cheats.lasting.creations.push(expected);
    Some(DONE)
}

impl Cheats {
    /// Strikes out what a creation that has ended was expected to be.
    pub(super) fn meet_creation(&mut self, context: &mut MachineContext, ended: &Ended, result: &FrameResult) {
        let expected = &mut self.lasting.creations;
        let (Some((deployer, is_salted)), FrameResult::Create(outcome)) = (ended.creation, result) else { return };
        let Some(address) = outcome.address.filter(|_| !expected.is_empty()) else { return };
        let Ok(account) = context.journal_mut().load_account_with_code(address);
        let code = account.info.code.as_ref().map(Bytecode::original_bytes).unwrap_or_default();
        let made = Expected { deployer, code, is_salted };
        if let Some(index) = expected.iter().position(|expected| *expected == made) {
            expected.swap_remove(index);
        }
    }

    /// Compares at the end of the message.
    pub(super) fn meet_last_creations(&mut self, result: &mut FrameResult) {
        let Some(Expected { deployer, code, is_salted }) = self.lasting.creations.first() else { return };
        let scheme = if *is_salted { "CREATE2" } else { "CREATE" };
        let message = format!("expected {scheme} call by address {deployer} for bytecode {code} but not found");
        fail(result, Failure::from(message).data());
        self.lasting.creations.clear();
    }
}
