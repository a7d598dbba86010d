//! ABI parameters as types, with bounds: an ABI is a foreign file.

use alloy_dyn_abi::{DynSolType, Specifier};
use alloy_json_abi::Param;

/// Longest name of a type.
const MAX_NAME: usize = 200;
/// Most words that the fixed part of a parameter may have.
const MAX_WORDS: usize = 4_096;

/// The type of a parameter; none where it has no ABI encoding (storage pointers of libraries) or is absurdly large.
pub(super) fn resolve(parameter: &Param) -> Option<DynSolType> {
    if !is_short(parameter) {
        return None;
    }
    let kind = parameter.resolve().ok()?;
    (kind.minimum_words() <= MAX_WORDS).then_some(kind)
}

/// The types of a parameter list.
pub(super) fn resolve_all(parameters: &[Param]) -> Option<Vec<DynSolType>> {
    let kinds: Vec<_> = parameters.iter().map(resolve).collect::<Option<_>>()?;
    let words = kinds.iter().fold(0_usize, |sum, kind| sum.saturating_add(kind.minimum_words()));
    (words <= MAX_WORDS).then_some(kinds)
}

fn is_short(parameter: &Param) -> bool {
    parameter.ty.len() <= MAX_NAME && parameter.components.iter().all(is_short)
}
