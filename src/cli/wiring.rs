//! What the command line takes from modules that others are writing; the shim goes when it is there.

use crate::protocol::InvariantSource;
pub(super) use crate::protocol::nearest;

/// Invariants of the packs.
pub(super) fn packs() -> Vec<InvariantSource> {
    Vec::new()
}
