//! Calls that are answered without running.

use super::{
    Answer, Cheat, Cheats, DONE, MAX_ITEMS, MachineContext,
    frames::{Described, answered},
    interface::VmCalls,
};
use alloy_primitives::{Address, Bytes, FixedBytes, U256};
use revm::{
    bytecode::Bytecode,
    context_interface::{ContextTr, JournalTr},
    handler::FrameResult,
    interpreter::{CallInputs, InstructionResult},
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, VecDeque},
};

/// What is mocked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Mocks {
    answers: BTreeMap<Address, BTreeMap<Key, VecDeque<(InstructionResult, Bytes)>>>,
    /// Functions of a callee that another contract's code answers.
    functions: BTreeMap<Address, BTreeMap<Bytes, Address>>,
}

/// Which calls of a callee: by the beginning of their data and their value. The tighter comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    data: Bytes,
    value: Option<U256>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.data.cmp(&other.data).reverse().then(self.value.cmp(&other.value).reverse())
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use InstructionResult::{Return, Revert};
    use VmCalls as C;
    let four = |data: &FixedBytes<4>| Bytes::copy_from_slice(data.as_slice());
    let one = |answer: &Bytes| vec![answer.clone()];
    let (callee, data, value, kind, answers) = match call {
        C::mockCall_0(call) => (call.callee, call.data.clone(), None, Return, one(&call.answer)),
        C::mockCall_1(call) => (call.callee, call.data.clone(), Some(call.value), Return, one(&call.answer)),
        C::mockCall_2(call) => (call.callee, four(&call.data), None, Return, one(&call.answer)),
        C::mockCall_3(call) => (call.callee, four(&call.data), Some(call.value), Return, one(&call.answer)),
        C::mockCalls_0(call) => (call.callee, call.data.clone(), None, Return, call.answers.clone()),
        C::mockCalls_1(call) => (call.callee, call.data.clone(), Some(call.value), Return, call.answers.clone()),
        C::mockCallRevert_0(call) => (call.callee, call.data.clone(), None, Revert, one(&call.answer)),
        C::mockCallRevert_1(call) => (call.callee, call.data.clone(), Some(call.value), Revert, one(&call.answer)),
        C::mockCallRevert_2(call) => (call.callee, four(&call.data), None, Revert, one(&call.answer)),
        C::mockCallRevert_3(call) => (call.callee, four(&call.data), Some(call.value), Revert, one(&call.answer)),
        C::mockFunction(call) => {
            let functions = cheat.cheats.lasting.mocks.functions.entry(call.callee).or_default();
            functions.insert(call.data.clone(), call.target);
            return Some(DONE);
        }
        C::clearMockedCalls(_) => {
            cheat.cheats.lasting.mocks.answers.clear();
            return Some(DONE);
        }
        _ => return None,
    };
    give_code(cheat.context, callee);
    let of_callee = cheat.cheats.lasting.mocks.answers.entry(callee).or_default();
    let answers = answers.into_iter().take(MAX_ITEMS).map(|answer| (kind, answer)).collect();
    of_callee.insert(Key { data, value }, answers);
    Some(DONE)
}

/// Callers look for code before they call: an account without any gets some.
fn give_code(context: &mut MachineContext, callee: Address) {
    let account = context.journal_mut().load_account_with_code(callee);
    if account.is_ok_and(|account| account.info.code.as_ref().is_none_or(Bytecode::is_empty)) {
        context.journal_mut().touch_account(callee);
        context.journal_mut().set_code(callee, Bytecode::new_raw(Bytes::from_static(&[0])));
        context.chain.change_structure();
    }
}

impl Mocks {
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.functions.is_empty()
    }
}

impl Cheats {
    /// The end of a call that is mocked.
    pub(super) fn mocked(
        &mut self,
        context: &mut MachineContext,
        inputs: &CallInputs,
        call: &Described,
    ) -> Option<FrameResult> {
        let of_callee = self.lasting.mocks.answers.get_mut(&call.callee)?;
        let exact = Key { data: call.data.clone(), value: call.value };
        let fits =
            |key: &Key| call.data.starts_with(&key.data) && key.value.is_none_or(|value| Some(value) == call.value);
        let answers = if of_callee.contains_key(&exact) {
            of_callee.get_mut(&exact)
        } else {
            of_callee.iter_mut().find(|(key, _)| fits(key)).map(|(_, answers)| answers)
        }?;
        // The last answer stays.
        let (kind, output) = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }?;
        if let Some(value) = call.value.filter(|value| !value.is_zero()) {
            let _ = context.journal_mut().transfer(inputs.caller, inputs.target_address, value);
            context.chain.move_value();
        }
        Some(answered(inputs, kind, output))
    }

    /// Puts other code in place of a mocked function's.
    pub(super) fn divert(&mut self, context: &mut MachineContext, inputs: &mut CallInputs, call: &Described) {
        let Some(functions) = self.lasting.mocks.functions.get(&call.callee) else { return };
        let selector = call.data.get(..4).unwrap_or_default();
        let target = functions.get(&call.data[..]).or_else(|| functions.get(selector));
        let Some(target) = target.copied() else { return };
        // The base state is in memory: reading it cannot fail.
        let Ok(account) = context.journal_mut().load_account_with_code(target);
        let code = account.info.code.clone().unwrap_or_default();
        inputs.known_bytecode = (account.info.code_hash, code);
        inputs.bytecode_address = target;
    }
}
