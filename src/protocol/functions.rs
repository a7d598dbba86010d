//! Functions of contracts by the names that a configuration gives them.

use super::{Artifact, config::ConfigProblem};
use alloy_json_abi::{Function, StateMutability};

/// Whether a function can change state.
pub(super) fn changes_state(function: &Function) -> bool {
    matches!(function.state_mutability, StateMutability::NonPayable | StateMutability::Payable)
}

/// The function of an artifact that `name`, a name or a signature, means.
///
/// Of several functions of one name the one that takes `arguments` is meant.
pub(super) fn find<'a>(
    artifact: &'a Artifact,
    name: &str,
    arguments: Option<usize>,
) -> Result<&'a Function, ConfigProblem> {
    let found = matching(artifact.abi.functions(), name);
    let fitting: Vec<_> = match arguments {
        Some(count) if found.len() > 1 => found.iter().copied().filter(|one| one.inputs.len() == count).collect(),
        _ => found.clone(),
    };
    match (fitting.as_slice(), found.as_slice()) {
        ([function], _) => Ok(function),
        (_, []) => Err(unknown(name, artifact.abi.functions())),
        _ => Err(ConfigProblem::AmbiguousFunction {
            contract: artifact.name.clone(),
            name: name.to_owned(),
            candidates: found.iter().map(|function| function.signature()).collect(),
        }),
    }
}

/// All functions that `name`, a name or a signature, means.
pub(super) fn matching<'a>(functions: impl Iterator<Item = &'a Function>, name: &str) -> Vec<&'a Function> {
    let name: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_signature = name.contains('(');
    functions.filter(|one| if is_signature { one.signature() == name } else { one.name == name }).collect()
}

/// No function of this name.
pub(super) fn unknown<'a>(name: &str, functions: impl Iterator<Item = &'a Function>) -> ConfigProblem {
    let is_signature = name.contains('(');
    let known = functions.map(|one| if is_signature { one.signature() } else { one.name.clone() }).collect();
    ConfigProblem::Unknown { what: "function", name: name.to_owned(), known }
}
