use super::{
    Action, ActionCall, Advance, Attack, Call, Fit, Holder, Instance, Live, Loan, MarketMove, MoveKind, Repeat,
    Sequence, Source, Spot, Step, json,
};
use crate::protocol::{Function, Protocol};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt as _, Specifier as _};
use alloy_primitives::{Address, Bytes, I256, U256, hex};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most rounds of a repetition that are read from a file.
const MAX_TIMES: u32 = 100_000;

/// A step as files hold it: names instead of indices, typed values, and raw calldata beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase", deny_unknown_fields)]
pub enum StepRecord {
    /// A call.
    Call(CallRecord),
    /// An attack.
    Attack(AttackRecord),
    /// A market move.
    Market(MarketRecord),
}

/// A call as files hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallRecord {
    /// Blocks before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub blocks: u64,
    /// Seconds before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seconds: u64,
    /// Sender: a name, or an address.
    pub from: String,
    /// Name of the deployment.
    pub contract: String,
    /// Which of the contracts of this name that earlier steps created, from 0; none for one that was there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<usize>,
    /// Signature, `transfer(address,uint256)`.
    pub function: String,
    /// One value a parameter.
    pub arguments: Vec<Value>,
    /// Wei, decimal.
    #[serde(default = "zero", skip_serializing_if = "is_zero_text")]
    pub value: String,
    /// Calldata, hex: what was sent, for other tools.
    pub calldata: String,
}

/// An attack as files hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttackRecord {
    /// Blocks before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub blocks: u64,
    /// Seconds before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seconds: u64,
    /// The script.
    pub actions: Vec<ActionRecord>,
    /// Calldata of the attacker's contract, hex.
    pub calldata: String,
}

/// An action as files hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
pub enum ActionRecord {
    /// A call.
    Call {
        /// Name of the deployment.
        contract: String,
        /// Its number among the contracts of this kind that earlier steps create, from 0; none where the deployment is the contract.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<usize>,
        /// Signature.
        function: String,
        /// One value a parameter.
        arguments: Vec<Value>,
        /// Arguments that the attacker's contract fills in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        live: Vec<LiveRecord>,
        /// Wei, decimal.
        #[serde(default = "zero", skip_serializing_if = "is_zero_text")]
        value: String,
        /// What the attacker's contract does when this call calls it back first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        callback: Vec<Self>,
    },
    /// Actions that run several times.
    Repeat {
        /// How often.
        times: u32,
        /// The actions.
        body: Vec<Self>,
    },
    /// A flash loan.
    Loan {
        /// Name of the lender.
        lender: String,
        /// Name of the token.
        token: String,
        /// Base units, decimal.
        amount: String,
        /// Actions in the callback.
        body: Vec<Self>,
    },
}

/// An argument that is filled in while a script runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fill", rename_all = "lowercase", deny_unknown_fields)]
pub enum LiveRecord {
    /// A share of what somebody holds at that moment.
    Balance {
        /// Index of the parameter.
        argument: usize,
        /// Where it is an array or a struct: the index of an item, then of one within that, to what is filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        within: Vec<usize>,
        /// Who: the attacker's contract, or the contract that is called.
        #[serde(default)]
        of: Holder,
        /// Name of the token, or `eth`.
        token: String,
        /// Basis points.
        bps: u32,
        /// Whether it is a bound, and of what.
        #[serde(default, skip_serializing_if = "is_exact")]
        fit: Fit,
    },
    /// What an earlier action returned: the last call of a function in the same list.
    Result {
        /// Index of the parameter.
        argument: usize,
        /// Where it is an array or a struct: the index of an item, then of one within that, to what is filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        within: Vec<usize>,
        /// Name of the contract that was called.
        contract: String,
        /// Signature.
        function: String,
        /// Whether it is a bound, and of what.
        #[serde(default, skip_serializing_if = "is_exact")]
        fit: Fit,
    },
    /// A share of what a view answers at that moment.
    View {
        /// Index of the parameter.
        argument: usize,
        /// Where it is an array or a struct: the index of an item, then of one within that, to what is filled.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        within: Vec<usize>,
        /// Name of the contract.
        contract: String,
        /// Signature.
        function: String,
        /// One value a parameter of the view.
        arguments: Vec<Value>,
        /// Basis points.
        bps: u32,
        /// Base units more.
        #[serde(default, skip_serializing_if = "is_nothing")]
        add: i8,
        /// Whether it is a bound, and of what.
        #[serde(default, skip_serializing_if = "is_exact")]
        fit: Fit,
    },
}

