//! A set-up without a suite: what `setUp()` deployed is the protocol, and actors call it directly. No handler, no invariant.
//!
//! Knows stages and inference; the campaign that follows is one like any other, on a machine without cheatcodes.

mod actors;
mod callable;
mod capital;
mod contracts;
mod created;
mod matching;

pub use actors::FoundActor;

use super::{
    error::{SuiteError, SuiteProblem},
    stage::{Stage, settings},
};
use crate::{
    evm::{Limits, Machine, Message, Settings, Status, World},
    protocol::{
        Actor, ActorKind, Artifact, Bounds, CampaignSettings, Contract, Economics, Endowment, Function,
        InferredEconomy, InferredPrice, InferredRole, Origin, Protocol, RecipeStep, RoleBinding, Vocabulary,
        build::{attacker, run::SETUP_GAS},
        inference::{self, MAX_MESSAGES, PROBE_GAS, Probe},
        interfaces, rehearsal,
    },
};
use alloy_primitives::{Address, B256, U256, keccak256};
use contracts::{Deployed, Known};
use serde::Serialize;
use std::sync::Arc;

/// The one actor that is not the set-up's.
const ATTACKER: &str = "attacker";
/// Longest sequence.
const STEPS: usize = 30;
/// What the attacker has, wei: as much as an actor of `heist.toml`.
const PURSE: U256 = U256::from_limbs([3_875_820_019_684_212_736, 54, 0, 0]);

/// A protocol that a set-up left behind, and what was found of it.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The system under test.
    pub protocol: Protocol,
    /// What was found, and why it is taken for what it is.
    pub survey: Survey,
}

/// A contract that a set-up left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundContract {
    /// Its name: a label, a getter of the suite, or that of its artifact.
    pub name: String,
    /// Where it is; none where only calls create it, each at an address of its own.
    pub address: Option<Address>,
    /// What it was compiled from; none where that is not known.
    pub artifact: Option<String>,
    /// What it passes calls on to.
    pub implementation: Vec<String>,
    /// How that is known.
    pub why: String,
    /// Functions that are called.
    pub functions: usize,
}

/// What was found behind a set-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Contracts, in the order of their creation; behind them those that calls create.
    pub contracts: Vec<FoundContract>,
    /// Who acts.
    pub actors: Vec<FoundActor>,
    /// How values are compared.
    pub economy: InferredEconomy,
    /// What is left out, in sentences.
    pub notes: Vec<String>,
}

impl Survey {
    /// Takes over what `file` has changed about the protocol.
    pub(super) fn change(&mut self, protocol: &Protocol, file: &str) {
        let why = format!("declared by {file}");
        let known: Vec<_> = self.actors.iter().map(|actor| actor.address).collect();
        let new = protocol.actors.iter().filter(|actor| !known.contains(&actor.address));
        self.actors.extend(new.map(|actor| FoundActor {
            name: actor.name.clone(),
            address: actor.address,
            kind: actor.kind,
            why: why.clone(),
        }));
        // Names are given once.
        for (contract, found) in protocol.contracts.iter().enumerate() {
            let called = protocol.functions.iter().filter(|one| one.contract == contract && one.weight > 0).count();
            let listed = self.contracts.iter_mut().filter(|listed| listed.name == found.name);
            listed.for_each(|listed| listed.functions = called);
        }
        let economics = &protocol.economics;
        if economics.place.file == file {
            self.economy.reference.clone_from(&economics.reference);
            self.economy.threshold = economics.threshold.to_string();
            self.economy.unsettled = None;
            for (asset, price) in &economics.prices {
                let place = economics.price_places.get(asset).filter(|place| place.file == file);
                let Some(place) = place else { continue };
                self.economy.prices.retain(|known| known.asset != *asset);
                let (asset, price, why) = (asset.clone(), price.clone(), format!("declared at {place}"));
                self.economy.prices.push(InferredPrice { asset, price, why });
            }
        }
    }
}

/// What was seen of a set-up's contracts, on a machine over the state that they are in.
struct Seen {
    deployed: Vec<Deployed>,
    contracts: Vec<Contract>,
    roles: Vec<InferredRole>,
    bindings: Vec<RoleBinding>,
    functions: Vec<Function>,
    economy: InferredEconomy,
    economics: Economics,
    /// The attacker first.
    actors: Vec<FoundActor>,
    notes: Vec<String>,
    /// What the attacker was dealt.
    dealt: Vec<RecipeStep>,
}

