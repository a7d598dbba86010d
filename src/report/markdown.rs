//! `summary.md`: the result of a run for a job's page or a comment, never longer than such a page takes.

use super::{
    amount::{amount, thousands},
    caveats,
    console::{Look, severity_name, verdict},
    escape::clip,
    solidity::render_steps,
    summary::RunSummary,
};
use crate::campaign::{Finding, InvariantStatus};
use jiff::civil::Date;
use std::fmt::Write as _;

/// Bytes of the page, at most: a comment of a pull request takes 65,536 characters.
pub const MAX_MARKDOWN: usize = 60_000;
/// Bytes that are kept for what was left out and what was not checked.
const RESERVE: usize = 8_000;
/// Stands for what was not checked and is not said.
const MORE: &str = "\nMore of what was not checked is in `summary.json`.\n";
/// Characters of one text, at most.
const MAX_TEXT: usize = 2_000;
/// Lines of a sequence, at most.
const MAX_LINES: usize = 60;

/// Verdict, findings with their sequences, protocols, and what was not checked.
pub fn render_markdown(summary: &RunSummary, findings: &[Finding], today: Date) -> String {
    let plain = Look::default();
    let mut page = format!("# Heist\n\n**{}**\n", text(&verdict(summary, plain)));
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|finding| (!finding.counts(today), std::cmp::Reverse(finding.severity)));
    let mut left = 0_usize;
    for finding in ordered {
        let part = render(finding, today);
        if left == 0 && page.len() + part.len() + RESERVE <= MAX_MARKDOWN {
            page.push_str(&part);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        // Writing into a string cannot fail, here and below.
        let _ = write!(page, "\n{left} more findings are in the run folder.\n");
    }
    let mut table = "\n| protocol | findings | held | vacuous | calls |\n|---|---:|---:|---:|---:|\n".to_owned();
    for protocol in &summary.protocols {
        let count = |status| summary.invariants_of(&protocol.id, status);
        let row = format!(
            "| {} | {} | {} | {} | {} |\n",
            text(&protocol.id),
            summary.findings_of(&protocol.id),
            count(InvariantStatus::Held),
            count(InvariantStatus::Vacuous),
            thousands(protocol.calls)
        );
        if page.len() + table.len() + row.len() + RESERVE / 2 > MAX_MARKDOWN {
            table.push_str("| … | | | | |\n");
            break;
        }
        table.push_str(&row);
    }
    page.push_str(&table);
    for caveat in caveats::all(summary, plain) {
        let part = format!("\n{}\n", fenced(&caveat));
        if page.len() + part.len() + MORE.len() > MAX_MARKDOWN {
            page.push_str(MORE);
            break;
        }
        page.push_str(&part);
    }
    page
}

fn render(finding: &Finding, today: Date) -> String {
    let accepted = if finding.counts(today) { "" } else { ", accepted" };
    let mut part = format!(
        "\n## {} {}{accepted}: {}\n\n{}\n",
        severity_name(finding.severity).to_uppercase(),
        text(&finding.rule),
        text(&finding.title),
        text(&finding.evidence)
    );
    let mut say = |label: &str, value: &str| {
        let _ = writeln!(part, "\n{label}: {}", text(value));
    };
    if finding.contracts.is_empty() {
        say("Protocol", &finding.protocol);
    } else {
        say("Protocol", &format!("{} ({})", finding.protocol, finding.contracts.join(", ")));
    }
    if let Some(profit) = &finding.profit {
        say("Profit", &amount(&profit.amount, &profit.token));
    }
    if let Some(at) = &finding.location {
        say("At", &at.to_string());
    }
    if let Some(expected) = finding.expected.as_ref().filter(|_| !accepted.is_empty()) {
        say("Accepted because", &expected.reason);
    }
    let mut lines = render_steps(&finding.steps);
    if lines.len() > MAX_LINES {
        let more = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(format!("… {more} more lines"));
    }
    let _ = write!(part, "\n{}\n\nFinding: {}\n", fenced(&lines.join("\n")), text(&finding.id));
    part
}

/// Text of anybody, so that it shows as it is: nothing in it is markup, and it is one line.
fn text(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len() + 16);
    for character in clip(raw, MAX_TEXT).chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Mentions and references ring and link where pages are shown.
            '@' => shown.push_str("&#64;"),
            '#' => shown.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                shown.push('\\');
                shown.push(character);
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// Lines in a fence that is longer than any within them.
fn fenced(lines: &str) -> String {
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{lines}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_MARKDOWN, render_markdown};
    use crate::{
        campaign::Event,
        report::{Collector, fixtures},
    };
    use jiff::civil::Date;

    #[test]
    fn a_page_says_what_was_found_and_what_was_not_checked() {
        let collected = fixtures::collected();
        let page = render_markdown(&collected.summary(1, Date::MIN), collected.findings(), Date::MIN);
        insta::assert_snapshot!(page);
    }

    #[test]
    fn a_page_never_grows_beyond_its_limit_and_counts_what_it_leaves_out() {
        let mut collected = Collector::default();
        for event in fixtures::events() {
            collected.take(&event);
        }
        for number in 0..1_000 {
            let mut finding = fixtures::invariant_finding();
            finding.id = format!("{}-{number}", finding.id);
            finding.evidence = "`".repeat(3_000);
            collected.take(&Event::Finding(Box::new(finding)));
        }
        let page = render_markdown(&collected.summary(1, Date::MIN), collected.findings(), Date::MIN);
        let shown = page.matches("\n## ").count();
        assert!(page.len() <= MAX_MARKDOWN && shown > 3, "{} bytes, {shown} findings", page.len());
        let left = collected.findings().len() - shown;
        assert!(page.contains(&format!("\n{left} more findings are in the run folder.")));
    }

    #[test]
    fn text_of_contracts_is_no_markup() {
        let mut finding = fixtures::invariant_finding();
        finding.title = "<img src=x onerror=alert(1)> [a](javascript:b) @everyone".to_owned();
        finding.evidence = "one\n# two | three".to_owned();
        let mut collected = fixtures::collected();
        collected.take(&Event::Finding(Box::new(finding.clone())));
        let page = render_markdown(&collected.summary(1, Date::MIN), &[finding], Date::MIN);
        assert!(!page.contains("<img") && !page.contains("[a](") && !page.contains("@everyone"), "{page}");
        assert!(page.contains("one\\\\n&#35; two \\| three"), "{page}");
    }
}
