//! What the campaigns came to, as Markdown.

use crate::{campaign::Searched, list::Mutant};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// A base over all seeds.
#[derive(Debug)]
pub(crate) struct Base {
    name: String,
    seeds: usize,
    calls: u64,
    /// Rules that were violated though nothing is wrong.
    found: BTreeSet<String>,
    decided: BTreeSet<String>,
}

impl Base {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), seeds: 0, calls: 0, found: BTreeSet::new(), decided: BTreeSet::new() }
    }

    pub(crate) fn add(&mut self, searched: Searched) {
        self.seeds += 1;
        self.calls += searched.calls;
        self.found.extend(searched.found.into_keys());
        self.decided.extend(searched.decided);
    }
}

/// A mutant over all seeds.
#[derive(Debug)]
pub(crate) struct Row {
    name: String,
    wrong: String,
    caught: String,
    /// Calls to the violation in each campaign, sorted; missed ones last.
    calls: Vec<u64>,
    /// Other rules that were violated before, and in how many campaigns.
    others: BTreeMap<String, usize>,
}

impl Row {
    pub(crate) fn new(mutant: &Mutant, results: &[Searched]) -> Self {
        let caught = &mutant.caught;
        let mut calls: Vec<_> =
            results.iter().map(|searched| searched.found.get(caught).copied().unwrap_or(u64::MAX)).collect();
        calls.sort_unstable();
        let mut others = BTreeMap::new();
        for id in results.iter().flat_map(|searched| searched.found.keys()).filter(|id| *id != caught) {
            *others.entry(id.clone()).or_default() += 1;
        }
        Self { name: mutant.name.clone(), wrong: mutant.wrong.clone(), caught: caught.clone(), calls, others }
    }

    /// Campaigns that found it.
    pub(crate) fn found(&self) -> usize {
        self.calls.iter().filter(|calls| **calls != u64::MAX).count()
    }

    /// Median calls; of an even number of campaigns the mean of the middle two. None when one of those missed.
    fn median(&self) -> Option<u64> {
        let [left, right] = [self.calls[(self.calls.len() - 1) / 2], self.calls[self.calls.len() / 2]];
        (right != u64::MAX).then(|| left.midpoint(right))
    }
}

/// The bases: nothing may be found.
pub(crate) fn bases(bases: &[Base]) -> String {
    let mut text = String::from("| base | calls | seeds | properties decided | found |\n|---|---:|---:|---:|---|\n");
    for Base { name, seeds, calls, found, decided, .. } in bases {
        let found = if found.is_empty() { "nothing".to_owned() } else { join(found) };
        let _ = writeln!(text, "| {name} | {calls} | {seeds} | {} | {found} |", decided.len());
    }
    text
}

/// The mutants.
pub(crate) fn mutants(rows: &[Row]) -> String {
    let mut text = String::from(
        "| mutant | what is wrong | caught by | found | median calls | violated before |\n|---|---|---|---:|---:|---|\n",
    );
    for row in rows {
        let median = row.median().map_or_else(|| "-".to_owned(), |calls| calls.to_string());
        let others: Vec<_> = row.others.iter().map(|(id, count)| format!("{id} ({count})")).collect();
        let Row { name, wrong, caught, calls, .. } = row;
        let (found, of, others) = (row.found(), calls.len(), others.join(", "));
        let _ = writeln!(text, "| {name} | {wrong} | {caught} | {found} of {of} | {median} | {others} |");
    }
    let caught = rows.iter().filter(|row| row.median().is_some()).count();
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.caught).collect();
    let _ = writeln!(text, "\n{caught} of {} mutants are caught, by {} properties.", rows.len(), ids.len());
    text
}

/// What is not as it should be.
pub(crate) fn problems(bases: &[Base], rows: &[Row]) -> Vec<String> {
    let dirty = bases.iter().filter(|base| !base.found.is_empty());
    let dirty = dirty.map(|base| format!("{} has nothing wrong, and yet: {}", base.name, join(&base.found)));
    let missed = rows.iter().filter(|row| row.median().is_none());
    let missed = missed
        .map(|row| format!("{}: {} found it with {} of {} seeds", row.name, row.caught, row.found(), row.calls.len()));
    dirty.chain(missed).collect()
}

fn join(ids: &BTreeSet<String>) -> String {
    ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
