use super::{
    amount::{amount, amount_with_base_units, percent, thousands},
    caveats,
    escape::{clip, escape},
    lcov,
    solidity::render_steps,
    summary::{FrontierEntry, FunctionEntry, OptimumEntry, ProtocolEntry, RunSummary},
    zoo,
};
use crate::{
    campaign::{ExpectedRecord, Finding, Gain, InvariantStatus, LossRecord, OpenOutcome, ProfitRecord, ReasonSummary},
    protocol::{FileCoverage, Severity},
};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};
use console::{Style, measure_text_width};
use std::path::Path;

/// Column in which the values of a finding's block begin.
const LABEL: usize = 12;
/// Widest text that is comfortable to read.
const MAX_WIDTH: usize = 120;
/// Columns from which on the table of protocols has all of its columns.
const WIDE: usize = 90;
/// Characters of a name in a table.
const MAX_NAME: usize = 40;
/// Reasons of failed calls that are shown for a function.
const MAX_REASONS: usize = 3;
/// Open outcomes of a protocol that are shown.
const MAX_OPEN: usize = 10;
/// Accounts that lost something to an attack that are shown.
const MOST_LOSSES: usize = 6;

/// How text is shaped for a terminal, or for what is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colours.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// Whether to show how each function fared.
    pub functions: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { color: false, width: 100, functions: false }
    }
}

impl Look {
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        style.force_styling(self.color).apply_to(text).to_string()
    }

    pub(super) fn width(self) -> usize {
        self.width.clamp(40, MAX_WIDTH)
    }

    fn label(self, label: &str) -> String {
        self.paint(Style::new().dim(), &format!("  {label:<width$}", width = LABEL - 2))
    }

    /// `  label    value`, with the value wrapped into its column.
    fn field(self, label: &str, value: &str) -> Vec<String> {
        let mut label = self.label(label);
        let lines = value.lines().flat_map(|line| wrap(&escape(line), self.width() - LABEL));
        lines.map(|line| std::mem::replace(&mut label, " ".repeat(LABEL)) + &line).collect()
    }
}

/// A finding for an auditor; `file` is where its JSON is, as the user would type it.
pub fn render_finding(finding: &Finding, file: &Path, look: Look) -> String {
    let mut lines = vec![format!(
        "{}  {}  {}",
        look.paint(severity_style(finding.severity), &severity_name(finding.severity).to_uppercase()),
        look.paint(Style::new().bold(), &escape(&finding.rule)),
        escape(&finding.title)
    )];
    let bound =
        if finding.contracts.is_empty() { String::new() } else { format!(" ({})", finding.contracts.join(", ")) };
    lines.extend(look.field("protocol", &format!("{}{bound}", finding.protocol)));
    lines.extend(look.field("broken", &finding.predicate));
    lines.extend(look.field("evidence", &finding.evidence));
    lines.extend(finding.location.iter().flat_map(|location| look.field("at", &location.to_string())));
    if let Some(profit) = &finding.profit {
        lines.extend(look.field("profit", &render_profit(profit)));
        lines.extend(look.field("lost by", &render_losses(profit)));
    }
    lines.extend(finding.expected.iter().flat_map(|expected| look.field("expected", &expectation(expected))));
    lines.extend(look.field("found by", &found_by(finding)));
    lines.push(look.paint(Style::new().dim(), "  sequence"));
    lines.extend(render_steps(&finding.steps).into_iter().map(|line| format!("    {line}")));
    let file = file.display().to_string();
    // Never wrapped: these are there to be copied.
    lines.push(look.label("file") + &escape(&file));
    lines.push(format!("{}heist replay {}", look.label("replay"), shell_word(&file)));
    lines.join("\n")
}

/// The result of a run: each finding, the table of protocols, what was not checked, and the verdict. `folder` is the run
/// folder as the user named it.
pub fn render_run(summary: &RunSummary, findings: &[Finding], folder: &Path, look: Look) -> String {
    let mut parts = Vec::new();
    for (finding, entry) in findings.iter().zip(&summary.findings) {
        parts.push(render_finding(finding, &folder.join(&entry.file), look));
    }
    if !summary.protocols.is_empty() {
        parts.push(protocols(summary, look));
    }
    parts.extend(zoo::zoo(summary));
    parts.extend(optima(summary, folder));
    if look.functions {
        parts.extend(summary.protocols.iter().filter_map(functions));
        parts.extend(summary.frontier.iter().filter_map(frontier));
        parts.extend(coverage(&summary.coverage));
    }
    parts.extend(caveats::all(summary, look));
    parts.push(verdict(summary, look));
    parts.join("\n\n") + "\n"
}

