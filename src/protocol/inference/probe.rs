use super::super::{Actor, Contract, balance_of};
use crate::evm::{Machine, Message, Read};
use alloy_json_abi::JsonAbi;
use alloy_primitives::{Address, Bytes, U256, keccak256};

/// Longest answer that is read, bytes.
const MAX_ANSWER: usize = 1 << 16;

/// Asks contracts of the base state, and tries things whose effects are rolled back.
#[derive(Debug)]
pub(in crate::protocol) struct Probe<'a> {
    pub(in crate::protocol) machine: &'a mut Machine,
    pub(in crate::protocol) contracts: &'a [Contract],
    /// Who may hold tokens.
    pub(in crate::protocol) holders: &'a [Address],
    /// An account that has nothing and that nobody knows.
    pub(in crate::protocol) stranger: Address,
    /// Messages that may still be sent: contracts may answer slowly, and have many functions.
    pub(in crate::protocol) left: u32,
}

/// Messages of one inference behind a set-up, which also tries out pools.
pub(in crate::protocol) const MAX_MESSAGES: u32 = 30_000;
/// Messages of one inference of roles: whatever a project has, it loads at once.
pub(in crate::protocol) const MAX_ROLE_MESSAGES: u32 = 4_000;
/// Gas of each.
pub(in crate::protocol) const PROBE_GAS: u64 = 3_000_000;

impl Probe<'_> {
    /// The answer of a view.
    pub(super) fn ask(&mut self, to: Address, signature: &str, arguments: &[U256]) -> Option<Bytes> {
        self.spend()?;
        let answer = self.machine.view(self.stranger, to, call(signature, arguments)).ok()?;
        (answer.len() <= MAX_ANSWER).then_some(answer)
    }

    /// A word of the answer.
    pub(in crate::protocol) fn word(
        &mut self,
        to: Address,
        signature: &str,
        arguments: &[U256],
        index: usize,
    ) -> Option<U256> {
        let answer = self.ask(to, signature, arguments)?;
        answer.get(32 * index..32 * (index + 1)).map(U256::from_be_slice)
    }

    /// A list of words, which is the only thing that a view answers.
    pub(super) fn list(&mut self, to: Address, signature: &str) -> Option<Vec<U256>> {
        let answer = self.ask(to, signature, &[])?;
        let mut words = answer.chunks_exact(32).map(U256::from_be_slice);
        let (offset, length) = (words.next()?, words.next()?);
        let items: Vec<_> = words.collect();
        (offset == U256::from(32) && length == U256::from(items.len())).then_some(items)
    }

    /// Whether a view answers, and zero.
    pub(super) fn is_zero(&mut self, to: Address, signature: &str, arguments: &[U256]) -> bool {
        self.word(to, signature, arguments, 0).is_some_and(|word| word.is_zero())
    }

    /// A view's answer as an address that has code.
    pub(super) fn contract(&mut self, to: Address, signature: &str) -> Option<Address> {
        let word = self.word(to, signature, &[], 0)?;
        let address = as_address(word)?;
        (!self.machine.code(address).is_empty()).then_some(address)
    }

    /// What a view depends on; none when it has no answer.
    pub(in crate::protocol) fn reads(&mut self, to: Address, signature: &str, arguments: &[U256]) -> Option<Vec<Read>> {
        self.spend()?;
        let data = call(signature, arguments);
        let from = self.stranger;
        let (answer, mut reads) = self.machine.watch(|machine| machine.view(from, to, data));
        answer.ok()?;
        reads.sort_unstable();
        reads.dedup();
        Some(reads)
    }

    /// What the stranger, or anybody, holds of a token.
    pub(in crate::protocol) fn balance(&mut self, token: Address, holder: Address) -> Option<U256> {
        self.spend()?;
        balance_of(self.machine, token, holder)
    }

    /// Sends a call that lasts until [`Probe::tentatively`] ends; whether it succeeded.
    pub(super) fn send(&mut self, from: Address, to: Address, data: Bytes, value: U256) -> bool {
        self.spend().is_some() && self.machine.execute(&Message { from, to: Some(to), data, value }).succeeded()
    }

    /// Takes one of the messages that are left.
    fn spend(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    /// Runs `attempt` and forgets what it changed.
    pub(super) fn tentatively<T>(&mut self, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.machine.snapshot();
        let result = attempt(self);
        self.machine.restore(&before);
        result
    }

    /// The name of the contract at an address.
    pub(super) fn name(&self, address: Address) -> String {
        let contract = self.contracts.iter().find(|contract| contract.address == address);
        contract.map_or_else(|| address.to_string(), |contract| contract.name.clone())
    }
}

/// A word as an address; none when it is zero or has more than 20 bytes.
pub(super) fn as_address(word: U256) -> Option<Address> {
    let bytes = word.to_be_bytes::<32>();
    (!word.is_zero() && bytes[..12].iter().all(|byte| *byte == 0)).then(|| Address::from_slice(&bytes[12..]))
}

/// An address as a word.
pub(super) fn as_word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

/// Selector and words.
pub(super) fn call(signature: &str, arguments: &[U256]) -> Bytes {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(arguments.iter().flat_map(U256::to_be_bytes::<32>));
    data.into()
}

/// Whether an ABI has all of these functions.
pub(super) fn has(abi: &JsonAbi, signatures: &[&str]) -> bool {
    signatures.iter().all(|signature| {
        let name = signature.split('(').next().unwrap_or_default();
        abi.function(name).is_some_and(|named| named.iter().any(|function| function.signature() == *signature))
    })
}

/// Whether an ABI has all of these events.
pub(super) fn tells(abi: &JsonAbi, signatures: &[&str]) -> bool {
    signatures.iter().all(|signature| {
        let name = signature.split('(').next().unwrap_or_default();
        abi.event(name).is_some_and(|named| named.iter().any(|event| event.signature() == *signature))
    })
}

/// Who probes: an account that nobody can have named, for no name has a space.
pub(in crate::protocol) fn stranger() -> Address {
    Actor::derived_address("a stranger")
}

/// A number that nobody has given to anything.
pub(super) fn unknown() -> U256 {
    U256::from_be_bytes(keccak256("heist unknown").0)
}
