use super::{Action, ActionCall, Call, Fit, Holder, Live, MoveKind, Source, Step};
use crate::{
    evm::Message,
    protocol::{Function, Protocol, balance_of_call},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, Bytes, FixedBytes, I256, U256, keccak256};

/// A step that has no message in this protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The feed has no way to be moved.
    #[error("feed `{feed}` has no `move` in heist.toml")]
    UnmovableFeed {
        /// Its name.
        feed: String,
    },
}

impl Step {
    /// The transaction that this step sends; none when only time passes. Time is not in it: see [`Step::advance`].
    ///
    /// # Errors
    ///
    /// When a market move names a feed that cannot be moved.
    pub fn message(&self, protocol: &Protocol) -> Result<Option<Message>, MessageError> {
        Ok(match self {
            Self::Call(call) => {
                let function = &protocol.functions[call.function];
                let Some(target) = call.target(protocol) else { return Ok(None) };
                Some(Message {
                    from: call.sender,
                    to: Some(target),
                    data: encode(function, &call.arguments),
                    value: call.value,
                })
            }
            Self::Attack(attack) => {
                let script = DynSolValue::Bytes(encode_actions(protocol, &attack.actions));
                let mut data = keccak256("run(bytes)")[..4].to_vec();
                data.extend(DynSolValue::Tuple(vec![script]).abi_encode_params());
                Some(Message { from: attack.sender, to: Some(attack.contract), data: data.into(), value: U256::ZERO })
            }
            Self::Market(market) => {
                let binding = &protocol.roles[market.feed];
                let Some(price) = market.price else { return Ok(None) };
                let contract = &protocol.contracts[binding.contract];
                let movement = binding
                    .movement
                    .as_ref()
                    .ok_or_else(|| MessageError::UnmovableFeed { feed: contract.name.clone() })?;
                let function = &protocol.functions[movement.function];
                let arguments: Vec<_> = function
                    .inputs
                    .iter()
                    .enumerate()
                    .map(|(index, kind)| match kind {
                        DynSolType::Int(bits) if index == movement.price => DynSolValue::Int(price, *bits),
                        DynSolType::Uint(bits) if index == movement.price => DynSolValue::Uint(price.into_raw(), *bits),
                        other => zero_value(other),
                    })
                    .collect();
                Some(Message {
                    from: movement.from,
                    to: Some(contract.address),
                    data: encode(function, &arguments),
                    value: U256::ZERO,
                })
            }
        })
    }

    /// Whose calls revert from this step on: a feed that is dead.
    pub fn silences(&self, protocol: &Protocol) -> Option<Address> {
        let Self::Market(market) = self else { return None };
        let feed = || protocol.contracts[protocol.roles[market.feed].contract].address;
        (market.kind == MoveKind::Dead).then(feed)
    }
}

impl Call {
    /// Where it goes; none where nothing is there.
    pub fn target(&self, protocol: &Protocol) -> Option<Address> {
        let fixed = || Some(protocol.contracts[protocol.functions[self.function].contract].address);
        self.instance.map_or_else(fixed, |instance| instance.address)
    }
}

impl ActionCall {
    /// Where it goes, and with how much. Where nothing is there, it goes to nobody and takes nothing along.
    pub fn destination(&self, protocol: &Protocol) -> (Address, U256) {
        let fixed = protocol.contracts[protocol.functions[self.function].contract].address;
        match self.instance {
            None => (fixed, self.value),
            Some(instance) => instance.address.map_or((fixed, U256::ZERO), |address| (address, self.value)),
        }
    }
}

/// Selector and arguments.
pub(super) fn encode(function: &Function, arguments: &[DynSolValue]) -> Bytes {
    let mut data = function.selector.to_vec();
    // A tuple of the parameters encodes as the parameter list does.
    data.extend(DynSolValue::Tuple(arguments.to_vec()).abi_encode_params());
    data.into()
}

/// Added to the number of a source whose word is lowered to the most that succeeds.
const MOST: u8 = 128;
/// The same for the least.
const LEAST: u8 = 64;
/// Actions of one list that are run; a file may hold more.
const MAX_ACTIONS: usize = 255;
/// Bytes of the data of a call before its arguments.
const SELECTOR: usize = 4;

/// The script of an attack as the attacker's contract reads it; contracts/attacker says how it is packed.
pub fn encode_actions(protocol: &Protocol, actions: &[Action]) -> Vec<u8> {
    let actions = &actions[..actions.len().min(MAX_ACTIONS)];
    let mut script = vec![u8::try_from(actions.len()).unwrap_or(u8::MAX)];
    for index in 0..actions.len() {
        encode_action(protocol, actions, index, &mut script);
    }
    script
}

