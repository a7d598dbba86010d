//! Tokens that anybody makes: conveniences of tests.

use super::probe::{Probe, as_word};
use crate::protocol::{Contract, functions::changes_state, types};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, U256};

/// Longest parameter list that is tried.
const MAX_PARAMETERS: usize = 4;
/// What is asked for, base units.
const WANTED: u64 = 1_000_000;

/// The first function of a token, by signature, that gives a stranger who has nothing some of it.
pub(in crate::protocol) fn gives_for_nothing(probe: &mut Probe<'_>, contract: &Contract) -> Option<String> {
    let (token, stranger) = (contract.address, probe.stranger);
    let before = probe.balance(token, stranger)?;
    let mut functions: Vec<_> = contract.artifact.abi.functions().filter(|one| changes_state(one)).collect();
    functions.sort_by_key(|function| function.signature());
    for function in functions {
        let Some(kinds) = types::resolve_all(&function.inputs) else { continue };
        if kinds.len() > MAX_PARAMETERS {
            continue;
        }
        let Some(arguments) = kinds.iter().map(|kind| argument(kind, stranger)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let mut data = function.selector().to_vec();
        data.extend(DynSolValue::Tuple(arguments).abi_encode_params());
        let gave = probe.tentatively(|probe| {
            probe.send(stranger, token, data.into(), U256::ZERO)
                && probe.balance(token, stranger).is_some_and(|after| after > before)
        });
        if gave {
            return Some(function.signature());
        }
    }
    None
}

fn argument(kind: &DynSolType, stranger: Address) -> Option<DynSolValue> {
    match kind {
        DynSolType::Address => Some(DynSolValue::Address(stranger)),
        DynSolType::Uint(bits) if *bits >= 32 => Some(DynSolValue::Uint(U256::from(WANTED), *bits)),
        DynSolType::Uint(bits) => Some(DynSolValue::Uint(U256::ONE, *bits)),
        DynSolType::Bool => Some(DynSolValue::Bool(true)),
        DynSolType::FixedBytes(size) => Some(DynSolValue::FixedBytes(as_word(stranger).into(), *size)),
        DynSolType::Bytes => Some(DynSolValue::Bytes(Vec::new())),
        _ => None,
    }
}
