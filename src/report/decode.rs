use super::{
    escape::{clip, escape},
    solidity::render_value,
};
use crate::{gallery, protocol::Protocol};
use alloy_dyn_abi::{DynSolType, DynSolValue, ErrorExt as _, EventExt as _, FunctionExt as _, JsonAbiExt as _};
use alloy_json_abi::{Function, JsonAbi, Param};
use alloy_primitives::{Address, Log, Selector, U256, hex};

/// Bytes of data that is not understood that are shown.
const MAX_RAW: usize = 68;
/// Longest data that is decoded: what is longer is shown raw.
const MAX_DATA: usize = 64 << 10;

/// Reads calldata, return data, events and revert data with the ABIs of a protocol.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decoder<'a> {
    protocol: &'a Protocol,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(protocol: &'a Protocol) -> Self {
        Self { protocol }
    }

    /// How people call an address.
    pub(super) fn name(self, address: Address) -> String {
        self.protocol.name_of(address).map_or_else(|| well_known(address), |name| escape(name).into_owned())
    }

    /// ABIs, those of the contract at `address` first: a proxy's calls are found in its implementation's.
    fn abis(self, address: Address) -> impl Iterator<Item = &'a JsonAbi> {
        let attacker = self.is_attacker(address).then(|| &gallery::attacker().abi);
        let contracts = &self.protocol.contracts;
        let own = contracts.iter().filter(move |each| each.address == address);
        let others = contracts.iter().filter(move |each| each.address != address);
        let deployed = own.chain(others).map(|each| &each.artifact.abi);
        let known = self.protocol.interfaces.values().map(|abi| &**abi);
        attacker.into_iter().chain(deployed).chain(known)
    }

    fn is_attacker(self, address: Address) -> bool {
        self.protocol.attacker_contract == Some(address)
    }

    fn function(self, address: Address, data: &[u8]) -> Option<&'a Function> {
        let selector = Selector::try_from(data.get(..4)?).ok()?;
        self.abis(address).find_map(|abi| abi.functions().find(|function| function.selector() == selector))
    }

    /// `transfer(to: bob, amount: 1 ether)`, or the raw calldata.
    pub(super) fn call(self, address: Address, data: &[u8]) -> String {
        if data.is_empty() {
            return "receive()".to_owned();
        }
        let Some(function) = self.function(address, data) else { return format!("fallback({})", raw(data)) };
        if self.is_attacker(address) && function.name == "run" {
            // The step above it shows the script in readable form.
            return "run(script)".to_owned();
        }
        match bounded(&data[4..]).and_then(|data| function.abi_decode_input(data).ok()) {
            Some(values) => format!("{}({})", escape(&function.name), self.named(&values, &function.inputs)),
            None => format!("{}({})", escape(&function.name), raw(&data[4..])),
        }
    }

    /// What a call returned; none for nothing.
    pub(super) fn returned(self, address: Address, input: &[u8], output: &[u8]) -> Option<String> {
        if output.is_empty() {
            return None;
        }
        let function = self.function(address, input);
        let values = function.and_then(|function| function.abi_decode_output(bounded(output)?).ok());
        Some(match values.as_deref() {
            Some([one]) => self.value(one),
            Some(values) if !values.is_empty() => format!("({})", self.values(values)),
            _ => raw(output),
        })
    }

    /// `Transfer(from: alice, to: bob, value: 5)`, or the raw topics and data.
    pub(super) fn event(self, log: &Log) -> String {
        let topic = log.topics().first();
        for abi in self.abis(log.address) {
            for event in abi.events().filter(|event| !event.anonymous && Some(&event.selector()) == topic) {
                // The same event with other fields indexed does not decode: another ABI may fit.
                let Some(decoded) = bounded(&log.data.data).and_then(|_| event.decode_log(&log.data).ok()) else {
                    continue;
                };
                let (mut indexed, mut body) = (decoded.indexed.iter(), decoded.body.iter());
                let fields = event.inputs.iter().filter_map(|input| {
                    let value = if input.indexed { indexed.next() } else { body.next() }?;
                    Some(labelled(&input.name, &self.value(value)))
                });
                return format!("{}({})", escape(&event.name), fields.collect::<Vec<_>>().join(", "));
            }
        }
        let topics: Vec<_> = log.topics().iter().map(ToString::to_string).collect();
        format!("unknown event [{}] {}", topics.join(", "), raw(&log.data.data))
    }

    /// Why a call reverted: the text of `require`, the meaning of a panic, a custom error, or the raw data.
    pub(super) fn revert(self, address: Address, data: &[u8]) -> String {
        if data.is_empty() {
            return "without data".to_owned();
        }
        let Some(body) = data.get(4..).and_then(bounded) else { return raw(data) };
        let selector = &data[..4];
        if selector == [0x08, 0xc3, 0x79, 0xa0]
            && let Ok(DynSolValue::String(text)) = DynSolType::String.abi_decode_params(body)
        {
            return format!("\"{}\"", clip(&text, 200));
        }
        if selector == [0x4e, 0x48, 0x7b, 0x71]
            && let Some(code) = body.get(..32).map(U256::from_be_slice)
        {
            return format!("Panic({code:#04x}): {}", panic_meaning(code));
        }
        for abi in self.abis(address) {
            for error in abi.errors().filter(|error| error.selector() == selector) {
                if let Ok(decoded) = error.decode_error(data) {
                    return format!("{}({})", escape(&error.name), self.named(&decoded.body, &error.inputs));
                }
            }
        }
        raw(data)
    }

    fn named(self, values: &[DynSolValue], inputs: &[Param]) -> String {
        let pairs = values.iter().zip(inputs);
        pairs.map(|(value, input)| labelled(&input.name, &self.value(value))).collect::<Vec<_>>().join(", ")
    }

    fn values(self, values: &[DynSolValue]) -> String {
        values.iter().map(|value| self.value(value)).collect::<Vec<_>>().join(", ")
    }

    fn value(self, value: &DynSolValue) -> String {
        render_value(value, &|address| self.name(address))
    }
}

