//! What was called while a protocol was set up: arguments that some state needs, such as signatures, and calls between contracts that
//! nobody would make up.

use super::model::{Contract, Function};
use crate::evm::{CallKind, Trace};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt as _};
use alloy_primitives::{Address, Bytes, U256};

/// Calls of one function that are remembered.
const MOST_OF_ONE: usize = 32;

/// A call that somebody made while the protocol was set up.
#[derive(Debug, Clone)]
pub(super) struct Called {
    from: Address,
    to: Address,
    data: Bytes,
    value: U256,
}

/// The same with its arguments decoded, which some state may need, as it does signatures.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// Who called.
    pub sender: Address,
    /// Index of the function.
    pub function: usize,
    /// One value a parameter.
    pub arguments: Vec<DynSolValue>,
    /// Wei sent along.
    pub value: U256,
}

/// Who called whom with what data, in order: the message itself, and what contracts called.
pub(super) fn calls(trace: Trace) -> impl Iterator<Item = Called> {
    let frames = trace.frames.into_iter().filter(|frame| frame.success && frame.kind == CallKind::Call);
    frames.map(|frame| Called { from: frame.from, to: frame.to, data: frame.input, value: frame.value })
}

/// Those of the `called` that are calls of `functions`, each once.
pub(super) fn rehearsed(called: &[Called], contracts: &[Contract], functions: &[Function]) -> Vec<Rehearsed> {
    let mut rehearsed: Vec<Rehearsed> = Vec::new();
    for Called { from, to, data, value } in called {
        let is_of = |function: &Function| {
            let contract = &contracts[function.contract];
            contract.address == *to && !contract.created && data.starts_with(&function.selector[..])
        };
        let Some(index) = functions.iter().position(is_of) else { continue };
        let Ok(arguments) = functions[index].abi.abi_decode_input(data.get(4..).unwrap_or_default()) else { continue };
        let mut same = rehearsed.iter().filter(|known| known.function == index);
        if same.clone().count() < MOST_OF_ONE && !same.any(|known| known.arguments == arguments) {
            rehearsed.push(Rehearsed { sender: *from, function: index, arguments, value: *value });
        }
    }
    rehearsed
}
