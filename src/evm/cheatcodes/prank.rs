//! Who seems to call.

use super::{Answer, Cheat, Cheats, DONE, Failure, MachineContext, interface::VmCalls, key::account_of, wallet};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolValue;
use revm::context_interface::{ContextTr, JournalTr};

/// A caller that replaces another.
#[expect(clippy::struct_excessive_bools, reason = "independent properties, as the cheatcodes have them")]
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
    /// It began as a broadcast: a prank of the origin too, of an account that counts what it sends.
    broadcast: bool,
}

/// What a frame is entered as.
pub(super) struct Callers<'a> {
    pub(super) caller: &'a mut Address,
    /// For a delegate call: whose storage it works on.
    pub(super) delegate_target: Option<&'a mut Address>,
    /// Whether an account that is no contract would count it: a call that may change something. Creations count anyway.
    pub(super) counts: bool,
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
            cheat.cheats.lasting.pranks.retain(|depth, prank| *depth != cheat.depth || prank.broadcast);
            DONE
        }
        C::broadcast_0(_) => broadcast(cheat, broadcaster(cheat), true),
        C::broadcast_1(call) => broadcast(cheat, call.sender, true),
        C::broadcast_2(call) => broadcast_with(cheat, call.key, true),
        C::startBroadcast_0(_) => broadcast(cheat, broadcaster(cheat), false),
        C::startBroadcast_1(call) => broadcast(cheat, call.sender, false),
        C::startBroadcast_2(call) => broadcast_with(cheat, call.key, false),
        C::stopBroadcast(_) => {
            let pranks = &mut cheat.cheats.lasting.pranks;
            let count = pranks.len();
            pranks.retain(|_, prank| !prank.broadcast);
            if pranks.len() == count { Err("no broadcast in progress to stop".into()) } else { DONE }
        }
        C::readCallers(_) => {
            cheat.depends_on_everything();
            let origin = cheat.context.tx.caller;
            let (mode, sender, origin) = match cheat.cheats.prank_at(cheat.depth) {
                Some(prank) => (prank.mode(), prank.new_caller, prank.new_origin.unwrap_or(origin)),
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
    if cheat.cheats.lasting.pranks.values().any(|prank| prank.broadcast) {
        return Err(Failure::from(
            "cannot `prank` for a broadcasted transaction; \
             pass the desired `tx.origin` into the `broadcast` cheatcode call",
        ));
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
        broadcast: false,
    };
    cheat.cheats.lasting.pranks.insert(cheat.depth, prank);
    DONE
}

/// In a test a broadcast sends nothing anywhere: it is a prank of caller and origin.
/// Who broadcasts where nobody is named: the one whose key is remembered, else who sends the message.
fn broadcaster(cheat: &Cheat<'_>) -> Address {
    wallet::only(cheat).unwrap_or(cheat.context.tx.caller)
}

/// Broadcasts as the account of a key, which is remembered.
fn broadcast_with(cheat: &mut Cheat<'_>, key: U256, single: bool) -> Answer {
    broadcast(cheat, account_of(key)?, single)?;
    wallet::remember(cheat, key)?;
    DONE
}

fn broadcast(cheat: &mut Cheat<'_>, sender: Address, single: bool) -> Answer {
    if cheat.cheats.lasting.pranks.values().any(|prank| prank.broadcast) {
        return Err("a broadcast is active already".into());
    }
    if cheat.cheats.prank_at(cheat.depth).is_some() {
        return Err("you have an active prank; broadcasting and pranks are not compatible".into());
    }
    start(cheat, (sender, Some(sender)), single, false)?;
    if let Some(prank) = cheat.cheats.lasting.pranks.get_mut(&cheat.depth) {
        prank.broadcast = true;
    }
    DONE
}

impl Prank {
    /// How Foundry numbers what changes callers.
    fn mode(&self) -> u8 {
        match (self.broadcast, self.single) {
            (true, true) => 1,
            (true, false) => 2,
            (false, true) => 3,
            (false, false) => 4,
        }
    }
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
        if prank.broadcast && depth != prank.depth {
            return;
        }
        if depth == prank.depth {
            // A transfer of value needs both accounts at hand; the base state cannot fail to be read.
            let _ = context.journal_mut().load_account(prank.new_caller);
            context.journal_mut().touch_account(prank.new_caller);
            *callers.caller = prank.new_caller;
            prank.used = true;
            if prank.broadcast
                && callers.counts
                && let Some(account) = context.journaled_state.inner.state.get_mut(&prank.new_caller)
            {
                account.info.nonce += 1;
            }
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
