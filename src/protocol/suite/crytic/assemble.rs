//! From a deployed group to a protocol.

use super::{
    super::{
        super::{Artifacts, Bounds, Origin, Protocol, functions::changes_state},
        FailureRules, FoundryConfig, Predicate, PredicateKind, assemble,
        error::SuiteError,
        names::Names,
        stage::Stage,
        targets::Targets,
    },
    CryticConfig, FAILED_EVENT, Group, kind, stage,
};
use alloy_json_abi::{Event, Function};
use alloy_primitives::{Address, B256, keccak256};
use std::collections::{BTreeMap, BTreeSet};

/// Events of libraries that their users' ABIs may not name.
const FAILED_EVENTS: [&str; 8] = ["", "string", "uint256", "int256", "address", "bool", "bytes", "bytes32"];

/// The protocol that a group's deployment leaves behind.
pub(in super::super) fn protocol(
    config: &CryticConfig,
    base: &FoundryConfig,
    artifacts: &Artifacts,
    group: &Group,
    origin: Origin,
) -> Result<Protocol, SuiteError> {
    let (stage, targets) = stage::set(config, base, artifacts, group)?;
    let names = Names::of(&stage);
    let predicates = predicates(config, group, &targets);
    let failures = FailureRules {
        judged: config.assertions,
        panics: config.panics.clone(),
        invalid: config.panics.contains(&super::config::PANIC_ASSERT),
        events: events(artifacts),
    };
    let called = functions(config, &stage, &names, &targets);
    let mut protocol = assemble::freeze(stage, &names, called, origin)?;
    protocol.settings.limits.gas_per_call = config.gas;
    protocol.settings.viewer = config.asker;
    let (seconds, blocks) = config.delays;
    protocol.campaign.bounds = Bounds { seconds, blocks, value: config.value };
    protocol.campaign.time_passes = seconds > 0 || blocks > 0;
    protocol.campaign.steps = config.steps;
    if let Some(suite) = &mut protocol.suite {
        suite.predicates = predicates;
        suite.failures = failures;
    }
    protocol.hash = keccak256(format!("{} {config:?}", protocol.hash));
    Ok(protocol)
}

/// What the targets state, in the order of names.
fn predicates(config: &CryticConfig, group: &Group, targets: &[Address]) -> Vec<Predicate> {
    let mut predicates = Vec::new();
    for (artifact, address) in group.targets.iter().zip(targets) {
        for function in artifact.abi.functions() {
            let Some(kind) = kind(config, function) else { continue };
            let wanted = if kind == PredicateKind::Maximised { config.optimisation } else { config.properties };
            if wanted {
                predicates.push(Predicate {
                    name: function.name.clone(),
                    address: *address,
                    selector: function.selector(),
                    at_end: false,
                    kind,
                });
            }
        }
    }
    predicates.sort_by(|left, right| (&left.name, left.address).cmp(&(&right.name, right.address)));
    predicates
}

/// Whom to call: the targets, and with `allContracts` what they created.
fn functions(config: &CryticConfig, stage: &Stage<'_>, names: &Names, targets: &[Address]) -> Targets {
    let mut functions: BTreeMap<Address, Vec<Function>> = BTreeMap::new();
    let candidates: BTreeSet<_> = names.addresses().collect();
    for address in candidates {
        let Some((name, artifact)) = names.get(address) else { continue };
        let is_target = targets.contains(&address);
        if !is_target && !config.all_contracts {
            continue;
        }
        let is_wanted = |function: &&Function| {
            let called =
                [format!("{name}.{}", function.signature()), format!("{}.{}", artifact.name, function.signature())];
            let listed = |list: &[String]| {
                list.iter().any(|entry| called.contains(&entry.chars().filter(|each| *each != ' ').collect()))
            };
            let is_predicate = is_target && kind(config, function).is_some();
            (changes_state(function) || config.views)
                && !is_predicate
                && !(address == stage.address && matches!(function.name.as_str(), "setUp" | "IS_TEST"))
                && !listed(&config.never)
                && (config.only.is_empty() || listed(&config.only))
        };
        let wanted: BTreeMap<_, _> = artifact
            .abi
            .functions()
            .filter(is_wanted)
            .map(|function| (function.signature(), function.clone()))
            .collect();
        if !wanted.is_empty() {
            functions.insert(address, wanted.into_values().collect());
        }
    }
    Targets { functions, senders: config.senders.clone(), ..Targets::default() }
}

/// First topics of events called `AssertionFailed`.
fn events(artifacts: &Artifacts) -> BTreeSet<B256> {
    let declared = artifacts.iter().flat_map(|artifact| artifact.abi.events());
    let declared = declared.filter(|event| event.name == FAILED_EVENT).map(Event::selector);
    let usual = FAILED_EVENTS.iter().map(|kind| keccak256(format!("{FAILED_EVENT}({kind})")));
    declared.chain(usual).collect()
}
