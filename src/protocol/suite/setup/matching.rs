//! What deployed code was compiled from.

use super::super::super::{Artifact, Artifacts};
use std::sync::Arc;

/// How a contract's artifact was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// It was created from the artifact's creation code.
    Creation,
    /// Its code is the artifact's, immutables, metadata and addresses of libraries aside.
    Runtime,
}

/// An artifact that fits a contract.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) artifact: Arc<Artifact>,
    pub(super) by: By,
    /// Others that fit as well.
    pub(super) others: Vec<String>,
}

/// The artifact of a contract with this code, which was created from `creation` where that is known.
pub(super) fn find(artifacts: &Artifacts, code: &[u8], creation: Option<&Arc<Artifact>>) -> Option<Match> {
    let fitting: Vec<_> = artifacts.iter().filter(|artifact| artifact.runtime.is_compiled_to(code)).collect();
    let (artifact, by) = match (creation, fitting.first()) {
        (Some(artifact), _) => (artifact, By::Creation),
        (None, Some(first)) => (*first, By::Runtime),
        (None, None) => return None,
    };
    let is_other = |other: &&&Arc<Artifact>| {
        !Arc::ptr_eq(other, artifact) && (by == By::Runtime || other.creation == artifact.creation)
    };
    let others = fitting.iter().filter(is_other).map(|other| other.qualified()).collect();
    Some(Match { artifact: Arc::clone(artifact), by, others })
}
