//! Values that a suite prefers for parameters of a name: `fixtureAmount()` for each `amount`.

use super::{super::types, stage::Stage};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_json_abi::Function;
use alloy_primitives::{Bytes, U256};
use std::collections::BTreeMap;

/// What functions that give such values begin with.
const PREFIX: &str = "fixture";
/// Most values of a name.
const MAX_VALUES: usize = 256;
/// Longest answer, bytes.
const MAX_ANSWER: usize = 1 << 16;

/// Preferred values by the name of a parameter, as [`plain_name`] writes it.
pub type Fixtures = BTreeMap<String, Vec<DynSolValue>>;

/// `_Owner` as `owner`: how names of fixtures and parameters are compared.
pub fn plain_name(name: &str) -> String {
    name.trim_matches('_').to_ascii_lowercase()
}

/// Asks the suite. A fixture that fails has no values, as with forge.
pub(super) fn read(stage: &mut Stage<'_>) -> Fixtures {
    let artifact = std::sync::Arc::clone(stage.artifact);
    let mut fixtures = Fixtures::new();
    for function in artifact.abi.functions() {
        let Some(name) = function.name.strip_prefix(PREFIX) else { continue };
        let values = match function.inputs.as_slice() {
            [] => listed(stage, function),
            [index] if index.ty == "uint256" => indexed(stage, function),
            _ => Vec::new(),
        };
        if !values.is_empty() {
            fixtures.insert(plain_name(name), values);
        }
    }
    fixtures
}

/// The values that a function returns as an array.
fn listed(stage: &mut Stage<'_>, function: &Function) -> Vec<DynSolValue> {
    let mut values = match ask(stage, function, &[]) {
        Some(DynSolValue::Array(values) | DynSolValue::FixedArray(values)) => values,
        _ => Vec::new(),
    };
    values.truncate(MAX_VALUES);
    values
}

/// The values of a public array, whose getter fails behind the last one.
fn indexed(stage: &mut Stage<'_>, function: &Function) -> Vec<DynSolValue> {
    let value = |index| ask(stage, function, &U256::from(index).to_be_bytes::<32>());
    (0..MAX_VALUES).map_while(value).collect()
}

/// The one value that a function returns.
fn ask(stage: &mut Stage<'_>, function: &Function, arguments: &[u8]) -> Option<DynSolValue> {
    let data: Bytes = [function.selector().as_slice(), arguments].concat().into();
    let answer = stage.machine.view(stage.config.sender, stage.address, data).ok()?;
    let kinds = types::resolve_all(&function.outputs)?;
    if answer.len() > MAX_ANSWER {
        return None;
    }
    let kind = match kinds.as_slice() {
        [kind] => kind.clone(),
        // The getter of an array of structs returns their fields.
        _ if !arguments.is_empty() => DynSolType::Tuple(kinds),
        _ => return None,
    };
    match &kind {
        DynSolType::Tuple(_) if function.outputs.len() > 1 => kind.abi_decode_params(&answer).ok(),
        _ => kind.abi_decode(&answer).ok(),
    }
}
