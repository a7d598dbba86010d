//! What a `heist.toml` beside somebody's tests changes about the protocol that they deploy.

use super::super::{
    Actor, ActorKind, InferredRole, Place, Protocol, RoleBinding,
    build::{Known, bind, check_targets, weight},
    config::{ActorChange, Changes, ConfigError, ConfigProblem, Located, Overlay, Targets},
    functions::changes_state,
    intents,
    model::Function,
    types,
};
use crate::evm::World;
use alloy_primitives::{U256, keccak256};
use std::sync::Arc;

/// What a new actor has, where nothing is said, wei.
const BALANCE: U256 = U256::from_limbs([3_875_820_019_684_212_736, 54, 0, 0]);

/// Changes a protocol.
pub(super) fn apply(overlay: &Overlay, protocol: &mut Protocol) -> Result<(), ConfigError> {
    let contracts = protocol.contracts.iter().map(|contract| contract.name.as_str());
    let actors = protocol.actors.iter().map(|actor| actor.name.as_str());
    let Changes {
        actors,
        infer,
        targets,
        roles,
        intents,
        economics,
        has_threshold,
        steps,
        scenarios,
        zoo,
        invariants,
        expected,
        vocabulary,
    } = overlay.resolve(contracts, actors)?;
    self::actors(protocol, &actors)?;
    let is_declared_only = |name: &str| targets.iter().any(|(one, targets)| one == name && targets.declared_only);
    forget_inferred(protocol, |role| !infer || is_declared_only(&role.contract));
    for (name, targets) in &targets {
        call(protocol, name, targets)?;
    }
    let is_created = |name: &str| protocol.contracts.iter().any(|contract| contract.created && contract.name == name);
    if let Some(role) = roles.iter().find(|role| is_created(&role.contract)) {
        let message = format!("`{}` is created by calls, each at an address of its own: it has no role", role.contract);
        let place = Place { file: overlay.file().to_owned(), ..Place::default() };
        return Err(ConfigError::new(place, ConfigProblem::BadValue(message)));
    }
    let none = Targets::default();
    let known: Vec<_> = protocol
        .contracts
        .iter()
        .map(|contract| Known { name: &contract.name, artifact: Arc::clone(&contract.artifact), targets: &none })
        .collect();
    let address = |name: &str| protocol.actor(name).map(|actor| actor.address);
    let bound = roles.iter().map(|role| bind(role, &known, &protocol.functions, &address));
    let bound = bound.collect::<Result<Vec<RoleBinding>, _>>()?;
    let is_declared =
        |role: &InferredRole| roles.iter().any(|one| one.role == role.role && one.contract == role.contract);
    forget_inferred(protocol, is_declared);
    protocol.roles.extend(bound);
    if let Some(written) = economics {
        let kept = &mut protocol.economics;
        if written.reference.is_some() && written.reference != kept.reference {
            // What was found is in another unit.
            *kept = written;
        } else {
            kept.prices.extend(written.prices);
            kept.price_places.extend(written.price_places);
            kept.place = written.place;
            if has_threshold {
                kept.threshold = written.threshold;
            }
        }
        // Whoever says what things are worth wants profits judged.
        protocol.campaign.scenarios.take_if(|scenarios| scenarios.is_empty());
    }
    protocol.campaign.zoo = zoo;
    protocol.campaign.steps = steps.unwrap_or(protocol.campaign.steps);
    if let Some((scenarios, places)) = scenarios {
        protocol.campaign.scenarios = Some(scenarios);
        protocol.campaign.scenario_places = places;
    }
    protocol.invariants.extend(invariants);
    protocol.expected.extend(expected);
    protocol.vocabulary = vocabulary;
    protocol.intents = intents::bind(protocol, &intents)?;
    protocol.hash = keccak256([protocol.hash.as_slice(), overlay.text().as_bytes()].concat());
    Ok(())
}

