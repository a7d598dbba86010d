//! The environment of a suite: what the user gave it, and what it sets itself; never that of the process.

use super::{Answer, Cheat, DONE, Failure, interface::ToolsCalls, kind};
use alloy_dyn_abi::DynSolType;
use alloy_sol_types::SolValue;
use std::{collections::BTreeMap, sync::Arc};

/// Variables that may be set, and the longest value.
const MAX_VARIABLES: usize = 1024;
const MAX_VALUE: usize = 1 << 16;

/// Values by name.
pub(super) type Variables = BTreeMap<String, String>;

const UINT: DynSolType = DynSolType::Uint(256);
const INT: DynSolType = DynSolType::Int(256);
const BYTES32: DynSolType = DynSolType::FixedBytes(32);

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(match call {
        C::setEnv(call) => set(cheat, &call.name, &call.value),
        C::envExists(call) => Ok(get(cheat, &call.name).is_ok().abi_encode()),
        C::resolveEnv(call) => resolve(cheat, &call.text).map(|text| text.abi_encode()),
        C::envBool_0(call) => value(cheat, &call.name, &DynSolType::Bool),
        C::envUint_0(call) => value(cheat, &call.name, &UINT),
        C::envInt_0(call) => value(cheat, &call.name, &INT),
        C::envAddress_0(call) => value(cheat, &call.name, &DynSolType::Address),
        C::envBytes32_0(call) => value(cheat, &call.name, &BYTES32),
        C::envString_0(call) => value(cheat, &call.name, &DynSolType::String),
        C::envBytes_0(call) => value(cheat, &call.name, &DynSolType::Bytes),
        C::envBool_1(call) => list(cheat, (&call.name, &call.separator), &DynSolType::Bool),
        C::envUint_1(call) => list(cheat, (&call.name, &call.separator), &UINT),
        C::envInt_1(call) => list(cheat, (&call.name, &call.separator), &INT),
        C::envAddress_1(call) => list(cheat, (&call.name, &call.separator), &DynSolType::Address),
        C::envBytes32_1(call) => list(cheat, (&call.name, &call.separator), &BYTES32),
        C::envString_1(call) => list(cheat, (&call.name, &call.separator), &DynSolType::String),
        C::envBytes_1(call) => list(cheat, (&call.name, &call.separator), &DynSolType::Bytes),
        _ => return with_default(cheat, call),
    })
}

/// What is asked for instead holds where nothing is set, or nothing that can be read.
fn with_default(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    let (answer, instead) = match call {
        C::envOr_0(call) => (value(cheat, &call.name, &DynSolType::Bool), call.value.abi_encode()),
        C::envOr_1(call) => (value(cheat, &call.name, &UINT), call.value.abi_encode()),
        C::envOr_2(call) => (value(cheat, &call.name, &INT), call.value.abi_encode()),
        C::envOr_3(call) => (value(cheat, &call.name, &DynSolType::Address), call.value.abi_encode()),
        C::envOr_4(call) => (value(cheat, &call.name, &BYTES32), call.value.abi_encode()),
        C::envOr_5(call) => (value(cheat, &call.name, &DynSolType::String), call.value.abi_encode()),
        C::envOr_6(call) => (value(cheat, &call.name, &DynSolType::Bytes), call.value.abi_encode()),
        C::envOr_7(call) => (list(cheat, (&call.name, &call.separator), &DynSolType::Bool), call.value.abi_encode()),
        C::envOr_8(call) => (list(cheat, (&call.name, &call.separator), &UINT), call.value.abi_encode()),
        C::envOr_9(call) => (list(cheat, (&call.name, &call.separator), &INT), call.value.abi_encode()),
        C::envOr_10(call) => {
            (list(cheat, (&call.name, &call.separator), &DynSolType::Address), call.value.abi_encode())
        }
        C::envOr_11(call) => (list(cheat, (&call.name, &call.separator), &BYTES32), call.value.abi_encode()),
        C::envOr_12(call) => (list(cheat, (&call.name, &call.separator), &DynSolType::String), call.value.abi_encode()),
        C::envOr_13(call) => (list(cheat, (&call.name, &call.separator), &DynSolType::Bytes), call.value.abi_encode()),
        _ => return None,
    };
    Some(Ok(answer.unwrap_or(instead)))
}

fn get(cheat: &mut Cheat<'_>, name: &str) -> Result<String, Failure> {
    cheat.depends_on_everything();
    let value = cheat.cheats.lasting.variables.get(name).cloned();
    value.ok_or_else(|| format!("environment variable {name:?} not found").into())
}

fn value(cheat: &mut Cheat<'_>, name: &str, kind: &DynSolType) -> Answer {
    let text = get(cheat, name)?;
    kind::parse(&text, kind).map(|value| value.abi_encode())
}

fn list(cheat: &mut Cheat<'_>, (name, separator): (&str, &str), kind: &DynSolType) -> Answer {
    let text = get(cheat, name)?;
    kind::parse_all(text.split(separator).map(str::trim), kind).map(|values| values.abi_encode())
}

fn set(cheat: &mut Cheat<'_>, name: &str, value: &str) -> Answer {
    let bad = [
        (name.is_empty(), "environment variable key can't be empty"),
        (name.contains('='), "environment variable key can't contain equal sign `=`"),
        (name.contains('\0'), "environment variable key can't contain NUL character `\\0`"),
        (value.contains('\0'), "environment variable value can't contain NUL character `\\0`"),
        (name.len() + value.len() > MAX_VALUE, "the environment variable is too long"),
    ];
    if let Some((_, why)) = bad.into_iter().find(|(is_bad, _)| *is_bad) {
        return Err(why.into());
    }
    let variables = Arc::make_mut(&mut cheat.cheats.lasting.variables);
    if variables.len() >= MAX_VARIABLES && !variables.contains_key(name) {
        return Err("too many environment variables".into());
    }
    variables.insert(name.to_owned(), value.to_owned());
    DONE
}

/// A text with `${NAME}` replaced by what is set.
fn resolve(cheat: &mut Cheat<'_>, text: &str) -> Result<String, Failure> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, behind)) = behind.split_once('}') else { break };
        let value =
            get(cheat, name.trim()).map_err(|_| format!("failed to resolve env var: {} is not set", name.trim()))?;
        resolved.push_str(before);
        resolved.push_str(&value);
        if resolved.len() > MAX_VALUE {
            return Err("the text is too long".into());
        }
        rest = behind;
    }
    Ok(resolved + rest)
}
