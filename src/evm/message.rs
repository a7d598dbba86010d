use super::{machine::MachineContext, observer::Observer};
use revm::{
    JournalEntry,
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

    /// The message has run and is not committed: what it created is still told apart from what was there.
    fn reimburse_caller(&self, evm: &mut E, _result: &mut FrameResult) -> Result<(), Self::Error> {
        let context = evm.ctx();
        if context.chain.structure_changed() {
            let created = context.journaled_state.inner.journal.iter().filter_map(|entry| match entry {
                JournalEntry::AccountCreated { address, .. } => Some(*address),
                _ => None,
            });
            context.chain.note_created(created);
        }
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
