//! Whether a call of a suite ended in what it must not end in.

use super::executor::Executor;
use crate::evm::{CHEATCODES, Execution, FAILURE_SLOT, Status};
use alloy_primitives::{Log, U256};
use alloy_sol_types::{Panic, SolError};

impl Executor {
    /// Why a message of a suite failed an assertion.
    pub(super) fn failure(&mut self, execution: &Execution) -> Option<String> {
        let suite = self.protocol.suite.as_ref()?;
        let rules = &suite.failures;
        if execution.succeeded() {
            let told = |log: &Log| log.topics().first().is_some_and(|topic| rules.events.contains(topic));
            if execution.logs.iter().any(told) {
                return Some("AssertionFailed was emitted".to_owned());
            }
            let slot = U256::from_be_bytes(FAILURE_SLOT.0);
            let noted = self.machine.recorder().writes().contains(&(CHEATCODES, slot));
            return (noted && !self.machine.storage(CHEATCODES, slot).is_zero())
                .then(|| "a failure was noted".to_owned());
        }
        if let Some(cheatcode) = self.machine.unsupported_cheatcode()
            && !self.unsupported.contains(cheatcode)
        {
            self.unsupported.insert(cheatcode.to_owned());
        }
        let asserted = match panic(execution) {
            Some(code) => rules.panics.contains(&code),
            None => self.machine.failed_assertion(execution),
        };
        let invalid =
            rules.invalid && matches!(&execution.status, Status::Halt(reason) if reason.starts_with("Invalid"));
        let failed = asserted || invalid || suite.fail_on_revert && !execution.was_discarded();
        failed.then(|| match &execution.status {
            Status::Halt(reason) | Status::Invalid(reason) => format!("it halted: {reason}"),
            Status::Revert | Status::Success => self.protocol.reason(&execution.output),
        })
    }
}

/// The code of the panic that a message ended in.
fn panic(execution: &Execution) -> Option<u64> {
    let code = execution.output.strip_prefix(&Panic::SELECTOR).filter(|code| code.len() == 32)?;
    (execution.status == Status::Revert).then(|| U256::from_be_slice(code).saturating_to())
}
