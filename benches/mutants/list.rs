//! `mutants.json`: what `build.mjs` builds, read with what should catch it.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = include_str!("mutants.json");

/// A contract with one bug.
#[derive(Debug, Deserialize)]
pub(crate) struct Mutant {
    pub(crate) name: String,
    pub(crate) base: String,
    /// The bug, as a sentence without a full stop.
    pub(crate) wrong: String,
    /// Id of the property that should catch it.
    pub(crate) caught: String,
}

/// Bases, with the folders of their sources, and mutants.
#[derive(Debug, Deserialize)]
pub(crate) struct List {
    bases: BTreeMap<String, String>,
    mutants: Vec<Mutant>,
}

impl List {
    /// Reads what is wanted of the list, and compares it with the packs.
    pub(crate) fn read(wanted: impl Fn(&str) -> bool) -> Result<Self, String> {
        let read = serde_json::from_str(TEXT);
        let mut list: Self = read.map_err(|error| format!("benches/mutants/mutants.json: {error}"))?;
        list.mutants.retain(|mutant| wanted(&mutant.name));
        let packs = heist::invariant::packs().map_err(|error| error.to_string())?;
        let known: BTreeSet<_> = packs.invariants.iter().map(|source| source.id.as_str()).collect();
        for Mutant { name, base, caught, .. } in &list.mutants {
            if !list.bases.contains_key(base) {
                return Err(format!("{name}: there is no base {base}"));
            }
            if !known.contains(caught.as_str()) {
                return Err(format!("{name}: no pack has {caught}"));
            }
        }
        Ok(list)
    }

    pub(crate) fn bases(&self) -> impl Iterator<Item = &str> {
        self.bases.keys().map(String::as_str)
    }

    pub(crate) fn mutants(&self) -> impl Iterator<Item = &Mutant> {
        self.mutants.iter()
    }
}