/// Adds the action of a list with this index.
fn encode_action(protocol: &Protocol, actions: &[Action], index: usize, script: &mut Vec<u8>) {
    let body = actions[index].body();
    match &actions[index] {
        Action::Call(call) => {
            let function = &protocol.functions[call.function];
            let (target, value) = call.destination(protocol);
            let data = encode(function, &call.arguments);
            let body = if body.is_empty() { Vec::new() } else { encode_actions(protocol, body) };
            script.push(0);
            script.extend(target);
            script.extend(value.to_be_bytes::<32>());
            script.extend(length(&data));
            // What is nowhere is not filled: the contract would write anywhere.
            let located = call.live.iter().filter_map(|live| {
                let offset = live.spot.offset(&call.arguments)?;
                Some((u32::try_from(SELECTOR + offset).ok()?, live))
            });
            let fills: Vec<_> = located.take(MAX_ACTIONS).collect();
            script.push(u8::try_from(fills.len()).unwrap_or(u8::MAX));
            script.extend(length(&body));
            script.extend(data);
            for (offset, live) in fills {
                script.extend(offset.to_be_bytes());
                encode_fill(target, live, &actions[..index], script);
            }
            script.extend(body);
        }
        Action::Loan(loan) => {
            let body = encode_actions(protocol, body);
            script.push(1);
            script.extend(loan.lender);
            script.extend(loan.token);
            script.extend(loan.amount.to_be_bytes::<32>());
            script.extend(length(&body));
            script.extend(body);
        }
        Action::Repeat(repeat) => {
            let body = encode_actions(protocol, body);
            script.push(2);
            script.extend(repeat.times.to_be_bytes());
            script.extend(length(&body));
            script.extend(body);
        }
    }
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// Adds what a word of a call of `callee` is filled with, behind the actions `before`.
fn encode_fill(callee: Address, live: &Live, before: &[Action], script: &mut Vec<u8>) {
    let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    let share = |bps: u32| u16::try_from(bps).unwrap_or(u16::MAX);
    let (source, place, number, question, add) = match &live.source {
        // The contract itself: zero is nobody else's address.
        Source::Balance { of: Holder::Caller, token: None, bps } => (0, Address::ZERO, share(*bps), Bytes::new(), 0),
        Source::Balance { of: Holder::Callee, token: None, bps } => (0, callee, share(*bps), Bytes::new(), 0),
        Source::Balance { of: Holder::Caller, token: Some(token), bps } => (3, *token, share(*bps), Bytes::new(), 0),
        Source::Balance { of: Holder::Callee, token: Some(token), bps } => {
            (2, *token, share(*bps), balance_of_call(callee).into(), 0)
        }
        Source::View { target, data, bps, add } => (2, *target, share(*bps), data.clone(), *add),
        Source::Result { function } => {
            let called = |action: &Action| matches!(action, Action::Call(call) if call.function == *function);
            let index = before.iter().rposition(called).unwrap_or(usize::MAX);
            (1, Address::ZERO, short(index), Bytes::new(), 0)
        }
        // Resolved before the script is sent; a hole that is left reads as the failed action with this index.
        Source::Step { .. } => (1, Address::ZERO, u16::MAX, Bytes::new(), 0),
    };
    script.push(match live.fit {
        Fit::Exact => source,
        Fit::Most => source | MOST,
        Fit::Least => source | LEAST,
    });
    script.extend(place);
    script.extend(number.to_be_bytes());
    script.extend(add.to_be_bytes());
    script.extend(short(question.len()).to_be_bytes());
    script.extend(question);
}

/// The value of a type whose words are all zero.
pub fn zero_value(kind: &DynSolType) -> DynSolValue {
    match kind {
        DynSolType::Bool => DynSolValue::Bool(false),
        DynSolType::Int(bits) => DynSolValue::Int(I256::ZERO, *bits),
        DynSolType::Uint(bits) => DynSolValue::Uint(U256::ZERO, *bits),
        DynSolType::FixedBytes(size) => DynSolValue::FixedBytes(FixedBytes::ZERO, *size),
        DynSolType::Address => DynSolValue::Address(Address::ZERO),
        DynSolType::Function => DynSolValue::Function(alloy_primitives::Function::ZERO),
        DynSolType::Bytes => DynSolValue::Bytes(Vec::new()),
        DynSolType::String => DynSolValue::String(String::new()),
        DynSolType::Array(_) => DynSolValue::Array(Vec::new()),
        DynSolType::FixedArray(inner, size) => DynSolValue::FixedArray(vec![zero_value(inner); *size]),
        DynSolType::Tuple(inner) => DynSolValue::Tuple(inner.iter().map(zero_value).collect()),
    }
}
