//! Which elements of mappings were written, and where they are.

use super::{Answer, Cheat, Cheats, MAX_ITEMS, interface::VmCalls};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolValue;
use std::collections::BTreeMap;

/// What was seen since recording began.
#[derive(Debug, Clone, Default)]
pub(super) struct Mappings {
    accounts: BTreeMap<Address, Slots>,
    count: usize,
}

/// Slots of one account.
#[derive(Debug, Clone, Default)]
struct Slots {
    /// Hashes of two words: a key, and the slot of a mapping.
    hashes: BTreeMap<B256, (B256, B256)>,
    /// Elements that were written.
    elements: BTreeMap<B256, (B256, B256)>,
    /// Elements of each mapping, in the order in which they were written first.
    children: BTreeMap<B256, Vec<B256>>,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let children = |cheat: &Cheat<'_>, account, slot| {
        let slots: Option<&Slots> = cheat.cheats.mappings.as_ref().and_then(|mappings| mappings.accounts.get(&account));
        slots.and_then(|slots| slots.children.get(&slot)).cloned().unwrap_or_default()
    };
    Some(match call {
        C::startMappingRecording(_) => {
            cheat.cheats.mappings.get_or_insert_default();
            cheat.order(|orders| orders.hashes = true)
        }
        C::stopMappingRecording(_) => {
            cheat.cheats.mappings = None;
            cheat.order(|orders| orders.hashes = false)
        }
        C::getMappingLength(call) => {
            cheat.depends_on_everything();
            Ok(U256::from(children(cheat, call.account, call.slot).len()).abi_encode())
        }
        C::getMappingSlotAt(call) => {
            cheat.depends_on_everything();
            let children = children(cheat, call.account, call.slot);
            Ok(children.get(call.index.saturating_to::<usize>()).copied().unwrap_or_default().abi_encode())
        }
        C::getMappingKeyAndParentOf(call) => {
            cheat.depends_on_everything();
            let slots = cheat.cheats.mappings.as_ref().and_then(|mappings| mappings.accounts.get(&call.account));
            let found = slots.and_then(|slots| slots.elements.get(&call.slot).or_else(|| slots.hashes.get(&call.slot)));
            let (key, parent) = found.copied().unwrap_or_default();
            Ok((found.is_some(), key, parent).abi_encode_params())
        }
        _ => return None,
    })
}

impl Cheats {
    pub(super) fn note_hash(&mut self, account: Address, hash: B256, of: (B256, B256)) {
        if let Some(mappings) = &mut self.mappings
            && mappings.count < MAX_ITEMS
        {
            mappings.count += 1;
            mappings.accounts.entry(account).or_default().hashes.insert(hash, of);
        }
    }

    pub(super) fn note_write(&mut self, account: Address, slot: B256) {
        let slots = self.mappings.as_mut().and_then(|mappings| mappings.accounts.get_mut(&account));
        let (Some(slots), mut next) = (slots, slot) else { return };
        // A mapping may be an element of another one. Whoever knows a hash of itself ends the loop at the first known element.
        while let Some(of) = slots.hashes.get(&next)
            && slots.elements.insert(next, *of).is_none()
        {
            slots.children.entry(of.1).or_default().push(next);
            next = of.1;
        }
    }
}
