//! What honest actors are about to do: calls that an attacker may see coming.

use super::{
    Intent, Protocol,
    config::{ConfigError, ConfigProblem, IntentConfig},
    functions,
};
use crate::evm::{Message, Status};
use alloy_dyn_abi::JsonAbiExt as _;

/// Finds out what intents mean in a protocol, and that nothing stands in their way in its base state.
pub(super) fn bind(protocol: &Protocol, written: &[IntentConfig]) -> Result<Vec<Intent>, ConfigError> {
    written.iter().map(|intent| bind_one(protocol, intent)).collect()
}

fn bind_one(protocol: &Protocol, IntentConfig { call, place, worth }: &IntentConfig) -> Result<Intent, ConfigError> {
    let fail = |problem| ConfigError::new(place.clone(), problem);
    let unsuitable = |message: String, help: &str| fail(ConfigProblem::Unsuitable { message, help: help.to_owned() });
    // Resolving the configuration has checked the names.
    let contract = protocol.contracts.iter().position(|known| known.name == call.contract).unwrap_or_default();
    let sender = protocol.actor(&call.from).map(|actor| actor.address).unwrap_or_default();
    if protocol.attacker().is_some_and(|attacker| attacker.address == sender) {
        return Err(unsuitable(format!("`{}` is the attacker", call.from), "name an honest actor"));
    }
    let artifact = &protocol.contracts[contract].artifact;
    let abi = functions::find(artifact, &call.function, Some(call.arguments.len())).map_err(fail)?;
    let target = format!("{}.{}", call.contract, call.function);
    let is_it = |one: &super::Function| one.contract == contract && one.selector == abi.selector();
    let Some(function) = protocol.functions.iter().position(is_it) else {
        return Err(unsuitable(format!("`{target}` does not change state"), "name a function that does"));
    };
    let called = &protocol.functions[function];
    if called.inputs.len() != call.arguments.len() {
        let (expected, found) = (called.inputs.len(), call.arguments.len());
        return Err(fail(ConfigProblem::ArgumentCount { target, expected, found, signature: abi.signature() }));
    }
    if !call.value.is_zero() && !called.is_payable() {
        return Err(fail(ConfigProblem::NotPayable(target)));
    }
    let parameters = called.inputs.iter().zip(&called.abi.inputs);
    let typed = call.arguments.iter().zip(parameters);
    let arguments = typed.map(|(argument, (kind, parameter))| protocol.type_argument(argument, kind, parameter));
    let arguments: Vec<_> = arguments.collect::<Result<_, _>>()?;
    let data = abi.abi_encode_input(&arguments).map_err(|error| fail(ConfigProblem::BadValue(error.to_string())))?;
    let to = Some(protocol.contracts[contract].address);
    let message = Message { from: sender, to, data: data.into(), value: call.value };
    let execution = protocol.machine().execute(&message);
    let why = match &execution.status {
        Status::Success => {
            let worth = worth.clone();
            return Ok(Intent { sender, function, arguments, value: call.value, worth });
        }
        Status::Revert => protocol.reason(&execution.output),
        Status::Halt(reason) | Status::Invalid(reason) => reason.clone(),
    };
    Err(unsuitable(
        format!("`{target}` fails for `{}` in the base state: {why}", call.from),
        "give the actor what the call takes in [[setup]], balances and approvals",
    ))
}
