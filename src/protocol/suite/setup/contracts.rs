//! The contracts that a set-up left behind: what they were compiled from, whom they pass calls on to, and what to call them.

use super::{
    super::{
        super::{
            Artifact,
            config::is_reserved,
            proxy::{self, Proxy},
        },
        names::artifact_of,
        stage::{CREATE2_FACTORY, Stage},
    },
    matching::{self, By, Match},
};
use crate::evm::{CHEATCODES, CONSOLE, Machine, World};
use alloy_json_abi::{JsonAbi, StateMutability};
use alloy_primitives::{Address, Bytes, U256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Most contracts that are taken.
pub(super) const MAX_CONTRACTS: usize = 512;
/// Longest name.
const MAX_NAME: usize = 48;

/// A contract that is there behind the set-up.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    pub(super) address: Address,
    pub(super) name: String,
    /// What it was compiled from.
    pub(super) matched: Option<Match>,
    pub(super) proxy: Option<Proxy>,
    /// Whether others pass their calls on to it.
    pub(super) is_behind: bool,
    /// Its functions, those that it passes on included; none where nothing is known.
    pub(super) callable: Option<Arc<Artifact>>,
}

/// Names that the suite has for addresses: labels, else its public getters.
#[derive(Debug, Default)]
pub(super) struct Known {
    names: BTreeMap<Address, String>,
    taken: BTreeSet<String>,
}

impl Known {
    /// Asks the suite.
    pub(super) fn of(stage: &mut Stage<'_>) -> Self {
        let mut names: BTreeMap<_, _> = stage.machine.labels().into_iter().collect();
        let is_getter = |function: &&alloy_json_abi::Function| {
            let view = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
            view && function.inputs.is_empty() && matches!(function.outputs.as_slice(), [one] if one.ty == "address")
        };
        let mut getters: Vec<_> = stage.artifact.abi.functions().filter(is_getter).collect();
        getters.sort_by(|left, right| left.name.cmp(&right.name));
        for getter in getters {
            let data = Bytes::copy_from_slice(getter.selector().as_slice());
            let answer = stage.machine.view(stage.config.sender, stage.address, data).ok();
            let address = answer.as_ref().and_then(|answer| answer.get(..32)).map(U256::from_be_slice);
            if let Some(address) = address.and_then(proxy::as_address) {
                names.entry(address).or_insert_with(|| getter.name.clone());
            }
        }
        Self { names, taken: BTreeSet::new() }
    }

    /// Addresses that the suite has a name for, in their order.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Address> + '_ {
        self.names.keys().copied()
    }

    /// A name for an address that nothing else has: the suite's, else `otherwise`.
    pub(super) fn name(&mut self, address: Address, otherwise: &str) -> String {
        let wanted = self.names.get(&address).map_or("", String::as_str);
        let plain = [wanted, otherwise].into_iter().map(identifier).find(|name| !name.is_empty());
        let plain = plain.unwrap_or_else(|| "unknown".to_owned());
        let mut name = plain.clone();
        let mut count = 1;
        while is_reserved(&name) || self.taken.contains(&name) {
            count += 1;
            name = format!("{plain}_{count}");
        }
        self.taken.insert(name.clone());
        name
    }
}

/// A text as a name: letters, digits and `_`.
fn identifier(text: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let name: String = text.trim().chars().take(MAX_NAME).map(plain).collect();
    let name = name.trim_matches('_');
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name.to_owned() }
}

/// What is there, in the order of its creation; what was put there without one, last.
pub(super) fn find(stage: &Stage<'_>, world: &World, machine: &mut Machine, known: &mut Known) -> Vec<Deployed> {
    let mut found: Vec<Deployed> = Vec::new();
    let own = [stage.address, CHEATCODES, CREATE2_FACTORY, CONSOLE];
    let created = stage.creations.iter().map(|creation| creation.address);
    let accounts = world.accounts();
    for address in created.chain(accounts.iter().map(|(address, _)| *address)) {
        let code = machine.code(address);
        let is_known = found.iter().any(|each| each.address == address);
        let is_library = stage.libraries.values().any(|library| *library == address);
        if code.is_empty() || is_known || is_library || own.contains(&address) {
            continue;
        }
        if found.len() == MAX_CONTRACTS {
            break;
        }
        let creation = stage.creations.iter().rev().find(|creation| creation.address == address);
        let creation = creation.and_then(|creation| artifact_of(stage, creation));
        found.push(Deployed {
            address,
            name: String::new(),
            matched: matching::find(stage.artifacts, &code, creation),
            proxy: proxy::resolve(machine, address),
            is_behind: false,
            callable: None,
        });
    }
    finish(&mut found, known);
    found
}

