//! Values as texts, texts as values, and texts as texts.

use super::{Answer, Failure, interface::Vm::VmCalls};
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex};
use alloy_sol_types::SolValue;
use std::str::FromStr;

pub(super) fn answer(call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let text = match call {
        C::toString_0(call) => call.value.to_string(),
        C::toString_1(call) => hex::encode_prefixed(&call.value),
        C::toString_2(call) => call.value.to_string(),
        C::toString_3(call) => call.value.to_string(),
        C::toString_4(call) => call.value.to_string(),
        C::toString_5(call) => call.value.to_string(),
        C::toLowercase(call) => call.text.to_lowercase(),
        C::toUppercase(call) => call.text.to_uppercase(),
        C::trim(call) => call.text.trim().to_owned(),
        C::replace(call) => call.text.replace(&call.from, &call.to),
        _ => return parse(call).or_else(|| search(call)),
    };
    Some(Ok(text.abi_encode()))
}

fn parse(call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    fn value<T: FromStr>(text: &str, kind: &str) -> Result<T, Failure> {
        T::from_str(text.trim()).map_err(|_| Failure::from(format!("failed parsing {text:?} as type `{kind}`")))
    }
    Some(match call {
        C::parseUint(call) => value::<U256>(&call.text, "uint256").map(|value| value.abi_encode()),
        C::parseInt(call) => value::<I256>(&call.text, "int256").map(|value| value.abi_encode()),
        C::parseAddress(call) => value::<Address>(&call.text, "address").map(|value| value.abi_encode()),
        C::parseBool(call) => value::<bool>(&call.text.to_lowercase(), "bool").map(|value| value.abi_encode()),
        C::parseBytes(call) => value::<Bytes>(&call.text, "bytes").map(|value| value.abi_encode()),
        C::parseBytes32(call) => value::<B256>(&call.text, "bytes32").map(|value| value.abi_encode()),
        _ => return None,
    })
}

fn search(call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    Some(Ok(match call {
        C::split(call) => {
            call.text.split(call.separator.as_str()).map(str::to_owned).collect::<Vec<String>>().abi_encode()
        }
        C::indexOf(call) => call.text.find(&call.part).map_or(U256::MAX, U256::from).abi_encode(),
        C::contains(call) => call.text.contains(&call.part).abi_encode(),
        _ => return None,
    }))
}
