//! What a machine that answers cheatcodes can do besides.

use super::{
    cheatcodes::{Cheatcodes, Creation},
    machine::{Execution, Machine},
    surroundings::Surroundings,
    watched,
};
use alloy_primitives::{Address, Bytes, U256};
use revm::{bytecode::Bytecode, context_interface::JournalTr};
use std::sync::Arc;

impl Machine {
    /// The same, answering cheatcodes, which begin as `first` says.
    #[must_use]
    pub fn with_cheatcodes(mut self, first: Arc<Cheatcodes>) -> Self {
        self.evm.instruction = watched::watched(self.settings.version.0);
        self.start = first.block();
        self.resume_cheatcodes(Cheatcodes::clone(&first));
        self.first = Some(first);
        self
    }

    /// State of cheatcodes now, where they are answered.
    pub fn cheatcodes(&self) -> Option<Cheatcodes> {
        let cheats = self.cheats.as_deref()?.clone();
        Some(Cheatcodes { cheats, block: self.evm.ctx.block.clone(), chain_id: self.evm.ctx.cfg.chain_id })
    }

    pub(super) fn resume_cheatcodes(&mut self, from: Cheatcodes) {
        let Cheatcodes { cheats, block, chain_id } = from;
        self.evm.ctx.chain.notes.orders = cheats.orders();
        match &mut self.cheats {
            Some(present) => **present = cheats,
            None => self.cheats = Some(Box::new(cheats)),
        }
        self.evm.ctx.block = block;
        self.evm.ctx.cfg.chain_id = chain_id;
    }

    /// Whether `execution`, the last message, failed an assertion: Solidity's, or one of the cheatcodes.
    pub fn failed_assertion(&self, execution: &Execution) -> bool {
        self.cheats.as_ref().is_some_and(|cheats| cheats.failed_assertion(execution))
    }

    /// The first cheatcode that was called since the last reset and is not supported.
    pub fn unsupported_cheatcode(&self) -> Option<&str> {
        self.cheats.as_ref()?.unsupported().map(|(name, _)| name)
    }

    /// Why it is not, where there is more to say than that it is not.
    pub fn why_unsupported(&self) -> Option<&'static str> {
        self.cheats.as_ref()?.unsupported()?.1
    }

    /// Shows cheatcodes the project around the suite.
    pub fn set_surroundings(&mut self, surroundings: Arc<dyn Surroundings>) {
        if let Some(cheats) = &mut self.cheats {
            cheats.set_surroundings(surroundings);
        }
    }

    /// Begins to note the contracts that messages create.
    pub fn watch_creations(&mut self) {
        if let Some(cheats) = &mut self.cheats {
            cheats.watch_creations();
        }
    }

    /// The contracts that messages created since, in order; also those of frames that reverted.
    pub fn creations(&mut self) -> Vec<Creation> {
        self.cheats.as_mut().map(|cheats| cheats.creations()).unwrap_or_default()
    }

    /// How the test's own labels call addresses.
    pub fn labels(&self) -> Vec<(Address, String)> {
        self.cheats.as_ref().map(|cheats| cheats.labels()).unwrap_or_default()
    }

    /// Puts code at an address.
    pub fn set_code(&mut self, address: Address, code: Bytes) {
        let journal = &mut self.evm.ctx.journaled_state;
        // The base state is in memory: reading it cannot fail.
        let _ = journal.load_account(address);
        journal.touch_account(address);
        journal.set_code(address, Bytecode::new_raw(code));
    }

    /// Writes a word of an account's storage.
    pub fn set_storage(&mut self, address: Address, slot: U256, word: U256) {
        let journal = &mut self.evm.ctx.journaled_state;
        let _ = journal.load_account_with_code(address);
        journal.touch_account(address);
        let _ = journal.sstore(address, slot, word);
    }

    /// How many contracts an account has made, or messages it has sent.
    pub fn nonce(&mut self, address: Address) -> u64 {
        let account = self.evm.ctx.journaled_state.load_account(address);
        // The base state is in memory: reading it cannot fail.
        account.map(|account| account.data.info.nonce).unwrap_or_default()
    }

    /// Gives an account a native balance and a nonce.
    pub fn set_account(&mut self, address: Address, balance: U256, nonce: u64) {
        let journal = &mut self.evm.ctx.journaled_state;
        let _ = journal.load_account_with_code(address);
        journal.touch_account(address);
        if let Some(account) = journal.inner.state.get_mut(&address) {
            account.info.balance = balance;
            account.info.nonce = nonce;
        }
    }
}
