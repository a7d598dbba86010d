//! Where code comes from: contract and program counter -> file, line and column, and which lines ran. Knows artifacts and the
//! project's files; must not know who asks.
//!
//! [`Sources::read`] takes what a build tells: source maps of artifacts, the numbers that they give to sources, and hashes of these.
//! A source that is not in the project, or has another hash than the compiler saw, has no lines: rather none than a wrong one.
//! Code is matched by its content, as suites do it.

mod blame;
mod decode;
mod lines;
mod numbers;
mod outline;
mod text;

pub use blame::FailurePlace;
pub use lines::{FileCoverage, FunctionCoverage};

use super::{Artifact, Files, Place};
use crate::evm::CodeId;
use alloy_primitives::{B256, keccak256};
use decode::decode;
use lines::Numbering;
use numbers::Numbers;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use text::SourceFile;

/// Largest source that is read, bytes.
const MAX_SOURCE: usize = 4 << 20;
/// Bytes of all sources that are read.
const MAX_SOURCES: usize = 128 << 20;
/// Codes whose places are kept at hand.
const MAX_CODES: usize = 1_024;

/// What a compiler tells of where code comes from; empty where an artifact does not carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DebugInfo {
    /// Source map of the creation code, as the compiler writes it.
    pub creation: String,
    /// Source map of the runtime code.
    pub runtime: String,
    /// Number of the contract's source in its compilation.
    pub source: Option<u32>,
    /// Sources by their numbers, where the same file tells them.
    pub sources: Arc<BTreeMap<u32, String>>,
    /// Hashes of the sources that the contract was compiled from, by file.
    pub hashes: BTreeMap<String, B256>,
    /// The compiler's version.
    pub compiler: String,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Path from the project's folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        let Position { file, line, column } = position;
        Self { file, line, column }
    }
}

/// Which sources are whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRules {
    /// Folders of foreign sources.
    pub libs: Vec<String>,
    /// Folders of tests and scripts.
    pub tests: Vec<String>,
}

impl Default for SourceRules {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self { libs: texts(&["lib", "node_modules"]), tests: texts(&["test", "tests", "script", "scripts"]) }
    }
}

impl SourceRules {
    fn is_foreign(&self, path: &str) -> bool {
        self.libs.iter().any(|folder| Path::new(path).starts_with(folder))
            || path.split('/').any(|part| part == MODULES)
    }

    fn is_test(&self, path: &str) -> bool {
        self.tests.iter().any(|folder| Path::new(path).starts_with(folder))
            || [".t.sol", ".s.sol"].iter().any(|suffix| path.ends_with(suffix))
    }
}

/// The folder of packages, which are named without it.
const MODULES: &str = "node_modules";

/// Where the code of a project comes from. Empty where its artifacts do not tell.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    mapped: Vec<Mapped>,
    /// Sources of contracts whose map cannot be read, for it is not known which sources its numbers mean.
    unread: BTreeSet<usize>,
    /// Places of codes that were asked for.
    codes: Mutex<BTreeMap<CodeId, Arc<CodeMap>>>,
    lines: OnceLock<Numbering>,
}

/// An artifact with a source map.
#[derive(Debug)]
struct Mapped {
    artifact: Arc<Artifact>,
    /// The file that the contract is in.
    own: Option<usize>,
    /// Numbers of sources -> indices of files.
    files: BTreeMap<u32, usize>,
}

/// For each byte of some code the place that its instruction comes from.
type CodeMap = Vec<Option<Spot>>;

/// A byte of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    file: usize,
    at: usize,
}

impl Sources {
    /// Reads the sources of `artifacts`, which were read from `folders`.
    pub(super) fn read(
        files: &dyn Files,
        artifacts: &[Arc<Artifact>],
        folders: &[String],
        rules: &SourceRules,
    ) -> Self {
        let numbers = Numbers::read(files, artifacts, folders);
        let mut sources = Self::default();
        let wanted: BTreeSet<&String> =
            numbers.mapped().flat_map(|(artifact, _)| artifact.debug.hashes.keys()).collect();
        let mut left = MAX_SOURCES;
        for path in wanted {
            if let Some(mut file) = read(files, path, &mut left) {
                file.is_foreign = rules.is_foreign(&file.path);
                file.is_own = !file.is_foreign && !rules.is_test(&file.path);
                sources.files.push(file);
            }
        }
        let by_name: BTreeMap<(&str, B256), usize> =
            sources.files.iter().enumerate().map(|(index, file)| ((file.name.as_str(), file.hash), index)).collect();
        let own = |artifact: &Artifact| {
            let hash = artifact.debug.hashes.get(&artifact.source)?;
            by_name.get(&(artifact.source.as_str(), *hash)).copied()
        };
        let unread = numbers.unknown().iter().filter_map(|artifact| own(artifact)).collect();
        let mut mapped = Vec::new();
        for (artifact, numbers) in numbers.mapped() {
            let file = |(number, path): (&u32, &String)| {
                let hash = artifact.debug.hashes.get(path)?;
                Some((*number, *by_name.get(&(path.as_str(), *hash))?))
            };
            let files: BTreeMap<_, _> = numbers.iter().filter_map(file).collect();
            if !files.is_empty() {
                mapped.push(Mapped { artifact: Arc::clone(artifact), own: own(artifact), files });
            }
        }
        (sources.mapped, sources.unread) = (mapped, unread);
        sources
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.mapped.is_empty()
    }

