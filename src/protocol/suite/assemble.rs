//! From a suite behind its set-up to a protocol.

use super::{
    FailureRules, FoundryConfig, Predicate, PredicateKind, Suite,
    error::{SuiteError, SuiteProblem},
    fixtures, is_last, is_predicate, kind_by_output,
    names::Names,
    stage::{Stage, settings},
    targets::{self, Targets},
};
use crate::{
    evm::World,
    protocol::{
        Actor, ActorKind, Bounds, CampaignSettings, Contract, Economics, Function, Origin, Protocol, RecipeStep,
        Vocabulary, interfaces, types,
    },
};
use alloy_primitives::{Address, B256, U256, address, keccak256};
use std::sync::Arc;

/// Who calls where the suite names nobody: senders that fuzzers of suites have in common.
const SENDERS: [Address; 3] = [
    address!("0000000000000000000000000000000000010000"),
    address!("0000000000000000000000000000000000020000"),
    address!("0000000000000000000000000000000000030000"),
];
/// Longest sequence, where the configuration names none.
const STEPS: usize = 100;

/// Freezes what a set-up left behind.
pub(super) fn protocol(mut stage: Stage<'_>, origin: Origin) -> Result<Protocol, SuiteError> {
    let names = Names::of(&stage);
    let targets = targets::find(&mut stage, &names)?;
    freeze(stage, &names, targets, origin)
}

/// The same where it is known whom to call.
pub(super) fn freeze(
    mut stage: Stage<'_>,
    names: &Names,
    mut targets: Targets,
    origin: Origin,
) -> Result<Protocol, SuiteError> {
    let actors = actors(&stage, &targets);
    for actor in &actors {
        let balance = stage.machine.balance(actor.address);
        if balance.is_zero() {
            // Whoever cannot pay cannot try what costs something.
            stage.machine.set_account(actor.address, stage.config.balance, 0);
            stage.steps.push(RecipeStep::Deal(actor.address, stage.config.balance));
        }
    }
    let mut contracts = contracts(&stage, names);
    let created = std::mem::take(&mut targets.created);
    let mut functions = functions(&contracts, targets);
    if functions.is_empty() {
        return Err(SuiteError::new(stage.place(), SuiteProblem::NoTargets(stage.artifact.name.clone())));
    }
    for (artifact, found) in created {
        let is_taken = |name: &str| contracts.iter().any(|contract| contract.name == name);
        let mut name = artifact.name.clone();
        while is_taken(&name) {
            name += "_created";
        }
        functions.extend(found.into_iter().filter_map(|abi| function(contracts.len(), abi)));
        contracts.push(Contract::created(name, artifact));
    }
    let recipe = stage.recipe();
    let world = stage.machine.merge_into(World::default());
    let hash = fingerprint(&stage, &contracts, &functions, world.hash());
    let suite = suite(&mut stage);
    Ok(Protocol {
        id: stage.artifact.name.clone(),
        title: format!("the suite {}", stage.artifact.qualified()),
        origin,
        contracts,
        actors,
        functions,
        rehearsed: Vec::new(),
        // Cheatcodes deal tokens that no event tells of: a suite is judged by what it says itself.
        roles: Vec::new(),
        inferred: Vec::new(),
        interfaces: interfaces::interfaces(stage.artifacts),
        economics: Economics::default(),
        campaign: CampaignSettings {
            zoo: false,
            steps: stage.config.invariant.depth.unwrap_or(STEPS),
            time_passes: stage.config.invariant.delays().is_some(),
            bounds: bounds(stage.config),
            scenarios: None,
            scenario_places: Vec::new(),
        },
        invariants: Vec::new(),
        expected: Vec::new(),
        scenarios: Vec::new(),
        intents: Vec::new(),
        token: None,
        vocabulary: Vocabulary::default(),
        attacker_contract: None,
        world: world.freeze(),
        block: stage.machine.block(),
        settings: settings(stage.config),
        suite: Some(suite),
        sources: Arc::clone(stage.artifacts.sources()),
        set_up: Arc::new(stage.machine.covered()),
        recipe: Some(Arc::new(recipe)),
        hash,
    })
}

/// How much time passes before a call, where any does.
fn bounds(config: &FoundryConfig) -> Bounds {
    let delays = config.invariant.delays();
    delays.map_or_else(Bounds::default, |(seconds, blocks)| Bounds { seconds, blocks, ..Bounds::default() })
}

