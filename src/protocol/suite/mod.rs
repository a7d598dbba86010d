//! Suites of Foundry, Echidna and Medusa as protocols: the configuration and the artifacts of a built project become, for each
//! contract that says what must hold, the protocol that its set-up leaves behind. Knows machines and artifacts; must not know
//! campaigns.
//!
//! [`SuiteProject::open`] reads; [`SuiteProject::protocol`] deploys a suite as Foundry would, runs `setUp()`, asks for its
//! targets and freezes what is there. [`SuiteProject::run_tests`] runs plain tests, to compare verdicts with forge.

mod assemble;
mod comments;
mod config;
mod creatable;
mod crytic;
mod error;
mod fixtures;
mod inline;
mod invariant_keys;
mod judged;
mod lineage;
mod names;
mod options;
mod outlook;
mod overlay;
mod permissions;
mod setup;
mod stage;
mod stale;
mod targets;
mod tests;

pub use config::{FOUNDRY_FILE, FoundryConfig};
pub use crytic::{CorpusFolder, CryticConfig, ECHIDNA_FILES, MEDUSA_FILE, Predeployed, PredeployedCode};
pub use error::{SuiteError, SuiteProblem};
pub use fixtures::{Fixtures, plain_name};
pub use invariant_keys::InvariantKeys;
pub use judged::{FailureRules, Predicate, PredicateKind, Suite};
pub use options::SuiteOptions;
pub use permissions::Permissions;
pub use setup::{FoundActor, FoundContract, SetUp, Survey};
pub use tests::{TestVerdict, Verdict};

use super::{
    Artifact, Artifacts, CONFIG_FILE, Files as _, FolderFiles, Origin, Overlay, Place, Protocol, ProtocolError,
    load::read_scenarios,
};
use alloy_json_abi::Function;
use stage::Stage;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A built project with suites.
#[derive(Debug)]
pub struct SuiteProject {
    folder: PathBuf,
    config: FoundryConfig,
    artifacts: Artifacts,
    /// Whether there is a `foundry.toml`.
    with_foundry: bool,
    /// What is newer than the artifacts, in words.
    newer: Option<String>,
    /// What a `heist.toml` changes.
    overlay: Option<Overlay>,
    crytic: Option<Crytic>,
}

/// What Echidna's and Medusa's files say.
#[derive(Debug)]
struct Crytic {
    config: CryticConfig,
    /// The same world in Foundry's terms.
    base: FoundryConfig,
}

impl SuiteProject {
    /// Reads `foundry.toml` of `folder` under a profile, `echidna.yaml` and `medusa.json`, whichever are there, and the
    /// artifacts. No file outside of the folder is read, and no program is run.
    ///
    /// # Errors
    ///
    /// When the configuration or an artifact is wrong, or there is none.
    pub fn open(folder: &Path, profile: &str) -> Result<Self, ProtocolError> {
        Self::open_with(folder, &SuiteOptions::profile(profile))
    }

    /// [`SuiteProject::open`] with what only a user says.
    ///
    /// # Errors
    ///
    /// As [`SuiteProject::open`].
    pub fn open_with(folder: &Path, options: &SuiteOptions) -> Result<Self, ProtocolError> {
        let files = FolderFiles::new(folder, &[])?;
        let crytic = crytic::read(&files)?;
        let with_foundry = crytic.is_none() || files.read(FOUNDRY_FILE)?.is_some();
        let mut config = match &crytic {
            Some(crytic) if !with_foundry => {
                let build = crytic::BUILDS.into_iter().find(|build| folder.join(build).is_dir());
                config::plain(&crytic.place.file, build.unwrap_or("out"))?
            }
            _ => config::read(&files, options)?,
        };
        files.root().clone_into(&mut config.root);
        let mut artifacts = Artifacts::default();
        let declared = config.out_place.clone();
        if !folder.join(&config.out).exists() {
            let problem = SuiteProblem::NotBuilt { folder: config.out.clone() };
            return Err(SuiteError::new(declared, problem).into());
        }
        let read = artifacts.read(&files, &config.out);
        read.map_err(|source| ProtocolError::Artifact { source, declared })?;
        artifacts.read_sources(&files, &config.source_rules());
        let project = stale::Project { folder, files: &files, sources: &config.sources, out: &config.out };
        let newer = project.newer(&artifacts);
        let crytic = crytic.map(|mut crytic| {
            config.notes.append(&mut crytic.notes);
            config.notes.extend(crytic::unmade(&crytic, &artifacts));
            let (number, timestamp) = crytic.block;
            // Constructors may cost more than calls.
            let base = FoundryConfig {
                sender: crytic.deployer,
                number,
                timestamp,
                chain_id: 1,
                gas_limit: 1 << 30,
                invariant: InvariantKeys::default(),
                notes: Vec::new(),
                ..config.clone()
            };
            Crytic { config: crytic, base }
        });
        let overlay = Self::overlay(folder)?;
        Ok(Self { folder: folder.to_owned(), config, artifacts, with_foundry, newer, overlay, crytic })
    }

