//! What a suite says about whom to call: `targetContracts()` and its kin.

use super::{
    creatable::{self, Creatable},
    error::{SuiteError, SuiteProblem},
    names::Names,
    stage::Stage,
};
use crate::{
    evm::ViewError,
    protocol::{Artifact, build::reason, functions::changes_state},
};
use alloy_json_abi::Function;
use alloy_primitives::{Address, FixedBytes, Selector, keccak256};
use alloy_sol_types::SolValue;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Longest answer, bytes: items of a list may all be the same large one.
const MAX_ANSWER: usize = 1 << 16;

type Selectors = Vec<FixedBytes<4>>;

/// What a suite declares.
#[derive(Debug, Default)]
struct Declared {
    contracts: Vec<Address>,
    excluded_contracts: Vec<Address>,
    selectors: Vec<(Address, Selectors)>,
    excluded_selectors: Vec<(Address, Selectors)>,
    artifacts: Vec<String>,
    excluded_artifacts: Vec<String>,
    artifact_selectors: Vec<(String, Selectors)>,
    interfaces: Vec<(Address, Vec<String>)>,
    senders: Vec<Address>,
    excluded_senders: Vec<Address>,
}

/// Whom to call, and who calls.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Functions by contract, in the order of their addresses.
    pub(super) functions: BTreeMap<Address, Vec<Function>>,
    /// Functions of what calls may create.
    pub(super) created: Vec<(Arc<Artifact>, Vec<Function>)>,
    /// Who calls; empty: anybody but those.
    pub(super) senders: Vec<Address>,
    pub(super) excluded_senders: Vec<Address>,
}

/// Asks the suite, and fills in what it leaves open.
pub(super) fn find(stage: &mut Stage<'_>, names: &Names) -> Result<Targets, SuiteError> {
    let declared = Declared {
        contracts: ask(stage, "targetContracts")?,
        excluded_contracts: ask(stage, "excludeContracts")?,
        selectors: ask(stage, "targetSelectors")?,
        excluded_selectors: ask(stage, "excludeSelectors")?,
        artifacts: ask(stage, "targetArtifacts")?,
        excluded_artifacts: ask(stage, "excludeArtifacts")?,
        artifact_selectors: ask(stage, "targetArtifactSelectors")?,
        interfaces: ask(stage, "targetInterfaces")?,
        senders: ask(stage, "targetSenders")?,
        excluded_senders: ask(stage, "excludeSenders")?,
    };
    let mut functions = BTreeMap::new();
    let interfaced = declared.interfaces.iter().map(|(address, _)| *address);
    let selected = declared.selectors.iter().map(|(address, _)| *address);
    let candidates: BTreeSet<_> = names.addresses().chain(interfaced).chain(selected).collect();
    for address in candidates {
        let found = declared.functions_of(stage, names, address);
        if !found.is_empty() {
            functions.insert(address, found);
        }
    }
    let created = declared.created(stage, names, functions.contains_key(&stage.address));
    let Declared { senders, excluded_senders, .. } = declared;
    Ok(Targets { functions, created, senders, excluded_senders })
}

