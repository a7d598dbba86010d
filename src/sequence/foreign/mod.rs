//! Sequences as Echidna and Medusa keep them.

mod echidna;
mod haskell;
mod medusa;

use super::{Sequence, Step, StepRecord};
use crate::protocol::Protocol;
use alloy_primitives::Address;
use serde_json::Value;

/// Whose format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorpusFormat {
    /// Lists of transactions with typed arguments.
    Echidna,
    /// Lists of call messages.
    Medusa,
}

/// The steps of a file of Echidna or Medusa; none where it is of neither. What is no call is left out, but for its time.
pub fn read_foreign(protocol: &Protocol, file: &Value) -> Option<Vec<StepRecord>> {
    let items = file.as_array()?;
    let is_echidnas = |item: &Value| item["call"]["tag"].is_string();
    let is_medusas = |item: &Value| item["call"]["from"].is_string();
    if items.iter().all(is_echidnas) {
        Some(echidna::read(protocol, items))
    } else if items.iter().all(is_medusas) {
        Some(medusa::read(protocol, items))
    } else {
        None
    }
}

/// A sequence, as it ran, in another tool's format; none where it has a step that those do not know.
pub fn write_foreign(protocol: &Protocol, sequence: &Sequence, format: CorpusFormat) -> Option<Value> {
    let calls = sequence.steps.iter().map(|step| match step {
        Step::Call(call) => match format {
            CorpusFormat::Echidna => echidna::write(protocol, call),
            CorpusFormat::Medusa => medusa::write(protocol, call),
        },
        Step::Attack(_) | Step::Market(_) => None,
    });
    calls.collect::<Option<_>>().map(Value::Array)
}

/// How the protocol calls the contract at an address that a file names.
fn contract(protocol: &Protocol, address: &Value) -> String {
    let text = address.as_str().unwrap_or_default();
    let found = text.parse::<Address>().ok().and_then(|address| {
        protocol.contracts.iter().find(|contract| contract.address == address).map(|contract| contract.name.clone())
    });
    found.unwrap_or_else(|| text.to_owned())
}

/// A number that may be decimal or hexadecimal, as a decimal text.
fn decimal(value: &Value) -> String {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return "0".to_owned(),
    };
    let number = crate::protocol::parse_number(&text).ok().and_then(|number| number.to_uint(256));
    number.unwrap_or_default().to_string()
}

/// The same as a number of 64 bits.
fn small(value: &Value) -> u64 {
    decimal(value).parse().unwrap_or(u64::MAX)
}
