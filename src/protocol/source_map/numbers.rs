//! Which source a number means. Numbers are those of one compilation, and artifacts of several may lie beside each other.

use super::super::{Artifact, Entry, Files, artifact::read_build};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// Folder beside artifacts that tells of builds.
const BUILDS: &str = "build-info";
/// Files of it that are read.
const MAX_BUILDS: usize = 256;
/// Bytes of them.
const MAX_BYTES: usize = 512 << 20;

/// Artifacts with source maps, each with what its numbers mean.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    mapped: Vec<(Arc<Artifact>, BTreeMap<u32, String>)>,
    /// Those of which it is not known.
    unknown: Vec<Arc<Artifact>>,
}

impl Numbers {
    /// Finds out what the numbers of `artifacts` mean, by what lies beside them in `folders`.
    pub(super) fn read(files: &dyn Files, artifacts: &[Arc<Artifact>], folders: &[String]) -> Self {
        let mapped: Vec<_> = artifacts.iter().filter(|artifact| has_map(artifact)).cloned().collect();
        let is_whole = mapped.is_empty();
        let mut builds = Vec::new();
        let mut compiled = Vec::new();
        let mut left = MAX_BYTES;
        for (path, bytes) in build_files(files, folders) {
            let Some(rest) = left.checked_sub(bytes.len()) else { break };
            left = rest;
            let Some(build) = read_build(&bytes, &path, is_whole) else { continue };
            compiled.extend(build.artifacts.into_iter().map(Arc::new).filter(has_map));
            builds.push(build.sources);
        }
        let all: Vec<_> = mapped.into_iter().chain(compiled).collect();
        let by_compiler = by_compiler(&all);
        let mut numbers = Self::default();
        for artifact in all {
            let known = if !artifact.debug.sources.is_empty() {
                Some(BTreeMap::clone(&artifact.debug.sources))
            } else if builds.is_empty() {
                by_compiler.get(&artifact.debug.compiler).cloned()
            } else {
                of_builds(&artifact, &builds)
            };
            match known {
                Some(known) => numbers.mapped.push((artifact, known)),
                None => numbers.unknown.push(artifact),
            }
        }
        numbers
    }

    pub(super) fn mapped(&self) -> impl Iterator<Item = (&Arc<Artifact>, &BTreeMap<u32, String>)> {
        self.mapped.iter().map(|(artifact, numbers)| (artifact, numbers))
    }

    pub(super) fn unknown(&self) -> &[Arc<Artifact>] {
        &self.unknown
    }
}

fn has_map(artifact: &Arc<Artifact>) -> bool {
    let debug = &artifact.debug;
    !debug.creation.is_empty() || !debug.runtime.is_empty()
}

fn is_json(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "json")
}

fn build_files(files: &dyn Files, folders: &[String]) -> Vec<(String, Vec<u8>)> {
    let folders: BTreeSet<_> =
        folders.iter().map(|folder| format!("{}/{BUILDS}", folder.trim_end_matches('/'))).collect();
    let listed = folders.iter().filter_map(|folder| files.list(folder).ok().flatten()).flatten();
    let named = listed.filter(|entry| !entry.is_folder && is_json(&entry.path)).take(MAX_BUILDS);
    let read = |entry: Entry| {
        let bytes = files.read(&entry.path).ok().flatten()?.into_owned();
        Some((entry.path, bytes))
    };
    named.filter_map(read).collect()
}

/// What the builds say that the artifact may be of: those that give its source its number, and know all sources that it was compiled
/// from. Where they do not agree, it is not known which one it is of.
fn of_builds(artifact: &Artifact, builds: &[BTreeMap<u32, String>]) -> Option<BTreeMap<u32, String>> {
    let hashes = &artifact.debug.hashes;
    let fitting = builds.iter().filter_map(|build| {
        let own = build.get(&artifact.debug.source?)?;
        let numbers: BTreeMap<_, _> = build
            .iter()
            .filter(|(_, path)| hashes.contains_key(*path))
            .map(|(number, path)| (*number, path.clone()))
            .collect();
        (*own == artifact.source && numbers.len() == hashes.len()).then_some(numbers)
    });
    let fitting: BTreeSet<_> = fitting.collect();
    let mut fitting = fitting.into_iter();
    fitting.next().filter(|_| fitting.next().is_none())
}

