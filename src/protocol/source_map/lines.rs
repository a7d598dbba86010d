//! Lines that can run, and those that did.

use super::{CodeMap, Sources, Spot, text::SourceFile};
use crate::evm::{CodeId, Coverage};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// How often the lines of a file ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCoverage {
    /// Path from the project's folder.
    pub file: String,
    /// Lines that can run -> how often they did.
    pub lines: BTreeMap<usize, u64>,
    /// Functions and modifiers, in the order of the file.
    pub functions: Vec<FunctionCoverage>,
}

impl FileCoverage {
    /// Lines that ran.
    pub fn reached(&self) -> usize {
        self.lines.values().filter(|count| **count > 0).count()
    }
}

/// How often a function ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionCoverage {
    /// `Contract.name`.
    pub name: String,
    /// The line that it begins in.
    pub line: usize,
    /// How often it ran.
    pub count: u64,
}

/// A number for each line and each function of the project's own sources.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    places: BTreeMap<(usize, usize), usize>,
    functions: BTreeMap<(usize, usize), usize>,
    count: usize,
    /// Numbers of what the instructions of some code are part of.
    codes: Mutex<BTreeMap<CodeId, Arc<Vec<Units>>>>,
}

/// The numbers of an instruction: its line, its function, and the line that this begins in.
type Units = [Option<usize>; 3];

impl Sources {
    /// How many numbers [`Sources::reached`] tells apart.
    pub fn units(&self) -> usize {
        self.lines().count
    }

