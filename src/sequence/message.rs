use super::{Action, ActionCall, Call, Holder, Source, Step};
use crate::{
    evm::Message,
    protocol::{Function, Protocol},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{Address, Bytes, FixedBytes, I256, Selector, U256};

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

/// `run((uint8,address,uint256,bytes,(uint256,uint8,address,uint256)[],address,uint256)[])` of the attacker's contract.
fn run_selector() -> Selector {
    let hash = alloy_primitives::keccak256(
        "run((uint8,address,uint256,bytes,(uint256,uint8,address,uint256)[],address,uint256)[])",
    );
    Selector::from_slice(&hash[..4])
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
                let mut data = run_selector().to_vec();
                data.extend(encode_actions(protocol, &attack.actions));
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
                        DynSolType::Int(bits) => {
                            let value = if index == movement.price { price } else { U256::ZERO };
                            DynSolValue::Int(I256::from_raw(value), *bits)
                        }
                        DynSolType::Uint(bits) => {
                            DynSolValue::Uint(if index == movement.price { price } else { U256::ZERO }, *bits)
                        }
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
    fn destination(&self, protocol: &Protocol) -> (Address, U256) {
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

/// The script of an attack as the attacker's contract reads it: `abi.encode(Action[])`.
pub fn encode_actions(protocol: &Protocol, actions: &[Action]) -> Vec<u8> {
    let actions = actions.iter().map(|action| encode_action(protocol, action)).collect();
    DynSolValue::Tuple(vec![DynSolValue::Array(actions)]).abi_encode_params()
}

fn encode_action(protocol: &Protocol, action: &Action) -> DynSolValue {
    let fill = |offset: usize, source: &Source| {
        let (kind, token, number) = match source {
            Source::Balance { of, token, bps } => {
                let kind = if *of == Holder::Caller { 0 } else { 2 };
                (kind, token.unwrap_or_default(), U256::from(*bps))
            }
            Source::Action { index } => (1, Address::ZERO, U256::from(*index)),
            // Resolved before the script is sent; a hole that is left reads as the failed action with this index.
            Source::Step { .. } => (1, Address::ZERO, U256::MAX),
        };
        DynSolValue::Tuple(vec![uint(U256::from(offset)), small(kind), DynSolValue::Address(token), uint(number)])
    };
    match action {
        Action::Call(call) => {
            let function = &protocol.functions[call.function];
            let (target, value) = call.destination(protocol);
            let fills = call.live.iter().map(|live| fill(head_offset(function, live.argument), &live.source)).collect();
            DynSolValue::Tuple(vec![
                small(0),
                DynSolValue::Address(target),
                uint(value),
                DynSolValue::Bytes(encode(function, &call.arguments).to_vec()),
                DynSolValue::Array(fills),
                DynSolValue::Address(Address::ZERO),
                uint(U256::ZERO),
            ])
        }
        Action::Loan(loan) => DynSolValue::Tuple(vec![
            small(1),
            DynSolValue::Address(loan.lender),
            uint(U256::ZERO),
            DynSolValue::Bytes(encode_actions(protocol, &loan.body)),
            DynSolValue::Array(Vec::new()),
            DynSolValue::Address(loan.token),
            uint(loan.amount),
        ]),
    }
}

/// Byte offset in the calldata of the head word of a parameter.
fn head_offset(function: &Function, argument: usize) -> usize {
    let words: usize = function.inputs.iter().take(argument).map(head_words).sum();
    4 + 32 * words
}

/// Words that a parameter takes in the head: one offset for a dynamic type, its content for a static one.
fn head_words(kind: &DynSolType) -> usize {
    if is_dynamic(kind) { 1 } else { kind.minimum_words() }
}

fn is_dynamic(kind: &DynSolType) -> bool {
    match kind {
        DynSolType::Bytes | DynSolType::String | DynSolType::Array(_) => true,
        DynSolType::FixedArray(inner, _) => is_dynamic(inner),
        DynSolType::Tuple(inner) => inner.iter().any(is_dynamic),
        _ => false,
    }
}

fn uint(value: U256) -> DynSolValue {
    DynSolValue::Uint(value, 256)
}

fn small(value: u8) -> DynSolValue {
    DynSolValue::Uint(U256::from(value), 8)
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
