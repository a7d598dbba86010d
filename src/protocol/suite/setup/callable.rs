//! Which functions are called. What only tests have, a mint for anybody or an oracle that anybody sets, is no hole.

use super::{super::stage::Stage, contracts::Deployed};
use crate::protocol::{
    Artifact, Contract, Function, InferredRole, Sureness,
    functions::changes_state,
    inference::{Probe, gives_for_nothing},
    types,
};
use std::path::Path;

/// What a word of those says.
const STANDS_IN: &str = "says that it stands in for something real";
/// Functions that users of tokens, vaults, wrapped coins and pools call: of stand-ins, nothing else is called.
const STANDARD: [&str; 14] = [
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "approve(address,uint256)",
    "deposit(uint256,address)",
    "mint(uint256,address)",
    "withdraw(uint256,address,address)",
    "redeem(uint256,address,address)",
    "deposit()",
    "withdraw(uint256)",
    "mint(address)",
    "burn(address)",
    "swap(uint256,uint256,address,bytes)",
    "skim(address)",
    "sync()",
];
/// Functions that only move tokens.
const MOVING: [&str; 3] =
    ["transfer(address,uint256)", "transferFrom(address,address,uint256)", "approve(address,uint256)"];
/// How often another function is called for each time that one of those is.
const WEIGHT: u32 = 4;
/// Words by which people call what stands in for something real.
const STAND_INS: [&str; 4] = ["mock", "stub", "fake", "dummy"];

/// The functions that are called, and why others are not, in sentences.
pub(super) fn functions(
    stage: &Stage<'_>,
    probe: &mut Probe<'_>,
    deployed: &[&Deployed],
    roles: &[InferredRole],
) -> (Vec<Function>, Vec<String>) {
    let (mut functions, mut notes) = (Vec::new(), Vec::new());
    for (index, (contract, deployed)) in probe.contracts.iter().zip(deployed).enumerate() {
        if deployed.is_behind {
            continue;
        }
        let plays = |role: &str| {
            let sure = |each: &&InferredRole| each.contract == contract.name && each.sureness == Sureness::Certain;
            roles.iter().filter(sure).any(|each| each.role == role)
        };
        if plays("feed") {
            notes.push(format!("{} is a feed: the world moves it, so it is not called", contract.name));
            continue;
        }
        let is_token = plays("token") && !plays("vault") && !plays("pool");
        let reason = reason(stage, probe, contract, is_token);
        notes.extend(reason.as_ref().map(|reason| only_standard(contract, reason)));
        // Loans are actions of their own.
        let weight = if plays("lender") { 1 } else { WEIGHT };
        functions.extend(called(of(index, contract), reason.is_some(), weight));
    }
    (functions, notes)
}

/// The functions that are called of a contract that calls create, and why others are not.
pub(super) fn of_created(stage: &Stage<'_>, index: usize, contract: &Contract) -> (Vec<Function>, Option<String>) {
    let reason = stands_in(&contract.artifact, &stage.config.sources[1]);
    let note = reason.as_ref().map(|word| only_standard(contract, &format!("{word} {STANDS_IN}")));
    (called(of(index, contract), reason.is_some(), WEIGHT).collect(), note)
}

fn only_standard(contract: &Contract, reason: &str) -> String {
    format!("{}: {reason}; only its standard functions are called", contract.name)
}

/// Functions with their weights, of stand-ins only the standard ones. What moves tokens has no more than one: allowances are given
/// beforehand, and what protocols do is called more often.
fn called(functions: Vec<Function>, only_standard: bool, weight: u32) -> impl Iterator<Item = Function> {
    functions.into_iter().filter_map(move |one| {
        let signature = one.abi.signature();
        let weight = if MOVING.contains(&signature.as_str()) { 1 } else { weight };
        (!only_standard || STANDARD.contains(&signature.as_str())).then_some(Function { weight, ..one })
    })
}

/// Why a contract is taken for a stand-in, where it is.
fn reason(stage: &Stage<'_>, probe: &mut Probe<'_>, contract: &Contract, is_token: bool) -> Option<String> {
    if let Some(word) = stands_in(&contract.artifact, &stage.config.sources[1]) {
        return Some(format!("{word} {STANDS_IN}"));
    }
    let free = if is_token { gives_for_nothing(probe, contract) } else { None };
    free.map(|function| format!("{function} gives it to anybody for nothing, as only tests want it"))
}

/// The word of a name or a path that says so.
fn stands_in(artifact: &Artifact, tests: &str) -> Option<String> {
    let qualified = artifact.qualified();
    let lower = qualified.to_lowercase();
    let is_test = Path::new(&artifact.source).starts_with(tests) || artifact.source.ends_with(".t.sol");
    (is_test || STAND_INS.iter().any(|word| lower.contains(word))).then(|| format!("`{qualified}`"))
}

/// Functions of a contract that change state and that can be generated, by name and signature.
fn of(index: usize, contract: &Contract) -> Vec<Function> {
    let mut found: Vec<_> = contract.artifact.abi.functions().filter(|function| changes_state(function)).collect();
    found.sort_by_cached_key(|function| (function.name.clone(), function.signature()));
    let function = |abi: &alloy_json_abi::Function| {
        let inputs = types::resolve_all(&abi.inputs)?;
        Some(Function { contract: index, selector: abi.selector(), abi: abi.clone(), inputs, weight: 1 })
    };
    found.into_iter().filter_map(function).collect()
}
