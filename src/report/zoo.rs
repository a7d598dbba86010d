//! Which tokens a protocol can hold: what was found of it with each of its tokens turned into something else.

use super::{RunSummary, clip, console::render_table, summary::ProtocolEntry};
use crate::protocol::{TokenKind, TokenSwap};
use std::collections::BTreeSet;

/// Characters of a cell.
const MAX_CELL: usize = 48;

/// A table for each protocol that ran with other tokens: a line a kind, a column a token. A cell has the rules that were found only so.
pub(super) fn zoo(summary: &RunSummary) -> Vec<String> {
    let mut bases: Vec<&str> = Vec::new();
    for entry in summary.protocols.iter().filter(|entry| entry.token.is_some()) {
        if let Some((base, _)) = TokenSwap::of_id(&entry.id)
            && !bases.contains(&base)
        {
            bases.push(base);
        }
    }
    bases.into_iter().map(|base| of_protocol(summary, base)).collect()
}

fn of_protocol(summary: &RunSummary, base: &str) -> String {
    let rules = |id: &str| {
        let found = summary.findings.iter().filter(|finding| finding.protocol == id);
        found.map(|finding| finding.rule.as_str()).collect::<BTreeSet<_>>()
    };
    let anyway = rules(base);
    let variants: Vec<(&ProtocolEntry, &TokenSwap)> = summary
        .protocols
        .iter()
        .filter(|entry| TokenSwap::of_id(&entry.id).is_some_and(|(of, _)| of == base))
        .filter_map(|entry| Some((entry, entry.token.as_ref()?)))
        .collect();
    let mut tokens: Vec<&str> = variants.iter().map(|(_, swap)| swap.token.as_str()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let cell = |kind: TokenKind, token: &str| {
        let variant = variants.iter().find(|(_, swap)| swap.kind == kind && swap.token == token);
        let Some((entry, _)) = variant.filter(|(entry, _)| entry.calls > 0) else { return "not run".to_owned() };
        let only: Vec<_> = rules(&entry.id).into_iter().filter(|rule| !anyway.contains(rule)).collect();
        if only.is_empty() { "-".to_owned() } else { clip(&only.join(", "), MAX_CELL) }
    };
    let rows = TokenKind::ALL.into_iter().map(|kind| {
        let cells = tokens.iter().map(|token| cell(kind, token));
        std::iter::once(kind.name().to_owned()).chain(cells).collect()
    });
    let titles: Vec<_> = tokens.iter().map(|token| clip(token, MAX_CELL)).collect();
    let header: Vec<_> = std::iter::once("token is").chain(titles.iter().map(String::as_str)).collect();
    format!(
        "Tokens that {} cannot hold: what is found only with them\n{}",
        clip(base, MAX_CELL),
        render_table(&header, rows.collect())
    )
}
