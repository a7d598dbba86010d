use super::{
    cheatcodes::{Cheated, failure},
    machine::MachineContext,
    observer::Observer,
    recorder::Read,
};
use alloy_primitives::{Address, Bytes};
use revm::{
    context::{ContextSetters, TxEnv},
    context_interface::{
        ContextTr, LocalContextTr,
        result::{EVMError, ExecutionResult, HaltReason, ResultGas},
    },
    handler::{EthFrame, EvmTr, FrameResult, Handler, post_execution},
    inspector::{InspectorEvmTr, InspectorHandler},
    interpreter::interpreter::EthInterpreter,
    primitives::TxKind,
};
use std::{convert::Infallible, marker::PhantomData};

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
struct ViewHandler<E>(PhantomData<E>);

impl<E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>>> Handler for ViewHandler<E> {
    type Evm = E;
    type Error = EVMError<Infallible>;
    type HaltReason = HaltReason;

    fn execution_result(
        &mut self,
        evm: &mut E,
        result: FrameResult,
        gas: ResultGas,
    ) -> Result<ExecutionResult, Self::Error> {
        let result = post_execution::output(evm.ctx(), result, gas);
        evm.ctx().local_mut().clear();
        evm.frame_stack().clear();
        Ok(result)
    }
}

impl<E> InspectorHandler for ViewHandler<E>
where
    E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>> + InspectorEvmTr<Inspector = Observer>,
{
    type IT = EthInterpreter;
}

/// What a view call brought back.
pub(super) struct Answered {
    pub(super) output: Bytes,
    /// Gas that its code used, without what a transaction costs by itself and before any refund.
    pub(super) gas: u64,
}

/// A call whose changes are for the caller to roll back.
pub(super) struct View {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) data: Bytes,
    pub(super) gas: u64,
}

impl View {
    /// Calls. An error within the EVM has discarded the journal already; going back to an older checkpoint then does nothing.
    pub(super) fn ask<E>(self, evm: &mut E) -> Result<Answered, ViewError>
    where
        E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>> + InspectorEvmTr<Inspector = Observer>,
    {
        self.run(evm, |_| false)
    }

    /// The same where cheatcodes are answered: a call that notes a failure has failed, unless one was noted before.
    pub(super) fn ask_with(self, evm: &mut Cheated<'_>, failed: bool) -> Result<Answered, ViewError> {
        self.run(evm, |context| !failed && failure(context))
    }

    fn run<E>(self, evm: &mut E, fails: impl FnOnce(&MachineContext) -> bool) -> Result<Answered, ViewError>
    where
        E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>> + InspectorEvmTr<Inspector = Observer>,
    {
        let Self { from, to, data, gas } = self;
        let context = evm.ctx();
        context.chain.read(Read::Account(to));
        context.set_tx(TxEnv {
            caller: from,
            kind: TxKind::Call(to),
            data,
            gas_limit: gas,
            gas_price: 0,
            ..TxEnv::default()
        });
        let mut handler = ViewHandler(PhantomData);
        let result = if evm.inspector().sees_views() {
            handler.inspect_run_system_call(evm)
        } else {
            handler.run_system_call(evm)
        };
        let failed = fails(evm.ctx());
        match result {
            Ok(ExecutionResult::Success { .. }) if failed => Err(ViewError::Revert(Bytes::new())),
            Ok(ExecutionResult::Success { output, gas, .. }) => {
                Ok(Answered { output: output.into_data(), gas: gas.total_gas_spent() })
            }
            Ok(ExecutionResult::Revert { output, .. }) => Err(ViewError::Revert(output)),
            Ok(ExecutionResult::Halt { reason, .. }) => Err(ViewError::Halt(format!("{reason:?}"))),
            Err(error) => Err(ViewError::Halt(error.to_string())),
        }
    }
}
