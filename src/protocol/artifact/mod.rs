//! Compiled contracts: artifacts of Foundry, Hardhat, Truffle and solc, read from files and folders.

mod build;
mod code;
mod compiled;
mod error;
mod layout;
mod raw;
mod scan;

pub(super) use build::read_build;
pub use error::{ArtifactError, ArtifactProblem};

use super::{Artifact, DebugInfo, Place, SourceRules, Sources, files::Files, nearest::suggest};
use alloy_json_abi::JsonAbi;
use code::CodeOf;
use layout::RawLayout;
use raw::{Probe, RawCode, RawContracts, RawFile, RawLinks, RawMetadata, RawSources};
use std::{collections::BTreeMap, sync::Arc};

/// All artifacts of a project.
#[derive(Debug, Clone, Default)]
pub struct Artifacts {
    all: Vec<Arc<Artifact>>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// Folders that were read.
    folders: Vec<String>,
    sources: Arc<Sources>,
}

/// Why a name does not lead to one artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// No artifact has this name.
    #[error("no artifact is called `{name}`")]
    Unknown {
        /// The name as written.
        name: String,
        /// What to do.
        help: String,
    },
    /// Several have it.
    #[error("{} artifacts are called `{name}`: {}", candidates.len(), candidates.join(", "))]
    Ambiguous {
        /// The name as written.
        name: String,
        /// All of them, as `file.sol:Name (artifact)`.
        candidates: Vec<String>,
        /// What to do.
        help: String,
    },
}

impl LookupError {
    /// What to do about it.
    pub fn help(&self) -> &str {
        match self {
            Self::Unknown { help, .. } | Self::Ambiguous { help, .. } => help,
        }
    }
}

impl Artifacts {
    /// Reads the artifacts of a file or a folder of a project.
    ///
    /// # Errors
    ///
    /// When the path holds none, or holds one that is damaged.
    pub fn read(&mut self, files: &dyn Files, path: &str) -> Result<(), ArtifactError> {
        scan::load(files, path)?.into_iter().for_each(|artifact| self.insert(artifact));
        self.folders.push(path.to_owned());
        Ok(())
    }

    /// Reads the sources that the artifacts were compiled from, as far as they tell. What is missing, damaged or changed since
    /// is as good as not there.
    pub fn read_sources(&mut self, files: &dyn Files, rules: &SourceRules) {
        self.sources = Arc::new(Sources::read(files, &self.all, &self.folders, rules));
    }

    /// Where code comes from; empty before [`Artifacts::read_sources`].
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// Adds an artifact unless it is there already, as a build and its combined output both hold it.
    fn insert(&mut self, artifact: Artifact) {
        let same = |known: &Arc<Artifact>| {
            known.creation == artifact.creation
                && known.abi == artifact.abi
                && (known.source == artifact.source || known.source.is_empty() || artifact.source.is_empty())
        };
        let indices = self.by_name.entry(artifact.name.clone()).or_default();
        match indices.iter().copied().find(|index| same(&self.all[*index])) {
            Some(index) if self.all[index].source.is_empty() => self.all[index] = Arc::new(artifact),
            Some(_) => {}
            None => {
                indices.push(self.all.len());
                self.all.push(Arc::new(artifact));
            }
        }
    }

    /// The artifact called `Name` or `file.sol:Name`.
    ///
    /// # Errors
    ///
    /// When there is none, or more than one.
    pub fn find(&self, name: &str) -> Result<&Arc<Artifact>, LookupError> {
        let found: Vec<_> = self.all.iter().filter(|artifact| artifact.is_called(name)).collect();
        match found.as_slice() {
            [artifact] => Ok(artifact),
            [] => Err(LookupError::Unknown { name: name.to_owned(), help: self.suggestion(name) }),
            several => {
                let candidate = |artifact: &&Arc<Artifact>| format!("`{}` ({})", artifact.qualified(), artifact.place);
                let distinct = several.windows(2).all(|pair| pair[0].qualified() != pair[1].qualified());
                let help = if distinct {
                    format!("write `{}`, or whichever is meant", several[0].qualified())
                } else {
                    String::from("name only the one that is meant in `artifacts`")
                };
                let candidates = several.iter().map(candidate).collect();
                Err(LookupError::Ambiguous { name: name.to_owned(), candidates, help })
            }
        }
    }

