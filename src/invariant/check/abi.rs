//! What of an ABI the language can use: arguments and results that are one static word.

use crate::invariant::{
    compiled::{FieldPlace, Return, Word},
    value::Type,
};
use alloy_dyn_abi::DynSolType;
use alloy_json_abi::{Event, EventParam, Function, Param, StateMutability};

/// A result further behind is out of reach: no view returns so much.
const MAX_WORDS: usize = 1 << 16;

/// Whether the function only looks.
pub(super) fn is_view(function: &Function) -> bool {
    matches!(function.state_mutability, StateMutability::View | StateMutability::Pure)
}

fn resolve(parameter: &Param) -> Option<DynSolType> {
    DynSolType::parse(&parameter.selector_type()).ok()
}

fn word(kind: &DynSolType) -> Option<Word> {
    Some(match kind {
        DynSolType::Uint(bits) => Word::Uint(*bits),
        DynSolType::Int(bits) => Word::Int(*bits),
        DynSolType::Bool => Word::Bool,
        DynSolType::Address => Word::Address,
        DynSolType::FixedBytes(size) => Word::Bytes(*size),
        _ => return None,
    })
}

/// Words in the head when the type has a fixed size; none when it is behind an offset.
fn size(kind: &DynSolType) -> Option<usize> {
    match kind {
        DynSolType::Bytes | DynSolType::String | DynSolType::Array(_) => None,
        DynSolType::FixedArray(inner, length) => Some(size(inner)?.saturating_mul(*length)),
        DynSolType::Tuple(parts) => parts.iter().try_fold(0_usize, |sum, part| Some(sum.saturating_add(size(part)?))),
        _ => Some(1),
    }
}

/// The types of the arguments; none when one of them is neither a word nor a text.
pub(super) fn arguments(function: &Function) -> Option<Vec<Word>> {
    let kind = |input: &Param| match resolve(input)? {
        DynSolType::Bytes | DynSolType::String => Some(Word::Text),
        other => word(&other),
    };
    function.inputs.iter().map(kind).collect()
}

/// Where argument `index` is, behind the selector.
pub(super) fn argument(function: &Function, index: usize) -> Option<Return> {
    let inputs: Vec<_> = function.inputs.iter().map(resolve).collect::<Option<_>>()?;
    place(&inputs, index, false)
}

/// Where return value `index` is. A single struct counts as its fields.
pub(super) fn result(function: &Function, index: usize) -> Option<Return> {
    let outputs: Vec<_> = function.outputs.iter().map(resolve).collect::<Option<_>>()?;
    let (parts, indirect) = match outputs.as_slice() {
        [tuple @ DynSolType::Tuple(parts)] => (parts.clone(), size(tuple).is_none()),
        _ => (outputs, false),
    };
    place(&parts, index, indirect)
}

/// Where field `index` of an event is.
pub(super) fn field(event: &Event, index: usize) -> Option<(FieldPlace, Word)> {
    let field = event.inputs.get(index)?;
    let before = event.inputs[..index].iter().filter(|input| input.indexed == field.indexed).count();
    let kind = |input: &EventParam| DynSolType::parse(&input.selector_type()).ok();
    if field.indexed {
        let word = word(&kind(field)?)?;
        return Some((FieldPlace::Topic(before + 1, word), word));
    }
    let data: Vec<_> = event.inputs.iter().filter(|input| !input.indexed).map(kind).collect::<Option<_>>()?;
    let place = place(&data, before, false)?;
    Some((FieldPlace::Data(place), place.kind))
}

fn place(parts: &[DynSolType], index: usize, indirect: bool) -> Option<Return> {
    let kind = word(parts.get(index)?)?;
    let before = parts.iter().take(index).fold(0_usize, |sum, part| sum.saturating_add(size(part).unwrap_or(1)));
    (before < MAX_WORDS).then_some(Return { indirect, word: before, kind })
}

/// How well parameters fit arguments, lower is better; none when they do not.
pub(super) fn fit(parameters: &[Word], arguments: &[Type]) -> Option<usize> {
    if parameters.len() != arguments.len() {
        return None;
    }
    let rank = |word: &Word| match word {
        Word::Uint(256) | Word::Bool | Word::Address | Word::Text => 0,
        Word::Uint(_) => 1,
        Word::Int(_) => 2,
        Word::Bytes(_) => 3,
    };
    parameters.iter().zip(arguments).try_fold(0, |sum, (word, kind)| (word.kind() == *kind).then(|| sum + rank(word)))
}
