//! What was not checked, or not as it should be.

use super::{
    console::{Look, reason, wrap},
    escape,
    summary::RunSummary,
};
use crate::campaign::InvariantStatus;
use console::Style;

/// Each kind of caveat that there is, as text.
pub(super) fn all(summary: &RunSummary, look: Look) -> impl Iterator<Item = String> {
    let kinds = [expired, stale, vacuous, failing, unsupported, defects];
    kinds.into_iter().filter_map(move |kind| kind(summary, look))
}

/// Findings that were expected until a day that has passed.
fn expired(summary: &RunSummary, look: Look) -> Option<String> {
    let lines = summary.findings.iter().filter_map(|finding| {
        let expected = finding.expected.as_ref().filter(|expected| expected.expired)?;
        let until = expected.until.map(|until| until.to_string()).unwrap_or_default();
        let (protocol, rule, reason) = (escape(&finding.protocol), escape(&finding.rule), escape(&expected.reason));
        Some(format!("  {protocol}: {rule} until {until}: {reason}"))
    });
    let lines: Vec<_> = lines.collect();
    let title = "Expected no longer: these exceptions of heist.toml have run out, so their findings count again";
    (!lines.is_empty()).then(|| format!("{}\n{}", look.paint(Style::new().yellow(), title), lines.join("\n")))
}

/// What is accepted and was not seen: it may be mended.
fn stale(summary: &RunSummary, look: Look) -> Option<String> {
    let stale = summary.protocols.iter().flat_map(|protocol| protocol.stale.iter().map(move |what| (protocol, what)));
    let lines: Vec<_> = stale.map(|(each, what)| format!("  {}: {}", escape(&each.id), escape(what))).collect();
    let title = "Accepted, and not seen in this run: where it is mended, its [[expected]] can go";
    (!lines.is_empty()).then(|| format!("{}\n{}", look.paint(Style::new().yellow(), title), lines.join("\n")))
}

/// Cheatcodes that were called and failed for not being supported.
fn unsupported(summary: &RunSummary, look: Look) -> Option<String> {
    let lines: Vec<_> = summary
        .protocols
        .iter()
        .filter(|protocol| !protocol.unsupported.is_empty())
        .map(|protocol| format!("  {}: {}", escape(&protocol.id), escape(&protocol.unsupported.join(", "))))
        .collect();
    let title = "Not supported: calls of these cheatcodes failed, so what is behind them was not reached";
    (!lines.is_empty()).then(|| format!("{}\n{}", look.paint(Style::new().yellow(), title), lines.join("\n")))
}

fn vacuous(summary: &RunSummary, look: Look) -> Option<String> {
    let entries = summary.invariants.iter().filter(|each| each.status == InvariantStatus::Vacuous);
    let names: Vec<_> = entries
        .map(|each| {
            let contracts =
                if each.contracts.is_empty() { String::new() } else { format!("({})", each.contracts.join(", ")) };
            format!("  {}: {}{}", escape(&each.protocol), escape(&each.id), escape(&contracts))
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    let title = "Vacuous: never decided on a changed state, so nothing is known of them";
    Some(format!("{}\n{}", look.paint(Style::new().yellow(), title), names.join("\n")))
}

/// Functions that were called and never got through, in scripts of attacks neither.
fn failing(summary: &RunSummary, look: Look) -> Option<String> {
    let functions =
        summary.protocols.iter().flat_map(|protocol| protocol.functions.iter().map(move |each| (protocol, each)));
    let failing = functions.filter(|(_, each)| {
        each.calls > 0 && each.scripts.is_none() && each.reverts + each.discards.unwrap_or(0) == each.calls
    });
    let lines: Vec<_> = failing
        .map(|(protocol, each)| {
            let why = each.reasons.first().map_or_else(|| "discarded".to_owned(), reason);
            format!("  {}: {} ({})", escape(&protocol.id), escape(&each.function), escape(&why))
        })
        .collect();
    let title = "Never succeeded: each call of these functions failed, so nothing is known of what lies behind them";
    (!lines.is_empty()).then(|| format!("{}\n{}", look.paint(Style::new().yellow(), title), lines.join("\n")))
}

fn defects(summary: &RunSummary, look: Look) -> Option<String> {
    if summary.defects.is_empty() {
        return None;
    }
    let title = "Defects of heist, not of the target; please report them with the seed";
    let mut lines = vec![look.paint(Style::new().yellow(), title)];
    for defect in &summary.defects {
        let text = format!("{}, case {}: {}", defect.protocol, defect.case, defect.message);
        lines.extend(wrap(&escape(&text), look.width() - 2).into_iter().map(|line| format!("  {line}")));
    }
    Some(lines.join("\n"))
}