    /// Numbers of the lines and functions of the project's own sources that ran.
    pub fn reached(&self, coverage: &Coverage) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        for (id, executed) in &coverage.codes {
            let units = self.units_of(*id, &executed.code);
            if !units.is_empty() {
                let ran = executed.pcs().filter_map(|pc| units.get(pc));
                reached.extend(ran.flatten().flatten());
            }
        }
        reached
    }

    /// What counts of the numbers that [`Sources::reached`] tells mean, by file.
    pub fn coverage(&self, counts: &[u64]) -> Vec<FileCoverage> {
        let count = |unit: &usize| counts.get(*unit).copied().unwrap_or_default();
        let mut found: BTreeMap<usize, FileCoverage> = BTreeMap::new();
        let lines = self.lines();
        for ((file, line), unit) in &lines.places {
            let entry = found.entry(*file).or_insert_with(|| FileCoverage {
                file: self.files[*file].path.clone(),
                lines: BTreeMap::new(),
                functions: Vec::new(),
            });
            entry.lines.insert(*line, count(unit));
        }
        for ((file, function), unit) in &lines.functions {
            let span = &self.files[*file].functions[*function];
            if let (Some(entry), Some(line)) = (found.get_mut(file), self.files[*file].line(span.start)) {
                entry.functions.push(FunctionCoverage { name: span.name.clone(), line, count: count(unit) });
            }
        }
        let mut files: Vec<_> = found.into_values().collect();
        files.sort_by(|left, right| left.file.cmp(&right.file));
        files
    }

    /// All lines that can run: those in which something begins that any artifact has code for, and those in which functions
    /// begin, of sources that anything is known of.
    fn lines(&self) -> &Numbering {
        self.lines.get_or_init(|| {
            let mut lines = Numbering::default();
            let (mut known, mut told) = (BTreeSet::new(), BTreeSet::new());
            // Functions with code, and those of them of which it is known that the code is theirs.
            let (mut coded, mut settled) = (BTreeSet::new(), BTreeSet::new());
            let mut unread = self.unread.clone();
            self.for_each_spot(&mut unread, |spot, is_settled| {
                let function = self.files[spot.file].function_at(spot.at).map(|function| (spot.file, function));
                coded.extend(function);
                if is_settled {
                    told.insert(spot.file);
                    settled.extend(function);
                    known.extend(self.line(spot));
                }
            });
            let told = told.difference(&unread);
            let functions = told.flat_map(|file| (0..self.files[*file].functions.len()).map(|index| (*file, index)));
            let functions: Vec<_> =
                functions.filter(|function| settled.contains(function) || !coded.contains(function)).collect();
            known.retain(|(file, _)| !unread.contains(file));
            known.extend(functions.iter().filter_map(|(file, index)| self.header(*file, *index)));
            lines.places = known.into_iter().enumerate().map(|(unit, line)| (line, unit)).collect();
            let first = lines.places.len();
            lines.functions = functions.into_iter().enumerate().map(|(unit, each)| (each, first + unit)).collect();
            lines.count = first + lines.functions.len();
            lines
        })
    }

    /// Each place that code of any artifact comes from, of the project's own sources, and whether it is known that it does: other
    /// contracts may have the same code. Files of contracts whose map is malformed go into `unread`.
    fn for_each_spot(&self, unread: &mut BTreeSet<usize>, mut visit: impl FnMut(Spot, bool)) {
        let size = |file: &SourceFile| if file.is_own { file.len() } else { 0 };
        // Whether a place was visited, as one that is not settled, or is.
        let mut visited: Vec<Vec<[bool; 2]>> = self.files.iter().map(|file| vec![[false; 2]; size(file)]).collect();
        for (mapped, is_creation) in self.mapped.iter().flat_map(|mapped| [(mapped, false), (mapped, true)]) {
            let Some(places) = mapped.places(is_creation) else {
                unread.extend(mapped.own);
                continue;
            };
            let code = mapped.code(is_creation);
            let merged = (self.candidates(code, is_creation).len() > 1).then(|| self.map(code, is_creation));
            for (pc, spot) in places.into_iter().enumerate() {
                let Some(spot) = spot else { continue };
                let is_settled = merged.as_ref().is_none_or(|merged| merged.get(pc) == Some(&Some(spot)));
                if let Some(visited) = visited[spot.file].get_mut(spot.at)
                    && !std::mem::replace(&mut visited[usize::from(is_settled)], true)
                {
                    visit(spot, is_settled);
                }
            }
        }
    }

    /// The file and line that a function begins in.
    fn header(&self, file: usize, function: usize) -> Option<(usize, usize)> {
        Some((file, self.files[file].line(self.files[file].functions[function].start)?))
    }

    /// The file and line of what begins here, if it is a statement of the project's own, or a part of one.
    fn line(&self, spot: Spot) -> Option<(usize, usize)> {
        let file = &self.files[spot.file];
        let function = file.function_at(spot.at).filter(|_| file.is_own)?;
        let is_statement = spot.at > file.functions[function].body && !file.is_block(spot.at);
        Some((spot.file, file.line(spot.at).filter(|_| is_statement)?))
    }

    fn units_of(&self, id: CodeId, code: &[u8]) -> Arc<Vec<Units>> {
        let lines = self.lines();
        let known = lines.codes.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        known.unwrap_or_else(|| {
            let map = self.places_of(id, code);
            let units = if map.iter().all(Option::is_none) { Vec::new() } else { self.units_in(&map) };
            let units = Arc::new(units);
            let mut codes = lines.codes.lock().unwrap_or_else(PoisonError::into_inner);
            if codes.len() >= super::MAX_CODES {
                codes.clear();
            }
            codes.insert(id, Arc::clone(&units));
            units
        })
    }

    fn units_in(&self, map: &CodeMap) -> Vec<Units> {
        let lines = self.lines();
        let units = |spot: &Spot| {
            let file = &self.files[spot.file];
            let Some(function) = file.function_at(spot.at).filter(|_| file.is_own) else { return [None; 3] };
            let line = |place| lines.places.get(&place).copied();
            [
                self.line(*spot).and_then(line),
                lines.functions.get(&(spot.file, function)).copied(),
                self.header(spot.file, function).and_then(line),
            ]
        };
        map.iter().map(|spot| spot.as_ref().map_or([None; 3], units)).collect()
    }
}
