//! What the command line takes from modules that others are writing; the shims go when those are there.

pub(super) use crate::protocol::nearest;
use crate::protocol::InvariantSource;

/// Invariants of the packs.
pub(super) fn packs() -> Vec<InvariantSource> {
    Vec::new()
}

/// The bundled protocols.
pub(super) mod gallery {
    use crate::protocol::{Artifact, Protocol, ProtocolError};

    pub(in crate::cli) fn ids() -> Vec<String> {
        Vec::new()
    }

    pub(in crate::cli) fn attacker() -> Option<&'static Artifact> {
        None
    }

    pub(in crate::cli) fn load(id: &str) -> Result<Protocol, ProtocolError> {
        Err(ProtocolError::NotFound { path: id.to_owned() })
    }
}