impl LiveRecord {
    /// What it fills.
    pub fn spot(&self) -> Spot {
        let (Self::Balance { argument, within, .. }
        | Self::Result { argument, within, .. }
        | Self::View { argument, within, .. }) = self;
        Spot { argument: *argument, within: within.clone() }
    }
}

/// A market move as files hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketRecord {
    /// Blocks before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub blocks: u64,
    /// Seconds before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seconds: u64,
    /// Name of the feed.
    pub feed: String,
    /// What happens to it.
    #[serde(rename = "move")]
    pub kind: MoveKind,
    /// The new price, decimal; none for a feed that is stale or dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_nothing(number: &i8) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_exact(fit: &Fit) -> bool {
    *fit == Fit::Exact
}

fn is_zero_text(text: &str) -> bool {
    text == "0"
}

fn zero() -> String {
    "0".to_owned()
}

impl StepRecord {
    /// `contract.signature` of each call, in order, scripts included; part of a finding's identity.
    pub fn functions(&self) -> Vec<String> {
        fn of_action(action: &ActionRecord) -> Vec<String> {
            let (own, body) = match action {
                ActionRecord::Call { contract, function, callback, .. } => {
                    (Some(format!("{contract}.{function}")), callback)
                }
                ActionRecord::Loan { lender, body, .. } => (Some(format!("{lender}.flashLoan")), body),
                ActionRecord::Repeat { body, .. } => (None, body),
            };
            own.into_iter().chain(body.iter().flat_map(of_action)).collect()
        }
        match self {
            Self::Call(call) => vec![format!("{}.{}", call.contract, call.function)],
            Self::Attack(attack) => attack.actions.iter().flat_map(of_action).collect(),
            Self::Market(market) => vec![format!("{}:{:?}", market.feed, market.kind)],
        }
    }
}

impl Sequence {
    /// The steps as files hold them.
    pub fn to_records(&self, protocol: &Protocol) -> Vec<StepRecord> {
        self.steps.iter().map(|step| record(protocol, step)).collect()
    }

    /// Steps out of a file, for a protocol that may have changed since.
    ///
    /// # Errors
    ///
    /// When a name, function or value does not fit the protocol: the step is not applicable.
    pub fn from_records(protocol: &Protocol, records: &[StepRecord]) -> Result<Self, RecordError> {
        let steps = records
            .iter()
            .enumerate()
            .map(|(index, record)| step(protocol, record).map_err(|source| RecordError { step: index + 1, source }))
            .collect::<Result<_, _>>()?;
        Ok(Self { steps })
    }
}

/// A step of a file that does not fit the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step {step}: {source}")]
pub struct RecordError {
    /// Number of the step, from 1.
    pub step: usize,
    /// Why it does not fit.
    pub source: Misfit,
}

