//! Echidna's transactions: `{"call": {"tag": "SolCall", "contents": ["f", [{"tag": "AbiUInt", "contents": [256, "1"]}]]}, "src",
//! "dst", "gas", "gasprice", "value", "delay": [seconds, blocks]}`, numbers as hexadecimal words.

use super::{
    super::{Call, StepRecord, record::CallRecord},
    contract, decimal, haskell, small,
};
use crate::protocol::Protocol;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{U256, hex};
use serde_json::{Value, json};

/// Deepest nesting of a value.
const MAX_DEPTH: usize = 32;
/// Gas of a call there.
const GAS: u64 = 12_500_000;

pub(super) fn read(protocol: &Protocol, items: &[Value]) -> Vec<StepRecord> {
    let mut records = Vec::new();
    let mut passed = (0_u64, 0_u64);
    for item in items {
        let delay = (small(&item["delay"][0]), small(&item["delay"][1]));
        passed = (passed.0.saturating_add(delay.0), passed.1.saturating_add(delay.1));
        let call = &item["call"];
        let (function, arguments, calldata) = match call["tag"].as_str() {
            Some("SolCall") => {
                let values = call["contents"][1].as_array().map_or(&[][..], Vec::as_slice);
                let arguments = values.iter().map(|each| value(each, 0).unwrap_or(Value::Null)).collect();
                (call["contents"][0].as_str().unwrap_or_default().to_owned(), arguments, "0x".to_owned())
            }
            Some("SolCalldata") => {
                let data = call["contents"]
                    .as_str()
                    .map(|text| hex::decode(text).unwrap_or_else(|_| haskell::read(text).unwrap_or_default()));
                let data = data.unwrap_or_default();
                let selector = hex::encode_prefixed(data.get(..4).unwrap_or_default());
                (selector, Vec::new(), hex::encode_prefixed(data))
            }
            // Time alone.
            _ => continue,
        };
        let (seconds, blocks) = std::mem::take(&mut passed);
        records.push(StepRecord::Call(CallRecord {
            blocks,
            seconds,
            from: item["src"].as_str().unwrap_or_default().to_owned(),
            contract: contract(protocol, &item["dst"]),
            instance: None,
            function,
            arguments,
            value: decimal(&item["value"]),
            calldata,
        }));
    }
    records
}

/// `{"tag": "AbiUInt", "contents": [256, "1"]}` as the value that it means.
fn value(item: &Value, depth: usize) -> Option<Value> {
    let contents = &item["contents"];
    let list = |items: &Value| {
        let items = items.as_array().filter(|_| depth < MAX_DEPTH)?;
        items.iter().map(|item| value(item, depth + 1)).collect::<Option<Vec<_>>>().map(Value::Array)
    };
    let bytes = |text: &Value| haskell::read(text.as_str()?);
    Some(match item["tag"].as_str()? {
        "AbiUInt" | "AbiInt" => match &contents[1] {
            Value::Number(number) => Value::String(number.to_string()),
            other => other.clone(),
        },
        "AbiAddress" | "AbiBool" => contents.clone(),
        "AbiBytes" => Value::String(hex::encode_prefixed(bytes(&contents[1])?)),
        "AbiBytesDynamic" => Value::String(hex::encode_prefixed(bytes(contents)?)),
        "AbiString" => Value::String(String::from_utf8_lossy(&bytes(contents)?).into_owned()),
        "AbiArray" => list(&contents[2])?,
        "AbiArrayDynamic" => list(&contents[1])?,
        "AbiTuple" => list(contents)?,
        _ => return None,
    })
}

pub(super) fn write(protocol: &Protocol, call: &Call) -> Option<Value> {
    let target = call.target(protocol)?;
    let function = &protocol.functions[call.function];
    let pairs = function.inputs.iter().zip(&call.arguments);
    let arguments: Vec<_> = pairs.map(|(kind, value)| abi(kind, value)).collect();
    let word = |number: U256| Value::String(format!("0x{number:064x}"));
    Some(json!({
        "call": { "contents": [function.abi.name, arguments], "tag": "SolCall" },
        "delay": [word(U256::from(call.advance.seconds)), word(U256::from(call.advance.blocks))],
        "dst": target.to_string(),
        "gas": GAS,
        "gasprice": word(U256::ZERO),
        "src": call.sender.to_string(),
        "value": word(call.value),
    }))
}

fn abi(kind: &DynSolType, value: &DynSolValue) -> Value {
    let tagged = |tag: &str, contents: Value| json!({ "contents": contents, "tag": tag });
    let each = |kind: &DynSolType, items: &[DynSolValue]| items.iter().map(|item| abi(kind, item)).collect::<Vec<_>>();
    match (value, kind) {
        (DynSolValue::Uint(number, bits), _) => tagged("AbiUInt", json!([bits, number.to_string()])),
        (DynSolValue::Int(number, bits), _) => tagged("AbiInt", json!([bits, number.to_string()])),
        (DynSolValue::Bool(truth), _) => tagged("AbiBool", json!(truth)),
        (DynSolValue::Address(address), _) => tagged("AbiAddress", json!(address.to_string())),
        (DynSolValue::FixedBytes(word, size), _) => {
            tagged("AbiBytes", json!([size, haskell::write(&word[..(*size).min(32)])]))
        }
        (DynSolValue::Function(function), _) => tagged("AbiBytes", json!([24, haskell::write(function.as_slice())])),
        (DynSolValue::Bytes(bytes), _) => tagged("AbiBytesDynamic", json!(haskell::write(bytes))),
        (DynSolValue::String(text), _) => tagged("AbiString", json!(haskell::write(text.as_bytes()))),
        (DynSolValue::Array(items), DynSolType::Array(inner)) => {
            tagged("AbiArrayDynamic", json!([type_of(inner), each(inner, items)]))
        }
        (DynSolValue::FixedArray(items), DynSolType::FixedArray(inner, size)) => {
            tagged("AbiArray", json!([size, type_of(inner), each(inner, items)]))
        }
        (DynSolValue::Tuple(items), DynSolType::Tuple(kinds)) => {
            let items: Vec<_> = kinds.iter().zip(items).map(|(kind, item)| abi(kind, item)).collect();
            tagged("AbiTuple", Value::Array(items))
        }
        // Values have the types of their parameters.
        (DynSolValue::Array(_) | DynSolValue::FixedArray(_) | DynSolValue::Tuple(_), _) => Value::Null,
    }
}

fn type_of(kind: &DynSolType) -> Value {
    let tagged = |tag: &str, contents: Value| json!({ "contents": contents, "tag": tag });
    match kind {
        DynSolType::Uint(bits) => tagged("AbiUIntType", json!(bits)),
        DynSolType::Int(bits) => tagged("AbiIntType", json!(bits)),
        DynSolType::Bool => json!({ "tag": "AbiBoolType" }),
        DynSolType::Address => json!({ "tag": "AbiAddressType" }),
        DynSolType::FixedBytes(size) => tagged("AbiBytesType", json!(size)),
        DynSolType::Function => json!({ "tag": "AbiFunctionType" }),
        DynSolType::Bytes => json!({ "tag": "AbiBytesDynamicType" }),
        DynSolType::String => json!({ "tag": "AbiStringType" }),
        DynSolType::Array(inner) => tagged("AbiArrayDynamicType", type_of(inner)),
        DynSolType::FixedArray(inner, size) => tagged("AbiArrayType", json!([size, type_of(inner)])),
        DynSolType::Tuple(kinds) => tagged("AbiTupleType", kinds.iter().map(type_of).collect()),
    }
}
