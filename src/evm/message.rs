use super::{machine::MachineContext, observer::Observer};
use revm::{
    context_interface::result::{EVMError, HaltReason},
    handler::{EthFrame, EvmTr, FrameResult, Handler},
    inspector::{InspectorEvmTr, InspectorHandler},
    interpreter::interpreter::EthInterpreter,
};
use std::{convert::Infallible, marker::PhantomData};

/// revm's mainnet path for messages whose gas has no price: nobody is paid for it, so neither account is looked up for that.
pub(super) struct MessageHandler<E>(PhantomData<E>);

impl<E> Default for MessageHandler<E> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>>> Handler for MessageHandler<E> {
    type Evm = E;
    type Error = EVMError<Infallible>;
    type HaltReason = HaltReason;

    fn reimburse_caller(&self, _evm: &mut E, _result: &mut FrameResult) -> Result<(), Self::Error> {
        Ok(())
    }

    fn reward_beneficiary(&self, _evm: &mut E, _result: &mut FrameResult) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl<E> InspectorHandler for MessageHandler<E>
where
    E: EvmTr<Context = MachineContext, Frame = EthFrame<EthInterpreter>> + InspectorEvmTr<Inspector = Observer>,
{
    type IT = EthInterpreter;
}
