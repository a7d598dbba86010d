//! Values as texts.

use super::{Answer, interface::Vm::VmCalls};
use alloy_primitives::hex;
use alloy_sol_types::SolValue;

pub(super) fn answer(call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let text = match call {
        C::toString_0(call) => call.value.to_string(),
        C::toString_1(call) => hex::encode_prefixed(&call.value),
        C::toString_2(call) => call.value.to_string(),
        C::toString_3(call) => call.value.to_string(),
        C::toString_4(call) => call.value.to_string(),
        C::toString_5(call) => call.value.to_string(),
        _ => return None,
    };
    Some(Ok(text.abi_encode()))
}
