//! Where in the sources a violation is.

use super::{
    super::{replay::trace, shrink::Target, worker::Worker},
    Search,
};
use crate::{
    protocol::{Contract, Position, Predicate, Protocol},
    sequence::Sequence,
};
use alloy_primitives::Bytes;

impl Search<'_> {
    /// Where an assertion failed, or where the predicate failed that `worker` has just seen violated by `sequence`; where it only
    /// says no, its definition.
    pub(super) fn locate(&self, target: Target, worker: &mut Worker, sequence: &Sequence) -> Option<Position> {
        let protocol = &self.ground.protocol;
        let Target::Invariant(instance) = target else { return None };
        if protocol.sources.is_empty() {
            return None;
        }
        let about = self.ground.checks.about(instance);
        if about.is_assertion {
            return protocol.sources.blame(&trace(protocol, sequence).last()?.trace);
        }
        let (predicate, contract) = predicate(protocol, &about.id, &about.contracts)?;
        let machine = worker.executor.machine();
        let data = Bytes::copy_from_slice(predicate.selector.as_slice());
        let asked = machine.trace_view(machine.viewer(), predicate.address, data);
        let definition = || protocol.sources.definition(&contract.artifact, &predicate.name);
        protocol.sources.blame(&asked).or_else(definition)
    }
}

/// A suite's predicate of this name.
fn predicate<'a>(protocol: &'a Protocol, name: &str, contracts: &[String]) -> Option<(&'a Predicate, &'a Contract)> {
    let suite = protocol.suite.as_ref()?;
    let named = suite.predicates.iter().filter(|predicate| predicate.name == name);
    let placed = named.filter_map(|predicate| {
        let contract = protocol.contracts.iter().find(|contract| contract.address == predicate.address)?;
        Some((predicate, contract))
    });
    placed.into_iter().find(|(_, contract)| contracts.is_empty() || contracts.contains(&contract.name))
}