/// Takes what a set-up left behind as a protocol.
pub(super) fn protocol(mut stage: Stage<'_>, origin: Origin, artifact: Option<&Artifact>) -> Result<SetUp, SuiteError> {
    let known = Known::of(&mut stage);
    let world = stage.machine.merge_into(World::default());
    let mut settings = plain_settings(&stage);
    settings.limits.gas_per_call = PROBE_GAS;
    let mut machine = Machine::new(Arc::new(world.clone()), stage.machine.block(), settings);
    let seen = look(&stage, &world, &mut machine, known)?;
    let attacker = artifact.map(|artifact| deploy(&stage, &mut machine, artifact, &seen)).transpose()?;
    let (attacker_contract, endowment) = attacker.unzip();
    let world = machine.merge_into(world);
    let Seen { deployed, mut contracts, roles, bindings, mut functions, economy, economics, actors, mut notes, dealt } =
        seen;
    let mut found = listed(&deployed, &contracts, &functions);
    let kinds = created::find(&stage, &deployed, &contracts, &actors);
    found.extend(kinds.listed);
    contracts.extend(kinds.contracts);
    functions.extend(kinds.functions);
    notes.extend(kinds.notes);
    let mut recipe = stage.recipe();
    if endowment.is_some() {
        recipe.steps.push(RecipeStep::Deal(Actor::derived_address(ATTACKER), PURSE));
    }
    recipe.steps.extend(dealt);
    recipe.endowment = endowment;
    let survey = Survey { contracts: found, actors, economy, notes };
    let unsettled = survey.economy.unsettled.is_some();
    let rehearsed = rehearsal::rehearsed(&stage.called, &contracts, &functions);
    let protocol = Protocol {
        id: stage.artifact.name.clone(),
        title: format!("the set-up of {}", stage.artifact.qualified()),
        origin,
        hash: fingerprint(&stage, &contracts, &functions, world.hash()),
        contracts,
        actors: survey.actors.iter().map(FoundActor::actor).collect(),
        rehearsed,
        functions,
        roles: bindings,
        inferred: roles,
        interfaces: interfaces::interfaces(stage.artifacts),
        economics: if unsettled { Economics::default() } else { economics },
        campaign: CampaignSettings {
            zoo: false,
            steps: stage.config.invariant.depth.unwrap_or(STEPS),
            time_passes: true,
            scenarios: unsettled.then(Vec::new),
            scenario_places: Vec::new(),
            bounds: Bounds::default(),
        },
        invariants: Vec::new(),
        expected: Vec::new(),
        scenarios: Vec::new(),
        intents: Vec::new(),
        token: None,
        vocabulary: Vocabulary::default(),
        attacker_contract,
        block: machine.block(),
        settings: plain_settings(&stage),
        world: world.freeze(),
        suite: None,
        sources: Arc::clone(stage.artifacts.sources()),
        set_up: Arc::new(stage.machine.covered()),
        recipe: Some(Arc::new(recipe)),
    };
    Ok(SetUp { protocol, survey })
}

/// Finds contracts, roles, functions to call, prices and actors, and gives the attacker what it begins with.
fn look(stage: &Stage<'_>, world: &World, machine: &mut Machine, mut known: Known) -> Result<Seen, SuiteError> {
    let deployed = contracts::find(stage, world, machine, &mut known);
    let called: Vec<&Deployed> = deployed.iter().filter(|each| each.callable.is_some()).collect();
    let contracts: Vec<_> = called.iter().filter_map(|each| contract(each, machine)).collect();
    let holders = actors::holders(stage, &known, &contracts);
    let stranger = inference::stranger();
    let mut probe = Probe { machine, contracts: &contracts, holders: &holders, stranger, left: MAX_MESSAGES };
    let (roles, bindings) = inference::roles(&mut probe, &[], |_| true);
    let (functions, mut notes) = callable::functions(stage, &mut probe, &called, &roles);
    if functions.is_empty() {
        let unknown = deployed.iter().filter(|each| each.callable.is_none());
        notes.extend(unknown.map(|each| format!("{} at {}: {}", each.name, each.address, each.why())));
        let problem = SuiteProblem::NothingDeployed { name: stage.artifact.name.clone(), notes };
        return Err(SuiteError::new(stage.place(), problem));
    }
    let (economy, economics) = inference::economy(&mut probe, &bindings, &stage.place());
    let (attacker, dealt) = attacker_actor(&mut probe, &mut known, &economy);
    if probe.left == 0 {
        notes.push(format!("roles and prices are what {MAX_MESSAGES} messages could tell: the rest was not asked"));
    }
    if deployed.len() == contracts::MAX_CONTRACTS {
        notes.push(format!("only the first {} contracts are taken", contracts::MAX_CONTRACTS));
    }
    notes.extend(leftovers(stage));
    if let Some(unsettled) = &economy.unsettled {
        notes.push(format!("{unsettled}: profit is not judged, for that pays without any attack"));
    }

    let ground =
        actors::Ground { stage, world, machine, contracts: &contracts, bindings: &bindings, holders: &holders };
    let mut actors = ground.find(&mut known);
    actors.insert(0, attacker);
    Ok(Seen { deployed, contracts, roles, bindings, functions, economy, economics, actors, notes, dealt })
}

