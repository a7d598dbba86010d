//! Suites of Echidna and Medusa, also in Chimera's layout: `echidna.yaml`, `medusa.json`, and contracts whose functions say what
//! must hold.
//!
//! [`read`] makes one configuration of both files; [`groups`] says which contracts are deployed together; [`protocol`] deploys
//! and freezes them.

mod assemble;
mod config;
mod echidna;
mod keys;
mod medusa;
mod stage;
mod tree;

pub use config::{CorpusFolder, CryticConfig, Predeployed, PredeployedCode};

pub(super) use assemble::protocol;

use super::{
    super::{Artifact, Artifacts, Files, ProtocolError, functions::changes_state},
    FoundryConfig, PredicateKind,
    error::{SuiteError, SuiteProblem},
    file,
};
use alloy_json_abi::Function;
use std::{path::Path, sync::Arc};

/// Names of Echidna's configuration.
pub const ECHIDNA_FILES: [&str; 2] = ["echidna.yaml", "echidna.yml"];
/// Name of Medusa's.
pub const MEDUSA_FILE: &str = "medusa.json";
/// Where builds are looked for when no `foundry.toml` names one.
pub(super) const BUILDS: [&str; 3] = ["out", "artifacts", "crytic-export"];
/// The event that tells of a failed assertion.
const FAILED_EVENT: &str = "AssertionFailed";
/// Largest configuration, bytes.
const MAX_FILE: usize = 4 << 20;

/// Contracts that are deployed together and tested as one protocol.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The one that the protocol is named after.
    pub(super) suite: Arc<Artifact>,
    /// All that are called, in the order in which they are deployed.
    pub(super) targets: Vec<Arc<Artifact>>,
}

/// What the files of a project say; none where there is neither.
pub(super) fn read(files: &dyn Files) -> Result<Option<CryticConfig>, ProtocolError> {
    let mut found = Vec::new();
    for name in ECHIDNA_FILES.into_iter().chain([MEDUSA_FILE]) {
        let Some(bytes) = files.read(name)? else { continue };
        let shown = files.display(name);
        let fail = |message: String| SuiteError::new(file(&shown), SuiteProblem::Settings(message));
        if bytes.len() > MAX_FILE {
            return Err(fail(format!("larger than {} MiB", MAX_FILE >> 20)).into());
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| fail(format!("not a text: byte {} is not UTF-8", error.valid_up_to())))?;
        let whole = tree::parse(text, &shown)?;
        found.push(if name == MEDUSA_FILE {
            medusa::read(file(&shown), &whole)?
        } else {
            echidna::read(file(&shown), &whole)?
        });
    }
    Ok(found.into_iter().reduce(CryticConfig::beside))
}

/// The groups of a project, by the names of their suites.
pub(super) fn groups(
    config: &CryticConfig,
    base: &FoundryConfig,
    artifacts: &Artifacts,
    with_foundry: bool,
) -> Result<Vec<Group>, SuiteError> {
    if !config.targets.is_empty() {
        return Ok(vec![named(config, artifacts)?]);
    }
    let own = |artifact: &&Arc<Artifact>| {
        !base.libs.iter().any(|folder| Path::new(&artifact.source).starts_with(folder))
            && !artifact.creation.bytes.is_empty()
    };
    // In a project of both, contracts with a set-up are forge's.
    let has = |artifact: &Artifact, name: &str| artifact.abi.function(name).is_some();
    let is_forges = |artifact: &Artifact| with_foundry && (has(artifact, "setUp") || has(artifact, "IS_TEST"));
    let candidates: Vec<_> = artifacts.iter().filter(own).filter(|artifact| !is_forges(artifact)).collect();
    let mut suites: Vec<_> = candidates
        .iter()
        .filter(|artifact| has_predicates(config, artifact) && !lacks_arguments(config, artifact))
        .collect();
    if suites.is_empty() && config.assertions && !with_foundry {
        // Nothing states what must hold: whoever can be called is called for its assertions.
        let is_free = |artifact: &&&Arc<Artifact>| {
            !lacks_arguments(config, artifact) && artifact.abi.functions().any(changes_state)
        };
        suites = candidates.iter().filter(is_free).collect();
    }
    let group = |artifact: &&Arc<Artifact>| Group { suite: Arc::clone(artifact), targets: vec![Arc::clone(artifact)] };
    Ok(suites.into_iter().map(group).collect())
}

/// Whether a constructor wants values that nobody gives.
fn lacks_arguments(config: &CryticConfig, artifact: &Artifact) -> bool {
    let takes = artifact.abi.constructor.as_ref().is_some_and(|constructor| !constructor.inputs.is_empty());
    takes && !config.arguments.contains_key(&artifact.name)
}

/// Contracts that state things and cannot be made, in a sentence.
pub(super) fn unmade(config: &CryticConfig, artifacts: &Artifacts) -> Option<String> {
    let is_unmade = |artifact: &&Arc<Artifact>| has_predicates(config, artifact) && lacks_arguments(config, artifact);
    let mut names: Vec<_> = artifacts.iter().filter(is_unmade).map(|artifact| artifact.name.as_str()).collect();
    names.sort_unstable();
    let wanted = config.targets.is_empty() && !names.is_empty();
    wanted.then(|| {
        format!(
            "{}: not tested, for their constructors have parameters: {}; medusa.json can give them in `constructorArgs`",
            config.place,
            names.join(", ")
        )
    })
}

/// The contracts that Medusa's configuration names.
fn named(config: &CryticConfig, artifacts: &Artifacts) -> Result<Group, SuiteError> {
    let find = |name: &String| {
        artifacts.find(name).map(Arc::clone).map_err(|error| {
            let message = format!("{error}: {}", error.help());
            SuiteError::new(config.place.clone(), SuiteProblem::Settings(format!("targetContracts: {message}")))
        })
    };
    let targets: Vec<_> = config.targets.iter().map(find).collect::<Result<_, _>>()?;
    let suite = targets.iter().rev().find(|artifact| has_predicates(config, artifact)).or(targets.last());
    let suite = suite.cloned().ok_or_else(|| SuiteError::new(config.place.clone(), SuiteProblem::NoSuites))?;
    Ok(Group { suite, targets })
}

/// Whether a contract states what must hold, or tells by an event when it does not.
fn has_predicates(config: &CryticConfig, artifact: &Artifact) -> bool {
    artifact.abi.functions().any(|function| kind(config, function).is_some())
        || config.assertions
            && artifact.abi.event(FAILED_EVENT).is_some()
            && artifact.abi.functions().any(changes_state)
}

/// What a function states; none for one that is called.
pub(super) fn kind(config: &CryticConfig, function: &Function) -> Option<PredicateKind> {
    let mut prefixes = config.prefixes.iter();
    if !function.inputs.is_empty() {
        return None;
    }
    if config.prefixes.iter().any(|prefix| reverts(prefix, &function.name)) {
        return Some(PredicateKind::Reverts);
    }
    if !prefixes.any(|prefix| function.name.starts_with(prefix)) {
        return None;
    }
    super::kind_by_output(function)
}

/// `echidna_revert_x`, and the same with a prefix of one's own.
fn reverts(prefix: &str, name: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with("revert_"))
}