/// Why a violation is expected, and how long.
fn expectation(expected: &ExpectedRecord) -> String {
    match expected.until {
        Some(until) => format!("until {until}: {}", expected.reason),
        None => expected.reason.clone(),
    }
}

fn render_profit(profit: &ProfitRecord) -> String {
    let total = amount_with_base_units(&profit.amount, &profit.token);
    std::iter::once(total).chain(profit.gains.iter().map(render_change)).collect::<Vec<_>>().join("\n")
}

/// A line for each account that lost the most: `vault: 5 gold (gold: 9 gold → 4 gold)`.
fn render_losses(profit: &ProfitRecord) -> String {
    let mut lines: Vec<_> =
        profit.losses.iter().take(MOST_LOSSES).map(|loss| render_loss(loss, &profit.token)).collect();
    match profit.losses.len().saturating_sub(MOST_LOSSES) {
        0 => {}
        1 => lines.push("and another account (in the file)".to_owned()),
        more => lines.push(format!("and {more} other accounts (in the file)")),
    }
    lines.join("\n")
}

fn render_loss(loss: &LossRecord, token: &str) -> String {
    let changes: Vec<_> = loss.changes.iter().map(render_change).collect();
    let worth = loss.amount.as_ref().map_or_else(|| "no price".to_owned(), |value| amount(value, token));
    format!("{}: {worth} ({})", loss.account, changes.join("; "))
}

fn render_change(change: &Gain) -> String {
    format!("{}: {} → {}", change.asset, amount(&change.before, &change.asset), amount(&change.after, &change.asset))
}

fn found_by(finding: &Finding) -> String {
    let by = finding.scenario.as_deref().map_or_else(|| "free search".to_owned(), |id| format!("scenario {id}"));
    let steps = finding.steps.len();
    let plural = if steps == 1 { "" } else { "s" };
    // Files of older versions do not say when.
    let when = if finding.calls == 0 { String::new() } else { format!(", after {} calls", thousands(finding.calls)) };
    format!("{by}{when}; {steps} step{plural}, shrunk from {}", finding.original_steps)
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Low => Style::new().cyan(),
        Severity::Medium => Style::new().yellow(),
        Severity::High => Style::new().red(),
        Severity::Critical => Style::new().red().bold().reverse(),
    }
}

/// How people call a severity.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

fn protocols(summary: &RunSummary, look: Look) -> String {
    let wide = look.width() >= WIDE;
    let mut rows = Vec::new();
    for protocol in &summary.protocols {
        let status = |status| summary.invariants_of(&protocol.id, status).to_string();
        let mut row = vec![
            clip(&protocol.id, MAX_NAME),
            thousands(protocol.calls),
            percent(protocol.reverts, protocol.calls),
            status(InvariantStatus::Held),
            status(InvariantStatus::Violated),
            status(InvariantStatus::Vacuous),
            summary.findings_of(&protocol.id).to_string(),
        ];
        if wide {
            row.splice(3..3, [protocol.edges, protocol.corpus].map(|count| thousands(count as u64)));
        }
        rows.push(row);
    }
    let mut header = vec!["protocol", "calls", "reverts", "held", "violated", "vacuous", "findings"];
    if wide {
        header.splice(3..3, ["edges", "corpus"]);
    }
    table(&header, rows)
}

