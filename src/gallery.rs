//! The example projects of `contracts/`, embedded in the binary: each protocol with one planted bug, and its mended twin. And the
//! catalogue of `contracts/attacks/`: one such pair for each class of attack that has cost real money.

use crate::protocol::{Artifact, Entry, FileError, Files, Protocol, ProtocolError, TokenKind, TokenSwap};
use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

/// Paths below `contracts/` with contents, sorted by path; `build.rs` lists them.
static TABLE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// The attacker's contract; a test compares it with its source.
static ATTACKER: LazyLock<Artifact> = LazyLock::new(|| embedded("attacker/artifacts/Attacker.json"));

/// A committed artifact.
fn embedded(file: &str) -> Artifact {
    let bytes = TABLE.iter().find(|(path, _)| *path == file).map(|(_, bytes)| *bytes);
    let parsed = Artifact::parse(bytes.expect("build.rs embeds all artifacts"), file);
    parsed.expect("the committed artifact is well-formed").swap_remove(0)
}

/// A project of the table.
#[derive(Debug, Clone)]
struct Embedded {
    /// Its folder with a `/` behind it.
    folder: String,
}

impl Embedded {
    fn full(&self, path: &str) -> String {
        format!("{}{}", self.folder, path.trim_start_matches("./"))
    }
}

impl Files for Embedded {
    fn read(&self, path: &str) -> Result<Option<Cow<'_, [u8]>>, FileError> {
        let full = self.full(path);
        let found = TABLE.binary_search_by(|(path, _)| (*path).cmp(&full)).ok();
        Ok(found.map(|index| Cow::Borrowed(TABLE[index].1)))
    }

    fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, FileError> {
        let full = self.full(folder);
        let full = if full.ends_with('/') { full } else { format!("{full}/") };
        let below = TABLE.iter().filter_map(|(path, _)| path.strip_prefix(full.as_str()));
        let entries: BTreeSet<_> = below
            .map(|rest| {
                let name = rest.split('/').next().unwrap_or(rest);
                let path = format!("{}{name}", full.strip_prefix(&self.folder).unwrap_or_default());
                Entry { path, is_folder: rest.contains('/') }
            })
            .collect();
        Ok((!entries.is_empty()).then(|| entries.into_iter().collect()))
    }

    fn display(&self, path: &str) -> String {
        format!("contracts/{}", self.full(path))
    }
}

/// Names of the examples, in the order in which they are listed and run.
pub fn ids() -> Vec<String> {
    projects(|id| !id.contains('/'))
}

/// Names of the catalogue's protocols: `attacks/<slug>`.
pub fn catalogue() -> Vec<String> {
    projects(|id| id.contains('/'))
}

fn projects(are_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let ids = TABLE.iter().filter_map(|(path, _)| path.strip_suffix("/heist.toml"));
    let mut ids: Vec<_> = ids.filter(|id| are_meant(id)).map(str::to_owned).collect();
    // By name, not by path: a protocol comes before its twin.
    ids.sort();
    ids
}

/// The compiled contract that runs the scripts of attacks.
pub fn attacker() -> &'static Artifact {
    &ATTACKER
}

/// The compiled contract whose code a token of a kind has.
pub fn token(kind: TokenKind) -> Artifact {
    embedded(&format!("zoo/artifacts/{kind:?}.json"))
}

/// The protocol with each of its plain tokens turned into each kind.
pub fn zoo(protocol: &Protocol) -> Vec<Protocol> {
    let swaps = protocol
        .plain_tokens()
        .into_iter()
        .flat_map(|token| TokenKind::ALL.into_iter().map(|kind| TokenSwap { token: token.to_owned(), kind }));
    swaps.filter_map(|swap| protocol.with_token(&swap, &self::token(swap.kind))).collect()
}

/// The protocol of a project, deployed.
///
/// # Errors
///
/// When there is no such project. That a bundled one cannot be set up is a defect, which is also told.
pub fn load(id: &str) -> Result<Protocol, ProtocolError> {
    Protocol::from_files(id, &Embedded { folder: format!("{id}/") }, Some(attacker()))
}
