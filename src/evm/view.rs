use super::{
    machine::{Inner, MachineContext},
    recorder::Read,
};
use alloy_primitives::{Address, Bytes};
use revm::{
    context::{ContextSetters, TxEnv},
    context_interface::{
        ContextTr, JournalTr, LocalContextTr,
        result::{EVMError, ExecutionResult, HaltReason, ResultGas},
    },
    handler::{EvmTr, FrameResult, Handler, post_execution},
    primitives::TxKind,
};
use std::convert::Infallible;

/// Why a view call has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The contract reverted with this data.
    #[error("the view reverted")]
    Revert(Bytes),
    /// Out of gas or an invalid instruction.
    #[error("the view halted: {0}")]
    Halt(String),
}

/// revm's system-call path without its commit: the caller rolls everything back.
struct ViewHandler;

impl Handler for ViewHandler {
    type Evm = Inner;
    type Error = EVMError<Infallible>;
    type HaltReason = HaltReason;

    fn execution_result(
        &mut self,
        evm: &mut Inner,
        result: FrameResult,
        gas: ResultGas,
    ) -> Result<ExecutionResult, Self::Error> {
        let result = post_execution::output(evm.ctx(), result, gas);
        evm.ctx().local_mut().clear();
        evm.frame_stack().clear();
        Ok(result)
    }
}

/// Calls `to` with `data` as `from` and rolls back whatever the call changed.
pub(super) fn view(evm: &mut Inner, from: Address, to: Address, data: Bytes, gas: u64) -> Result<Bytes, ViewError> {
    let context: &mut MachineContext = evm.ctx();
    context.chain.read(Read::Account(to));
    let checkpoint = context.journal_mut().checkpoint();
    context.set_tx(TxEnv {
        caller: from,
        kind: TxKind::Call(to),
        data,
        gas_limit: gas,
        gas_price: 0,
        ..TxEnv::default()
    });
    let result = ViewHandler.run_system_call(evm);
    if result.is_ok() {
        // An error has discarded the journal already.
        evm.ctx().journal_mut().checkpoint_revert(checkpoint);
    }
    match result {
        Ok(ExecutionResult::Success { output, .. }) => Ok(output.into_data()),
        Ok(ExecutionResult::Revert { output, .. }) => Err(ViewError::Revert(output)),
        Ok(ExecutionResult::Halt { reason, .. }) => Err(ViewError::Halt(format!("{reason:?}"))),
        Err(error) => Err(ViewError::Halt(error.to_string())),
    }
}
