//! JSON that a test puts together.

use super::{Answer, Cheat, Failure, interface::ToolsCalls, kind::Kind};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_sol_types::SolValue;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// Objects that are made at a time, and the longest text of one.
const MAX_OBJECTS: usize = 1024;
const MAX_OBJECT: usize = 1 << 20;

/// By name: values by their keys.
pub(super) type Objects = BTreeMap<String, BTreeMap<String, Value>>;

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use DynSolValue as V;
    use ToolsCalls as C;
    let (object, key, value) = match call {
        C::serializeJson(call) => return Some(whole(cheat, &call.object, &call.value)),
        C::serializeJsonType_0(call) => {
            return Some(typed(&call.kind, &call.value).map(|json| json.to_string().abi_encode()));
        }
        C::serializeJsonType_1(call) => {
            let json = typed(&call.kind, &call.value);
            return Some(json.and_then(|json| add(cheat, &call.object, &call.key, json)));
        }
        C::serializeUintToHex(call) => (&call.object, &call.key, V::String(format!("{:#x}", call.value))),
        C::serializeBool_0(call) => (&call.object, &call.key, V::Bool(call.value)),
        C::serializeUint_0(call) => (&call.object, &call.key, V::Uint(call.value, 256)),
        C::serializeInt_0(call) => (&call.object, &call.key, V::Int(call.value, 256)),
        C::serializeAddress_0(call) => (&call.object, &call.key, V::Address(call.value)),
        C::serializeBytes32_0(call) => (&call.object, &call.key, V::FixedBytes(call.value, 32)),
        C::serializeString_0(call) => (&call.object, &call.key, V::String(call.value.clone())),
        C::serializeBytes_0(call) => (&call.object, &call.key, V::Bytes(call.value.to_vec())),
        C::serializeBool_1(call) => (&call.object, &call.key, list(&call.values, |value| V::Bool(*value))),
        C::serializeUint_1(call) => (&call.object, &call.key, list(&call.values, |value| V::Uint(*value, 256))),
        C::serializeInt_1(call) => (&call.object, &call.key, list(&call.values, |value| V::Int(*value, 256))),
        C::serializeAddress_1(call) => (&call.object, &call.key, list(&call.values, |value| V::Address(*value))),
        C::serializeBytes32_1(call) => (&call.object, &call.key, list(&call.values, |value| V::FixedBytes(*value, 32))),
        C::serializeString_1(call) => (&call.object, &call.key, list(&call.values, |value| V::String(value.clone()))),
        C::serializeBytes_1(call) => (&call.object, &call.key, list(&call.values, |value| V::Bytes(value.to_vec()))),
        _ => return None,
    };
    let kind = value.as_type().unwrap_or(DynSolType::Array(Box::new(DynSolType::Bool)));
    let json = Kind::of(&kind).json(value);
    Some(json.and_then(|json| add(cheat, object, key, json)))
}

fn list<T>(values: &[T], value: impl Fn(&T) -> DynSolValue) -> DynSolValue {
    DynSolValue::Array(values.iter().map(value).collect())
}

fn typed(description: &str, encoded: &[u8]) -> Result<Value, Failure> {
    let kind = Kind::described(description)?;
    let value = kind.solidity().abi_decode(encoded).map_err(|error| error.to_string())?;
    kind.json(value)
}

/// Replaces an object by a text that holds one, which is returned in its own order.
fn whole(cheat: &mut Cheat<'_>, object: &str, text: &str) -> Answer {
    let failed = |error: serde_json::Error| Failure::from(format!("failed to parse JSON object: {error}"));
    let object_now: serde_json::Map<_, _> = serde_json::from_str(text).map_err(failed)?;
    let as_written = Value::Object(object_now.clone()).to_string();
    change(cheat, object, |known| *known = object_now.into_iter().collect())?;
    Ok(as_written.abi_encode())
}

fn add(cheat: &mut Cheat<'_>, object: &str, key: &str, value: Value) -> Answer {
    change(cheat, object, |known| {
        known.insert(key.to_owned(), value);
    })
}

/// The text of an object behind a change.
fn change(cheat: &mut Cheat<'_>, object: &str, change: impl FnOnce(&mut BTreeMap<String, Value>)) -> Answer {
    cheat.depends_on_everything();
    let objects = Arc::make_mut(&mut cheat.cheats.objects);
    if objects.len() >= MAX_OBJECTS && !objects.contains_key(object) {
        return Err("too many JSON objects".into());
    }
    let known = objects.entry(object.to_owned()).or_default();
    change(known);
    let text = serde_json::to_string(known).map_err(|error| error.to_string())?;
    if text.len() > MAX_OBJECT {
        objects.remove(object);
        return Err("the JSON object is too large".into());
    }
    Ok(text.abi_encode())
}