    /// What the `heist.toml` of a folder changes about the tests beside it; none where there is none, or where it declares a
    /// protocol of its own.
    ///
    /// # Errors
    ///
    /// When it is wrong.
    pub fn overlay(folder: &Path) -> Result<Option<Overlay>, ProtocolError> {
        let files = FolderFiles::new(folder, &[])?;
        let Some(bytes) = files.read(CONFIG_FILE)? else { return Ok(None) };
        let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(None) };
        let is_one = Overlay::is_one(text);
        Ok(is_one.then(|| Overlay::parse(text, &files.display(CONFIG_FILE))).transpose()?)
    }

    /// A protocol as `heist.toml` wants it.
    fn changed(&self, mut protocol: Protocol) -> Result<Protocol, ProtocolError> {
        if let Some(overlay) = self.overlay.as_ref().filter(|overlay| overlay.is_for(&protocol.id)) {
            overlay::apply(overlay, &mut protocol)?;
            protocol.scenarios = read_scenarios(&FolderFiles::new(&self.folder, &[])?)?;
        }
        Ok(protocol)
    }

    /// What of its sources is newer than the artifacts, in words; none where those say what the sources say.
    pub fn newer(&self) -> Option<&str> {
        self.newer.as_deref()
    }

    /// That sources are newer than the artifacts, and what to do about it, in a sentence.
    pub fn note_of_age(&self) -> Option<String> {
        let build = if self.with_foundry { "forge build" } else { "crytic-compile . --export-format solc" };
        self.newer.as_ref().map(|newer| format!("{}: {newer}: run `{build}` to test what it says", self.config.place))
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
        let groups = self.groups()?;
        let foundry = self.foundry_suites(&groups)?;
        let names = groups.iter().map(|group| &group.suite).chain(foundry);
        let mut suites: BTreeMap<&str, &Arc<Artifact>> = BTreeMap::new();
        for artifact in names {
            if let Some(other) = suites.insert(&artifact.name, artifact) {
                return Err(twice(other, artifact).into());
            }
        }
        if suites.is_empty() {
            return Err(SuiteError::new(self.config.place.clone(), SuiteProblem::NoSuites).into());
        }
        Ok(suites.into_keys().map(str::to_owned).collect())
    }

    /// What a suite says inline and has no effect here, in sentences.
    ///
    /// # Errors
    ///
    /// When such a line is wrong.
    pub fn notes_of(&self, suite: &str) -> Result<Vec<String>, ProtocolError> {
        let groups = self.groups()?;
        let artifact = self.foundry_suites(&groups)?.into_iter().find(|artifact| artifact.name == suite);
        let Some(artifact) = artifact else { return Ok(Vec::new()) };
        Ok(inline::keys(&FolderFiles::new(&self.folder, &[])?, &self.config, artifact)?.1)
    }

    /// Groups of contracts for Echidna and Medusa.
    fn groups(&self) -> Result<Vec<crytic::Group>, SuiteError> {
        let Some(Crytic { config, base }) = &self.crytic else { return Ok(Vec::new()) };
        crytic::groups(config, base, &self.artifacts, self.with_foundry)
    }

    /// Contracts for forge: in a project that is also another tool's, those with a set-up.
    fn foundry_suites(&self, groups: &[crytic::Group]) -> Result<Vec<&Arc<Artifact>>, SuiteError> {
        if !self.with_foundry {
            return Ok(Vec::new());
        }
        let mut suites = self.contracts(is_predicate)?;
        if self.crytic.is_some() {
            let is_taken = |artifact: &Arc<Artifact>| groups.iter().any(|group| Arc::ptr_eq(&group.suite, artifact));
            suites.retain(|artifact| artifact.abi.function("setUp").is_some() && !is_taken(artifact));
        }
        Ok(suites)
    }

    /// Folders in which Echidna and Medusa keep sequences, as their configurations in `folder` name them; those that exist.
    ///
    /// # Errors
    ///
    /// When a configuration is wrong, or names a folder outside of the project.
    pub fn corpora(folder: &Path) -> Result<Vec<PathBuf>, ProtocolError> {
        let files = FolderFiles::new(folder, &[])?;
        let Some(config) = crytic::read(&files)? else { return Ok(Vec::new()) };
        let mut corpora = Vec::new();
        for CorpusFolder { path, place } in config.corpora {
            let listed =
                files.list(&path).map_err(|error| SuiteError::new(place, SuiteProblem::Settings(error.to_string())))?;
            corpora.extend(listed.map(|_| folder.join(path)));
        }
        Ok(corpora)
    }

    /// The protocol of one of the [`SuiteProject::suites`].
    ///
    /// # Errors
    ///
    /// When there is no such suite, or its set-up fails.
    pub fn protocol(&self, suite: &str) -> Result<Protocol, ProtocolError> {
        let origin = Origin::Folder(self.folder.clone());
        let groups = self.groups()?;
        if let (Some(Crytic { config, base }), Some(group)) =
            (&self.crytic, groups.iter().find(|group| group.suite.name == suite))
        {
            return self.changed(crytic::protocol(config, base, &self.artifacts, group, origin)?);
        }
        let suites = self.foundry_suites(&groups)?;
        let artifact = suites.into_iter().find(|artifact| artifact.name == suite);
        let artifact = artifact.ok_or_else(|| SuiteError::new(self.config.place.clone(), SuiteProblem::NoSuites))?;
        let mut config = self.config.clone();
        config.invariant = inline::keys(&FolderFiles::new(&self.folder, &[])?, &self.config, artifact)?.0;
        let stage = Stage::empty(&config, &self.artifacts, artifact).set(false)?;
        self.changed(assemble::protocol(stage, origin)?)
    }

    /// The protocol that the set-up of a contract, `Name` or `file.sol:Name`, leaves behind, attacked with the contract of
    /// `attacker`, and why it is taken for what it is.
    ///
    /// # Errors
    ///
    /// When there is no such contract, or its set-up fails or deploys nothing that is known.
    pub fn set_up(&self, contract: &str, attacker: Option<&Artifact>) -> Result<SetUp, ProtocolError> {
        let artifact = self.contract_with_set_up(contract)?;
        let stage = Stage::empty(&self.config, &self.artifacts, artifact).set(true)?;
        let origin = Origin::Setup { folder: self.folder.clone(), contract: contract.to_owned() };
        let SetUp { protocol, mut survey } = setup::protocol(stage, origin, attacker)?;
        let protocol = self.changed(protocol)?;
        if let Some(overlay) = &self.overlay {
            survey.change(&protocol, overlay.file());
        }
        Ok(SetUp { protocol, survey })
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
                return Err(twice(other, artifact));
            }
        }
        Ok(found.into_values().collect())
    }
}

fn twice(other: &Artifact, artifact: &Artifact) -> SuiteError {
    let files = [other.qualified(), artifact.qualified()];
    SuiteError::new(artifact.place.clone(), SuiteProblem::Twice { name: artifact.name.clone(), files })
}

/// How a predicate without inputs says what it says; none where its output means nothing.
fn kind_by_output(function: &Function) -> Option<PredicateKind> {
    let kinds: Vec<_> = function.outputs.iter().map(|output| output.ty.as_str()).collect();
    match kinds.as_slice() {
        [] => Some(PredicateKind::Succeeds),
        ["bool"] => Some(PredicateKind::True),
        ["int256"] => Some(PredicateKind::Maximised),
        _ => None,
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
