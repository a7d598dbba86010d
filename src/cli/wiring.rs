//! What the command line takes from modules that others are writing; the shim goes when it is there.

use crate::protocol::InvariantSource;
pub(super) use crate::protocol::nearest;

/// Invariants of the packs.
pub(super) fn packs() -> Vec<InvariantSource> {
    crate::invariant::packs().map(|pack| pack.invariants).unwrap_or_default()
}