/// The project's hard fork and the chain that the set-up left, with the bounds of a protocol of `heist.toml`.
fn plain_settings(stage: &Stage<'_>) -> Settings {
    let settings = settings(stage.config);
    let chain_id = stage.machine.cheatcodes().map_or(settings.chain_id, |cheatcodes| cheatcodes.chain_id());
    Settings { chain_id, limits: Limits { large_code: true, ..Limits::default() }, viewer: Address::ZERO, ..settings }
}

fn contract(deployed: &Deployed, machine: &Machine) -> Option<Contract> {
    Some(Contract {
        name: deployed.name.clone(),
        address: deployed.address,
        artifact: Arc::clone(deployed.callable.as_ref()?),
        code_hash: machine.code_hash(deployed.address),
        created: false,
    })
}

/// The attacker, with ether and a little of what has a price.
fn attacker_actor(
    probe: &mut Probe<'_>,
    known: &mut Known,
    economy: &InferredEconomy,
) -> (FoundActor, Vec<RecipeStep>) {
    let address = Actor::derived_address(ATTACKER);
    let (dealt, steps) = capital::deal(probe, economy, address);
    let capital = if dealt.is_empty() {
        "ether".to_owned()
    } else {
        format!("ether, and the same value of each of {}, on top of their supply", dealt.join(", "))
    };
    let actor = FoundActor {
        name: known.name(address, ATTACKER),
        address,
        kind: ActorKind::Attacker,
        why: format!("holds {capital}; borrows what lenders lend"),
    };
    (actor, steps)
}

/// Gives the attacker ether, deploys its contract and lets every contract move its tokens.
fn deploy(
    stage: &Stage<'_>,
    machine: &mut Machine,
    artifact: &Artifact,
    seen: &Seen,
) -> Result<(Address, Endowment), SuiteError> {
    let owner = Actor::derived_address(ATTACKER);
    machine.set_account(owner, PURSE, 0);
    let data = attacker::creation(artifact, owner).into();
    let message = Message { from: owner, to: None, data, value: U256::ZERO };
    let execution = machine.execute_with_gas(&message, SETUP_GAS);
    let Some(created) = execution.created.filter(|_| execution.status == Status::Success) else {
        let why = stage.why(&execution);
        return Err(SuiteError::new(stage.config.place.clone(), SuiteProblem::Attacker(why)));
    };
    let tokens = seen.bindings.iter().filter(|role| role.role == "token");
    let tokens: Vec<_> = tokens.map(|role| seen.contracts[role.contract].address).collect();
    let spenders: Vec<_> = seen.contracts.iter().map(|contract| contract.address).collect();
    attacker::endow(machine, created, owner, [&tokens, &spenders]);
    Ok((created, Endowment { nonce: 0, tokens, spenders }))
}

/// What of the set-up's cheatcodes ends with it.
fn leftovers(stage: &Stage<'_>) -> Option<String> {
    let left = stage.machine.cheatcodes()?.leftovers();
    let name = &stage.artifact.name;
    (!left.is_empty()).then(|| {
        format!(
            "{name}.setUp() leaves {} in force, which has no effect here: cheatcodes end with it",
            left.join(" and ")
        )
    })
}

fn listed(deployed: &[Deployed], contracts: &[Contract], functions: &[Function]) -> Vec<FoundContract> {
    let entry = |each: &Deployed| {
        let index = contracts.iter().position(|contract| contract.address == each.address);
        let code = each.proxy.iter().flat_map(|proxy| &proxy.code);
        let implementation = code.map(|(address, _)| {
            let known = deployed.iter().find(|other| other.address == *address);
            known.map_or_else(|| address.to_string(), |known| known.name.clone())
        });
        FoundContract {
            name: each.name.clone(),
            address: Some(each.address),
            artifact: each.matched.as_ref().map(|matched| matched.artifact.qualified()),
            implementation: implementation.collect(),
            why: each.why(),
            functions: functions.iter().filter(|function| Some(function.contract) == index).count(),
        }
    };
    deployed.iter().map(entry).collect()
}

/// Hash of what runs: the code, whom to call, and the state that the set-up led to.
fn fingerprint(stage: &Stage<'_>, contracts: &[Contract], functions: &[Function], world: B256) -> B256 {
    let mut bytes = format!("set-up {}", stage.artifact.qualified()).into_bytes();
    for contract in contracts {
        bytes.extend_from_slice(contract.code_hash.as_slice());
    }
    for function in functions {
        bytes.extend_from_slice(&U256::from(function.contract).to_be_bytes::<32>());
        bytes.extend_from_slice(function.selector.as_slice());
    }
    bytes.extend_from_slice(world.as_slice());
    keccak256(bytes)
}
