//! Whether artifacts are older than their sources. The hashes that artifacts carry tell it, for a fresh clone changes all times;
//! times do where there are no hashes.

use super::super::{Artifacts, Files};
use alloy_primitives::{B256, keccak256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 12;
/// Most files that are looked at.
const MAX_FILES: usize = 20_000;

/// A project's files, and where they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Project<'a> {
    pub(super) folder: &'a Path,
    pub(super) files: &'a dyn Files,
    /// Folders of its own sources.
    pub(super) sources: &'a [String],
    /// Folder of its artifacts.
    pub(super) out: &'a str,
}

impl Project<'_> {
    /// What is newer than the artifacts, in words; none where they say what the sources say.
    pub(super) fn newer(&self, artifacts: &Artifacts) -> Option<String> {
        let compiled = self.compiled(artifacts);
        if let Some(file) = compiled.iter().find(|(file, hashes)| self.has_changed(file, hashes)) {
            return Some(format!("`{}` has changed since it was compiled", file.0));
        }
        let written = walk(&self.folder.join(self.out), "json").into_iter().map(|(_, time)| time).max()?;
        let found = self.sources.iter().flat_map(|folder| walk(&self.folder.join(folder), "sol"));
        let names = found.filter_map(|(path, time)| {
            let name = path.strip_prefix(self.folder).ok()?.components().map(|part| part.as_os_str().to_str());
            Some((name.collect::<Option<Vec<_>>>()?.join("/"), time))
        });
        let mut newer = names.filter(|(name, time)| *time > written && !compiled.contains_key(name.as_str()));
        newer.next().map(|(name, _)| format!("`{name}` is newer than what is in `{}`", self.out))
    }

    /// Hashes of the files that artifacts were compiled from. An artifact whose own source is gone was left over from an earlier
    /// build.
    fn compiled<'a>(&self, artifacts: &'a Artifacts) -> BTreeMap<&'a str, BTreeSet<B256>> {
        let mut compiled: BTreeMap<&str, BTreeSet<B256>> = BTreeMap::new();
        for artifact in artifacts.iter() {
            let is_left_over =
                artifact.debug.hashes.contains_key(&artifact.source) && self.read(&artifact.source).is_none();
            for (file, hash) in artifact.debug.hashes.iter().filter(|_| !is_left_over) {
                compiled.entry(file).or_default().insert(*hash);
            }
        }
        compiled
    }

    fn has_changed(&self, file: &str, hashes: &BTreeSet<B256>) -> bool {
        // What is gone or lies elsewhere cannot be compared.
        let Some(bytes) = self.read(file) else { return false };
        // The compiler is given line feeds, whatever an editor wrote.
        let hash = keccak256(without_returns(&bytes));
        hashes.iter().any(|known| *known != hash)
    }

    fn read(&self, file: &str) -> Option<Vec<u8>> {
        Some(self.files.read(file).ok()??.into_owned())
    }
}

/// The bytes with `\r\n` as `\n`.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let is_kept = |(index, byte): &(usize, &u8)| **byte != b'\r' || bytes.get(index + 1) != Some(&b'\n');
    bytes.iter().enumerate().filter(is_kept).map(|(_, byte)| *byte).collect()
}

/// Files with this extension and when they were changed, in the order of their paths. Links are not followed: they may lead out of
/// the project.
fn walk(folder: &Path, extension: &str) -> Vec<(PathBuf, SystemTime)> {
    let mut folders = vec![(folder.to_owned(), 0)];
    let (mut found, mut count) = (Vec::new(), 0);
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            count += 1;
            if count > MAX_FILES {
                break;
            }
            let path = entry.path();
            if kind.is_dir() && depth < MAX_DEPTH {
                folders.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|found| found == extension) {
                let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
                found.extend(changed.map(|changed| (path, changed)));
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::without_returns;

    #[test]
    fn only_returns_before_line_feeds_go() {
        assert_eq!(without_returns(b"a\r\nb\rc\r\r\n"), b"a\nb\rc\r\n");
    }
}
