//! From a resolved configuration and its artifacts to a [`Protocol`]: everything is checked, then deployed, then frozen.

pub(super) mod attacker;
mod error;
mod plan;
mod revert;
pub(super) mod run;

pub use error::{Failure, SetupError};
pub(super) use revert::reason;

use super::{
    Actor, ActorKind, Artifact, Artifacts, Contract, FeedMove, Function, InferredRole, Origin, Place, Protocol,
    RoleBinding,
    config::{Config, ConfigError, ConfigProblem, Deploy, MoveConfig, RoleConfig, StepKind, Targets},
    functions,
    inference::{self, MAX_ROLE_MESSAGES, PROBE_GAS, Probe},
    intents, interfaces,
    load::ProtocolError,
    recipe::{Endowment, Recipe},
    rehearsal, types,
};
use crate::evm::{Machine, World};
use alloy_primitives::{Address, B256, keccak256};
use run::{Run, StepError};
use std::sync::Arc;

impl From<StepError> for ProtocolError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::Config(error) => Self::Config(error),
            StepError::Setup(error) => Self::Setup(error),
        }
    }
}

/// Builds the protocol.
pub(super) fn build(
    config: Config,
    artifacts: &Artifacts,
    origin: Origin,
    file: &str,
    attacker: Option<&Artifact>,
) -> Result<Protocol, ProtocolError> {
    let planned = plan::plan(&config, artifacts)?;
    let mut world = World::default();
    for actor in &config.actors {
        world.set_balance(actor.address, actor.balance);
    }
    let mut machine = Machine::new(world.clone().freeze(), config.block, config.settings);
    if !artifacts.sources().is_empty() {
        machine.cover();
    }
    let mut run = Run::new(&config, artifacts, machine);
    // Functions and roles are checked against ABIs before anything runs, as the plan is.
    let known = known_contracts(&config, artifacts)?;
    let functions = callable(&known)?;
    let mut roles = roles(&config, &known, &functions)?;
    for (step, planned) in config.setup.iter().zip(&planned) {
        run.step(planned, &step.place)?;
    }
    let actors: Vec<_> = config
        .actors
        .iter()
        .map(|actor| Actor { name: actor.name.clone(), address: actor.address, kind: actor.kind, fuzz: actor.fuzz })
        .collect();
    let (inferred, certain) = infer(&config, &known, &run, (&world, &roles));
    roles.extend(certain);
    let owner = actors.iter().find(|actor| actor.kind == ActorKind::Attacker);
    let mut recipe = Recipe {
        block: config.block,
        behind: None,
        balances: config.actors.iter().map(|actor| (actor.address, actor.balance)).collect(),
        steps: std::mem::take(&mut run.steps),
        endowment: None,
    };
    let attacker_contract = match (owner, attacker) {
        (Some(owner), Some(artifact)) => {
            let plays = |index: usize| roles.iter().any(|role| role.role == "token" && role.contract == index);
            let lets = |contract: &Contract| contract.artifact.abi.functions().any(|one| one.signature() == APPROVE);
            let contracts = run.contracts.iter().enumerate();
            let tokens = contracts.filter(|(index, contract)| plays(*index) || lets(contract));
            let tokens: Vec<Address> = tokens.map(|(_, contract)| contract.address).collect();
            let place = Place { file: file.to_owned(), ..Place::default() };
            let nonce = run.machine.nonce(owner.address);
            let contract = attacker::deploy(&mut run, artifact, owner.address, &tokens, &place)?;
            let spenders = run.contracts.iter().map(|contract| contract.address).collect();
            recipe.endowment = Some(Endowment { nonce, tokens, spenders });
            Some(contract)
        }
        _ => None,
    };
    let rehearsed = rehearsal::rehearsed(&run.called, &run.contracts, &functions);
    let Run { mut machine, mut contracts, .. } = run;
    let set_up = machine.covered();
    for contract in &mut contracts {
        // A later step may have changed it: a proxy of old kind, or a contract that is gone.
        contract.code_hash = machine.code_hash(contract.address);
    }
    let block = machine.block();
    let world = machine.merge_into(world);
    let hash = fingerprint(&config, &contracts, world.hash());
    let mut protocol = Protocol {
        interfaces: interfaces::interfaces(artifacts),
        id: config.id,
        title: config.title,
        origin,
        contracts,
        actors,
        functions,
        rehearsed,
        roles,
        inferred,
        economics: config.economics,
        campaign: config.campaign,
        invariants: config.invariants,
        expected: config.expected,
        scenarios: Vec::new(),
        intents: Vec::new(),
        token: None,
        vocabulary: config.vocabulary,
        attacker_contract,
        world: world.freeze(),
        block,
        settings: config.settings,
        suite: None,
        sources: Arc::clone(artifacts.sources()),
        set_up: Arc::new(set_up),
        recipe: Some(Arc::new(recipe)),
        hash,
    };
    protocol.intents = intents::bind(&protocol, &config.intents)?;
    Ok(protocol)
}