    /// The place that an instruction comes from: of runtime code, or of creation code with its arguments.
    pub fn position(&self, code: &[u8], is_creation: bool, pc: usize) -> Option<Position> {
        let spot = (*self.places(code, is_creation).get(pc)?)?;
        self.at(spot)
    }

    fn at(&self, spot: Spot) -> Option<Position> {
        self.files[spot.file].position(spot.at)
    }

    /// Places of the instructions of some code; of no length where nothing is known of it.
    fn places(&self, code: &[u8], is_creation: bool) -> Arc<CodeMap> {
        if self.is_empty() || code.is_empty() {
            return Arc::default();
        }
        self.places_of(CodeId { hash: keccak256(code), is_creation }, code)
    }

    fn places_of(&self, id: CodeId, code: &[u8]) -> Arc<CodeMap> {
        // What is kept is whole at any time, so a panic elsewhere does no harm.
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = codes.get(&id) {
            return Arc::clone(known);
        }
        if codes.len() >= MAX_CODES {
            codes.clear();
        }
        let map = Arc::new(self.map(code, id.is_creation));
        codes.insert(id, Arc::clone(&map));
        map
    }

    /// The places of all artifacts that may have this code. Where they do not agree there is none: the same code may have been
    /// written twice.
    fn map(&self, code: &[u8], is_creation: bool) -> CodeMap {
        let mut merged: Option<(CodeMap, BTreeSet<usize>)> = None;
        for mapped in self.candidates(code, is_creation) {
            let Some(map) = mapped.places(is_creation) else { continue };
            let Some((merged, disputed)) = &mut merged else {
                merged = Some((map, BTreeSet::new()));
                continue;
            };
            for (pc, (known, other)) in merged.iter_mut().zip(&map).enumerate() {
                if known.is_some() && other.is_some() && known != other {
                    disputed.insert(pc);
                }
                *known = known.or(*other);
            }
        }
        let Some((mut map, disputed)) = merged else { return CodeMap::new() };
        for pc in disputed {
            map[pc] = None;
        }
        map
    }

    /// Artifacts that code was compiled from: those whose code it is to the byte, else those that fit.
    fn candidates(&self, code: &[u8], is_creation: bool) -> Vec<&Mapped> {
        if is_creation {
            let fitting = || self.mapped.iter().filter(|mapped| mapped.artifact.creation.begins(code));
            // Of several that fit, arguments are the shortest.
            let longest = fitting().map(|mapped| mapped.artifact.creation.bytes.len()).max();
            return fitting().filter(|mapped| Some(mapped.artifact.creation.bytes.len()) == longest).collect();
        }
        let equal = self.mapped.iter().filter(|mapped| *mapped.artifact.runtime.bytes == *code);
        let equal: Vec<_> = equal.collect();
        if !equal.is_empty() {
            return equal;
        }
        self.mapped.iter().filter(|mapped| mapped.artifact.runtime.is_compiled_to(code)).collect()
    }
}

impl Mapped {
    /// Its creation or runtime code, as compiled.
    fn code(&self, is_creation: bool) -> &[u8] {
        let Artifact { creation, runtime, .. } = &*self.artifact;
        if is_creation { &creation.bytes } else { &runtime.bytes }
    }

    /// The places of its creation or runtime code; none where its map is malformed.
    fn places(&self, is_creation: bool) -> Option<CodeMap> {
        let Artifact { creation, runtime, debug, .. } = &*self.artifact;
        let ranges = if is_creation { decode(&debug.creation, creation) } else { decode(&debug.runtime, runtime) }?;
        let spot =
            |range: decode::Range| Some(Spot { file: *self.files.get(&range.source)?, at: range.start as usize });
        Some(ranges.into_iter().map(|range| range.and_then(spot)).collect())
    }
}

/// Reads a source under the name that the compiler knows it by.
fn read(files: &dyn Files, name: &str, left: &mut usize) -> Option<SourceFile> {
    // Names end up in files that have a record a line.
    if name.chars().any(char::is_control) {
        return None;
    }
    let package = format!("{MODULES}/{name}");
    let found = [name, package.as_str()].into_iter().find_map(|path| {
        let bytes = files.read(path).ok().flatten()?;
        Some((path, bytes))
    });
    let (path, bytes) = found?;
    if bytes.len() > MAX_SOURCE || bytes.len() > *left {
        return None;
    }
    *left -= bytes.len();
    let text = String::from_utf8(bytes.into_owned()).ok()?;
    Some(SourceFile::new(name.to_owned(), path.to_owned(), text))
}
