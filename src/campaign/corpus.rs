use crate::{evm::Edge, sequence::StepRecord};
use alloy_primitives::{hex, keccak256, map::HashSet};

/// The edges that the corpus covers.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    covered: HashSet<Edge>,
}

impl Corpus {
    pub(super) fn is_new(&self, edge: Edge) -> bool {
        !self.covered.contains(&edge)
    }

    pub(super) fn cover(&mut self, edges: &[Edge]) {
        self.covered.extend(edges);
    }
}

/// The name of an entry: a hash of its content.
pub(super) fn entry_name(steps: &[StepRecord]) -> String {
    // Records hold strings, numbers and lists only, which always serialise.
    let text = serde_json::to_string(steps).unwrap_or_default();
    hex::encode(&keccak256(text)[..8])
}