/// Roles that nobody declared, and those of them that are certain, from what the set-up left behind on top of `world`.
fn infer(
    config: &Config,
    known: &[Known<'_>],
    run: &Run<'_>,
    (world, declared): (&World, &[RoleBinding]),
) -> (Vec<InferredRole>, Vec<RoleBinding>) {
    if !config.infer {
        return (Vec::new(), Vec::new());
    }
    // A machine of its own: what probes run is no part of what the set-up ran.
    let state = run.machine.merge_into(world.clone()).freeze();
    let mut settings = config.settings;
    settings.limits.gas_per_call = settings.limits.gas_per_call.min(PROBE_GAS);
    let mut machine = Machine::new(state, run.machine.block(), settings);
    let holders: Vec<_> = config.actors.iter().map(|actor| actor.address).collect();
    let mut probe = Probe {
        machine: &mut machine,
        contracts: &run.contracts,
        holders: &holders,
        stranger: inference::stranger(),
        left: MAX_ROLE_MESSAGES,
    };
    inference::roles(&mut probe, declared, |index| known.get(index).is_none_or(|known| !known.targets.declared_only))
}

/// Hash of the configuration's meaning, the code that was deployed from, and the state that it led to.
fn fingerprint(config: &Config, contracts: &[Contract], world: B256) -> B256 {
    let mut bytes = config.to_toml().into_bytes();
    for contract in contracts {
        bytes.extend_from_slice(keccak256(&contract.artifact.creation.bytes).as_slice());
    }
    bytes.extend_from_slice(world.as_slice());
    keccak256(bytes)
}

/// A deployment before it has an address.
pub(super) struct Known<'a> {
    pub(super) name: &'a str,
    pub(super) artifact: Arc<Artifact>,
    pub(super) targets: &'a Targets,
}

fn known_contracts<'a>(config: &'a Config, artifacts: &Artifacts) -> Result<Vec<Known<'a>>, ConfigError> {
    let mut known = Vec::new();
    for step in &config.setup {
        let (name, artifact, targets) = match &step.kind {
            StepKind::Deploy(Deploy { name, artifact, targets, .. }) => (name, artifact, targets),
            StepKind::Attach(attach) => (&attach.name, &attach.artifact, &attach.targets),
            StepKind::Call(_) | StepKind::Advance { .. } => continue,
        };
        let found = artifacts.find(artifact);
        let artifact = found.map_err(|error| ConfigError::new(step.place.clone(), ConfigProblem::Artifact(error)))?;
        known.push(Known { name, artifact: artifact.clone(), targets });
    }
    Ok(known)
}

/// How a contract lets others move what somebody holds, tokens and shares.
const APPROVE: &str = "approve(address,uint256)";

