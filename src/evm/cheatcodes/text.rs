//! Values as texts, texts as values, and texts as texts.

use super::{Answer, Cheat, Failure, MAX_ITEMS, interface::ToolsCalls, kind};
use alloy_dyn_abi::DynSolType;
use alloy_primitives::{Bytes, U256, hex};
use alloy_rlp::{Encodable as _, Header};
use alloy_sol_types::SolValue;
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD as STANDARD, BASE64_URL_SAFE as URL_SAFE},
};

/// Bytes of the longest text that a replacement may make.
const LONGEST: usize = 1 << 20;

pub(super) fn answer(_cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    let text = match call {
        C::toString_0(call) => call.value.to_string(),
        C::toString_1(call) => hex::encode_prefixed(&call.value),
        C::toString_2(call) => call.value.to_string(),
        C::toString_3(call) => call.value.to_string(),
        C::toString_4(call) => call.value.to_string(),
        C::toString_5(call) => call.value.to_string(),
        C::toBase64_0(call) => STANDARD.encode(&call.data),
        C::toBase64_1(call) => STANDARD.encode(&call.data),
        C::toBase64URL_0(call) => URL_SAFE.encode(&call.data),
        C::toBase64URL_1(call) => URL_SAFE.encode(&call.data),
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

fn parse(call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    let (text, kind) = match call {
        C::parseUint(call) => (&call.text, DynSolType::Uint(256)),
        C::parseInt(call) => (&call.text, DynSolType::Int(256)),
        C::parseAddress(call) => (&call.text, DynSolType::Address),
        C::parseBool(call) => (&call.text, DynSolType::Bool),
        C::parseBytes(call) => (&call.text, DynSolType::Bytes),
        C::parseBytes32(call) => (&call.text, DynSolType::FixedBytes(32)),
        _ => return None,
    };
    Some(kind::parse(text, &kind).map(|value| value.abi_encode()))
}

fn search(call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    Some(Ok(match call {
        C::split(call) => return Some(split(&call.text, &call.separator)),
        C::indexOf(call) => call.text.find(&call.part).map_or(U256::MAX, U256::from).abi_encode(),
        C::contains(call) => call.text.contains(&call.part).abi_encode(),
        C::sort(call) => {
            let mut items = call.items.clone();
            items.sort_unstable();
            items.abi_encode()
        }
        C::toRlp(call) => to_rlp(&call.items).abi_encode(),
        C::fromRlp(call) => return Some(from_rlp(&call.data)),
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

/// A list of byte strings in RLP.
fn to_rlp(items: &[Bytes]) -> Bytes {
    let payload_length = items.iter().map(|item| item[..].length()).sum();
    let mut encoded = Vec::new();
    Header { list: true, payload_length }.encode(&mut encoded);
    for item in items {
        item[..].encode(&mut encoded);
    }
    encoded.into()
}

fn from_rlp(data: &[u8]) -> Answer {
    let fail = |error: alloy_rlp::Error| Failure::from(format!("failed to decode RLP: {error}"));
    let mut rest = data;
    let mut items = Header::decode_bytes(&mut rest, true).map_err(fail)?;
    let mut decoded: Vec<Bytes> = Vec::new();
    while !items.is_empty() {
        let item = Header::decode_bytes(&mut items, false).map_err(fail)?;
        if decoded.len() >= MAX_ITEMS {
            return Err("the list is too long".into());
        }
        decoded.push(Bytes::copy_from_slice(item));
    }
    Ok(decoded.abi_encode())
}