fn labelled(name: &str, value: &str) -> String {
    if name.is_empty() { value.to_owned() } else { format!("{}: {value}", escape(name)) }
}

fn bounded(data: &[u8]) -> Option<&[u8]> {
    (data.len() <= MAX_DATA).then_some(data)
}

/// Data that is not understood, as hex.
pub(super) fn raw(data: &[u8]) -> String {
    match data.get(..MAX_RAW) {
        Some(start) if data.len() > MAX_RAW => format!("{}… ({} bytes)", hex::encode_prefixed(start), data.len()),
        _ => hex::encode_prefixed(data),
    }
}

/// Addresses that every chain has, else the address.
fn well_known(address: Address) -> String {
    let number = U256::from_be_slice(address.as_slice());
    let names = [
        "address(0)",
        "ecrecover",
        "sha256",
        "ripemd160",
        "identity",
        "modexp",
        "ecadd",
        "ecmul",
        "ecpairing",
        "blake2f",
        "kzg",
    ];
    match usize::try_from(number).ok().and_then(|index| names.get(index)) {
        Some(name) => (*name).to_owned(),
        None => address.to_string(),
    }
}

/// Meanings of Solidity's panic codes (documentation of Solidity, "Panic via assert and Error via require").
fn panic_meaning(code: U256) -> &'static str {
    match u32::try_from(code).unwrap_or(u32::MAX) {
        0x00 => "generic panic of the compiler",
        0x01 => "assertion failed",
        0x11 => "arithmetic overflow or underflow",
        0x12 => "division or modulo by zero",
        0x21 => "value is not of the enum",
        0x22 => "storage byte array is incorrectly encoded",
        0x31 => "pop of an empty array",
        0x32 => "index out of bounds",
        0x41 => "too much memory",
        0x51 => "call of an uninitialised internal function",
        _ => "unknown code",
    }
}