/// All functions that change state, in deployment order, then by name and signature.
fn callable(contracts: &[Known<'_>]) -> Result<Vec<Function>, ConfigError> {
    let mut callable = Vec::new();
    for (contract, known) in contracts.iter().enumerate() {
        check_targets(known)?;
        let mut found: Vec<_> =
            known.artifact.abi.functions().filter(|function| functions::changes_state(function)).collect();
        found.sort_by_cached_key(|function| (function.name.clone(), function.signature()));
        for function in found {
            // A parameter without an ABI encoding (storage pointers of libraries) cannot be generated.
            let Some(inputs) = types::resolve_all(&function.inputs) else { continue };
            callable.push(Function {
                contract,
                abi: function.clone(),
                selector: function.selector(),
                inputs,
                weight: weight(known.targets, function),
            });
        }
    }
    Ok(callable)
}

/// Checks that each entry of `fuzz` and `weights` means a function that changes state.
pub(super) fn check_targets(known: &Known<'_>) -> Result<(), ConfigError> {
    let abi = &known.artifact.abi;
    let changing = || abi.functions().filter(|function| functions::changes_state(function));
    let fuzz = known.targets.fuzz.iter().flatten();
    for entry in fuzz.chain(known.targets.weights.iter().map(|(entry, _)| entry)) {
        if !functions::matching(changing(), &entry.value).is_empty() {
            continue;
        }
        let problem = if functions::matching(abi.functions(), &entry.value).is_empty() {
            functions::unknown(&entry.value, changing())
        } else {
            ConfigProblem::Unsuitable {
                message: format!("`{}` of `{}` does not change state", entry.value, known.name),
                help: String::from("name functions that change state: views are not called at random"),
            }
        };
        return Err(ConfigError::new(entry.place.clone(), problem));
    }
    Ok(())
}

pub(super) fn weight(targets: &Targets, function: &alloy_json_abi::Function) -> u32 {
    let means = |entry: &str| !functions::matching(std::iter::once(function), entry).is_empty();
    if let Some(fuzz) = &targets.fuzz
        && !fuzz.iter().any(|entry| means(&entry.value))
    {
        return 0;
    }
    // A signature says more than a name.
    let by = |signature: bool| {
        targets.weights.iter().find(|(entry, _)| entry.value.contains('(') == signature && means(&entry.value))
    };
    by(true).or_else(|| by(false)).map_or(1, |(_, weight)| *weight)
}

fn roles(config: &Config, contracts: &[Known<'_>], functions: &[Function]) -> Result<Vec<RoleBinding>, ConfigError> {
    let actor = |name: &str| config.actor(name).map(|actor| actor.address);
    config.roles.iter().map(|role| bind(role, contracts, functions, &actor)).collect()
}

/// Binds a role to one of `contracts`, with the addresses of actors.
pub(super) fn bind(
    role: &RoleConfig,
    contracts: &[Known<'_>],
    functions: &[Function],
    actor: &dyn Fn(&str) -> Option<Address>,
) -> Result<RoleBinding, ConfigError> {
    // Resolving the configuration has checked that the deployment exists.
    let index = contracts.iter().position(|known| known.name == role.contract).unwrap_or_default();
    let movement = role.movement.as_ref();
    let movement = movement.map(|movement| {
        let from = actor(&movement.from).unwrap_or_default();
        feed_move(&contracts[index], index, movement, (functions, from))
    });
    let (name, views) = (role.role.clone(), role.views.clone());
    Ok(RoleBinding { role: name, contract: index, views, movement: movement.transpose()?, judged: true })
}

fn feed_move(
    known: &Known<'_>,
    contract: usize,
    movement: &MoveConfig,
    (functions, from): (&[Function], Address),
) -> Result<FeedMove, ConfigError> {
    let fail = |place: &Place, problem| ConfigError::new(place.clone(), problem);
    let place = &movement.function.place;
    let abi =
        functions::find(&known.artifact, &movement.function.value, None).map_err(|problem| fail(place, problem))?;
    let found = functions.iter().position(|one| one.contract == contract && one.selector == abi.selector());
    let unsuitable = |message: String, help: &str| ConfigProblem::Unsuitable { message, help: help.to_owned() };
    let Some(function) = found else {
        let message = format!("`{}` of `{}` does not change state", abi.signature(), known.name);
        return Err(fail(place, unsuitable(message, "name the function that sets the price")));
    };
    let names = || abi.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>();
    let price = match &movement.price {
        Some(price) => names().iter().position(|name| *name == price.value).ok_or_else(|| {
            let problem = ConfigProblem::Unknown { what: "parameter", name: price.value.clone(), known: names() };
            fail(&price.place, problem)
        })?,
        None if abi.inputs.len() == 1 => 0,
        None => {
            let message = format!("`{}` has {} parameters", abi.signature(), abi.inputs.len());
            return Err(fail(place, unsuitable(message, "say which one is the price: `price = \"<parameter>\"`")));
        }
    };
    if !matches!(
        functions[function].inputs[price],
        alloy_dyn_abi::DynSolType::Uint(_) | alloy_dyn_abi::DynSolType::Int(_)
    ) {
        let message = format!("parameter {} of `{}` is no number", price + 1, abi.signature());
        return Err(fail(place, unsuitable(message, "name the parameter that is the price")));
    }
    Ok(FeedMove { function, price, from })
}
