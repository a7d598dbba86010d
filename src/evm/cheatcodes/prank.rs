//! Who seems to call.

use super::{Answer, Cheat, Cheats, DONE, Failure, MachineContext, interface::Vm::VmCalls};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolValue;
use revm::context_interface::{ContextTr, JournalTr};

/// A caller that replaces another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prank {
    /// Whose calls seem to come from somebody else.
    caller: Address,
    /// The transaction's origin, to be restored.
    origin: Address,
    new_caller: Address,
    new_origin: Option<Address>,
    depth: usize,
    /// It ends with the next call.
    single: bool,
    delegate: bool,
    used: bool,
}

/// What a frame is entered as.
pub(super) struct Callers<'a> {
    pub(super) caller: &'a mut Address,
    /// For a delegate call: whose storage it works on.
    pub(super) delegate_target: Option<&'a mut Address>,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::prank_0(call) => start(cheat, (call.sender, None), true, false),
        C::prank_1(call) => start(cheat, (call.sender, Some(call.origin)), true, false),
        C::prank_2(call) => start(cheat, (call.sender, None), true, call.delegate),
        C::prank_3(call) => start(cheat, (call.sender, Some(call.origin)), true, call.delegate),
        C::startPrank_0(call) => start(cheat, (call.sender, None), false, false),
        C::startPrank_1(call) => start(cheat, (call.sender, Some(call.origin)), false, false),
        C::startPrank_2(call) => start(cheat, (call.sender, None), false, call.delegate),
        C::startPrank_3(call) => start(cheat, (call.sender, Some(call.origin)), false, call.delegate),
        C::stopPrank(_) => {
            cheat.cheats.lasting.pranks.remove(&cheat.depth);
            DONE
        }
        C::readCallers(_) => {
            cheat.depends_on_everything();
            let origin = cheat.context.tx.caller;
            let (mode, sender, origin) = match cheat.cheats.prank_at(cheat.depth) {
                Some(prank) => (if prank.single { 3 } else { 4 }, prank.new_caller, prank.new_origin.unwrap_or(origin)),
                None => (0, origin, origin),
            };
            Ok((U256::from(mode), sender, origin).abi_encode_params())
        }
        _ => return None,
    })
}

fn start(cheat: &mut Cheat<'_>, (sender, origin): (Address, Option<Address>), single: bool, delegate: bool) -> Answer {
    let account = cheat.context.journal_mut().load_account_with_code(sender);
    let is_code = account.is_ok_and(|account| account.info.code.as_ref().is_some_and(|code| !code.is_empty()));
    if delegate && !is_code {
        return Err("cannot `prank` delegate call from an EOA".into());
    }
    if let Some(prank) = cheat.cheats.prank_at(cheat.depth) {
        if !prank.used {
            return Err("cannot overwrite a prank until it is applied at least once".into());
        }
        if prank.single != single {
            return Err(Failure::from(
                "cannot override an ongoing prank with a single vm.prank; \
                 use vm.startPrank to override the current prank",
            ));
        }
    }
    let prank = Prank {
        caller: cheat.caller,
        origin: cheat.context.tx.caller,
        new_caller: sender,
        new_origin: origin,
        depth: cheat.depth,
        single,
        delegate,
        used: false,
    };
    cheat.cheats.lasting.pranks.insert(cheat.depth, prank);
    DONE
}

impl Cheats {
    fn prank_at(&self, depth: usize) -> Option<&Prank> {
        self.lasting.pranks.range(..=depth).next_back().map(|(_, prank)| prank)
    }

    /// Changes who enters a frame below `depth`.
    pub(super) fn prank(&mut self, context: &mut MachineContext, depth: usize, callers: Callers<'_>) {
        let Some((_, prank)) = self.lasting.pranks.range_mut(..=depth).next_back() else { return };
        if prank.delegate
            && depth == prank.depth
            && let Some(target) = callers.delegate_target
        {
            *target = prank.new_caller;
            *callers.caller = prank.new_caller;
            prank.used = true;
            if let Some(origin) = prank.new_origin {
                context.tx.caller = origin;
            }
            return;
        }
        if *callers.caller != prank.caller {
            return;
        }
        if depth == prank.depth {
            // A transfer of value needs both accounts at hand; the base state cannot fail to be read.
            let _ = context.journal_mut().load_account(prank.new_caller);
            context.journal_mut().touch_account(prank.new_caller);
            *callers.caller = prank.new_caller;
            prank.used = true;
        }
        if let Some(origin) = prank.new_origin {
            context.tx.caller = origin;
            prank.used = true;
        }
    }

    /// Ends what lasts for one call.
    pub(super) fn unprank(&mut self, context: &mut MachineContext, depth: usize) {
        let Some(prank) = self.prank_at(depth) else { return };
        if prank.depth == depth {
            context.tx.caller = prank.origin;
            if prank.single {
                self.lasting.pranks.remove(&depth);
            }
        }
    }
}
