//! Contracts that the steps of a sequence create, for later steps to call.

use crate::{
    evm::{Execution, Machine, Message},
    protocol::Protocol,
    sequence::Instance,
};
use alloy_primitives::Address;

/// Most that are kept of a sequence.
const MAX_CREATED: usize = 64;

/// Such contracts, in the order of their creation: which of the protocol's contracts each is one of, and where it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Created(Vec<(usize, Address)>);

impl Created {
    /// Sends a message, and notes what it creates of what the protocol knows: a suite's by the code that it is created from, as its
    /// targets are known, and that of other protocols by the code that is there.
    pub(super) fn execute(&mut self, protocol: &Protocol, machine: &mut Machine, message: &Message) -> Execution {
        let kinds = || protocol.contracts.iter().enumerate().filter(|(_, contract)| contract.created);
        if kinds().next().is_none() {
            return machine.execute(message);
        }
        if protocol.suite.is_none() {
            let execution = machine.execute(message);
            for address in machine.recorder().created().to_vec() {
                let code = machine.code(address);
                let fitting = kinds().find(|(_, contract)| contract.artifact.runtime.is_compiled_to(&code));
                if let Some((kind, _)) = fitting {
                    self.note((kind, address));
                }
            }
            return execution;
        }
        machine.watch_creations();
        let execution = machine.execute(message);
        for creation in machine.creations() {
            // The longest code that fits has the shortest arguments.
            let fitting = kinds().filter(|(_, contract)| contract.artifact.creation.begins(&creation.code));
            let kind = fitting.max_by_key(|(_, contract)| contract.artifact.creation.bytes.len());
            let Some((kind, _)) = kind else { continue };
            // What a frame that failed created is not there.
            if !machine.code(creation.address).is_empty() {
                self.note((kind, creation.address));
            }
        }
        execution
    }

    fn note(&mut self, created: (usize, Address)) {
        if self.0.len() < MAX_CREATED && !self.0.contains(&created) {
            self.0.push(created);
        }
    }

    /// Which contract of a kind an instance means now.
    pub(super) fn place(&self, kind: usize, instance: Instance) -> Instance {
        let there: Vec<_> = self.0.iter().filter(|(created, _)| *created == kind).collect();
        let order = instance.order.checked_rem(there.len()).unwrap_or(instance.order);
        Instance { order, address: there.get(order).map(|(_, address)| *address) }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
