//! What the contracts of a set-up are called.

use super::{super::Artifact, stage::Stage};
use crate::evm::{CallKind, Creation, Frame};
use alloy_primitives::{Address, Selector};
use std::{collections::BTreeMap, sync::Arc};

/// Contracts by address: what they were compiled from, and a name that no other one has.
#[derive(Debug, Default)]
pub(super) struct Names {
    contracts: BTreeMap<Address, (String, Arc<Artifact>)>,
}

impl Names {
    /// The contracts that a stage knows: the suite, then what it created, in order.
    pub(super) fn of(stage: &Stage<'_>) -> Self {
        let mut names = Self::default();
        names.add(stage.address, stage.artifact);
        for creation in &stage.creations {
            if let Some(artifact) = artifact_of(stage, creation) {
                names.add(creation.address, artifact);
            }
        }
        names
    }

    fn add(&mut self, address: Address, artifact: &Arc<Artifact>) {
        let taken = |name: &str| self.contracts.values().any(|(other, _)| other == name);
        let mut name = artifact.name.clone();
        let mut count = 1;
        while taken(&name) {
            count += 1;
            name = format!("{}_{count}", artifact.name);
        }
        self.contracts.entry(address).or_insert((name, Arc::clone(artifact)));
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        self.contracts.keys().copied()
    }

    pub(super) fn get(&self, address: Address) -> Option<(&str, &Arc<Artifact>)> {
        self.contracts.get(&address).map(|(name, artifact)| (name.as_str(), artifact))
    }

    /// A call as people read it: `Vault.deposit(uint256)`.
    pub(super) fn call(&self, frame: &Frame) -> String {
        let named = self.get(frame.to);
        let name = named.map_or_else(|| frame.to.to_string(), |(name, _)| name.to_owned());
        if frame.kind == CallKind::Create {
            return format!("the constructor of {name}");
        }
        let selector = frame.input.first_chunk::<4>().map(Selector::from);
        let function = selector.and_then(|selector| {
            let functions = named?.1.abi.functions();
            functions
                .into_iter()
                .find(|function| function.selector() == selector)
                .map(alloy_json_abi::Function::signature)
        });
        match (function, selector) {
            (Some(function), _) => format!("{name}.{function}"),
            (None, Some(selector)) => format!("{name} with selector {selector}"),
            (None, None) => format!("{name} without data"),
        }
    }
}

/// What a contract was created from: its creation code begins with that of an artifact, libraries aside.
pub(super) fn artifact_of<'a>(stage: &Stage<'a>, creation: &Creation) -> Option<&'a Arc<Artifact>> {
    let fits = |artifact: &&Arc<Artifact>| artifact.creation.begins(&creation.code);
    // Of several that fit, arguments are the shortest.
    stage.artifacts.iter().filter(fits).max_by_key(|artifact| artifact.creation.bytes.len())
}
