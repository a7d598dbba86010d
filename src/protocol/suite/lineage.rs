//! What the sources say of a suite and of the contracts that it inherits from.

use super::{
    super::{Artifact, Files},
    comments::{DocLine, Outline, outline},
};
use std::collections::{BTreeMap, BTreeSet};

/// A suite and its bases, in the files that it was compiled from.
#[derive(Debug)]
pub(super) struct Lineage<'a> {
    artifact: &'a Artifact,
    outlines: BTreeMap<String, Outline>,
    /// File and name: the suite first, then its bases.
    contracts: Vec<(String, String)>,
}

impl<'a> Lineage<'a> {
    /// Reads the files of the project among those that a suite was compiled from; none where its own is missing, or no file has
    /// `word`.
    pub(super) fn read(files: &dyn Files, artifact: &'a Artifact, word: &str) -> Option<Self> {
        let own = std::iter::once(&artifact.source);
        let paths: BTreeSet<&String> = own.chain(artifact.debug.hashes.keys()).collect();
        let text = |path: &str| String::from_utf8(files.read(path).ok()??.into_owned()).ok();
        let texts: BTreeMap<_, _> = paths.into_iter().filter_map(|path| Some((path, text(path)?))).collect();
        if !texts.contains_key(&artifact.source) || !texts.values().any(|text| text.contains(word)) {
            return None;
        }
        let outlines = texts.into_iter().map(|(path, text)| (path.clone(), outline(&text))).collect();
        let contracts = vec![(artifact.source.clone(), artifact.name.clone())];
        let mut lineage = Self { artifact, outlines, contracts };
        lineage.follow();
        Some(lineage)
    }

    /// Adds the bases of what is there. A name of the same file goes before that of another, which must have been imported.
    fn follow(&mut self) {
        let mut next = 0;
        while let Some((path, name)) = self.contracts.get(next).cloned() {
            next += 1;
            for base in self.bases(&path, &name) {
                let here = self.declares(&path, &base).then(|| path.clone());
                let paths: Vec<String> = match here {
                    Some(path) => vec![path],
                    None => self.outlines.keys().filter(|path| self.declares(path, &base)).cloned().collect(),
                };
                for path in paths {
                    let contract = (path, base.clone());
                    if !self.contracts.contains(&contract) {
                        self.contracts.push(contract);
                    }
                }
            }
        }
    }

    fn bases(&self, path: &str, name: &str) -> Vec<String> {
        let contracts = self.outlines.get(path).map_or(&[][..], |outline| &outline.contracts);
        contracts.iter().filter(|contract| contract.name == name).flat_map(|contract| contract.bases.clone()).collect()
    }

    fn declares(&self, path: &str, name: &str) -> bool {
        self.outlines.get(path).is_some_and(|outline| outline.contracts.iter().any(|contract| contract.name == name))
    }

    /// Their documentation with its files, the suite's first.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, &DocLine)> {
        self.contracts.iter().flat_map(|(path, name)| {
            let lines = self.outlines.get(path).map_or(&[][..], |outline| &outline.lines);
            lines.iter().filter(move |line| line.contract == *name).map(|line| (path.as_str(), line))
        })
    }

    /// Whether a line is the suite's own.
    pub(super) fn is_own(&self, path: &str, line: &DocLine) -> bool {
        path == self.artifact.source && line.contract == self.artifact.name
    }
}
