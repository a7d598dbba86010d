//! Values and calldata as expressions of Solidity.

use super::names::Names;
use alloy_dyn_abi::{DynSolValue, JsonAbiExt as _};
use alloy_json_abi::Function;
use alloy_primitives::{Address, I256, U256, hex};

/// More arguments than this are more than the compiler's stack holds.
pub(super) const MAX_ARGUMENTS: usize = 8;
const ETHER: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// A number: in ether where it is some of it.
pub(super) fn number(value: U256) -> String {
    let (whole, rest) = value.div_rem(ETHER);
    if value == U256::MAX {
        "type(uint256).max".to_owned()
    } else if !whole.is_zero() && rest.is_zero() {
        format!("{whole} ether")
    } else {
        value.to_string()
    }
}

fn signed(value: I256) -> String {
    match value {
        I256::MIN => "type(int256).min".to_owned(),
        value => value.to_string(),
    }
}

/// A text in quotation marks, whatever is in it.
pub(super) fn text(text: &str) -> String {
    let shown = text.bytes().fold(String::new(), |mut all, byte| {
        match byte {
            b'"' | b'\\' => all.extend(['\\', char::from(byte)]),
            b' '..=b'~' => all.push(char::from(byte)),
            _ => all.extend(["\\x", &hex::encode([byte])]),
        }
        all
    });
    format!("\"{shown}\"")
}

/// Bytes, as an expression of type `bytes`.
pub(super) fn bytes(data: &[u8]) -> String {
    if data.is_empty() { "bytes(\"\")".to_owned() } else { format!("bytes(hex\"{}\")", hex::encode(data)) }
}

/// A value as an argument of `abi.encode`; none for arrays and structs, which have no literals.
pub(super) fn literal(names: &Names, value: &DynSolValue) -> Option<String> {
    Some(match value {
        DynSolValue::Bool(value) => value.to_string(),
        DynSolValue::Uint(value, _) => number(*value),
        DynSolValue::Int(value, _) => signed(*value),
        DynSolValue::Address(address) => names.account(*address),
        DynSolValue::FixedBytes(word, 20) => format!("bytes20({})", Address::from_slice(&word[..20])),
        DynSolValue::FixedBytes(word, size) => {
            format!("bytes{size}({})", hex::encode_prefixed(&word[..(*size).min(32)]))
        }
        DynSolValue::Function(function) => format!("bytes24({})", hex::encode_prefixed(function)),
        DynSolValue::Bytes(data) => bytes(data),
        DynSolValue::String(value) => text(value),
        DynSolValue::Array(_) | DynSolValue::FixedArray(_) | DynSolValue::Tuple(_) => return None,
    })
}

/// Calldata of a function: its arguments where all have literals, or are `filled` by an expression, else its bytes.
pub(super) fn call(
    names: &Names,
    signature: &str,
    arguments: &[DynSolValue],
    filled: &dyn Fn(usize) -> Option<String>,
) -> Option<String> {
    if arguments.len() > MAX_ARGUMENTS {
        return None;
    }
    let mut parts = vec![text(signature)];
    for (index, value) in arguments.iter().enumerate() {
        parts.push(filled(index).or_else(|| literal(names, value))?);
    }
    Some(format!("abi.encodeWithSignature({})", parts.join(", ")))
}

/// Calldata that somebody has encoded already: by the function that it calls, where that is among these.
pub(super) fn decoded<'a>(names: &Names, mut functions: impl Iterator<Item = &'a Function>, data: &[u8]) -> String {
    let readable = functions.find(|function| data.starts_with(function.selector().as_slice())).and_then(|function| {
        let arguments = function.abi_decode_input(data.get(4..)?).ok()?;
        // What decodes to the same and is encoded otherwise stays as it is.
        let same = function.abi_encode_input(&arguments).is_ok_and(|again| again == data);
        let expression = call(names, &function.signature(), &arguments, &|_| None);
        expression.filter(|_| same)
    });
    readable.unwrap_or_else(|| bytes(data))
}
