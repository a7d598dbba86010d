//! Values as texts, texts as values, and texts as texts.

use super::{Answer, Failure, MAX_ITEMS, interface::Vm::VmCalls};
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex};
use alloy_sol_types::SolValue;
use std::str::FromStr;

/// Bytes of the longest text that a replacement may make.
const LONGEST: usize = 1 << 20;

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
        C::replace(call) => match replace(&call.text, &call.from, &call.to) {
            Ok(text) => text,
            Err(failure) => return Some(Err(failure)),
        },
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
        C::split(call) => return Some(split(&call.text, &call.separator)),
        C::indexOf(call) => call.text.find(&call.part).map_or(U256::MAX, U256::from).abi_encode(),
        C::contains(call) => call.text.contains(&call.part).abi_encode(),
        _ => return None,
    }))
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, Failure> {
    let grown = text.matches(from).count().saturating_mul(to.len());
    if text.len().saturating_add(grown) > LONGEST {
        return Err(Failure::from(format!("the text with its replacements would be longer than {LONGEST} bytes")));
    }
    Ok(text.replace(from, to))
}

fn split(text: &str, separator: &str) -> Answer {
    let parts: Vec<_> = text.split(separator).take(MAX_ITEMS + 1).map(str::to_owned).collect();
    if parts.len() > MAX_ITEMS {
        return Err(Failure::from(format!("the text has more than {MAX_ITEMS} parts")));
    }
    Ok(parts.abi_encode())
}
