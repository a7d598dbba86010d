//! Values from JSON and TOML.

use super::{Answer, Cheat, Failure, interface::ToolsCalls, json_path::select, kind::Kind};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex};
use alloy_sol_types::SolValue;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most dots in a line of TOML.
const MAX_DOTS: usize = 128;
const UINT: DynSolType = DynSolType::Uint(256);
const INT: DynSolType = DynSolType::Int(256);
const BYTES32: DynSolType = DynSolType::FixedBytes(32);

pub(super) fn answer(_cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::keyExists(call) => exists(json(&call.json), &call.path),
        C::keyExistsJson(call) => exists(json(&call.json), &call.path),
        C::keyExistsToml(call) => exists(toml(&call.toml), &call.path),
        C::parseJson_0(call) => guess(json(&call.json), "$"),
        C::parseJson_1(call) => guess(json(&call.json), &call.path),
        C::parseJsonKeys(call) => keys(json(&call.json), &call.path),
        C::parseJsonType_0(call) => described(json(&call.json), "$", &call.kind, false),
        C::parseJsonType_1(call) => described(json(&call.json), &call.path, &call.kind, false),
        C::parseJsonTypeArray(call) => described(json(&call.json), &call.path, &call.kind, true),
        C::parseToml_0(call) => guess(toml(&call.toml), "$"),
        C::parseToml_1(call) => guess(toml(&call.toml), &call.path),
        C::parseTomlKeys(call) => keys(toml(&call.toml), &call.path),
        C::parseTomlType_0(call) => described(toml(&call.toml), "$", &call.kind, false),
        C::parseTomlType_1(call) => described(toml(&call.toml), &call.path, &call.kind, false),
        C::parseTomlTypeArray(call) => described(toml(&call.toml), &call.path, &call.kind, true),
        _ => return typed_json(call).or_else(|| typed_toml(call)),
    })
}

fn typed_json(call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::parseJsonBool(call) => value(json(&call.json), &call.path, &DynSolType::Bool),
        C::parseJsonUint(call) => value(json(&call.json), &call.path, &UINT),
        C::parseJsonInt(call) => value(json(&call.json), &call.path, &INT),
        C::parseJsonAddress(call) => value(json(&call.json), &call.path, &DynSolType::Address),
        C::parseJsonBytes32(call) => value(json(&call.json), &call.path, &BYTES32),
        C::parseJsonString(call) => value(json(&call.json), &call.path, &DynSolType::String),
        C::parseJsonBytes(call) => value(json(&call.json), &call.path, &DynSolType::Bytes),
        C::parseJsonBoolArray(call) => list(json(&call.json), &call.path, DynSolType::Bool),
        C::parseJsonUintArray(call) => list(json(&call.json), &call.path, UINT),
        C::parseJsonIntArray(call) => list(json(&call.json), &call.path, INT),
        C::parseJsonAddressArray(call) => list(json(&call.json), &call.path, DynSolType::Address),
        C::parseJsonBytes32Array(call) => list(json(&call.json), &call.path, BYTES32),
        C::parseJsonStringArray(call) => list(json(&call.json), &call.path, DynSolType::String),
        C::parseJsonBytesArray(call) => list(json(&call.json), &call.path, DynSolType::Bytes),
        _ => return None,
    })
}

fn typed_toml(call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::parseTomlBool(call) => value(toml(&call.toml), &call.path, &DynSolType::Bool),
        C::parseTomlUint(call) => value(toml(&call.toml), &call.path, &UINT),
        C::parseTomlInt(call) => value(toml(&call.toml), &call.path, &INT),
        C::parseTomlAddress(call) => value(toml(&call.toml), &call.path, &DynSolType::Address),
        C::parseTomlBytes32(call) => value(toml(&call.toml), &call.path, &BYTES32),
        C::parseTomlString(call) => value(toml(&call.toml), &call.path, &DynSolType::String),
        C::parseTomlBytes(call) => value(toml(&call.toml), &call.path, &DynSolType::Bytes),
        C::parseTomlBoolArray(call) => list(toml(&call.toml), &call.path, DynSolType::Bool),
        C::parseTomlUintArray(call) => list(toml(&call.toml), &call.path, UINT),
        C::parseTomlIntArray(call) => list(toml(&call.toml), &call.path, INT),
        C::parseTomlAddressArray(call) => list(toml(&call.toml), &call.path, DynSolType::Address),
        C::parseTomlBytes32Array(call) => list(toml(&call.toml), &call.path, BYTES32),
        C::parseTomlStringArray(call) => list(toml(&call.toml), &call.path, DynSolType::String),
        C::parseTomlBytesArray(call) => list(toml(&call.toml), &call.path, DynSolType::Bytes),
        _ => return None,
    })
}

/// JSON, or why it is none. The parser bounds how deep it is nested.
type Parsed = Result<Value, Failure>;

fn json(text: &str) -> Parsed {
    serde_json::from_str(text).map_err(|error| format!("failed parsing JSON: {error}").into())
}

fn toml(text: &str) -> Parsed {
    // Each dot of a name may nest a table, and no parser counts them.
    if text.lines().any(|line| line.matches('.').count() > MAX_DOTS) {
        return Err("failed parsing TOML: a line has too many dots".into());
    }
    let table: ::toml::Table =
        text.parse().map_err(|error: ::toml::de::Error| format!("failed parsing TOML: {}", error.message()))?;
    from_toml(::toml::Value::Table(table))
}

