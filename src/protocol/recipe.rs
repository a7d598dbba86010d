//! How a base state was made, so that other tools can make it again.

use crate::evm::{Block, Execution, Message};
use alloy_primitives::{Address, U256};

/// How a base state was made, from nothing.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The block in which it began.
    pub block: Block,
    /// The test whose set-up came first; what follows is done behind it.
    pub behind: Option<Behind>,
    /// What accounts had from the beginning, wei.
    pub balances: Vec<(Address, U256)>,
    /// What was done then, in order.
    pub steps: Vec<RecipeStep>,
    /// How the attacker's contract came into being behind that; none where there is none.
    pub endowment: Option<Endowment>,
}

/// A contract of tests, by where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// Its name.
    pub contract: String,
    /// Its file, as the compiler named it.
    pub source: String,
}

/// A step of a set-up.
#[derive(Debug, Clone)]
pub enum RecipeStep {
    /// A contract was created.
    Create {
        /// Creation code with its arguments.
        message: Message,
        /// Of the sender, when it did so.
        nonce: u64,
        /// Where the contract is.
        address: Address,
    },
    /// A constructor ran at an address of choice, which the message is sent to.
    CreateAt {
        /// Creation code with its arguments.
        message: Message,
        /// Where the contract is.
        address: Address,
    },
    /// A call that succeeded.
    Call(Message),
    /// An account has so much of the native coin from then on, wei.
    Deal(Address, U256),
    /// A word of storage is something else from then on: whose, which, what.
    Store(Address, U256, U256),
    /// Time passed, up to this block.
    Block(Block),
}

impl RecipeStep {
    /// A message that succeeded; `nonce` was its sender's before.
    pub(super) fn sent(message: &Message, nonce: u64, execution: &Execution) -> Self {
        let message = message.clone();
        match execution.created {
            Some(address) => Self::Create { message, nonce, address },
            None => Self::Call(message),
        }
    }
}

/// How the attacker's contract was made and what it got: half of what its owner had.
#[derive(Debug, Clone)]
pub struct Endowment {
    /// The owner's nonce before it was created.
    pub nonce: u64,
    /// What the contract got half of, and approved together with its owner.
    pub tokens: Vec<Address>,
    /// Whom both approved.
    pub spenders: Vec<Address>,
}