/// What the artifacts themselves say, for each compiler: each knows the number of its own source. A number that two sources have is
/// none, nor is a source that has two.
fn by_compiler(artifacts: &[Arc<Artifact>]) -> BTreeMap<String, BTreeMap<u32, String>> {
    let mut pairs: BTreeMap<&str, BTreeSet<(u32, &str)>> = BTreeMap::new();
    for artifact in artifacts {
        if let Some(number) = artifact.debug.source {
            pairs.entry(&artifact.debug.compiler).or_default().insert((number, &artifact.source));
        }
    }
    let settled = |pairs: BTreeSet<(u32, &str)>| {
        let (mut numbers, mut paths) = (BTreeMap::new(), BTreeMap::new());
        for (number, path) in &pairs {
            *numbers.entry(*number).or_insert(0) += 1;
            *paths.entry(*path).or_insert(0) += 1;
        }
        let is_alone = |(number, path): &(u32, &str)| numbers[number] == 1 && paths[path] == 1;
        pairs.iter().filter(|pair| is_alone(pair)).map(|(number, path)| (*number, (*path).to_owned())).collect()
    };
    pairs.into_iter().map(|(compiler, pairs)| (compiler.to_owned(), settled(pairs))).collect()
}

#[cfg(test)]
mod tests {
    use super::{by_compiler, of_builds};
    use crate::protocol::{Artifact, Bytecode, DebugInfo, Place};
    use alloy_primitives::B256;
    use std::{collections::BTreeMap, sync::Arc};

    fn artifact(source: &str, number: u32, with: &[&str]) -> Artifact {
        let hashes = with.iter().chain([&source]).map(|path| ((*path).to_owned(), B256::ZERO)).collect();
        Artifact {
            name: "A".to_owned(),
            source: source.to_owned(),
            abi: alloy_json_abi::JsonAbi::new(),
            creation: Bytecode::default(),
            runtime: Bytecode::default(),
            variables: None,
            layout: None,
            debug: DebugInfo { source: Some(number), hashes, ..DebugInfo::default() },
            place: Place::default(),
        }
    }

    fn build(paths: &[(u32, &str)]) -> BTreeMap<u32, String> {
        paths.iter().map(|(number, path)| (*number, (*path).to_owned())).collect()
    }

    #[test]
    fn an_artifact_is_of_the_build_that_gives_its_source_its_number() {
        let builds = [build(&[(0, "a"), (1, "b"), (2, "c")]), build(&[(0, "b"), (1, "c")])];
        assert_eq!(of_builds(&artifact("c", 2, &["a"]), &builds), Some(build(&[(0, "a"), (2, "c")])));
        assert_eq!(of_builds(&artifact("c", 1, &["b"]), &builds), Some(build(&[(0, "b"), (1, "c")])));
        // No build knows all that it was compiled from.
        assert_eq!(of_builds(&artifact("c", 1, &["a"]), &builds), None);
    }

    #[test]
    fn builds_that_do_not_agree_say_nothing() {
        let builds = [build(&[(0, "a"), (1, "b"), (2, "c")]), build(&[(0, "a"), (1, "c"), (2, "b")])];
        assert_eq!(of_builds(&artifact("a", 0, &["b"]), &builds), None);
        assert_eq!(of_builds(&artifact("a", 0, &[]), &builds), Some(build(&[(0, "a")])));
    }

    #[test]
    fn without_builds_a_number_or_a_source_that_is_there_twice_is_not_known() {
        let all = [("a", 0), ("b", 1), ("c", 1), ("d", 3), ("d", 4), ("e", 5), ("e", 5)];
        let all: Vec<_> = all.into_iter().map(|(source, number)| Arc::new(artifact(source, number, &[]))).collect();
        assert_eq!(by_compiler(&all)[""], build(&[(0, "a"), (5, "e")]));
    }
}