/// The answer of one of the suite's functions; empty where it does not have it.
fn ask<T>(stage: &mut Stage<'_>, name: &str) -> Result<Vec<T>, SuiteError>
where
    Vec<T>: SolValue + From<<<Vec<T> as SolValue>::SolType as alloy_sol_types::SolType>::RustType>,
{
    let has = |function: &Function| function.name == name && function.inputs.is_empty();
    if !stage.artifact.abi.functions().any(has) {
        return Ok(Vec::new());
    }
    let failed = |why: String| {
        let step = format!("{}.{name}()", stage.artifact.name);
        SuiteError::new(stage.artifact.place.clone(), SuiteProblem::Failed { step, why, trail: Vec::new() })
    };
    let selector = keccak256(format!("{name}()"));
    let answer = stage.machine.view(stage.config.sender, stage.address, selector[..4].to_vec().into());
    let output = answer.map_err(|error| match error {
        ViewError::Revert(data) => {
            failed(format!("it reverted: {}", reason(&data, stage.artifacts.iter().map(AsRef::as_ref))))
        }
        ViewError::Halt(reason) => failed(format!("it halted: {reason}")),
    })?;
    if output.len() > MAX_ANSWER {
        return Err(failed(format!("its answer has {} bytes, above the limit of {MAX_ANSWER}", output.len())));
    }
    Vec::<T>::abi_decode(&output).map_err(|error| failed(format!("its answer cannot be read: {error}")))
}

impl Declared {
    /// The functions to call of the contract at `address`.
    fn functions_of(&self, stage: &Stage<'_>, names: &Names, address: Address) -> Vec<Function> {
        let chosen: BTreeSet<_> =
            of_address(&self.selectors, address).chain(self.of_artifact(names, address)).collect();
        let excluded: BTreeSet<_> = of_address(&self.excluded_selectors, address).collect();
        let named =
            self.interfaces.iter().filter(|(interfaced, _)| *interfaced == address).flat_map(|(_, names)| names);
        let interfaces: Vec<_> = named.filter_map(|name| stage.artifacts.find(name).ok()).collect();
        // Whose functions are left out is a target, by the customs of forge, whoever else is named.
        if !self.is_target(stage, names, address) && chosen.is_empty() && interfaces.is_empty() && excluded.is_empty() {
            return Vec::new();
        }
        let own = names.get(address).into_iter().map(|(_, artifact)| artifact);
        // An interface stands for the contract: what else that has is not called, unless it is chosen.
        let own = own.filter(|_| interfaces.is_empty() || !chosen.is_empty());
        let mut functions: BTreeMap<String, Function> = BTreeMap::new();
        for function in own.chain(interfaces.iter().copied()).flat_map(|artifact| artifact.abi.functions()) {
            let selector = function.selector();
            let is_own = address == stage.address && is_machinery(&function.name);
            let wanted = if chosen.is_empty() {
                changes_state(function) && !excluded.contains(&selector) && !is_own
            } else {
                chosen.contains(&selector)
            };
            if wanted {
                functions.insert(function.signature(), function.clone());
            }
        }
        functions.into_values().collect()
    }

    /// What of the contracts that calls may create is called: nothing where contracts are named as targets.
    fn created(&self, stage: &Stage<'_>, names: &Names, is_suite_called: bool) -> Vec<(Arc<Artifact>, Vec<Function>)> {
        if !self.contracts.is_empty() {
            return Vec::new();
        }
        let found = creatable::of_suite(stage, names, is_suite_called).into_iter();
        let with_functions =
            found.map(|Creatable { artifact, .. }| (Arc::clone(artifact), self.functions_of_created(artifact)));
        with_functions.filter(|(_, functions)| !functions.is_empty()).collect()
    }

    /// Selectors of an artifact go before its exclusion, and that before its choice.
    fn functions_of_created(&self, artifact: &Artifact) -> Vec<Function> {
        let named = self.artifact_selectors.iter().filter(|(name, _)| artifact.is_called(name));
        let chosen: BTreeSet<Selector> = named.flat_map(|(_, selectors)| selectors.iter().copied()).collect();
        let wanted = |function: &&Function| {
            if chosen.is_empty() {
                self.is_target_artifact(artifact) && changes_state(function)
            } else {
                chosen.contains(&function.selector())
            }
        };
        let functions = artifact.abi.functions().filter(wanted);
        functions
            .map(|function| (function.signature(), function.clone()))
            .collect::<BTreeMap<_, _>>()
            .into_values()
            .collect()
    }

    fn is_target(&self, stage: &Stage<'_>, names: &Names, address: Address) -> bool {
        if address == stage.address {
            return self.contracts.contains(&address);
        }
        let Some((_, artifact)) = names.get(address) else { return false };
        (self.contracts.is_empty() || self.contracts.contains(&address))
            && !self.excluded_contracts.contains(&address)
            && self.is_target_artifact(artifact)
    }

    /// Whether contracts of an artifact are targets: where any artifact is named, only those are; an excluded one names nothing.
    fn is_target_artifact(&self, artifact: &Artifact) -> bool {
        let is_listed = |list: &[String]| list.iter().any(|name| artifact.is_called(name));
        let is_excluded = |name: &String| self.excluded_artifacts.contains(name);
        let any = self.artifact_selectors.is_empty() && self.artifacts.iter().all(is_excluded);
        let by_selectors = self.artifact_selectors.iter().any(|(name, _)| artifact.is_called(name));
        (any || is_listed(&self.artifacts) || by_selectors) && !is_listed(&self.excluded_artifacts)
    }

    fn of_artifact(&self, names: &Names, address: Address) -> Vec<Selector> {
        let Some((_, artifact)) = names.get(address) else { return Vec::new() };
        let fitting = self.artifact_selectors.iter().filter(|(name, _)| artifact.is_called(name));
        fitting.flat_map(|(_, selectors)| selectors.iter().copied()).collect()
    }
}

fn of_address(list: &[(Address, Selectors)], address: Address) -> impl Iterator<Item = Selector> + '_ {
    list.iter().filter(move |(of, _)| *of == address).flat_map(|(_, selectors)| selectors.iter().copied())
}

/// Functions of a suite that its runner calls.
fn is_machinery(name: &str) -> bool {
    let prefixes = ["test", "invariant", "statefulFuzz", "table", "fixture"];
    matches!(name, "setUp" | "afterInvariant" | "beforeTestSetup")
        || prefixes.iter().any(|prefix| name.starts_with(prefix))
}
