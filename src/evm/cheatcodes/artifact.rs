//! What the project was compiled to: code, and where it stores its variables.

use super::{
    super::{recorder::Read, surroundings::Room},
    Answer, Cheat, Cheats, Failure, MAX_ITEMS,
    frames::Ended,
    interface::ToolsCalls,
};
use alloy_primitives::{Address, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;
use revm::{
    bytecode::Bytecode,
    context_interface::{ContextTr, CreateScheme, JournalTr},
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
        C::getStorageSlots(call) => return Some(slots(cheat, call.target, &call.name)),
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

/// The words that a variable takes.
fn slots(cheat: &mut Cheat<'_>, target: Address, name: &str) -> Answer {
    let surroundings = cheat.cheats.surroundings.clone();
    let code = code_at(cheat, target);
    let Some(variables) = surroundings.as_ref().and_then(|surroundings| surroundings.variables(&code)) else {
        return Err(Failure::from(format!(
            "no storage layout is known of the contract at {target}: compile with `extra_output = [\"storageLayout\"]`"
        )));
    };
    // As forge does it, which takes the first of several.
    let wanted = name.to_lowercase();
    let Some(variable) = variables.iter().find(|variable| variable.name.to_lowercase() == wanted) else {
        return Err(Failure::from(format!("variable '{name}' not found in storage layout")));
    };
    let slot = variable.slot;
    let (start, count) = match variable.room {
        Room::Words(count) => (slot.wrapping_add(U256::ONE), U256::from(count.saturating_sub(1))),
        Room::Text => (keccak256(slot.to_be_bytes::<32>()).into(), long_words(cheat, target, slot)?),
        Room::Scattered => return Err("a mapping or dynamic array has no fixed storage slots".into()),
    };
    let count = usize::try_from(count).ok().filter(|count| *count < MAX_ITEMS);
    let count = count.ok_or("the variable takes too many storage slots")?;
    let more = (0..count).map(|index| start.wrapping_add(U256::from(index)));
    Ok(std::iter::once(slot).chain(more).collect::<Vec<_>>().abi_encode())
}

fn code_at(cheat: &mut Cheat<'_>, target: Address) -> Bytes {
    cheat.context.chain.read(Read::Account(target));
    // The base state is in memory: reading it cannot fail.
    let Ok(account) = cheat.context.journal_mut().load_account_with_code(target);
    account.info.code.as_ref().map(Bytecode::original_bytes).unwrap_or_default()
}

/// Words apart from the one at `slot` that a text takes: none where it is short, which the last bit tells.
fn long_words(cheat: &mut Cheat<'_>, target: Address, slot: U256) -> Result<U256, Failure> {
    cheat.context.chain.load(target, slot);
    let word = cheat.context.journal_mut().sload(target, slot).map_err(|_| "the word cannot be read")?.data;
    Ok(if word.bit(0) { (word >> 1_usize).div_ceil(U256::from(32)) } else { U256::ZERO })
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
