//! Code that the project was compiled to.

use super::{Answer, Cheat, Cheats, Failure, frames::Ended, interface::ToolsCalls};
use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolValue;
use revm::{
    context_interface::CreateScheme,
    handler::FrameResult,
    interpreter::{CallOutcome, CreateInputs},
};
use std::ops::Range;

/// A creation that a cheatcode's call has turned into, and where its caller wants the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deploying {
    pub(super) depth: usize,
    pub(super) memory: Range<usize>,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &ToolsCalls) -> Option<Answer> {
    use ToolsCalls as C;
    static NOTHING: Bytes = Bytes::new();
    let (name, arguments, value, salt) = match call {
        C::getCode(call) => return Some(code(cheat, &call.artifact, false).map(|code| code.abi_encode())),
        C::getDeployedCode(call) => return Some(code(cheat, &call.artifact, true).map(|code| code.abi_encode())),
        C::deployCode_0(call) => (&call.artifact, &NOTHING, U256::ZERO, None),
        C::deployCode_1(call) => (&call.artifact, &call.arguments, U256::ZERO, None),
        C::deployCode_2(call) => (&call.artifact, &NOTHING, call.value, None),
        C::deployCode_3(call) => (&call.artifact, &call.arguments, call.value, None),
        C::deployCode_4(call) => (&call.artifact, &NOTHING, U256::ZERO, Some(call.salt)),
        C::deployCode_5(call) => (&call.artifact, &call.arguments, U256::ZERO, Some(call.salt)),
        C::deployCode_6(call) => (&call.artifact, &NOTHING, call.value, Some(call.salt)),
        C::deployCode_7(call) => (&call.artifact, &call.arguments, call.value, Some(call.salt)),
        _ => return None,
    };
    Some(code(cheat, name, false).map(|code| {
        let code: Bytes = [&code[..], &arguments[..]].concat().into();
        let scheme = salt.map_or(CreateScheme::Create, |salt| CreateScheme::Create2 { salt: salt.into() });
        cheat.context.chain.change_structure();
        cheat.creation = Some(Box::new(CreateInputs::new(cheat.caller, scheme, value, code, cheat.gas, 0)));
        Vec::new()
    }))
}

fn code(cheat: &Cheat<'_>, name: &str, deployed: bool) -> Result<Bytes, Failure> {
    let surroundings = cheat.cheats.surroundings.as_ref().ok_or("no artifacts are known here")?;
    let code = surroundings.code(name, deployed)?;
    if code.is_empty() {
        return Err("no bytecode for contract; is it abstract or unlinked?".into());
    }
    Ok(code)
}

impl Cheats {
    pub(super) fn is_deploying(&self, ended: &Ended) -> bool {
        ended.is_creation() && self.deploying.last().is_some_and(|deploying| deploying.depth == ended.depth)
    }

    /// The cheatcode whose creation has ended.
    pub(super) fn deployed(&mut self, ended: &Ended) -> Option<Deploying> {
        if self.is_deploying(ended) { self.deploying.pop() } else { None }
    }
}

impl Deploying {
    /// Turns the end of the creation into that of the call which asked for it.
    pub(super) fn end(self, result: &mut FrameResult) {
        let FrameResult::Create(outcome) = result else { return };
        let mut answer = outcome.result.clone();
        if let Some(address) = outcome.address.filter(|_| answer.is_ok()) {
            answer.output = address.abi_encode().into();
        }
        *result = FrameResult::Call(CallOutcome::new(answer, self.memory));
    }
}
