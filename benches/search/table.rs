//! The numbers of all seeds as Markdown tables and as JSON.

use crate::{
    forge::Forged,
    heist::{Searched, VARIANTS},
    maze::Class,
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What was measured for a class and a seed.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) class: Class,
    pub(crate) seed: u64,
    /// Calls to each target by its witness.
    pub(crate) depths: Vec<usize>,
    pub(crate) decoys: usize,
    /// By variant, as names and results.
    pub(crate) variants: Vec<(&'static str, Searched)>,
    pub(crate) forge: Vec<Forged>,
}

/// The table that compares Heist with forge.
pub(crate) fn compare(rows: &[Row], calls: u64) -> String {
    let mut text = String::from(
        "| class | targets | 1/8 | 1/4 | 1/2 | all calls | seconds | calls to a target | forge, same calls | forge, same seconds | ratios |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for class in Class::ALL {
        let of_class: Vec<_> = rows.iter().filter(|row| row.class == class).collect();
        if !of_class.is_empty() {
            line(class.name(), &of_class, calls, &mut text);
        }
    }
    total(rows, calls, &mut text);
    text
}

/// A line of medians over seeds.
fn line(name: &str, rows: &[&Row], calls: u64, text: &mut String) {
    let of = |measure: &dyn Fn(&Row) -> f64| median(rows.iter().map(|row| measure(row)).collect());
    let share = |divisor: u64| of(&|row| row.reached(calls / divisor) as f64);
    let all = of(&|row| row.reached(u64::MAX) as f64);
    let (forge, timed) = (forge(rows, |forged| forged.equal_calls), forge(rows, |forged| forged.equal_seconds));
    let _ = writeln!(
        text,
        "| {name} | {:.0} | {:.0} | {:.0} | {:.0} | {all:.0} | {:.1} | {} | {} | {} | {} |",
        of(&|row| row.depths.len() as f64),
        share(8),
        share(4),
        share(2),
        of(&|row| row.usual().seconds),
        grouped(of(&|row| row.typical_calls())),
        forge.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}")),
        timed.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}")),
        [forge, timed].into_iter().flatten().map(|count| ratio(all, count)).collect::<Vec<_>>().join(", "),
    );
}

/// The whole set: the classes of a seed are added up, then the median over seeds is taken.
fn total(rows: &[Row], calls: u64, text: &mut String) {
    let mut seeds: Vec<_> = rows.iter().map(|row| row.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let over = |measure: &dyn Fn(&Row) -> f64| {
        let of_seed = |seed: &u64| rows.iter().filter(|row| row.seed == *seed).map(measure).sum();
        median(seeds.iter().map(of_seed).collect())
    };
    let targets = over(&|row| row.depths.len() as f64);
    let all = over(&|row| row.reached(u64::MAX) as f64);
    let share = |divisor: u64| over(&|row| row.reached(calls / divisor) as f64);
    let has_forge = rows.iter().any(|row| !row.forge.is_empty());
    let forge = has_forge.then(|| over(&|row| row.best(|forged| forged.equal_calls).unwrap_or(0.0)));
    let timed = has_forge.then(|| over(&|row| row.best(|forged| forged.equal_seconds).unwrap_or(0.0)));
    let _ = writeln!(
        text,
        "| total | {targets:.0} | {:.0} | {:.0} | {:.0} | {all:.0} ({:.1} %) | {:.1} | | {} | {} | {} |",
        share(8),
        share(4),
        share(2),
        100.0 * all / targets.max(1.0),
        over(&|row| row.usual().seconds),
        forge.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}")),
        timed.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}")),
        [forge, timed].into_iter().flatten().map(|count| ratio(all, count)).collect::<Vec<_>>().join(", "),
    );
}

