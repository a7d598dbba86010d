//! Contracts that calls create behind a set-up. They have no place of their own, so they play no role and have no price.

use super::{
    super::{creatable, stage::Stage},
    FoundActor, FoundContract, callable,
    contracts::Deployed,
};
use crate::protocol::{Contract, Function};
use std::{collections::BTreeMap, sync::Arc};

/// Kinds of contracts that calls create.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    pub(super) contracts: Vec<Contract>,
    pub(super) functions: Vec<Function>,
    pub(super) listed: Vec<FoundContract>,
    /// What is left out, in sentences.
    pub(super) notes: Vec<String>,
}

/// What the contracts that are there may create, numbered behind those that are called.
pub(super) fn find(stage: &Stage<'_>, deployed: &[Deployed], contracts: &[Contract], actors: &[FoundActor]) -> Kinds {
    // A proxy creates with the code that it runs, which is one of those that are there.
    let codes: BTreeMap<_, _> =
        deployed.iter().map(|each| (stage.machine.code(each.address), each.name.clone())).collect();
    let mut kinds = Kinds::default();
    for creatable::Creatable { artifact, creator } in creatable::find(stage.artifacts, stage.artifact, codes) {
        let is_taken = |name: &str| {
            let called = contracts.iter().chain(&kinds.contracts).map(|contract| &contract.name);
            let there = deployed.iter().map(|each| &each.name).chain(actors.iter().map(|actor| &actor.name));
            called.chain(there).any(|other| other == name)
        };
        let mut name = artifact.name.clone();
        while is_taken(&name) {
            name += "_created";
        }
        let contract = Contract::created(name, Arc::clone(artifact));
        let index = contracts.len() + kinds.contracts.len();
        let (functions, note) = callable::of_created(stage, index, &contract);
        if functions.is_empty() {
            continue;
        }
        kinds.notes.extend(note);
        kinds.listed.push(FoundContract {
            name: contract.name.clone(),
            address: None,
            artifact: Some(artifact.qualified()),
            implementation: Vec::new(),
            why: format!("created by calls: its creation code is part of {creator}'s"),
            functions: functions.len(),
        });
        kinds.functions.extend(functions);
        kinds.contracts.push(contract);
    }
    kinds
}