    fn suggestion(&self, name: &str) -> String {
        if self.all.is_empty() {
            return String::from("compile the contracts and name their folder in `artifacts`");
        }
        let bare = name.rsplit_once(':').map_or(name, |(_, bare)| bare);
        suggest(bare, self.all.iter().map(|artifact| artifact.name.as_str()))
    }

    /// All artifacts, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Artifact>> {
        self.all.iter()
    }

    /// ABIs of the artifacts whose name is theirs alone.
    pub fn interfaces(&self) -> BTreeMap<String, Arc<JsonAbi>> {
        let only = |(name, indices): (&String, &Vec<usize>)| match indices.as_slice() {
            [index] => Some((name.clone(), Arc::new(self.all[*index].abi.clone()))),
            _ => None,
        };
        self.by_name.iter().filter_map(only).collect()
    }
}

impl Artifact {
    /// Reads the artifacts that a file holds: one, or all of a compiler's output.
    ///
    /// # Errors
    ///
    /// When the file is not an artifact, or is damaged.
    pub fn parse(bytes: &[u8], file: &str) -> Result<Vec<Self>, ArtifactError> {
        match parse(bytes, file)? {
            Some(artifacts) if !artifacts.is_empty() => Ok(artifacts),
            _ => Err(ArtifactError::new(place(file, 0, 0), ArtifactProblem::NoContracts)),
        }
    }

    /// `file.sol:Name`, or the name alone where the file is unknown.
    pub fn qualified(&self) -> String {
        if self.source.is_empty() { self.name.clone() } else { format!("{}:{}", self.source, self.name) }
    }

    /// Whether `name` means this artifact: its name, or `file.sol:Name` with any tail of the file's path.
    pub fn is_called(&self, name: &str) -> bool {
        match name.rsplit_once(':') {
            None => self.name == name,
            Some((file, bare)) => {
                self.name == bare
                    && (self.source == file || self.source.strip_suffix(file).is_some_and(|head| head.ends_with('/')))
            }
        }
    }
}

fn place(file: &str, line: usize, column: usize) -> Place {
    Place { file: file.to_owned(), line, column }
}

/// Reads a file. None when it is JSON but does not mean to be an artifact, an error of a different kind than a damaged one.
fn parse(bytes: &[u8], file: &str) -> Result<Option<Vec<Artifact>>, ArtifactError> {
    let fail = |problem| Err(ArtifactError::new(place(file, 0, 0), problem));
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return fail(ArtifactProblem::NotText { offset: error.valid_up_to() }),
    };
    if text.trim_start().starts_with('[') {
        // serde would read an array as the fields in order.
        let message = String::from("an array, expected an object");
        return Err(ArtifactError::new(place(file, 1, 1), ArtifactProblem::WrongShape { message }));
    }
    let raw: RawFile = match serde_json::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(malformed(&error, file)),
    };
    if let Some(diagnostics) = &raw.errors
        && let Some(error) = diagnostics.iter().find(|diagnostic| diagnostic.severity == "error")
    {
        let message = error.formatted.as_deref().unwrap_or(&error.message).trim();
        return fail(ArtifactProblem::Compiler { message: message.chars().take(400).collect() });
    }
    let result = match raw.contracts {
        Some(contracts) => all(contracts, raw.sources.unwrap_or_default(), file),
        None if raw.abi.is_none() && !raw.has_code() => return Ok(None),
        None => {
            let (name, source) = identity(&raw, file);
            artifact(raw, name, source, file).map(|artifact| vec![artifact])
        }
    };
    match result {
        Ok(artifacts) => Ok(Some(artifacts)),
        Err(problem) => fail(problem),
    }
}

/// The contracts of a compiler's output, and the numbers of its sources.
fn all(contracts: RawContracts, sources: RawSources, file: &str) -> Result<Vec<Artifact>, ArtifactProblem> {
    let sources = Arc::new(sources.0);
    let read = |(source, name, contract)| {
        let mut artifact = artifact(contract, name, source, file)?;
        artifact.debug.sources = Arc::clone(&sources);
        Ok(artifact)
    };
    contracts.0.into_iter().map(read).collect()
}