/// The table of variants: targets, and how many times the usual calls they need.
pub(crate) fn variants(rows: &[Row], calls: u64) -> String {
    let names: Vec<_> = rows.first().map_or_else(Vec::new, |row| row.variants.iter().map(|(name, _)| *name).collect());
    if names.len() < 2 {
        return String::new();
    }
    let mut text = format!("| class | {} |\n|---|{}\n", names.join(" | "), "---:|".repeat(names.len()));
    for class in Class::ALL {
        let of_class: Vec<_> = rows.iter().filter(|row| row.class == class).collect();
        if of_class.is_empty() {
            continue;
        }
        let cells: Vec<_> = (0..names.len()).map(|variant| cell(&of_class, variant, calls)).collect();
        let _ = writeln!(text, "| {} | {} |", class.name(), cells.join(" | "));
    }
    text
}

/// Targets, and mean calls to a target as a multiple of the usual variant's; one that was not reached counts as all calls.
fn cell(rows: &[&Row], variant: usize, calls: u64) -> String {
    let mean = |variant: usize| {
        let of_row = |row: &&Row| {
            let targets = &row.variants[variant].1.targets;
            let sum: u64 = targets.iter().map(|target| target.map_or(calls, |reached| reached.calls)).sum();
            sum as f64 / targets.len().max(1) as f64
        };
        median(rows.iter().map(of_row).collect())
    };
    let reached = rows.iter().map(|row| count(&row.variants[variant].1, u64::MAX) as f64).collect();
    format!("{:.0} ({:.1}x)", median(reached), mean(variant) / mean(0).max(1.0))
}

/// Raw numbers.
pub(crate) fn raw(rows: &[Row], calls: u64) -> Value {
    let rows: Vec<_> = rows.iter().map(Row::raw).collect();
    json!({ "calls": calls, "rows": rows })
}

impl Row {
    /// The usual variant, which runs always.
    fn usual(&self) -> &Searched {
        &self.variants[0].1
    }

    fn reached(&self, calls: u64) -> usize {
        count(self.usual(), calls)
    }

    /// Median calls to a target that was reached.
    fn typical_calls(&self) -> f64 {
        median(self.usual().targets.iter().flatten().map(|reached| reached.calls as f64).collect())
    }

    /// The better of forge's modes.
    fn best(&self, measure: fn(&Forged) -> usize) -> Option<f64> {
        self.forge.iter().map(measure).max().map(|count| count as f64)
    }

    fn raw(&self) -> Value {
        let variants = self.variants.iter().map(|(name, searched)| {
            let targets = searched.targets.iter().zip(&self.depths).map(|(target, depth)| {
                let at = target.map(|reached| json!({ "calls": reached.calls, "seconds": reached.seconds }));
                json!({ "depth": depth, "reached": at })
            });
            let targets: Vec<_> = targets.collect();
            json!({ "variant": name, "calls": searched.calls, "seconds": searched.seconds, "targets": targets })
        });
        let forge = self.forge.iter().map(|forged| {
            json!({
                "mode": forged.mode.name(),
                "calls": forged.calls,
                "seconds": forged.seconds,
                "equal_calls": forged.equal_calls,
                "equal_seconds": forged.equal_seconds,
            })
        });
        json!({
            "class": self.class.name(),
            "seed": self.seed,
            "decoys": self.decoys,
            "heist": variants.collect::<Vec<_>>(),
            "forge": forge.collect::<Vec<_>>(),
        })
    }
}

/// The names of the variants that there are.
pub(crate) fn variant_names() -> Vec<&'static str> {
    VARIANTS.iter().map(|variant| variant.name).collect()
}

fn count(searched: &Searched, calls: u64) -> usize {
    searched.targets.iter().flatten().filter(|reached| reached.calls <= calls).count()
}

fn forge(rows: &[&Row], measure: fn(&Forged) -> usize) -> Option<f64> {
    let counts: Option<Vec<_>> = rows.iter().map(|row| row.best(measure)).collect();
    counts.map(median)
}

fn ratio(heist: f64, forge: f64) -> String {
    if forge == 0.0 { "-".to_owned() } else { format!("{:.1}", heist / forge) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

/// Thousands apart; nothing where nothing was reached.
fn grouped(number: f64) -> String {
    if number == 0.0 {
        return "-".to_owned();
    }
    let digits = format!("{number:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
