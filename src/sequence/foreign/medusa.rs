//! Medusa's calls: `{"call": {"from", "to", "value", "data", "dataAbiValues": {"methodSignature", "inputValues"}, ...},
//! "blockNumberDelay", "blockTimestampDelay"}`.

use super::{
    super::{Call, Step, StepRecord, record::CallRecord},
    contract, decimal, small,
};
use crate::protocol::Protocol;
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::hex;
use serde_json::{Value, json};

/// Deepest nesting of a value.
const MAX_DEPTH: usize = 32;
/// Gas of a call there.
const GAS: u64 = 12_500_000;

pub(super) fn read(protocol: &Protocol, items: &[Value]) -> Vec<StepRecord> {
    let record = |item: &Value| {
        let call = &item["call"];
        let typed = &call["dataAbiValues"];
        let calldata = call["data"].as_str().unwrap_or("0x").to_owned();
        let selector = || calldata.get(..10).unwrap_or_default().to_owned();
        let signature = typed["methodSignature"].as_str().or(typed["methodName"].as_str()).map(str::to_owned);
        let values = typed["inputValues"].as_array().map_or(&[][..], Vec::as_slice);
        StepRecord::Call(CallRecord {
            blocks: small(&item["blockNumberDelay"]),
            seconds: small(&item["blockTimestampDelay"]),
            from: call["from"].as_str().unwrap_or_default().to_owned(),
            contract: contract(protocol, &call["to"]),
            instance: None,
            function: signature.unwrap_or_else(selector),
            arguments: values.iter().map(|each| value(each, 0)).collect(),
            value: decimal(&call["value"]),
            calldata,
        })
    };
    items.iter().map(record).collect()
}

/// A value as our files hold it: numbers are texts, and structs are lists in the order of their fields.
fn value(item: &Value, depth: usize) -> Value {
    match item {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) if depth < MAX_DEPTH => items.iter().map(|item| value(item, depth + 1)).collect(),
        Value::Object(fields) if depth < MAX_DEPTH => fields.values().map(|item| value(item, depth + 1)).collect(),
        other => other.clone(),
    }
}

pub(super) fn write(protocol: &Protocol, call: &Call) -> Option<Value> {
    let target = call.target(protocol)?;
    let function = &protocol.functions[call.function];
    let data = match Step::Call(call.clone()).message(protocol) {
        Ok(Some(message)) => hex::encode_prefixed(message.data),
        _ => "0x".to_owned(),
    };
    Some(json!({
        "call": {
            "from": format!("{:#x}", call.sender),
            "to": format!("{:#x}", target),
            "nonce": 0,
            "value": format!("{:#x}", call.value),
            "gasLimit": GAS,
            "gasPrice": "0x1",
            "gasFeeCap": "0x0",
            "gasTipCap": "0x0",
            "data": data,
            "dataAbiValues": {
                "methodSignature": function.abi.signature(),
                "inputValues": call.arguments.iter().map(plain).collect::<Vec<_>>(),
            },
            "AccessList": null,
            "SkipAccountChecks": false,
        },
        "blockNumberDelay": call.advance.blocks,
        "blockTimestampDelay": call.advance.seconds,
    }))
}

fn plain(value: &DynSolValue) -> Value {
    match value {
        DynSolValue::Bool(truth) => json!(truth),
        DynSolValue::Int(number, _) => json!(number.to_string()),
        DynSolValue::Uint(number, _) => json!(number.to_string()),
        DynSolValue::FixedBytes(word, size) => json!(hex::encode(&word[..(*size).min(32)])),
        DynSolValue::Address(address) => json!(format!("{address:#x}")),
        DynSolValue::Function(function) => json!(hex::encode(function)),
        DynSolValue::Bytes(bytes) => json!(hex::encode(bytes)),
        DynSolValue::String(text) => json!(text),
        DynSolValue::Array(items) | DynSolValue::FixedArray(items) | DynSolValue::Tuple(items) => {
            items.iter().map(plain).collect()
        }
    }
}
