//! Hypothetical calls: questions to the state that they would leave, and how expressions ask them.

use super::{
    compiled::{Crowd, Supposition, Wanted},
    eval::{FUEL_OF_CALL, Frame},
    value::{Undecided, Value, plain},
    views::{self, Answer},
};
use crate::{
    evm::{Machine, Supposed},
    protocol::Actor,
};
use alloy_primitives::{Address, Bytes, U256};

/// Calls that are supposed to have run, as bytes; behind them stands what is asked, and the whole is a key of the cache.
///
/// Each part is its length, then sender, callee and calldata; one of 20 bytes asks for the native balance of that address, an empty
/// one for the gas of the call before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    bytes: Vec<u8>,
    /// Where each call begins.
    starts: Vec<usize>,
}

impl Question {
    /// Supposes one more call by `from`, whose address and data are `key`.
    pub(super) fn push(&mut self, from: Address, key: &[u8]) {
        self.starts.push(self.bytes.len());
        part(&mut self.bytes, &[from.as_slice(), key]);
    }

    /// Takes the last call back.
    pub(super) fn pop(&mut self) {
        self.bytes.truncate(self.starts.pop().unwrap_or_default());
    }

    /// How many calls are supposed.
    pub(super) fn calls(&self) -> u32 {
        self.starts.len() as u32
    }

    /// What the call by `from`, whose address and data are `key`, returns.
    pub(super) fn call(&self, from: Address, key: &[u8]) -> Vec<u8> {
        let mut question = self.bytes.clone();
        part(&mut question, &[from.as_slice(), key]);
        question
    }

    /// The gas that the call by `from`, whose address and data are `key`, uses.
    pub(super) fn gas(&self, from: Address, key: &[u8]) -> Vec<u8> {
        let mut question = self.call(from, key);
        part(&mut question, &[]);
        question
    }

    /// The native balance of `address`.
    pub(super) fn balance(&self, address: Address) -> Vec<u8> {
        let mut question = self.bytes.clone();
        part(&mut question, &[address.as_slice()]);
        question
    }
}

fn part(bytes: &mut Vec<u8>, pieces: &[&[u8]]) {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    bytes.extend_from_slice(&(length as u32).to_be_bytes());
    for piece in pieces {
        bytes.extend_from_slice(piece);
    }
}

/// The parts of a question.
fn parts(mut question: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = question.split_first_chunk() {
        let length = (u32::from_be_bytes(*length) as usize).min(rest.len());
        let (part, behind) = rest.split_at(length);
        parts.push(part);
        question = behind;
    }
    parts
}

/// The call that a part of a question stands for.
fn supposed(part: &[u8]) -> Option<Supposed> {
    let (from, rest) = part.split_first_chunk::<20>()?;
    let (to, data) = rest.split_first_chunk::<20>()?;
    Some(Supposed { from: from.into(), to: to.into(), data: Bytes::copy_from_slice(data) })
}

/// Asks a machine: runs the calls, looks, and rolls all of it back.
pub(super) fn answer(machine: &mut Machine, question: &[u8]) -> Answer {
    let mut parts = parts(question);
    let of_gas = parts.pop_if(|last| last.is_empty()).is_some();
    let (last, before) = parts.split_last().ok_or(Undecided::NotCaptured)?;
    let before: Vec<_> = before.iter().filter_map(|part| supposed(part)).collect();
    let number = |number: U256| Bytes::copy_from_slice(&number.to_be_bytes::<32>());
    let ask = |machine: &mut Machine| {
        if let Some(call) = supposed(last) {
            if of_gas {
                return machine.gas_of(&call).map(|gas| number(U256::from(gas))).map_err(|error| views::why(&error));
            }
            return machine.view(call.from, call.to, call.data).map_err(|error| views::why(&error));
        }
        let address = Address::try_from(*last).map_err(|_| Undecided::Malformed)?;
        Ok(number(machine.balance(address)))
    };
    machine.suppose(&before, ask).map_err(|_| Undecided::Failed)?
}

/// An account that nobody knows: no name has a space.
pub(super) fn stranger(number: u32) -> Address {
    Actor::derived_address(&format!("stranger {number}"))
}

impl Frame<'_, '_> {
    /// What is asked about a call that nobody made.
    pub(super) fn supposed(&mut self, supposition: &Supposition) -> Result<Value, Undecided> {
        match &supposition.wanted {
            Wanted::Success => self.outcome(supposition, |answer| Ok(Value::Boolean(plain(answer.is_ok())))),
            Wanted::Returned(place) => self.outcome(supposition, |answer| match answer {
                Ok(data) => place.read(data),
                Err(_) => Err(Undecided::Failed),
            }),
            Wanted::Gas => {
                let (sender, key) = self.message(supposition)?;
                self.scene.ask_gas(sender, &key)
            }
            Wanted::State(body) => {
                self.enter(supposition)?;
                let value = self.value(body);
                self.leave(supposition);
                value
            }
        }
    }

    /// Supposes the call, which must succeed, until [`Frame::leave`].
    pub(super) fn enter(&mut self, supposition: &Supposition) -> Result<(), Undecided> {
        if let Some(crowd) = supposition.crowd {
            return self.gather(supposition, crowd);
        }
        let (sender, key) = self.message(supposition)?;
        self.scene.ask_from(sender, &key, |answer| answer.as_ref().map(drop).map_err(|_| Undecided::Failed))?;
        self.scene.suppose(sender, &key);
        Ok(())
    }

    /// Supposes the call for each of a crowd; whether all succeed is asked once.
    fn gather(&mut self, supposition: &Supposition, Crowd { count, slot }: Crowd) -> Result<(), Undecided> {
        for number in 0..count {
            let local = self.locals.get_mut(slot).ok_or(Undecided::NotCaptured)?;
            *local = (Value::Address(stranger(number)), 0);
            match self.message(supposition) {
                Ok((sender, key)) => self.scene.suppose(sender, &key),
                Err(reason) => {
                    self.scene.unsuppose(number);
                    return Err(reason);
                }
            }
        }
        let outcome = self.scene.happens();
        if outcome.is_err() {
            self.scene.unsuppose(count);
        }
        outcome
    }

    /// Takes back what was supposed last.
    pub(super) fn leave(&mut self, supposition: &Supposition) {
        self.scene.unsuppose(supposition.crowd.map_or(1, |crowd| crowd.count));
    }

    fn outcome(
        &mut self,
        supposition: &Supposition,
        read: impl FnOnce(&Answer) -> Result<Value, Undecided>,
    ) -> Result<Value, Undecided> {
        let (sender, key) = self.message(supposition)?;
        self.scene.ask_from(sender, &key, read)
    }

    /// Sender, and address with calldata, of a call: its arguments are those of the state in which it is made.
    fn message(&mut self, supposition: &Supposition) -> Result<(Address, Vec<u8>), Undecided> {
        // Of a crowd only the last call is followed by a question.
        let asked = if supposition.crowd.is_some() { 2 } else { self.scene.supposed().saturating_add(1) };
        self.burn(FUEL_OF_CALL.saturating_mul(asked))?;
        let sender = self.address(&supposition.sender)?;
        let mut key = supposition.invocation.template.to_vec();
        self.fill(&supposition.invocation, &mut key)?;
        Ok((sender, key))
    }
}