fn functions(protocol: &ProtocolEntry) -> Option<String> {
    // Only suites discard calls.
    let discards = protocol.functions.iter().any(|each| each.discards.is_some());
    let scripts = protocol.functions.iter().any(|each| each.scripts.is_some());
    let row = |each: &FunctionEntry| {
        let reverts = percent(each.reverts, each.calls);
        let mut cells = vec![clip(&each.function, 2 * MAX_NAME), thousands(each.calls), reverts];
        cells.extend(discards.then(|| percent(each.discards.unwrap_or(0), each.calls)));
        cells.push(percent(each.changes, each.calls));
        cells.extend(scripts.then(|| thousands(each.scripts.unwrap_or(0))));
        cells.push(each.reasons.iter().take(MAX_REASONS).map(reason).collect::<Vec<_>>().join(", "));
        cells
    };
    let rows: Vec<_> = protocol.functions.iter().map(row).collect();
    let title = format!("functions of {}", clip(&protocol.id, MAX_NAME));
    let mut header = vec![title.as_str(), "calls", "reverts"];
    header.extend(discards.then_some("discards"));
    header.push("changed state");
    header.extend(scripts.then_some("scripts"));
    header.push("reverts, most frequent first");
    (!rows.is_empty()).then(|| table(&header, rows))
}

pub(super) fn reason(each: &ReasonSummary) -> String {
    format!("{} {}", thousands(each.calls), clip(&each.reason, MAX_NAME))
}

/// What was maximised, how far, and where the sequence is.
fn optima(summary: &RunSummary, folder: &Path) -> Option<String> {
    let row = |each: &OptimumEntry| {
        let file = escape(&folder.join(&each.file).display().to_string()).into_owned();
        let name = clip(&format!("{}.{}", each.contract, each.id), 2 * MAX_NAME);
        let steps = each.steps.to_string();
        vec![name, each.value.clone(), steps, file]
    };
    let rows: Vec<_> = summary.optima.iter().map(row).collect();
    (!rows.is_empty()).then(|| table(&["maximised", "largest value", "steps", "file"], rows))
}

/// Where the search stands: outcomes that calls can move and that were never seen.
fn frontier(entry: &FrontierEntry) -> Option<String> {
    let open = entry.outcomes.iter().filter(|each| each.movable).take(MAX_OPEN);
    let row = |each: &OpenOutcome| {
        let last = each.functions.last().map_or("", String::as_str);
        let place = format!("{} in {}", each.pc, clip(last, 2 * MAX_NAME));
        vec![
            place,
            each.wanted.clone(),
            clip(&each.left, MAX_NAME),
            clip(&each.right, MAX_NAME),
            thousands(each.visits.into()),
        ]
    };
    let rows: Vec<_> = open.map(row).collect();
    let title = format!("not seen in {}", clip(&entry.protocol, MAX_NAME));
    (!rows.is_empty()).then(|| table(&[&title, "wanted", "left", "right", "tries"], rows))
}

/// How many of the lines of each source ran.
fn coverage(files: &[FileCoverage]) -> Option<String> {
    let rows: Vec<_> = files.iter().map(lcov::row).collect();
    (!rows.is_empty()).then(|| table(&["source", "lines that ran", "of", ""], rows))
}

/// A table whose first column is text and whose others are numbers.
fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    draw(header, rows, CellAlignment::Right)
}

/// A table of texts. Its cells must be safe for the terminal already.
pub fn render_table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    draw(header, rows, CellAlignment::Left)
}

/// Wrapped cells are harder to read than wrapped lines, so a table takes the width that it needs.
fn draw(header: &[&str], rows: Vec<Vec<String>>, alignment: CellAlignment) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.to_vec());
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(alignment);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// One line: what is known now, and how much was done for it.
pub(super) fn verdict(summary: &RunSummary, look: Look) -> String {
    let findings = summary.findings.iter().filter(|finding| finding.counts()).count();
    let expected = summary.findings.len() - findings;
    let held = summary.invariants.iter().filter(|each| each.status == InvariantStatus::Held).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (style, text) = match summary.exit_code {
        _ if findings > 0 => {
            let beside = if expected > 0 { format!(" and {expected} expected") } else { String::new() };
            (Style::new().red().bold(), format!("{}{}{beside}", plural(findings, "finding"), by_severity(summary)))
        }
        0 if expected > 0 => {
            let text = format!("All else held: {} and {expected} expected", plural(held, "invariant"));
            (Style::new().green().bold(), text)
        }
        0 => {
            let scenarios = plural(summary.scenarios.iter().filter(|each| each.cases > 0).count(), "scenario");
            let text = format!("All held: {}, {scenarios} without profit", plural(held, "invariant"));
            (Style::new().green().bold(), text)
        }
        4 if held > 0 => {
            (Style::new().yellow().bold(), format!("Not all was checked: {} held", plural(held, "invariant")))
        }
        4 => (Style::new().yellow().bold(), "Nothing was checked".to_owned()),
        5 => (Style::new().yellow().bold(), format!("Incomplete: {} held so far", plural(held, "invariant"))),
        130 => (Style::new().yellow().bold(), format!("Interrupted: {} held so far", plural(held, "invariant"))),
        _ => (Style::new().yellow().bold(), "No result".to_owned()),
    };
    let interrupted = if summary.interrupted && findings > 0 { " (interrupted)" } else { "" };
    format!(
        "{}{interrupted} after {} calls in {:.1} s ({}/s), seed {}",
        look.paint(style, &text),
        thousands(summary.calls),
        summary.elapsed_seconds,
        thousands(summary.calls_per_second.round() as u64),
        summary.seed
    )
}