/// Takes back roles that were inferred.
fn forget_inferred(protocol: &mut Protocol, which: impl Fn(&InferredRole) -> bool) {
    let Protocol { contracts, roles, inferred, .. } = protocol;
    let (forgotten, kept): (Vec<_>, Vec<_>) = std::mem::take(inferred).into_iter().partition(which);
    *inferred = kept;
    let is_forgotten = |binding: &RoleBinding| {
        forgotten.iter().any(|role| role.role == binding.role && role.contract == contracts[binding.contract].name)
    };
    roles.retain(|binding| !is_forgotten(binding));
}

/// Changes actors that are there, and adds those that are not.
fn actors(protocol: &mut Protocol, changes: &[ActorChange]) -> Result<(), ConfigError> {
    let mut world = World::clone(&protocol.world);
    for change in changes {
        let ActorChange { name: Located { value: name, place }, kind, balance, fuzz, address } = change;
        let fail = |problem| ConfigError::new(place.clone(), problem);
        let is_new = protocol.actor(name).is_none();
        let wanted = address.as_ref().map(|address| address.value);
        if !is_new && wanted.is_some() && wanted != protocol.actor(name).map(|actor| actor.address) {
            let message = format!("`{name}` is there already, at another address");
            return Err(fail(ConfigProblem::BadValue(message)));
        }
        if is_new {
            let address = wanted.unwrap_or_else(|| Actor::derived_address(name));
            let kind = kind.unwrap_or(ActorKind::User);
            let fuzz = !matches!(kind, ActorKind::Admin | ActorKind::Governor);
            if let Some(other) = protocol.name_of(address) {
                let message = format!("`{name}` has the address of `{other}`");
                return Err(fail(ConfigProblem::BadValue(message)));
            }
            protocol.actors.push(Actor { name: name.clone(), address, kind, fuzz });
        }
        let attacker = protocol.attacker().map(|actor| actor.name.clone()).filter(|first| first != name);
        if let (Some(ActorKind::Attacker), Some(first)) = (kind, attacker) {
            return Err(fail(ConfigProblem::TwoAttackers { first, second: name.clone() }));
        }
        let Some(actor) = protocol.actors.iter_mut().find(|actor| actor.name == *name) else { continue };
        actor.kind = kind.unwrap_or(actor.kind);
        actor.fuzz = fuzz.unwrap_or(actor.fuzz);
        if let Some(balance) = balance.or(is_new.then_some(BALANCE)) {
            world.set_balance(actor.address, balance);
        }
    }
    protocol.world = world.freeze();
    Ok(())
}

/// Changes which functions of a contract are called, and how often. Those that are named are called though nobody did before.
fn call(protocol: &mut Protocol, name: &str, targets: &Targets) -> Result<(), ConfigError> {
    let Some(index) = protocol.contracts.iter().position(|contract| contract.name == name) else { return Ok(()) };
    let artifact = Arc::clone(&protocol.contracts[index].artifact);
    check_targets(&Known { name, artifact: Arc::clone(&artifact), targets })?;
    let of_contract = |function: &Function| function.contract == index;
    for function in protocol.functions.iter_mut().filter(|function| of_contract(function)) {
        function.weight = rewarded(targets, function);
    }
    let mut missing: Vec<_> = artifact.abi.functions().filter(|function| changes_state(function)).collect();
    missing.retain(|abi| {
        let is_there = protocol.functions.iter().any(|one| of_contract(one) && one.selector == abi.selector());
        let is_named = |entry: &Located<String>| {
            !super::super::functions::matching(std::iter::once(*abi), &entry.value).is_empty()
        };
        let named = targets.fuzz.iter().flatten().chain(targets.weights.iter().map(|(entry, _)| entry));
        !is_there && named.into_iter().any(is_named)
    });
    missing.sort_by_cached_key(|function| (function.name.clone(), function.signature()));
    for abi in missing {
        let Some(inputs) = types::resolve_all(&abi.inputs) else { continue };
        let weight = weight(targets, abi);
        let (selector, abi) = (abi.selector(), abi.clone());
        protocol.functions.push(Function { contract: index, selector, abi, inputs, weight });
    }
    Ok(())
}

/// The weight that is written, else the one that it had.
fn rewarded(targets: &Targets, function: &Function) -> u32 {
    let written = weight(targets, &function.abi);
    // One is what a function has that nothing is said of.
    if written == 1 { function.weight.max(1) } else { written }
}