fn suite(stage: &mut Stage<'_>) -> Suite {
    let fixtures = fixtures::read(stage);
    let mut predicates: Vec<_> = stage
        .artifact
        .abi
        .functions()
        .filter(|function| is_predicate(function) || is_last(function))
        .map(|function| Predicate {
            name: function.name.clone(),
            address: stage.address,
            selector: function.selector(),
            at_end: is_last(function),
            // What returns anything but a number to maximise says by failing that something does not hold.
            kind: match kind_by_output(function) {
                Some(PredicateKind::Maximised) => PredicateKind::Maximised,
                _ => PredicateKind::Succeeds,
            },
        })
        .collect();
    predicates.sort_by(|left, right| left.name.cmp(&right.name));
    // The stage's machine was made with cheatcodes.
    let cheatcodes = stage.machine.cheatcodes().map(crate::evm::Cheatcodes::settled);
    Suite {
        contract: 0,
        predicates,
        cheatcodes: Arc::new(cheatcodes.unwrap_or_default()),
        fail_on_revert: stage.config.invariant.fail_on_revert.unwrap_or(false),
        failures: FailureRules::default(),
        fixtures,
    }
}

/// The suite first, then the contracts that it created, in order.
fn contracts(stage: &Stage<'_>, names: &Names) -> Vec<Contract> {
    let mut contracts: Vec<Contract> = Vec::new();
    let created = stage.creations.iter().map(|creation| creation.address);
    for address in std::iter::once(stage.address).chain(created) {
        let code_hash = stage.machine.code_hash(address);
        let known = contracts.iter().any(|contract| contract.address == address);
        if let Some((name, artifact)) = names.get(address)
            && !known
            && !stage.machine.code(address).is_empty()
        {
            contracts.push(Contract {
                name: name.to_owned(),
                address,
                artifact: Arc::clone(artifact),
                code_hash,
                created: false,
            });
        }
    }
    contracts
}

fn functions(contracts: &[Contract], mut targets: Targets) -> Vec<Function> {
    let mut functions = Vec::new();
    for (index, contract) in contracts.iter().enumerate() {
        let called = targets.functions.remove(&contract.address).unwrap_or_default();
        functions.extend(called.into_iter().filter_map(|abi| function(index, abi)));
    }
    functions
}

/// A function of a contract, by its index; none where a parameter has no ABI encoding and cannot be generated.
fn function(contract: usize, abi: alloy_json_abi::Function) -> Option<Function> {
    let inputs = types::resolve_all(&abi.inputs)?;
    Some(Function { contract, selector: abi.selector(), abi, inputs, weight: 1 })
}

fn actors(stage: &Stage<'_>, targets: &Targets) -> Vec<Actor> {
    let labels = stage.machine.labels();
    let senders = if targets.senders.is_empty() { &SENDERS[..] } else { &targets.senders };
    let mut actors: Vec<Actor> = Vec::new();
    for address in senders.iter().filter(|sender| !targets.excluded_senders.contains(sender)) {
        if actors.iter().any(|actor| actor.address == *address) {
            continue;
        }
        let label = labels.iter().find(|(labelled, _)| labelled == address).map(|(_, label)| label.clone());
        let is_free = |name: &String| {
            let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            plain && !name.is_empty() && name.len() <= 32 && !actors.iter().any(|actor| actor.name == *name)
        };
        let name = label.filter(is_free).unwrap_or_else(|| format!("sender{}", actors.len() + 1));
        actors.push(Actor { name, address: *address, kind: ActorKind::User, fuzz: true });
    }
    actors
}

/// Hash of what runs: the code, whom to call, and the state that the set-up led to.
fn fingerprint(stage: &Stage<'_>, contracts: &[Contract], functions: &[Function], world: B256) -> B256 {
    let mut bytes = stage.artifact.qualified().into_bytes();
    for contract in contracts {
        bytes.extend_from_slice(keccak256(&contract.artifact.creation.bytes).as_slice());
    }
    for function in functions {
        bytes.extend_from_slice(&U256::from(function.contract).to_be_bytes::<32>());
        bytes.extend_from_slice(function.selector.as_slice());
    }
    bytes.extend_from_slice(world.as_slice());
    keccak256(bytes)
}
