//! The packs: invariants that come with the tool, embedded in the binary.

use crate::protocol::{InvariantSource, Judgement, Place, Severity};
use serde::Deserialize;
use toml::Spanned;

/// File name and text of each pack.
const PACKS: [(&str, &str); 3] = [
    ("invariants/supply.toml", include_str!("../../invariants/supply.toml")),
    ("invariants/collateral.toml", include_str!("../../invariants/collateral.toml")),
    ("invariants/fees.toml", include_str!("../../invariants/fees.toml")),
];

/// A pack that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {source}")]
pub struct PackError {
    file: String,
    source: Box<toml::de::Error>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    #[serde(default)]
    invariant: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default = "state")]
    on: Judgement,
    expression: Spanned<String>,
    #[serde(default = "high")]
    severity: Severity,
    #[serde(default)]
    explain: String,
}

fn state() -> Judgement {
    Judgement::State
}

fn high() -> Severity {
    Severity::High
}

/// All invariants of the packs, in the order of their files. The source of `heist list invariants` and `heist explain`.
///
/// # Errors
///
/// When an embedded pack is broken, which a test excludes.
pub fn packs() -> Result<Vec<InvariantSource>, PackError> {
    let mut all = Vec::new();
    for (file, text) in PACKS {
        all.extend(read(file, text)?);
    }
    Ok(all)
}

/// Reads a pack.
///
/// # Errors
///
/// When the text is not TOML, or has other keys than a pack.
pub fn read(file: &str, text: &str) -> Result<Vec<InvariantSource>, PackError> {
    let pack: Pack =
        toml::from_str(text).map_err(|source| PackError { file: file.to_owned(), source: Box::new(source) })?;
    let sources = pack.invariant.into_iter().map(|entry| InvariantSource {
        place: begin(file, text, entry.expression.span().start),
        id: entry.id,
        title: entry.title,
        roles: entry.roles,
        on: entry.on,
        expression: entry.expression.into_inner(),
        severity: entry.severity,
        explain: entry.explain.trim().to_owned(),
    });
    Ok(sources.collect())
}

/// Where the content of the string that begins at byte `offset` begins.
fn begin(file: &str, text: &str, offset: usize) -> Place {
    let rest = text.get(offset..).unwrap_or("");
    let mut start = offset;
    if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
        start += 3;
        // TOML drops a line break right after the opening quotes.
        let rest = text.get(start..).unwrap_or("");
        start += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    } else {
        start += 1;
    }
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    Place { file: file.to_owned(), line, column }
}