fn from_toml(value: ::toml::Value) -> Parsed {
    use ::toml::Value as T;
    Ok(match value {
        T::String(text) => text.into(),
        T::Integer(number) => number.into(),
        T::Float(number) => serde_json::Number::from_f64(number).ok_or("the number is not finite")?.into(),
        T::Boolean(truth) => truth.into(),
        T::Array(items) => Value::Array(items.into_iter().map(from_toml).collect::<Result<_, _>>()?),
        T::Table(table) => {
            let fields = table.into_iter().map(|(name, value)| Ok((name, from_toml(value)?)));
            Value::Object(fields.collect::<Result<_, Failure>>()?)
        }
        T::Datetime(time) => time.to_string().into(),
    })
}

fn exists(json: Parsed, path: &str) -> Answer {
    let json = json?;
    select(&json, path).map(|found| (!found.is_empty()).abi_encode())
}

fn keys(json: Parsed, path: &str) -> Answer {
    let json = json?;
    let [found] = select(&json, path)?[..] else {
        return Err(format!("key {path:?} must return exactly one JSON object").into());
    };
    let Value::Object(object) = found else {
        return Err(format!("JSON value at {path:?} is not an object").into());
    };
    Ok(object.keys().cloned().collect::<Vec<_>>().abi_encode())
}

/// The one value at a path.
fn one<'a>(json: &'a Value, path: &str) -> Result<&'a Value, Failure> {
    match select(json, path)?[..] {
        [value] => Ok(value),
        _ => Err(format!("path {path:?} must return exactly one JSON value").into()),
    }
}

fn value(json: Parsed, path: &str, kind: &DynSolType) -> Answer {
    Kind::of(kind).value(one(&json?, path)?).map(|value| value.abi_encode())
}

fn list(json: Parsed, path: &str, item: DynSolType) -> Answer {
    value(json, path, &DynSolType::Array(Box::new(item)))
}

/// The value of a described type, encoded as bytes.
fn described(json: Parsed, path: &str, description: &str, is_list: bool) -> Answer {
    let mut kind = Kind::described(description)?;
    if is_list {
        kind = Kind::Array(Box::new(kind), None);
    }
    let value = kind.value(one(&json?, path)?)?;
    Ok(Bytes::from(value.abi_encode()).abi_encode())
}

/// Values whose types are guessed, encoded as bytes.
fn guess(json: Parsed, path: &str) -> Answer {
    let json = json?;
    let values: Vec<_> = select(&json, path)?.into_iter().map(guessed).collect::<Result<_, _>>()?;
    let bytes = match &values[..] {
        [] => Vec::new(),
        [value] => value.abi_encode(),
        _ => DynSolValue::Array(values).abi_encode(),
    };
    Ok(Bytes::from(bytes).abi_encode())
}

fn guessed(json: &Value) -> Result<DynSolValue, Failure> {
    Ok(match json {
        Value::Null => DynSolValue::FixedBytes(B256::ZERO, 32),
        Value::Bool(truth) => DynSolValue::Bool(*truth),
        Value::Array(items) => DynSolValue::Array(items.iter().map(guessed).collect::<Result<_, _>>()?),
        Value::Object(object) => {
            // By name: the order in which they are written means nothing.
            let ordered: BTreeMap<_, _> = object.iter().collect();
            DynSolValue::Tuple(ordered.into_values().map(guessed).collect::<Result<_, _>>()?)
        }
        Value::Number(number) => guessed_number(number)?,
        Value::String(text) => guessed_text(text)?,
    })
}

fn guessed_number(number: &serde_json::Number) -> Result<DynSolValue, Failure> {
    let mut text = number.to_string();
    if let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0) {
        if text.contains('e') {
            // All its digits.
            text = float.to_string();
        }
        if let Ok(number) = text.parse() {
            return Ok(DynSolValue::Uint(number, 256));
        }
        if let Ok(number) = text.parse() {
            return Ok(DynSolValue::Int(number, 256));
        }
    }
    Err(format!("unsupported JSON number: {number}").into())
}

fn guessed_text(text: &str) -> Result<DynSolValue, Failure> {
    if let Some(digits) = text.strip_prefix("0x") {
        if digits.len() == 39 {
            return Err(format!(
                "Cannot parse {digits:?} as an address. If you want to specify address, prepend zero to the value."
            )
            .into());
        }
        let padding = if digits.len() % 2 == 0 { "" } else { "0" };
        if let Ok(bytes) = hex::decode(format!("{padding}{digits}")) {
            return Ok(match bytes.len() {
                20 => DynSolValue::Address(Address::from_slice(&bytes)),
                32 => DynSolValue::FixedBytes(B256::from_slice(&bytes), 32),
                _ => DynSolValue::Bytes(bytes),
            });
        }
    }
    // Numbers that JSON cannot hold are written as texts.
    if let Ok(number) = text.parse::<I256>()
        && i64::try_from(number).is_err()
    {
        return Ok(DynSolValue::Int(number, 256));
    }
    if let Ok(number) = text.parse::<U256>()
        && u64::try_from(number).is_err()
    {
        return Ok(DynSolValue::Uint(number, 256));
    }
    Ok(DynSolValue::String(text.to_owned()))
}