/// Why a step does not fit a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// No contract, actor or feed of this name.
    #[error("there is no {what} `{name}`")]
    Name {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The contract has no such function.
    #[error("`{contract}` has no function `{function}`{}", hint(.candidates))]
    Function {
        /// The contract.
        contract: String,
        /// The signature.
        function: String,
        /// Functions of the contract with the same parameters or the same name.
        candidates: Vec<String>,
    },
    /// A value does not fit its type.
    #[error("argument {argument} of `{function}`: {message}")]
    Value {
        /// The signature.
        function: String,
        /// Number of the argument, from 1.
        argument: usize,
        /// What is wrong.
        message: String,
    },
    /// The wrong number of arguments.
    #[error("`{function}` takes {expected} arguments, not {found}")]
    Arity {
        /// The signature.
        function: String,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Not a number.
    #[error("`{text}` is not a number of base units")]
    Number {
        /// What is there.
        text: String,
    },
    /// The protocol has no attacker.
    #[error("the protocol has no actor of kind `attacker`, so there is no contract that could run the script")]
    NoAttacker,
}

fn hint(candidates: &[String]) -> String {
    if candidates.is_empty() { String::new() } else { format!("; it has `{}`", candidates.join("`, `")) }
}

fn record(protocol: &Protocol, step: &Step) -> StepRecord {
    let Advance { blocks, seconds } = step.advance();
    let calldata = || match step.message(protocol) {
        Ok(Some(message)) => hex::encode_prefixed(&message.data),
        _ => "0x".to_owned(),
    };
    match step {
        Step::Call(call) => {
            let function = &protocol.functions[call.function];
            StepRecord::Call(CallRecord {
                blocks,
                seconds,
                from: json::name(protocol, call.sender),
                contract: protocol.contracts[function.contract].name.clone(),
                instance: call.instance.map(|instance| instance.order),
                function: function.abi.signature(),
                arguments: call.arguments.iter().map(|value| json::encode(protocol, value)).collect(),
                value: call.value.to_string(),
                calldata: format!("0x{}", hex::encode(super::message::encode(function, &call.arguments))),
            })
        }
        Step::Attack(attack) => StepRecord::Attack(AttackRecord {
            blocks,
            seconds,
            actions: attack.actions.iter().map(|action| action_record(protocol, action)).collect(),
            calldata: calldata(),
        }),
        Step::Market(market) => StepRecord::Market(MarketRecord {
            blocks,
            seconds,
            feed: protocol.contracts[protocol.roles[market.feed].contract].name.clone(),
            kind: market.kind,
            price: market.price.map(|price| price.to_string()),
        }),
    }
}

fn action_record(protocol: &Protocol, action: &Action) -> ActionRecord {
    let body = || action.body().iter().map(|action| action_record(protocol, action)).collect();
    match action {
        Action::Call(call) => {
            let function = &protocol.functions[call.function];
            ActionRecord::Call {
                contract: protocol.contracts[function.contract].name.clone(),
                instance: call.instance.map(|instance| instance.order),
                function: function.abi.signature(),
                arguments: call.arguments.iter().map(|value| json::encode(protocol, value)).collect(),
                live: call.live.iter().filter_map(|live| live_record(protocol, live)).collect(),
                value: call.value.to_string(),
                callback: body(),
            }
        }
        Action::Repeat(repeat) => ActionRecord::Repeat { times: repeat.times, body: body() },
        Action::Loan(loan) => ActionRecord::Loan {
            lender: json::name(protocol, loan.lender),
            token: json::name(protocol, loan.token),
            amount: loan.amount.to_string(),
            body: body(),
        },
    }
}

fn live_record(protocol: &Protocol, live: &Live) -> Option<LiveRecord> {
    let fit = live.fit;
    let Spot { argument, within } = live.spot.clone();
    match &live.source {
        Source::Balance { of, token, bps } => {
            let token = token.map_or_else(|| "eth".to_owned(), |token| json::name(protocol, token));
            Some(LiveRecord::Balance { argument, within, of: *of, token, bps: *bps, fit })
        }
        Source::Result { function } => {
            let function = &protocol.functions[*function];
            let contract = protocol.contracts[function.contract].name.clone();
            Some(LiveRecord::Result { argument, within, contract, function: function.abi.signature(), fit })
        }
        Source::View { target, data, bps, add } => {
            let contract = protocol.contracts.iter().find(|contract| contract.address == *target)?;
            let view = contract.artifact.abi.functions().find(|view| data.starts_with(view.selector().as_slice()))?;
            let arguments = view.abi_decode_input(data.get(4..)?).ok()?;
            Some(LiveRecord::View {
                argument,
                within,
                contract: contract.name.clone(),
                function: view.signature(),
                arguments: arguments.iter().map(|value| json::encode(protocol, value)).collect(),
                bps: *bps,
                add: *add,
                fit,
            })
        }
        // Execution has resolved it.
        Source::Step { .. } => None,
    }
}

pub(super) fn step(protocol: &Protocol, record: &StepRecord) -> Result<Step, Misfit> {
    Ok(match record {
        StepRecord::Call(call) => {
            let function = find_function(protocol, &call.contract, &call.function)?;
            Step::Call(Call {
                sender: address(protocol, "actor", &call.from)?,
                function,
                instance: instance(protocol, function, call.instance),
                arguments: arguments(protocol, &protocol.functions[function], &call.arguments)?,
                live: Vec::new(),
                value: number(&call.value)?,
                advance: Advance { blocks: call.blocks, seconds: call.seconds },
            })
        }
        StepRecord::Attack(attack) => {
            let attacker = protocol.attacker().ok_or(Misfit::NoAttacker)?;
            Step::Attack(Attack {
                sender: attacker.address,
                contract: protocol.attacker_contract.ok_or(Misfit::NoAttacker)?,
                actions: actions(protocol, &attack.actions)?,
                advance: Advance { blocks: attack.blocks, seconds: attack.seconds },
            })
        }
        StepRecord::Market(market) => {
            let feed = protocol
                .roles
                .iter()
                .position(|binding| binding.role == "feed" && protocol.contracts[binding.contract].name == market.feed);
            Step::Market(MarketMove {
                feed: feed.ok_or_else(|| Misfit::Name { what: "feed", name: market.feed.clone() })?,
                kind: market.kind,
                price: market.price.as_deref().map(signed).transpose()?,
                advance: Advance { blocks: market.blocks, seconds: market.seconds },
            })
        }
    })
}

/// Which contract a call means, where calls create those of its function: the first, where the file does not say.
pub(super) fn instance(protocol: &Protocol, function: usize, order: Option<usize>) -> Option<Instance> {
    let is_created = protocol.contracts[protocol.functions[function].contract].created;
    is_created.then(|| Instance { order: order.unwrap_or(0), address: None })
}

fn actions(protocol: &Protocol, records: &[ActionRecord]) -> Result<Vec<Action>, Misfit> {
    records.iter().map(|each| action(protocol, each)).collect()
}

fn action(protocol: &Protocol, record: &ActionRecord) -> Result<Action, Misfit> {
    Ok(match record {
        ActionRecord::Call { contract, instance: order, function, arguments: values, live, value, callback } => {
            let function = find_function(protocol, contract, function)?;
            let entry = &protocol.functions[function];
            let values = arguments(protocol, entry, values)?;
            Action::Call(ActionCall {
                function,
                instance: instance(protocol, function, *order),
                live: live.iter().map(|each| fill(protocol, entry, &values, each)).collect::<Result<_, _>>()?,
                arguments: values,
                value: number(value)?,
                callback: actions(protocol, callback)?,
            })
        }
        ActionRecord::Repeat { times, body } => {
            Action::Repeat(Repeat { times: (*times).min(MAX_TIMES), body: actions(protocol, body)? })
        }
        ActionRecord::Loan { lender, token, amount, body } => Action::Loan(Loan {
            lender: address(protocol, "lender", lender)?,
            token: address(protocol, "token", token)?,
            amount: number(amount)?,
            body: actions(protocol, body)?,
        }),
    })
}

/// What fills a value among `values`, the arguments of a call of `function`.
fn fill(protocol: &Protocol, function: &Function, values: &[DynSolValue], record: &LiveRecord) -> Result<Live, Misfit> {
    let (source, fit) = match record {
        LiveRecord::Balance { of, token, bps, fit, .. } => {
            let token = if token == "eth" { None } else { Some(address(protocol, "token", token)?) };
            (Source::Balance { of: *of, token, bps: *bps }, *fit)
        }
        LiveRecord::Result { contract, function, fit, .. } => {
            (Source::Result { function: find_function(protocol, contract, function)? }, *fit)
        }
        LiveRecord::View { contract, function, arguments, bps, add, fit, .. } => {
            let target = find_contract(protocol, contract)?;
            let data = view_call(protocol, target, function, arguments)?;
            (Source::View { target: protocol.contracts[target].address, data, bps: *bps, add: *add }, *fit)
        }
    };
    let spot = record.spot();
    let problem = match spot.of(values) {
        None if spot.argument >= values.len() => "there is no such parameter to fill",
        None => "there is nothing at this place within it to fill",
        Some(value) if !value.is_word() => "only single words are filled",
        Some(_) => return Ok(Live { spot, source, fit }),
    };
    Err(Misfit::Value { function: function.abi.signature(), argument: spot.argument + 1, message: problem.to_owned() })
}

fn find_contract(protocol: &Protocol, name: &str) -> Result<usize, Misfit> {
    let found = protocol.contracts.iter().position(|each| each.name == name);
    found.ok_or_else(|| Misfit::Name { what: "contract", name: name.to_owned() })
}

/// Selector and arguments of a view.
fn view_call(protocol: &Protocol, contract: usize, signature: &str, values: &[Value]) -> Result<Bytes, Misfit> {
    let contract = &protocol.contracts[contract];
    let view = contract.artifact.abi.functions().find(|view| view.signature() == signature);
    let view = view.ok_or_else(|| Misfit::Function {
        contract: contract.name.clone(),
        function: signature.to_owned(),
        candidates: Vec::new(),
    })?;
    if values.len() != view.inputs.len() {
        let (expected, found) = (view.inputs.len(), values.len());
        return Err(Misfit::Arity { function: signature.to_owned(), expected, found });
    }
    let typed = view.inputs.iter().zip(values).enumerate().map(|(index, (input, value))| {
        let kind = input.resolve().map_err(|error| error.to_string());
        let typed = kind.and_then(|kind| json::decode(protocol, &kind, value));
        typed.map_err(|message| Misfit::Value { function: signature.to_owned(), argument: index + 1, message })
    });
    let typed = typed.collect::<Result<Vec<_>, _>>()?;
    Ok(view.abi_encode_input(&typed).unwrap_or_default().into())
}

fn find_function(protocol: &Protocol, contract: &str, signature: &str) -> Result<usize, Misfit> {
    let index = find_contract(protocol, contract)?;
    let of_contract = || protocol.functions.iter().enumerate().filter(|(_, function)| function.contract == index);
    if let Some((found, _)) = of_contract().find(|(_, function)| function.abi.signature() == signature) {
        return Ok(found);
    }
    let (name, parameters) = signature.split_once('(').unwrap_or((signature, ""));
    let candidates = of_contract()
        .map(|(_, function)| function.abi.signature())
        .filter(|other| other.split_once('(').is_some_and(|(a, b)| a == name || b == parameters))
        .take(3)
        .collect();
    Err(Misfit::Function { contract: contract.to_owned(), function: signature.to_owned(), candidates })
}

pub(super) fn arguments(
    protocol: &Protocol,
    function: &Function,
    values: &[Value],
) -> Result<Vec<DynSolValue>, Misfit> {
    if values.len() != function.inputs.len() {
        return Err(Misfit::Arity {
            function: function.abi.signature(),
            expected: function.inputs.len(),
            found: values.len(),
        });
    }
    let pairs = function.inputs.iter().zip(values).enumerate();
    pairs
        .map(|(index, (kind, value))| {
            json::decode(protocol, kind, value).map_err(|message| Misfit::Value {
                function: function.abi.signature(),
                argument: index + 1,
                message,
            })
        })
        .collect()
}

pub(super) fn address(protocol: &Protocol, what: &'static str, name: &str) -> Result<Address, Misfit> {
    protocol.address_of(name).or_else(|| name.parse().ok()).ok_or_else(|| Misfit::Name { what, name: name.to_owned() })
}

pub(super) fn number(text: &str) -> Result<U256, Misfit> {
    U256::from_str_radix(text, 10).map_err(|_| Misfit::Number { text: text.to_owned() })
}

/// A number that may be less than zero.
fn signed(text: &str) -> Result<I256, Misfit> {
    I256::from_dec_str(text).map_err(|_| Misfit::Number { text: text.to_owned() })
}
