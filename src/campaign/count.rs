use crate::evm::Execution;

/// How often a function was called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FunctionCount {
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted, discarded ones aside.
    pub reverts: u64,
    /// Calls that asked for other inputs: `vm.assume` did not hold.
    pub discards: u64,
}

impl FunctionCount {
    pub(super) fn add(&mut self, execution: &Execution) {
        self.calls += 1;
        self.reverts += u64::from(execution.failed());
        self.discards += u64::from(execution.was_discarded());
    }
}