/// Puts together what proxies answer with, and names all.
fn finish(found: &mut [Deployed], known: &mut Known) {
    let artifacts: BTreeMap<Address, Arc<Artifact>> =
        found.iter().filter_map(|each| Some((each.address, Arc::clone(&each.matched.as_ref()?.artifact)))).collect();
    let targets = found.iter().filter_map(|each| each.proxy.as_ref());
    let behind: BTreeSet<_> = targets.flat_map(|proxy| proxy.code.iter().map(|(address, _)| *address)).collect();
    for each in found.iter_mut() {
        each.is_behind = behind.contains(&each.address);
        let own = artifacts.get(&each.address);
        each.callable = match &each.proxy {
            Some(proxy) => merged(own, proxy, &artifacts),
            None => own.cloned(),
        };
    }
    // A proxy goes by the name of what it runs, so it comes first.
    for pass in [false, true] {
        for each in found.iter_mut().filter(|each| each.is_behind == pass) {
            let name = each.callable.as_ref().map_or("unknown", |artifact| artifact.name.as_str());
            let otherwise = if pass { format!("{name}_implementation") } else { name.to_owned() };
            each.name = known.name(each.address, &otherwise);
        }
    }
}

/// What a proxy answers with: the functions of the code that it runs, and its own.
fn merged(
    own: Option<&Arc<Artifact>>,
    proxy: &Proxy,
    artifacts: &BTreeMap<Address, Arc<Artifact>>,
) -> Option<Arc<Artifact>> {
    let parts: Vec<_> =
        proxy.code.iter().filter_map(|(code, only)| Some((artifacts.get(code)?, only.as_ref()))).collect();
    let (first, _) = parts.first().copied().unzip();
    let mut artifact = Artifact::clone(own.or(first)?);
    if let (Some(first), [_]) = (first, proxy.code.as_slice()) {
        artifact.name.clone_from(&first.name);
    }
    let mut abi = JsonAbi::new();
    let mut selectors = BTreeSet::new();
    for (part, only) in parts.into_iter().chain(own.map(|own| (own, None))) {
        for function in part.abi.functions() {
            let selector = function.selector();
            if only.is_none_or(|only| only.contains(&selector)) && selectors.insert(selector) {
                abi.functions.entry(function.name.clone()).or_default().push(function.clone());
            }
        }
        for event in part.abi.events() {
            abi.events.entry(event.name.clone()).or_default().push(event.clone());
        }
        for error in part.abi.errors() {
            abi.errors.entry(error.name.clone()).or_default().push(error.clone());
        }
    }
    artifact.abi = abi;
    Some(Arc::new(artifact))
}

impl Deployed {
    /// How it is known what it is, in words.
    pub(super) fn why(&self) -> String {
        let mut words = Vec::new();
        match &self.matched {
            Some(Match { by, artifact, others }) => {
                words.push(match by {
                    By::Creation => "created from the artifact's code".to_owned(),
                    By::Runtime => "its code is the artifact's, immutables and metadata aside".to_owned(),
                });
                if !others.is_empty() {
                    words.push(format!("so is that of {}; {} was taken", others.join(", "), artifact.qualified()));
                }
            }
            None => words.push("no artifact has this code".to_owned()),
        }
        if let Some(Proxy { how, problem, .. }) = &self.proxy {
            words.push(match problem {
                Some(problem) => format!("proxy ({how}) that leads nowhere: {problem}"),
                None => format!("proxy ({how})"),
            });
        }
        if self.is_behind {
            words.push("called through its proxy".to_owned());
        }
        words.join("; ")
    }
}
