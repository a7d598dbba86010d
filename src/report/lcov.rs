//! Line coverage in the format of LCOV (`man geninfo`): what editors, `genhtml` and services read.

use super::{
    amount::{percent, thousands},
    escape::clip,
};
use crate::protocol::FileCoverage;
use std::{collections::BTreeMap, fmt::Write as _};

/// Characters of a name in a table.
const MAX_NAME: usize = 80;

/// The tracefile of some files, which have no control characters in their names.
pub fn render_lcov(files: &[FileCoverage]) -> String {
    let mut text = String::new();
    for file in files {
        let lines = file.lines.iter().map(|(line, count)| format!("DA:{line},{count}"));
        let functions = file.functions.iter().map(|each| format!("FN:{},{}", each.line, each.name));
        let counts = file.functions.iter().map(|each| format!("FNDA:{},{}", each.count, each.name));
        let entered = file.functions.iter().filter(|each| each.count > 0).count();
        let records = functions
            .chain(counts)
            .chain([format!("FNF:{}", file.functions.len()), format!("FNH:{entered}")])
            .chain(lines)
            .chain([format!("LF:{}", file.lines.len()), format!("LH:{}", file.reached())]);
        // Writing into a string cannot fail.
        let _ = writeln!(text, "TN:\nSF:{}", file.file);
        for record in records {
            let _ = writeln!(text, "{record}");
        }
        text.push_str("end_of_record\n");
    }
    text
}

/// A file for a table: its name, lines that ran, all lines, and the share of both.
pub(super) fn row(file: &FileCoverage) -> Vec<String> {
    let (reached, all) = (file.reached() as u64, file.lines.len() as u64);
    vec![clip(&file.file, MAX_NAME), thousands(reached), thousands(all), percent(reached, all)]
}

/// The same files in several protocols as one: what ran in any of them, counts added.
pub(super) fn merged<'a>(all: impl Iterator<Item = &'a FileCoverage>) -> Vec<FileCoverage> {
    let mut merged: BTreeMap<&str, FileCoverage> = BTreeMap::new();
    for file in all {
        let Some(known) = merged.get_mut(file.file.as_str()) else {
            merged.insert(&file.file, file.clone());
            continue;
        };
        for (line, count) in &file.lines {
            *known.lines.entry(*line).or_default() += count;
        }
        for function in &file.functions {
            match known.functions.iter_mut().find(|each| (&each.name, each.line) == (&function.name, function.line)) {
                Some(each) => each.count += function.count,
                None => known.functions.push(function.clone()),
            }
        }
        known.functions.sort_by(|left, right| (left.line, &left.name).cmp(&(right.line, &right.name)));
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::{merged, render_lcov};
    use crate::protocol::{FileCoverage, FunctionCoverage};

    fn file(name: &str, lines: &[(usize, u64)], count: u64) -> FileCoverage {
        let functions = vec![FunctionCoverage { name: "A.f".to_owned(), line: 3, count }];
        FileCoverage { file: name.to_owned(), lines: lines.iter().copied().collect(), functions }
    }

    #[test]
    fn a_tracefile_has_the_records_that_its_readers_expect() {
        let text = render_lcov(&[file("src/A.sol", &[(3, 2), (4, 2), (9, 0)], 2)]);
        let expected = "TN:\nSF:src/A.sol\nFN:3,A.f\nFNDA:2,A.f\nFNF:1\nFNH:1\nDA:3,2\nDA:4,2\nDA:9,0\nLF:3\nLH:2\nend_of_record\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_several_protocols_ran_is_added() {
        let all = [file("a", &[(3, 1), (4, 0)], 1), file("b", &[(1, 1)], 0), file("a", &[(3, 2), (5, 1)], 2)];
        assert_eq!(merged(all.iter()), [file("a", &[(3, 3), (4, 0), (5, 1)], 3), file("b", &[(1, 1)], 0)]);
    }
}
