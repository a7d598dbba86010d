//! What the storage of accounts holds beyond single words, and what access to it costs.

use super::{Answer, Cheat, DONE, interface::VmCalls};
use alloy_primitives::{Address, U256};
use revm::context_interface::{ContextTr, JournalTr};
use std::collections::BTreeMap;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(match call {
        C::setArbitraryStorage_0(call) => make_arbitrary(cheat, call.account, false),
        C::setArbitraryStorage_1(call) => make_arbitrary(cheat, call.account, call.overwrite),
        C::copyStorage(call) => copy(cheat, call.from, call.to),
        C::cloneAccount(call) => clone(cheat, call.source, call.target),
        C::cool(call) => {
            let journal = &mut cheat.context.journaled_state.inner;
            if let Some(account) = journal.state.get_mut(&call.account) {
                // Each word on its own: the order does not matter.
                account.storage.values_mut().for_each(|word| word.is_cold = true);
            }
            DONE
        }
        C::coolSlot(call) => warm(cheat, call.account, call.slot.into(), false),
        C::warmSlot(call) => warm(cheat, call.account, call.slot.into(), true),
        _ => return None,
    })
}

fn make_arbitrary(cheat: &mut Cheat<'_>, account: Address, overwrite: bool) -> Answer {
    if overwrite {
        for slot in words(cheat, account).into_keys() {
            write(cheat, account, slot, U256::ZERO);
        }
    }
    cheat.order(|orders| {
        orders.arbitrary.insert(account, overwrite);
    })
}

fn copy(cheat: &mut Cheat<'_>, from: Address, to: Address) -> Answer {
    if cheat.cheats.lasting.orders.arbitrary.contains_key(&to) {
        return Err("target address cannot have arbitrary storage".into());
    }
    replace(cheat, from, to);
    if cheat.cheats.lasting.orders.arbitrary.contains_key(&from) {
        return cheat.order(|orders| {
            orders.copies.insert(to, from);
        });
    }
    DONE
}

/// Gives `to` the words of `from` and no others.
fn replace(cheat: &mut Cheat<'_>, from: Address, to: Address) {
    let mut new = words(cheat, from);
    for slot in words(cheat, to).into_keys() {
        new.entry(slot).or_default();
    }
    for (slot, word) in new {
        write(cheat, to, slot, word);
    }
}

fn clone(cheat: &mut Cheat<'_>, source: Address, target: Address) -> Answer {
    replace(cheat, source, target);
    let journal = cheat.context.journal_mut();
    // The base state is in memory: reading it cannot fail.
    let Ok(account) = journal.load_account_with_code(source);
    let info = account.info.clone();
    let _ = journal.load_account_with_code(target);
    journal.touch_account(target);
    if let Some(account) = cheat.context.journaled_state.inner.state.get_mut(&target) {
        account.info = info;
    }
    cheat.context.chain.change_structure();
    cheat.context.chain.move_value_for_good();
    DONE
}

/// All words of an account that are not zero.
fn words(cheat: &Cheat<'_>, account: Address) -> BTreeMap<U256, U256> {
    let journal = &cheat.context.journaled_state;
    let known = journal.inner.state.get(&account);
    let base = journal.database.0.account(account).filter(|_| known.is_none_or(|known| !known.is_created()));
    let mut words: BTreeMap<_, _> = base.map(super::super::Account::storage).unwrap_or_default().into_iter().collect();
    words.extend(known.iter().flat_map(|known| &known.storage).map(|(slot, word)| (*slot, word.present_value)));
    words.retain(|_, word| !word.is_zero());
    words
}

fn write(cheat: &mut Cheat<'_>, account: Address, slot: U256, word: U256) {
    cheat.context.chain.write(account, slot);
    let journal = cheat.context.journal_mut();
    // The base state is in memory: reading it cannot fail.
    let _ = journal.load_account(account);
    journal.touch_account(account);
    let _ = journal.sstore(account, slot, word);
}

/// Makes access to a word that was accessed before cheap or dear.
fn warm(cheat: &mut Cheat<'_>, account: Address, slot: U256, is_warm: bool) -> Answer {
    let journal = &mut cheat.context.journaled_state.inner;
    let transaction = journal.transaction_id;
    if let Some(word) = journal.state.get_mut(&account).and_then(|account| account.storage.get_mut(&slot)) {
        word.is_cold = !is_warm;
        if is_warm {
            word.transaction_id = transaction;
        }
    }
    DONE
}
