//! ABI values as JSON: numbers as decimal strings, addresses as names where they have one, bytes as hex.

use crate::protocol::Protocol;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, B256, Function, I256, U256, hex};
use serde_json::Value;

/// Deepest nesting of a value that is read.
const MAX_DEPTH: usize = 32;

/// How files call an address.
pub(super) fn name(protocol: &Protocol, address: Address) -> String {
    protocol.name_of(address).map_or_else(|| address.to_string(), str::to_owned)
}

pub(super) fn encode(protocol: &Protocol, value: &DynSolValue) -> Value {
    let list = |items: &[DynSolValue]| Value::Array(items.iter().map(|item| encode(protocol, item)).collect());
    match value {
        DynSolValue::Bool(value) => Value::Bool(*value),
        DynSolValue::Int(value, _) => Value::String(value.to_string()),
        DynSolValue::Uint(value, _) => Value::String(value.to_string()),
        DynSolValue::FixedBytes(word, size) => Value::String(hex::encode_prefixed(&word[..(*size).min(32)])),
        DynSolValue::Address(address) => Value::String(name(protocol, *address)),
        DynSolValue::Function(function) => Value::String(hex::encode_prefixed(function)),
        DynSolValue::Bytes(bytes) => Value::String(hex::encode_prefixed(bytes)),
        DynSolValue::String(text) => Value::String(text.clone()),
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => list(items),
    }
}

pub(super) fn decode(protocol: &Protocol, kind: &DynSolType, value: &Value) -> Result<DynSolValue, String> {
    decode_at(protocol, kind, value, 0)
}

fn decode_at(protocol: &Protocol, kind: &DynSolType, value: &Value, depth: usize) -> Result<DynSolValue, String> {
    if depth > MAX_DEPTH {
        return Err("the value is nested too deeply".to_owned());
    }
    let wrong = || format!("`{value}` is not a value of type {kind}");
    let text = || value.as_str().ok_or_else(wrong);
    let bytes = || hex::decode(text()?).map_err(|_| wrong());
    let items = |length: Option<usize>| match value.as_array() {
        Some(items) if length.is_none_or(|length| length == items.len()) => Ok(items),
        _ => Err(wrong()),
    };
    Ok(match kind {
        DynSolType::Bool => DynSolValue::Bool(value.as_bool().ok_or_else(wrong)?),
        DynSolType::Uint(bits) => {
            let number = U256::from_str_radix(text()?, 10).map_err(|_| wrong())?;
            if number.bit_len() > *bits {
                return Err(wrong());
            }
            DynSolValue::Uint(number, *bits)
        }
        DynSolType::Int(bits) => {
            let number = I256::from_dec_str(text()?).map_err(|_| wrong())?;
            // In two's complement `!n` is -n - 1, which the smallest number has too.
            let magnitude = if number.is_negative() { !number } else { number };
            if magnitude.unsigned_abs().bit_len() >= *bits {
                return Err(wrong());
            }
            DynSolValue::Int(number, *bits)
        }
        DynSolType::Address => {
            let name = text()?;
            let address = protocol.address_of(name).or_else(|| name.parse().ok());
            DynSolValue::Address(address.ok_or_else(|| format!("there is no actor or contract `{name}`"))?)
        }
        DynSolType::FixedBytes(size) => {
            let bytes = bytes()?;
            if bytes.len() != *size {
                return Err(wrong());
            }
            DynSolValue::FixedBytes(B256::right_padding_from(&bytes), *size)
        }
        DynSolType::Function => DynSolValue::Function(Function::try_from(bytes()?.as_slice()).map_err(|_| wrong())?),
        DynSolType::Bytes => DynSolValue::Bytes(bytes()?),
        DynSolType::String => DynSolValue::String(text()?.to_owned()),
        DynSolType::Array(inner) => DynSolValue::Array(each(protocol, inner, items(None)?, depth)?),
        DynSolType::FixedArray(inner, size) => {
            DynSolValue::FixedArray(each(protocol, inner, items(Some(*size))?, depth)?)
        }
        DynSolType::Tuple(kinds) => {
            let items = items(Some(kinds.len()))?;
            let pairs = kinds.iter().zip(items);
            DynSolValue::Tuple(
                pairs.map(|(kind, item)| decode_at(protocol, kind, item, depth + 1)).collect::<Result<_, _>>()?,
            )
        }
    })
}

fn each(protocol: &Protocol, kind: &DynSolType, items: &[Value], depth: usize) -> Result<Vec<DynSolValue>, String> {
    items.iter().map(|item| decode_at(protocol, kind, item, depth + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use crate::gallery;
    use alloy_dyn_abi::{DynSolType, DynSolValue};
    use alloy_primitives::{I256, U256};
    use serde_json::json;

    #[test]
    fn signed_numbers_are_read_to_both_ends_of_their_types_and_not_beyond() {
        let protocol = gallery::load("token-fixed").expect("a gallery protocol loads");
        for bits in [8, 24, 128, 256] {
            let most = I256::from_raw((U256::ONE << (bits - 1)) - U256::ONE);
            for number in [most, !most, I256::ZERO, I256::MINUS_ONE] {
                let value = DynSolValue::Int(number, bits);
                let written = encode(&protocol, &value);
                assert_eq!(decode(&protocol, &DynSolType::Int(bits), &written), Ok(value));
            }
        }
        for beyond in ["128", "-129"] {
            assert!(decode(&protocol, &DynSolType::Int(8), &json!(beyond)).is_err(), "{beyond}");
        }
    }
}
