//! The next call has to revert.

use super::{
    Answer, Cheat, Cheats, DONE, Failure,
    frames::{Ended, fail, interpreter_result},
    interface::{CheatcodeError, VmCalls},
};
use alloy_primitives::{Address, Bytes, address};
use alloy_sol_types::{Revert, SolError, SolValue};
use revm::{handler::FrameResult, interpreter::InstructionResult};

/// What a call that reverted as expected returns: enough zeros for any return type.
static NOTHING: [u8; 8192] = [0; 8192];
/// What a creation that reverted as expected is said to have created.
const NOWHERE: Address = address!("0000000000000000000000000000000000000001");

/// What is expected.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    reason: Option<Bytes>,
    /// Only the selector of the reason counts.
    partial: bool,
    reverter: Option<Address>,
    reverted_by: Option<Address>,
    depth: usize,
    /// How deep calls went since.
    deepest: usize,
    count: u64,
    seen: u64,
    /// It is a cheatcode that has to fail; true until the expectation itself has returned.
    cheatcode: Option<bool>,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let four = |data: &alloy_primitives::FixedBytes<4>| Some(Bytes::copy_from_slice(data.as_slice()));
    let all = |data: &Bytes| Some(data.clone());
    Some(match call {
        C::expectRevert_0(_) => expect(cheat, None, None, 1),
        C::expectRevert_1(call) => expect(cheat, four(&call.data), None, 1),
        C::expectRevert_2(call) => expect(cheat, all(&call.data), None, 1),
        C::expectRevert_3(call) => expect(cheat, None, Some(call.reverter), 1),
        C::expectRevert_4(call) => expect(cheat, four(&call.data), Some(call.reverter), 1),
        C::expectRevert_5(call) => expect(cheat, all(&call.data), Some(call.reverter), 1),
        C::expectRevert_6(call) => expect(cheat, None, None, call.count),
        C::expectRevert_7(call) => expect(cheat, four(&call.data), None, call.count),
        C::expectRevert_8(call) => expect(cheat, all(&call.data), None, call.count),
        C::expectRevert_9(call) => expect(cheat, None, Some(call.reverter), call.count),
        C::expectRevert_10(call) => expect(cheat, four(&call.data), Some(call.reverter), call.count),
        C::expectRevert_11(call) => expect(cheat, all(&call.data), Some(call.reverter), call.count),
        C::expectPartialRevert_0(call) => partial(cheat, four(&call.data), None),
        C::expectPartialRevert_1(call) => partial(cheat, four(&call.data), Some(call.reverter)),
        C::_expectCheatcodeRevert_0(_) => cheatcode(cheat, None),
        C::_expectCheatcodeRevert_1(call) => cheatcode(cheat, four(&call.data)),
        C::_expectCheatcodeRevert_2(call) => cheatcode(cheat, all(&call.data)),
        _ => return None,
    })
}

fn expect(cheat: &mut Cheat<'_>, reason: Option<Bytes>, reverter: Option<Address>, count: u64) -> Answer {
    if cheat.cheats.lasting.revert.is_some() {
        return Err("you must call another function prior to expecting a second revert".into());
    }
    cheat.cheats.lasting.revert = Some(Expected {
        reason,
        partial: false,
        reverter,
        reverted_by: None,
        depth: cheat.depth,
        deepest: cheat.depth,
        count,
        seen: 0,
        cheatcode: None,
    });
    DONE
}

fn partial(cheat: &mut Cheat<'_>, reason: Option<Bytes>, reverter: Option<Address>) -> Answer {
    let answer = expect(cheat, reason, reverter, 1);
    if let (Ok(_), Some(expected)) = (&answer, &mut cheat.cheats.lasting.revert) {
        expected.partial = true;
    }
    answer
}

fn cheatcode(cheat: &mut Cheat<'_>, reason: Option<Bytes>) -> Answer {
    let answer = expect(cheat, reason, None, 1);
    if let (Ok(_), Some(expected)) = (&answer, &mut cheat.cheats.lasting.revert) {
        expected.cheatcode = Some(true);
    }
    answer
}

