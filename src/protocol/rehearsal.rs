//! What was called while a protocol was set up: arguments that some state needs, such as signatures, and calls between contracts that
//! nobody would make up.

use super::model::{Contract, Function};
use crate::evm::{CallKind, Trace};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt as _};
use alloy_primitives::{Address, Bytes};

/// Calls of one function that are remembered.
const MOST_OF_ONE: usize = 32;

/// Who was called with what data, in order: the message itself, and what contracts called.
pub(super) fn calls(trace: Trace) -> impl Iterator<Item = (Address, Bytes)> {
    let frames = trace.frames.into_iter().filter(|frame| frame.success && frame.kind == CallKind::Call);
    frames.map(|frame| (frame.to, frame.input))
}

/// Those of the `called` that are calls of `functions`, by index, each once.
pub(super) fn rehearsed(
    called: &[(Address, Bytes)],
    contracts: &[Contract],
    functions: &[Function],
) -> Vec<(usize, Vec<DynSolValue>)> {
    let mut rehearsed: Vec<(usize, Vec<DynSolValue>)> = Vec::new();
    for (to, data) in called {
        let is_of = |function: &Function| {
            let contract = &contracts[function.contract];
            contract.address == *to && !contract.created && data.starts_with(&function.selector[..])
        };
        let Some(index) = functions.iter().position(is_of) else { continue };
        let Ok(arguments) = functions[index].abi.abi_decode_input(data.get(4..).unwrap_or_default()) else { continue };
        let mut same = rehearsed.iter().filter(|(function, _)| *function == index);
        if same.clone().count() < MOST_OF_ONE && !same.any(|(_, known)| *known == arguments) {
            rehearsed.push((index, arguments));
        }
    }
    rehearsed
}
