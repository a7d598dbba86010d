//! What would be if calls were made: they run, somebody looks, and all of it is rolled back.

use super::{
    machine::Machine,
    observer::Observer,
    view::{View, ViewError},
};
use alloy_primitives::{Address, Bytes};
use revm::{JournalEntry, context_interface::JournalTr};

/// A call that nobody made. It carries no native value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposed {
    /// Sender.
    pub from: Address,
    /// Callee.
    pub to: Address,
    /// Calldata.
    pub data: Bytes,
}

impl Machine {
    /// What `ask` makes of the state that `calls` would leave, one behind the other. All is rolled back: state, events, cheatcodes
    /// and what the recorder tells of the last message; traces and coverage do not see it.
    ///
    /// # Errors
    ///
    /// When one of the calls fails, or destroys a contract, which no rollback inside of one transaction can show.
    pub fn suppose<T>(&mut self, calls: &[Supposed], ask: impl FnOnce(&mut Self) -> T) -> Result<T, ViewError> {
        let observer = std::mem::replace(&mut self.evm.inspector, Observer::None);
        let answer = self.aside(|machine| {
            let journal = &mut machine.evm.ctx.journaled_state;
            let (first, checkpoint) = (journal.inner.journal.len(), journal.checkpoint());
            let answer = calls.iter().try_for_each(|call| machine.follow(call, first)).map(|()| ask(machine));
            machine.evm.ctx.journaled_state.checkpoint_revert(checkpoint);
            answer
        });
        self.evm.inspector = observer;
        answer
    }

    /// The gas that the code of a call would use, without what a transaction costs by itself and before any refund.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub fn gas_of(&mut self, call: &Supposed) -> Result<u64, ViewError> {
        let Supposed { from, to, data } = call.clone();
        self.aside(|machine| {
            let checkpoint = machine.evm.ctx.journaled_state.checkpoint();
            let answer = machine.call(View { from, to, data, gas: machine.settings.limits.gas_per_call });
            machine.evm.ctx.journaled_state.checkpoint_revert(checkpoint);
            answer.map(|answered| answered.gas)
        })
    }

    /// Runs a call whose changes stay, until the entry `first` of the journal and all behind it are reverted.
    fn follow(&mut self, call: &Supposed, first: usize) -> Result<(), ViewError> {
        let Supposed { from, to, data } = call.clone();
        self.call(View { from, to, data, gas: self.settings.limits.gas_per_call })?;
        let journal = &mut self.evm.ctx.journaled_state.inner;
        // What is transient ends with a transaction.
        journal.transient_storage.clear();
        let destroys = |entry: &JournalEntry| matches!(entry, JournalEntry::AccountDestroyed { .. });
        if journal.journal.iter().skip(first).any(destroys) {
            return Err(ViewError::Halt("a contract is destroyed".to_owned()));
        }
        Ok(())
    }
}
