//! What the campaigns came to, as Markdown.

use crate::campaign::Searched;
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

/// A protocol over all seeds.
#[derive(Debug)]
pub(crate) struct Row {
    name: String,
    results: Vec<Searched>,
}

impl Row {
    pub(crate) fn new(name: String, results: Vec<Searched>) -> Self {
        Self { name, results }
    }

    /// Whether nothing was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.results.iter().all(|searched| searched.profit.is_none() && searched.violated.is_empty())
    }

    /// How many campaigns found something.
    fn found(&self) -> usize {
        self.results.iter().filter(|searched| searched.first().is_some()).count()
    }

    /// How many campaigns found a profit.
    fn robbed(&self) -> usize {
        self.results.iter().filter(|searched| searched.profit.is_some()).count()
    }

    /// The lower median of something over the campaigns; those that do not have it come last.
    fn median<T: PartialOrd>(&self, of: impl Fn(&Searched) -> Option<T>) -> Option<T> {
        let mut all: Vec<_> = self.results.iter().map(of).collect();
        all.sort_by(|one, other| match (one, other) {
            (Some(one), Some(other)) => one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal),
            (one, other) => other.is_some().cmp(&one.is_some()),
        });
        let middle = (all.len() - 1) / 2;
        all.swap_remove(middle)
    }

    /// The closed form of the largest profit, base units.
    fn optimum(&self) -> Option<f64> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/attacks").join(&self.name).join("optimum.txt");
        fs::read_to_string(file).ok()?.lines().find(|line| !line.starts_with('#'))?.trim().parse().ok()
    }
}

fn profit(searched: &Searched) -> Option<f64> {
    searched.profit.as_ref()?.0.profit.as_ref()?.amount.parse().ok()
}

/// The table, and how many of its protocols were found.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut text = String::from(
        "| protocol | found | with profit | as | seconds | actions | profit | of the closed form | violated |\n\
         |---|---:|---:|---|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        let rules: BTreeSet<_> =
            row.results.iter().filter_map(|one| Some(one.profit.as_ref()?.0.rule.as_str())).collect();
        let violated: BTreeSet<_> =
            row.results.iter().flat_map(|one| &one.violated).map(|(rule, _)| rule.as_str()).collect();
        let seconds = row.median(Searched::first);
        let actions = row.median(|one| {
            one.profit
                .as_ref()
                .map(|(finding, _)| finding.steps.iter().map(|step| step.functions().len()).sum::<usize>())
        });
        let gained = row.median(profit);
        let share = row.optimum().and_then(|optimum| Some(gained? / optimum));
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let _ = writeln!(
            text,
            "| {} | {} of {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            row.found(),
            row.results.len(),
            row.robbed(),
            rules.into_iter().collect::<Vec<_>>().join(", "),
            shown(seconds.map(|seconds| format!("{seconds:.1}"))),
            shown(actions.map(|actions| actions.to_string())),
            shown(gained.map(|gained| format!("{gained:.4e}"))),
            shown(share.map(|share| format!("{share:.3}"))),
            violated.into_iter().collect::<Vec<_>>().join(", "),
        );
    }
    let most = |count: &dyn Fn(&Row) -> usize| rows.iter().filter(|row| count(row) * 2 > row.results.len()).count();
    let (found, robbed) = (most(&Row::found), most(&Row::robbed));
    let _ = writeln!(
        text,
        "\nFound by more than half of the campaigns: {found} of {}, with a profit {robbed}.",
        rows.len()
    );
    text
}
