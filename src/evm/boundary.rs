//! States within a message: what a contract finds when it gets control while others are under way.

use super::machine::{Machine, MachineContext};
use alloy_primitives::Address;
use revm::{
    interpreter::{
        Interpreter,
        interpreter::EthInterpreter,
        interpreter_types::{InputsTr, RuntimeFlag},
    },
    state::{EvmState, TransientStorage},
};

/// Boundaries of one message that are kept; later ones are dropped.
const MAX_BOUNDARIES: usize = 8;

/// A state within a message.
#[derive(Debug, Clone)]
pub struct Boundary {
    state: EvmState,
    /// Locks are often kept there.
    transient: TransientStorage,
}

/// Notes the states in which a contract gets control from another one within a message.
#[derive(Debug)]
pub(super) struct Sentry {
    contract: Address,
    found: Vec<Boundary>,
    /// How many were found when each open frame began: what a frame that reverts has shown was never so.
    frames: Vec<usize>,
}

impl Sentry {
    pub(super) fn new(contract: Address) -> Self {
        Self { contract, found: Vec::new(), frames: Vec::new() }
    }

    /// A message begins.
    pub(super) fn begin(&mut self) {
        self.found.clear();
        self.frames.clear();
    }

    /// A frame is entered.
    pub(super) fn enter(&mut self) {
        self.frames.push(self.found.len());
    }

    /// The frame that was entered last ends.
    pub(super) fn leave(&mut self, succeeded: bool) {
        let before = self.frames.pop().unwrap_or(0);
        if !succeeded {
            self.found.truncate(before);
        }
    }

    /// Code begins to run, behind the transfer of value.
    pub(super) fn begin_code(&mut self, interpreter: &Interpreter<EthInterpreter>, context: &MachineContext) {
        let input = &interpreter.input;
        let is_entry = input.target_address() == self.contract && input.caller_address() != self.contract;
        // The message itself is not within another one, and who may change nothing can use nothing.
        let is_within = self.frames.len() > 1 && !interpreter.runtime_flag.is_static();
        if is_entry && is_within && self.found.len() < MAX_BOUNDARIES {
            let journal = &context.journaled_state.inner;
            self.found.push(Boundary { state: journal.state.clone(), transient: journal.transient_storage.clone() });
        }
    }

    fn take(&mut self) -> Vec<Boundary> {
        std::mem::take(&mut self.found)
    }
}

impl Machine {
    /// Notes from now on in which states `contract` gets control within messages. Messages then run slower.
    pub fn watch_boundaries(&mut self, contract: Address) {
        self.evm.inspector.post(Sentry::new(contract));
    }

    /// The states that were noted of the last message, in order, without those of frames that failed.
    pub fn boundaries(&mut self) -> Vec<Boundary> {
        self.evm.inspector.sentry().map(Sentry::take).unwrap_or_default()
    }

    /// Looks at a state within a message as if it were the present one.
    pub fn at_boundary<T>(&mut self, boundary: &Boundary, look: impl FnOnce(&mut Self) -> T) -> T {
        let journal = &mut self.evm.ctx.journaled_state.inner;
        let state = std::mem::replace(&mut journal.state, boundary.state.clone());
        let transient = std::mem::replace(&mut journal.transient_storage, boundary.transient.clone());
        let value = look(self);
        let journal = &mut self.evm.ctx.journaled_state.inner;
        (journal.state, journal.transient_storage) = (state, transient);
        value
    }
}
