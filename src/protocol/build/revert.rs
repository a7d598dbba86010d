//! Why a contract reverted, in words.

use super::super::Artifact;
use crate::evm::CHEATCODE_ERROR;
use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_primitives::{U256, hex};
use alloy_sol_types::{Panic, Revert, SolError};

/// Longest text of a reason that is shown.
const MAX_LENGTH: usize = 300;
/// Most revert data that is decoded: nobody reads more, and decoding costs time.
const MAX_DATA: usize = 16_384;

/// The reason in `data`: `Error(string)`, `Panic(uint256)`, or a custom error that one of the artifacts declares.
pub(in crate::protocol) fn reason<'a>(data: &[u8], artifacts: impl Iterator<Item = &'a Artifact>) -> String {
    let Some((selector, body)) = data.split_first_chunk::<4>() else {
        return if data.is_empty() { String::from("no reason given") } else { raw(data) };
    };
    if data.len() > MAX_DATA {
        return raw(data);
    }
    let decoded = match *selector {
        Revert::SELECTOR | CHEATCODE_ERROR => text(body),
        Panic::SELECTOR => panic(body),
        _ => custom(*selector, body, artifacts),
    };
    decoded.map_or_else(|| raw(data), |reason| shorten(&reason))
}

fn text(body: &[u8]) -> Option<String> {
    match alloy_dyn_abi::DynSolType::String.abi_decode_params(body).ok()? {
        DynSolValue::String(text) if text.is_empty() => Some(String::from("an empty reason")),
        // Contracts choose these words: nothing of them reaches a terminal unescaped.
        DynSolValue::String(text) => Some(format!("\"{}\"", text.escape_debug())),
        _ => None,
    }
}

/// Codes of Solidity's panics, from its documentation (Control Structures, "Panic via assert and Error via require").
fn panic(body: &[u8]) -> Option<String> {
    let code = U256::try_from_be_slice(body.get(..32)?)?;
    let meaning = match code.saturating_to::<u64>() {
        0x00 => "a panic of the compiler",
        0x01 => "an assertion failed",
        0x11 => "an arithmetic overflow or underflow",
        0x12 => "a division by zero",
        0x21 => "a conversion to an enum out of range",
        0x22 => "wrongly encoded storage bytes",
        0x31 => "pop of an empty array",
        0x32 => "an array index out of bounds",
        0x41 => "too much memory",
        0x51 => "a call of an uninitialised function variable",
        _ => "an unknown panic",
    };
    Some(format!("Panic({code:#04x}), {meaning}"))
}

fn custom<'a>(selector: [u8; 4], body: &[u8], mut artifacts: impl Iterator<Item = &'a Artifact>) -> Option<String> {
    artifacts.find_map(|artifact| {
        let error = artifact.abi.errors().find(|error| error.selector() == selector)?;
        let values = error.abi_decode_input(body).ok()?;
        let values: Vec<_> = values.iter().map(value).collect();
        Some(format!("{}({})", error.name, values.join(", ")))
    })
}

/// A value as people read it.
fn value(value: &DynSolValue) -> String {
    match value {
        DynSolValue::Bool(truth) => truth.to_string(),
        DynSolValue::Int(integer, _) => integer.to_string(),
        DynSolValue::Uint(integer, _) => integer.to_string(),
        DynSolValue::FixedBytes(word, size) => hex::encode_prefixed(&word[..(*size).min(32)]),
        DynSolValue::Address(address) => address.to_string(),
        DynSolValue::Function(function) => hex::encode_prefixed(function),
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes),
        DynSolValue::String(text) => format!("\"{}\"", text.escape_debug()),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) | DynSolValue::Tuple(values) => {
            format!("[{}]", values.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
    }
}

fn raw(data: &[u8]) -> String {
    shorten(&format!("data {}", hex::encode_prefixed(&data[..data.len().min(MAX_LENGTH)])))
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= MAX_LENGTH {
        return text.to_owned();
    }
    text.chars().take(MAX_LENGTH).chain("...".chars()).collect()
}
