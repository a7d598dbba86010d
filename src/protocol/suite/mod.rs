//! Suites of Foundry as protocols: `foundry.toml` and the artifacts of a built project become, for each contract with invariants,
//! the protocol that its set-up leaves behind. Knows machines and artifacts; must not know campaigns.
//!
//! [`SuiteProject::open`] reads; [`SuiteProject::protocol`] deploys a suite as Foundry would, runs `setUp()`, asks for its
//! targets and freezes what is there. [`SuiteProject::run_tests`] runs plain tests, to compare verdicts with forge.

mod assemble;
mod config;
mod error;
mod names;
mod setup;
mod stage;
mod stale;
mod targets;
mod tests;

pub use config::{FOUNDRY_FILE, FoundryConfig};
pub use error::{SuiteError, SuiteProblem};
pub use setup::{FoundActor, FoundContract, SetUp, Survey};
pub use tests::{TestVerdict, Verdict};

use super::{Artifact, Artifacts, FolderFiles, Origin, Place, Protocol, ProtocolError};
use crate::evm::Cheatcodes;
use alloy_json_abi::Function;
use alloy_primitives::{Address, Selector};
use stage::Stage;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What makes a protocol the suite of somebody's tests.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The contract that has the predicates, an index into [`Protocol::contracts`].
    pub contract: usize,
    /// Functions that fail when something that must hold does not, in the order of their names.
    pub predicates: Vec<Predicate>,
    /// State of cheatcodes behind the set-up.
    pub cheatcodes: Arc<Cheatcodes>,
    /// Whether a call that reverts is a finding.
    pub fail_on_revert: bool,
}

/// A function of a suite that says whether something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// First four bytes of the hash of its signature.
    pub selector: Selector,
    /// Whether it speaks of the end of a sequence only: `afterInvariant()`.
    pub at_end: bool,
}

/// A built Foundry project.
#[derive(Debug)]
pub struct SuiteProject {
    folder: PathBuf,
    config: FoundryConfig,
    artifacts: Artifacts,
}

impl SuiteProject {
    /// Reads `foundry.toml` of `folder` under a profile, and the artifacts that it names. No file outside of the folder is
    /// read, and no program is run.
    ///
    /// # Errors
    ///
    /// When the configuration or an artifact is wrong, or there is none.
    pub fn open(folder: &Path, profile: &str) -> Result<Self, ProtocolError> {
        let files = FolderFiles::new(folder, &[])?;
        let mut config = config::read(&files, profile)?;
        let mut artifacts = Artifacts::default();
        let declared = config.out_place.clone();
        if !folder.join(&config.out).exists() {
            let problem = SuiteProblem::NotBuilt { folder: config.out.clone() };
            return Err(SuiteError::new(declared, problem).into());
        }
        let read = artifacts.read(&files, &config.out);
        read.map_err(|source| ProtocolError::Artifact { source, declared })?;
        if stale::is_stale(folder, &config.sources, &config.out) {
            let note = format!(
                "{}: sources are newer than `{}`: run `forge build` to test what they say",
                config.place, config.out
            );
            config.notes.push(note);
        }
        Ok(Self { folder: folder.to_owned(), config, artifacts })
    }

    /// What of the configuration has no effect here, in sentences.
    pub fn notes(&self) -> &[String] {
        &self.config.notes
    }

    /// Names of the contracts with invariants, sorted.
    ///
    /// # Errors
    ///
    /// When there is none, or two have one name.
    pub fn suites(&self) -> Result<Vec<String>, ProtocolError> {
        let suites = self.contracts(is_predicate)?;
        if suites.is_empty() {
            return Err(SuiteError::new(self.config.place.clone(), SuiteProblem::NoSuites).into());
        }
        Ok(suites.into_iter().map(|artifact| artifact.name.clone()).collect())
    }

    /// The protocol of one of the [`SuiteProject::suites`].
    ///
    /// # Errors
    ///
    /// When there is no such suite, or its set-up fails.
    pub fn protocol(&self, suite: &str) -> Result<Protocol, ProtocolError> {
        let suites = self.contracts(is_predicate)?;
        let artifact = suites.into_iter().find(|artifact| artifact.name == suite);
        let artifact = artifact.ok_or_else(|| SuiteError::new(self.config.place.clone(), SuiteProblem::NoSuites))?;
        let stage = Stage::set(&self.config, &self.artifacts, artifact)?;
        Ok(assemble::protocol(stage, Origin::Folder(self.folder.clone()))?)
    }

