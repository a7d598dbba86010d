//! Files of builds: what a compiler was given and what it made of it, as Foundry and Hardhat keep it beside artifacts.

use super::{
    super::Artifact,
    all,
    raw::{RawContracts, RawSources},
};
use alloy_primitives::keccak256;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of `build-info`.
#[derive(Debug, Default)]
pub(in super::super) struct Build {
    /// Sources by their numbers.
    pub(in super::super) sources: BTreeMap<u32, String>,
    /// Contracts with their source maps, where the file has what the compiler made.
    pub(in super::super) artifacts: Vec<Artifact>,
}

/// What a compiler made.
#[derive(Default, Deserialize)]
struct RawOutput {
    #[serde(default)]
    contracts: Option<RawContracts>,
    #[serde(default)]
    sources: Option<RawSources>,
}

#[derive(Deserialize)]
struct RawBuild {
    /// Foundry.
    #[serde(default)]
    source_id_to_path: Option<BTreeMap<String, String>>,
    #[serde(default)]
    input: Option<RawInput>,
    #[serde(default)]
    output: Option<RawOutput>,
}

#[derive(Deserialize)]
struct RawInput {
    #[serde(default)]
    sources: BTreeMap<String, RawContent>,
}

#[derive(Deserialize)]
struct RawContent {
    #[serde(default)]
    content: Option<String>,
}

/// The numbers alone, for they are all that is wanted where artifacts have their own maps.
#[derive(Deserialize)]
struct RawNumbers {
    source_id_to_path: BTreeMap<String, String>,
}

/// Reads a file of builds; nothing where it is something else. Contracts are read only if `whole`.
pub(in super::super) fn read_build(bytes: &[u8], file: &str, whole: bool) -> Option<Build> {
    if !whole {
        let numbers: RawNumbers = serde_json::from_slice(bytes).ok()?;
        return Some(Build { sources: numbered(numbers.source_id_to_path), artifacts: Vec::new() });
    }
    let raw: RawBuild = serde_json::from_slice(bytes).ok()?;
    let RawOutput { contracts, sources } = raw.output.unwrap_or_default();
    let sources = match raw.source_id_to_path {
        Some(sources) => numbered(sources),
        None => sources.unwrap_or_default().0,
    };
    let given = raw.input.map(|input| input.sources).unwrap_or_default();
    let given = given.into_iter().filter_map(|(path, source)| Some((path, keccak256(source.content?))));
    let hashes: BTreeMap<_, _> = given.collect();
    let mut artifacts = all(contracts?, RawSources(sources.clone()), file).ok()?;
    for artifact in &mut artifacts {
        if artifact.debug.hashes.is_empty() {
            artifact.debug.hashes.clone_from(&hashes);
        }
    }
    Some(Build { sources, artifacts })
}

fn numbered(sources: BTreeMap<String, String>) -> BTreeMap<u32, String> {
    sources.into_iter().filter_map(|(number, path)| Some((number.parse().ok()?, path))).collect()
}
