//! States that a test goes back to.

use super::{super::watched::word, Answer, CHEATCODES, Cheat, DONE, FAILURE_SLOT, MachineContext, interface::VmCalls};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolValue;
use revm::{
    context::{BlockEnv, JournalEntry},
    context_interface::{ContextTr, JournalTr},
    state::{EvmState, TransactionId},
};
use std::{collections::BTreeMap, sync::Arc};

/// States kept at a time: each is a copy of all that is not in the base state.
const MAX_SNAPSHOTS: usize = 256;

/// States by number, and the next number.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshots {
    next: u64,
    kept: BTreeMap<U256, Arc<Kept>>,
}

/// Everything but what the cheatcodes themselves remember.
#[derive(Debug)]
struct Kept {
    state: EvmState,
    journal: Vec<JournalEntry>,
    transaction: TransactionId,
    block: BlockEnv,
    chain_id: u64,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let truth = |truth: bool| Ok(truth.abi_encode());
    Some(match call {
        C::snapshot(_) | C::snapshotState(_) => keep(cheat),
        C::revertTo(call) => truth(go_back(cheat, call.id, false)),
        C::revertToState(call) => truth(go_back(cheat, call.id, false)),
        C::revertToAndDelete(call) => truth(go_back(cheat, call.id, true)),
        C::revertToStateAndDelete(call) => truth(go_back(cheat, call.id, true)),
        C::deleteSnapshot(call) => truth(cheat.cheats.snapshots.kept.remove(&call.id).is_some()),
        C::deleteStateSnapshot(call) => truth(cheat.cheats.snapshots.kept.remove(&call.id).is_some()),
        C::deleteSnapshots(_) | C::deleteStateSnapshots(_) => {
            cheat.cheats.snapshots.kept.clear();
            DONE
        }
        _ => return None,
    })
}

fn keep(cheat: &mut Cheat<'_>) -> Answer {
    cheat.depends_on_everything();
    let context = &*cheat.context;
    let journal = &context.journaled_state.inner;
    let kept = Kept {
        state: journal.state.clone(),
        journal: journal.journal.clone(),
        transaction: journal.transaction_id,
        block: context.block.clone(),
        chain_id: context.cfg.chain_id,
    };
    let snapshots = &mut cheat.cheats.snapshots;
    if snapshots.kept.len() >= MAX_SNAPSHOTS {
        return Err("too many snapshots".into());
    }
    let id = U256::from(snapshots.next);
    snapshots.next += 1;
    snapshots.kept.insert(id, Arc::new(kept));
    Ok(id.abi_encode())
}

fn go_back(cheat: &mut Cheat<'_>, id: U256, delete: bool) -> bool {
    let snapshots = &mut cheat.cheats.snapshots;
    let Some(kept) = snapshots.kept.get(&id).cloned() else { return false };
    if delete {
        snapshots.kept.remove(&id);
    }
    let failed = failure(cheat.context);
    let context = &mut *cheat.context;
    let journal = &mut context.journaled_state.inner;
    let mut later: Vec<Address> =
        journal.state.keys().filter(|address| !kept.state.contains_key(*address)).copied().collect();
    later.sort_unstable();
    journal.state.clone_from(&kept.state);
    // What would undo later changes must not be applied to the earlier state. Of another message nothing is left to undo.
    journal.journal = if kept.transaction == journal.transaction_id { kept.journal.clone() } else { Vec::new() };
    for address in later {
        // Frames that are open may work on what was not there yet.
        let _ = context.journal_mut().load_account_with_code(address);
    }
    context.block = kept.block.clone();
    context.cfg.chain_id = kept.chain_id;
    context.chain.change_structure();
    if failed {
        // A failure that was noted is not undone.
        let _ = context.journal_mut().load_account(CHEATCODES);
        let _ = context.journal_mut().sstore(CHEATCODES, FAILURE_SLOT.into(), U256::ONE);
    }
    true
}

/// Whether the word in which a failure is noted is set.
pub(in crate::evm) fn failure(context: &MachineContext) -> bool {
    !word(context, CHEATCODES, FAILURE_SLOT.into()).is_zero()
}