    /// The protocol that the set-up of a contract, `Name` or `file.sol:Name`, leaves behind, attacked with the contract of
    /// `attacker`, and why it is taken for what it is.
    ///
    /// # Errors
    ///
    /// When there is no such contract, or its set-up fails or deploys nothing that is known.
    pub fn set_up(&self, contract: &str, attacker: Option<&Artifact>) -> Result<SetUp, ProtocolError> {
        let artifact = self.contract_with_set_up(contract)?;
        let stage = Stage::set(&self.config, &self.artifacts, artifact)?;
        let origin = Origin::Setup { folder: self.folder.clone(), contract: contract.to_owned() };
        Ok(setup::protocol(stage, origin, attacker)?)
    }

    /// The contract of this name that has a `setUp()`.
    fn contract_with_set_up(&self, name: &str) -> Result<&Arc<Artifact>, SuiteError> {
        let fail = |place: &Place, problem| SuiteError::new(place.clone(), problem);
        let has = |artifact: &&Arc<Artifact>| {
            let sets_up = |function: &Function| function.name == "setUp" && function.inputs.is_empty();
            !artifact.creation.bytes.is_empty() && artifact.abi.functions().any(sets_up)
        };
        let called: Vec<_> = self.artifacts.iter().filter(|artifact| artifact.is_called(name)).collect();
        let fitting: Vec<_> = called.iter().copied().filter(has).collect();
        match (fitting.as_slice(), called.first()) {
            ([artifact], _) => Ok(artifact),
            ([], Some(artifact)) => Err(fail(&artifact.place, SuiteProblem::NoSetUp(artifact.name.clone()))),
            ([], None) => {
                let mut known: Vec<_> = self.artifacts.iter().filter(has).map(|each| each.name.clone()).collect();
                known.sort_unstable();
                known.dedup();
                Err(fail(&self.config.place, SuiteProblem::Unknown { name: name.to_owned(), known }))
            }
            (several, _) => {
                let files = several.iter().map(|artifact| artifact.qualified()).collect();
                Err(fail(&self.config.place, SuiteProblem::Several { name: name.to_owned(), files }))
            }
        }
    }

    /// Runs the tests without arguments of all contracts, each from the state behind its contract's set-up.
    ///
    /// # Errors
    ///
    /// When two contracts have one name.
    pub fn run_tests(&self) -> Result<Vec<TestVerdict>, ProtocolError> {
        let contracts = self.contracts(tests::is_test)?;
        Ok(contracts.into_iter().flat_map(|artifact| tests::run(&self.config, &self.artifacts, artifact)).collect())
    }

    /// Contracts of the project's own sources that can be deployed and have a function that `wanted` accepts.
    fn contracts(&self, wanted: impl Fn(&Function) -> bool) -> Result<Vec<&Arc<Artifact>>, SuiteError> {
        let mut found: BTreeMap<&str, &Arc<Artifact>> = BTreeMap::new();
        for artifact in self.artifacts.iter() {
            let foreign = self.config.libs.iter().any(|folder| Path::new(&artifact.source).starts_with(folder));
            if foreign || !artifact.abi.functions().any(&wanted) || artifact.creation.bytes.is_empty() {
                continue;
            }
            if let Some(other) = found.insert(&artifact.name, artifact) {
                let problem = SuiteProblem::Twice {
                    name: artifact.name.clone(),
                    files: [other.qualified(), artifact.qualified()],
                };
                return Err(SuiteError::new(artifact.place.clone(), problem));
            }
        }
        Ok(found.into_values().collect())
    }
}

/// Whether Foundry takes a function for an invariant.
fn is_predicate(function: &Function) -> bool {
    let named = function.name.starts_with("invariant") || function.name.starts_with("statefulFuzz");
    named && function.inputs.is_empty()
}

/// Whether Foundry calls a function at the end of each run.
fn is_last(function: &Function) -> bool {
    function.name == "afterInvariant" && function.inputs.is_empty()
}

/// A place that is a whole file.
fn file(name: &str) -> Place {
    Place { file: name.to_owned(), ..Place::default() }
}
