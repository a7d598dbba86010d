//! Who acts beside the attacker: accounts that a set-up funded or named.

use super::{
    super::{
        super::{Actor, ActorKind, Contract, RoleBinding, Transfer, balance_of, proxy},
        stage::{CREATE2_FACTORY, LIBRARIAN, Stage},
    },
    contracts::Known,
};
use crate::evm::{CHEATCODES, CONSOLE, Machine, World};
use alloy_json_abi::StateMutability;
use alloy_primitives::{Address, Bytes, U256, address, keccak256};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Most accounts that become actors.
const MAX_ACTORS: usize = 32;
/// Most views that are asked for who may do what others may not.
const MAX_VIEWS: usize = 10_000;
/// Where tokens are sent to be rid of them.
const BURNED: Address = address!("000000000000000000000000000000000000dEaD");
/// Addresses up to here are those of precompiles, unless the suite has a name for them.
const PRECOMPILES: u64 = 0x1ff;

/// An actor, and why it is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundActor {
    /// Its name.
    pub name: String,
    /// Its account.
    pub address: Address,
    /// What it is.
    pub kind: ActorKind,
    /// What the set-up gave it, or calls it, and whether it sends generated calls.
    pub why: String,
}

/// Accounts that may hold tokens: those that events and the suite name, in their order.
pub(super) fn holders(stage: &Stage<'_>, known: &Known, contracts: &[Contract]) -> Vec<Address> {
    let moved = stage.logs.iter().filter_map(Transfer::of).flat_map(|transfer| [transfer.from, transfer.to]);
    let all = moved.chain(known.addresses()).chain(contracts.iter().map(|contract| contract.address));
    let all: BTreeSet<_> = all.chain([stage.address]).filter(|address| !address.is_zero()).collect();
    all.into_iter().collect()
}

/// What actors are looked for in.
pub(super) struct Ground<'a, 'b> {
    pub(super) stage: &'a Stage<'b>,
    pub(super) world: &'a World,
    pub(super) machine: &'a mut Machine,
    pub(super) contracts: &'a [Contract],
    pub(super) bindings: &'a [RoleBinding],
    pub(super) holders: &'a [Address],
}

impl Ground<'_, '_> {
    /// Accounts without code that hold something or that the suite has a name for.
    pub(super) fn find(mut self, known: &mut Known) -> Vec<FoundActor> {
        let named: BTreeSet<_> = known.addresses().collect();
        let own =
            [self.stage.address, self.stage.config.sender, LIBRARIAN, CHEATCODES, CREATE2_FACTORY, CONSOLE, BURNED];
        let rich = self.world.accounts();
        let rich = rich.iter().filter(|(_, account)| !account.balance.is_zero()).map(|(address, _)| *address);
        let candidates: BTreeSet<_> = self.holders.iter().copied().chain(rich).collect();
        let privileged = self.privileged(&candidates);
        let mut actors = Vec::new();
        for account in candidates {
            let is_low = U256::from_be_bytes(account.into_word().0) <= U256::from(PRECOMPILES);
            let is_named = named.contains(&account);
            if own.contains(&account) || !self.machine.code(account).is_empty() || is_low && !is_named {
                continue;
            }
            let mut why = self.holdings(account);
            if is_named {
                why.push("named by the suite".to_owned());
            }
            if why.is_empty() || actors.len() == MAX_ACTORS {
                continue;
            }
            let kind = match privileged.get(&account) {
                Some(office) => {
                    why.push(format!("{office}, so it sends no generated calls"));
                    ActorKind::Admin
                }
                None => ActorKind::User,
            };
            let otherwise = format!("actor{}", actors.len() + 1);
            actors.push(FoundActor {
                name: known.name(account, &otherwise),
                address: account,
                kind,
                why: why.join("; "),
            });
        }
        actors
    }

    fn holdings(&mut self, account: Address) -> Vec<String> {
        let mut held = Vec::new();
        if !self.machine.balance(account).is_zero() {
            held.push("ether".to_owned());
        }
        for binding in self.bindings.iter().filter(|binding| binding.role == "token") {
            let token = &self.contracts[binding.contract];
            if balance_of(self.machine, token.address, account).is_some_and(|balance| !balance.is_zero()) {
                held.push(token.name.clone());
            }
        }
        if held.is_empty() { Vec::new() } else { vec![format!("holds {}", held.join(", "))] }
    }

    /// Accounts that contracts name in a view, as owner or the like: who may do what others may not is no user.
    fn privileged(&mut self, candidates: &BTreeSet<Address>) -> BTreeMap<Address, String> {
        let mut found = BTreeMap::new();
        let mut asked = 0;
        for contract in self.contracts {
            let abi = &contract.artifact.abi;
            let view = |function: &alloy_json_abi::Function| {
                matches!(function.state_mutability, StateMutability::View | StateMutability::Pure)
            };
            for function in abi.functions().filter(|one| view(one) && one.inputs.is_empty()) {
                asked += 1;
                if asked > MAX_VIEWS {
                    return found;
                }
                let data = Bytes::copy_from_slice(function.selector().as_slice());
                let answer = self.machine.view(Address::ZERO, contract.address, data).ok();
                let Some(word) = answer.as_ref().and_then(|answer| answer.get(..32)) else { continue };
                if let Some(account) = proxy::as_address(U256::from_be_slice(word))
                    && candidates.contains(&account)
                    && function.outputs.first().is_some_and(|output| output.ty == "address")
                {
                    found.entry(account).or_insert_with(|| format!("{}.{}()", contract.name, function.name));
                }
            }
            if abi.functions().any(|function| function.signature() == "hasRole(bytes32,address)") {
                for account in candidates {
                    let mut data = keccak256("hasRole(bytes32,address)")[..4].to_vec();
                    data.extend([0; 32]);
                    data.extend(account.into_word());
                    let answer = self.machine.view(Address::ZERO, contract.address, data.into());
                    if answer.is_ok_and(|answer| answer.get(..32).is_some_and(|word| word.last() == Some(&1))) {
                        found.entry(*account).or_insert_with(|| format!("{}'s default admin", contract.name));
                    }
                }
            }
        }
        found
    }
}

impl FoundActor {
    /// As a protocol has it.
    pub(super) fn actor(&self) -> Actor {
        let fuzz = self.kind != ActorKind::Admin;
        Actor { name: self.name.clone(), address: self.address, kind: self.kind, fuzz }
    }
}