impl Cheats {
    /// A frame is entered at `depth`.
    pub(super) fn note_depth(&mut self, depth: usize) {
        if let Some(expected) = &mut self.lasting.revert {
            // Inside a frame the journal is one deeper.
            expected.deepest = expected.deepest.max(depth + 1);
        }
    }

    /// Compares how a frame ended with what is expected. True when the frame was what the expectation was about.
    pub(super) fn meet_revert(&mut self, ended: &Ended, is_cheatcode: bool, result: &mut FrameResult) -> bool {
        let Some(expected) = &mut self.lasting.revert else { return false };
        if interpreter_result(result).is_revert()
            && expected.reverter.is_some()
            && (expected.reverted_by.is_none() || expected.count > 1)
            && let Some(target) = ended.target
        {
            expected.reverted_by = Some(target);
        }
        if ended.depth > expected.depth {
            return false;
        }
        let is_meant = match &mut expected.cheatcode {
            None => !is_cheatcode,
            Some(fresh) if !ended.is_creation() => {
                let is_meant = is_cheatcode && !*fresh;
                *fresh = false;
                is_meant
            }
            Some(_) => false,
        };
        if !is_meant {
            return false;
        }
        let Some(mut expected) = self.lasting.revert.take() else { return false };
        let outcome = interpreter_result(result);
        match expected.compare(is_cheatcode, outcome.result, &outcome.output) {
            Ok(()) => {
                expected.seen += 1;
                outcome.result = InstructionResult::Return;
                outcome.output = if ended.is_creation() { Bytes::new() } else { Bytes::from_static(&NOTHING) };
                if let FrameResult::Create(outcome) = result {
                    outcome.address = Some(NOWHERE);
                }
                if expected.seen < expected.count {
                    self.lasting.revert = Some(expected);
                }
            }
            Err(failure) => fail(result, failure.data()),
        }
        true
    }
}

impl Expected {
    fn compare(&self, is_cheatcode: bool, result: InstructionResult, output: &Bytes) -> Result<(), Failure> {
        if !is_cheatcode && self.deepest <= self.depth {
            return Err("call didn't revert at a lower depth than cheatcode call depth".into());
        }
        if self.count == 0 {
            return if result.is_ok() {
                Ok(())
            } else {
                Err("call reverted when it was expected not to revert".into())
            };
        }
        if result.is_ok() {
            return Err("next call did not revert as expected".into());
        }
        if let (Some(expected), Some(actual)) = (self.reverter, self.reverted_by)
            && expected != actual
        {
            return Err(format!("Reverter != expected reverter: {actual} != {expected}").into());
        }
        let Some(expected) = &self.reason else { return Ok(()) };
        if !expected.is_empty() && output.is_empty() {
            return Err("call reverted as expected, but without data".into());
        }
        if fits_reason(expected, self.partial, is_cheatcode, output) {
            return Ok(());
        }
        let actual = text(output);
        let shown = |data: &[u8]| match std::str::from_utf8(data) {
            Ok(text) => text.to_owned(),
            Err(_) => alloy_primitives::hex::encode_prefixed(data),
        };
        Err(format!("Error != expected error: {} != {}", shown(&actual), shown(expected)).into())
    }
}

/// Whether revert data are those that were named, or begin with their selector where only that counts.
pub(super) fn fits_reason(expected: &[u8], partial: bool, is_cheatcode: bool, output: &[u8]) -> bool {
    if !expected.is_empty() && output.is_empty() {
        return false;
    }
    if partial && output.get(..4) == expected.get(..4) {
        return true;
    }
    let actual = text(output);
    let contains = || actual.windows(expected.len().max(1)).any(|part| part == expected);
    // As forge decodes them, all data too short for a selector are alike.
    let is_short = actual.len() < 4 && expected.len() < 4;
    actual == expected || is_cheatcode && contains() || text(expected) == actual || is_short
}

/// The text of `Error(string)` and of a cheatcode's error, else the data themselves.
fn text(data: &[u8]) -> Vec<u8> {
    if let Some((selector, body)) = data.split_first_chunk::<4>()
        && [Revert::SELECTOR, CheatcodeError::SELECTOR].contains(selector)
        && let Ok(text) = Bytes::abi_decode(body)
    {
        return text.to_vec();
    }
    data.to_vec()
}