/// ` (1 critical, 2 high)`.
fn by_severity(summary: &RunSummary) -> String {
    let order = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let parts: Vec<_> = order
        .into_iter()
        .filter_map(|severity| {
            let counting = summary.findings.iter().filter(|finding| finding.counts());
            let count = counting.filter(|finding| finding.severity == severity).count();
            (count > 0).then(|| format!("{count} {}", severity_name(severity)))
        })
        .collect();
    format!(" ({})", parts.join(", "))
}

/// Breaks text at spaces; a word that is wider than a line has a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let wide = measure_text_width(word);
        if used > 0 && used + 1 + wide > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        }
    }
    lines
}

/// A path as a shell reads it back.
fn shell_word(text: &str) -> String {
    let text = escape(text);
    let plain = |each: char| each.is_alphanumeric() || "-_./+:@%,=~".contains(each);
    if text.chars().all(plain) && !text.is_empty() {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, render_finding, render_run, shell_word, wrap};
    use crate::report::fixtures;
    use jiff::civil::Date;
    use std::path::Path;

    #[test]
    fn the_result_of_a_run_reads_as_an_auditor_wants_it() {
        let collector = fixtures::collected();
        let summary = collector.summary(1, Date::MIN);
        insta::assert_snapshot!(render_run(&summary, collector.findings(), Path::new("heist-out"), Look::default()));
    }

    #[test]
    fn a_narrow_terminal_and_colours_change_no_word() {
        let collector = fixtures::collected();
        let look = Look { color: true, width: 60, functions: true };
        let text = render_run(&collector.summary(1, Date::MIN), collector.findings(), Path::new("my out"), look);
        insta::assert_snapshot!(text.replace('\u{1b}', "^["));
    }

    #[test]
    fn each_verdict_is_said() {
        let mut collector = fixtures::clean();
        let verdicts: Vec<_> = [0, 4, 5, 130]
            .into_iter()
            .map(|code| {
                let text = render_run(&collector.summary(code, Date::MIN), &[], Path::new("o"), Look::default());
                text.lines().last().unwrap().to_owned()
            })
            .collect();
        insta::assert_snapshot!(verdicts.join("\n"));
        collector.take(&crate::campaign::Event::Ended { interrupted: true, elapsed_seconds: 0.0 });
        assert!(collector.summary(130, Date::MIN).interrupted);
    }

    #[test]
    fn nothing_that_a_contract_says_reaches_the_terminal_raw() {
        let mut finding = fixtures::invariant_finding();
        for text in [&mut finding.evidence, &mut finding.title, &mut finding.protocol, &mut finding.predicate] {
            text.push_str("\u{1b}]0;owned\u{7}\u{9b}2J\r\u{202e}");
        }
        finding.contracts.push("\u{1b}[8m".to_owned());
        let text = render_finding(&finding, Path::new("heist-out/\u{1b}[2J.json"), Look::default());
        let raw: Vec<_> =
            text.chars().filter(|each| each.is_control() && *each != '\n' || *each == '\u{202e}').collect();
        assert!(raw.is_empty(), "{raw:?}");
    }

    #[test]
    fn paths_survive_the_shell() {
        assert_eq!(shell_word("heist-out/findings/a.json"), "heist-out/findings/a.json");
        assert_eq!(shell_word("my out/it's.json"), r"'my out/it'\''s.json'");
    }

    #[test]
    fn long_words_have_a_line_of_their_own() {
        assert_eq!(wrap("a bb cccccccccc d", 5), ["a bb", "cccccccccc", "d"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
