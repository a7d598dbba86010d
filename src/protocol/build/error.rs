use super::super::Place;
use alloy_primitives::Address;

/// The set-up of a protocol failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {step} failed: {failure}")]
pub struct SetupError {
    /// Where the step is written.
    pub place: Place,
    /// What the step does: `deploy Token as gold`.
    pub step: String,
    /// Why it failed.
    #[source]
    pub failure: Failure,
}

/// Why a step of the set-up failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The contract reverted.
    #[error("it reverted: {0}")]
    Revert(String),
    /// Out of gas, or an invalid instruction.
    #[error("it halted: {0}")]
    Halt(String),
    /// Not a valid transaction.
    #[error("it was not a valid transaction: {0}")]
    Invalid(String),
    /// The runtime code exceeds EIP-170.
    #[error("its runtime code has more than 24,576 bytes, the limit of EIP-170")]
    CodeTooLarge,
    /// The creation code exceeds EIP-3860.
    #[error("its creation code has {0} bytes, above the limit of EIP-3860")]
    CreationTooLarge(usize),
    /// No code where a contract should be.
    #[error("there is no code at {0}")]
    NoCode(Address),
    /// A view returned something that is no address.
    #[error("it returned no address")]
    NoAddress,
}

impl SetupError {
    /// What to do about it.
    pub fn help(&self) -> String {
        let help = match &self.failure {
            Failure::Revert(_) => "correct the arguments, the sender (`from`) or the order of the steps",
            Failure::Halt(reason) if reason.contains("out of gas") => "make the step smaller: it does not end",
            Failure::Halt(_) => "check `evm_version`: the compiler may target a later one",
            Failure::Invalid(_) => "give the sender a larger `balance`, or send less `value`",
            Failure::CodeTooLarge | Failure::CreationTooLarge(_) => {
                "compile with the optimizer, or split the contract: it could not be deployed on mainnet either"
            }
            Failure::NoCode(_) => "attach a contract that an earlier step created",
            Failure::NoAddress => "use a view whose first result is the contract's address",
        };
        help.to_owned()
    }
}