fn malformed(error: &serde_json::Error, file: &str) -> ArtifactError {
    use serde_json::error::Category;
    let text = error.to_string();
    // The place is said apart from the message.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let message = message
        .replace("struct RawFile", "an object")
        .replace("internally tagged enum AbiItem", "an ABI entry, which is an object with a `type`");
    let problem = match error.classify() {
        Category::Eof => ArtifactProblem::Truncated,
        Category::Data => ArtifactProblem::WrongShape { message },
        Category::Syntax | Category::Io => ArtifactProblem::NotJson { message },
    };
    ArtifactError::new(place(file, error.line(), error.column()), problem)
}

/// Whether JSON of a wrong shape at least means to be an artifact.
fn means_to_be_artifact(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(is_object)
        && serde_json::from_slice::<Probe>(bytes).is_ok_and(|probe| probe.abi.is_some() || probe.contracts.is_some())
}

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Name and source file of a contract that has a file to itself.
fn identity(raw: &RawFile, file: &str) -> (String, String) {
    let mut parts = file.rsplit(['/', '\\']);
    let stem = parts.next().unwrap_or(file);
    // `Name.json`, and Foundry's `Name.0.8.20.json` where several compilers built it.
    let stem = stem.split('.').next().unwrap_or(stem);
    // Foundry keeps artifacts in a folder named after the source.
    let is_source = |folder: &&str| matches!(folder.rsplit_once('.'), Some((_, "sol" | "vy")));
    let folder = parts.next().filter(is_source);
    let target = raw.metadata.as_ref().and_then(|metadata| metadata.target.as_ref());
    let name = raw.name.clone().or_else(|| target.map(|(_, name)| name.clone()));
    let source = raw.source_name.clone().or_else(|| target.map(|(source, _)| source.clone()));
    let source = source.or_else(|| raw.source_path.clone()).or_else(|| folder.map(str::to_owned));
    (name.unwrap_or_else(|| stem.to_owned()), source.unwrap_or_default())
}

fn artifact(raw: RawFile, name: String, source: String, file: &str) -> Result<Artifact, ArtifactProblem> {
    let Some(abi) = raw.abi else { return Err(ArtifactProblem::MissingAbi { contract: name }) };
    let evm = raw.evm.unwrap_or_default();
    // `evm` knows its references; the older fields repeat its code without them.
    let mut creation = evm.bytecode.or(raw.bytecode).or_else(|| raw.bin.map(plain)).unwrap_or_default();
    let mut runtime = evm.deployed.or(raw.deployed).or_else(|| raw.bin_runtime.map(plain)).unwrap_or_default();
    let RawMetadata { hashes, compiler, .. } = raw.metadata.unwrap_or_default();
    let debug = DebugInfo {
        creation: std::mem::take(&mut creation.source_map),
        runtime: std::mem::take(&mut runtime.source_map),
        source: raw.id.and_then(|id| id.as_u64()).and_then(|id| u32::try_from(id).ok()),
        sources: Arc::default(),
        hashes,
        compiler,
    };
    let read = |field, code: &RawCode, beside: Option<&RawLinks>| {
        let links = beside.filter(|_| code.links.is_empty()).unwrap_or(&code.links);
        CodeOf { contract: &name, field }.read(&code.object, links, &code.immutables)
    };
    let creation = read("bytecode", &creation, raw.links.as_ref())?;
    let runtime = read("deployedBytecode", &runtime, raw.deployed_links.as_ref())?;
    let RawLayout { variables, layout } = raw.layout.unwrap_or_default();
    Ok(Artifact { name, source, abi: abi.0, creation, runtime, variables, layout, debug, place: place(file, 0, 0) })
}

fn plain(object: String) -> RawCode {
    RawCode { object, ..RawCode::default() }
}

impl RawFile {
    fn has_code(&self) -> bool {
        self.bytecode.is_some() || self.evm.is_some() || self.bin.is_some()
    }
}
