//! The next call has to emit events.

use super::{
    Answer, Cheat, Cheats, DONE, Failure,
    frames::{Ended, fail, interpreter_result},
    interface::VmCalls,
};
use alloy_primitives::{Address, Log, LogData};
use revm::handler::FrameResult;
use std::collections::BTreeMap;

/// An event that is expected: the first event after the expectation, which the test emits itself, says which.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    depth: usize,
    /// Four topics and the data: what has to be equal.
    checks: [bool; 5],
    emitter: Option<Address>,
    anonymous: bool,
    count: u64,
    /// The event, once the test has shown it.
    event: Option<LogData>,
    found: bool,
    /// Events that fit, by emitter.
    fits: BTreeMap<Address, u64>,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    const ALL: [bool; 5] = [true; 5];
    Some(match call {
        C::expectEmit_0(_) => expect(cheat, ALL, None, 1),
        C::expectEmit_1(call) => expect(cheat, ALL, Some(call.emitter), 1),
        C::expectEmit_2(call) => expect(cheat, [true, call.topic1, call.topic2, call.topic3, call.data], None, 1),
        C::expectEmit_3(call) => {
            expect(cheat, [true, call.topic1, call.topic2, call.topic3, call.data], Some(call.emitter), 1)
        }
        C::expectEmit_4(call) => expect(cheat, ALL, None, call.count),
        C::expectEmit_5(call) => expect(cheat, ALL, Some(call.emitter), call.count),
        C::expectEmit_6(call) => {
            expect(cheat, [true, call.topic1, call.topic2, call.topic3, call.data], None, call.count)
        }
        C::expectEmit_7(call) => {
            expect(cheat, [true, call.topic1, call.topic2, call.topic3, call.data], Some(call.emitter), call.count)
        }
        C::expectEmitAnonymous_0(_) => anonymous(cheat, ALL, None),
        C::expectEmitAnonymous_1(call) => anonymous(cheat, ALL, Some(call.emitter)),
        C::expectEmitAnonymous_2(call) => {
            anonymous(cheat, [call.topic0, call.topic1, call.topic2, call.topic3, call.data], None)
        }
        C::expectEmitAnonymous_3(call) => {
            anonymous(cheat, [call.topic0, call.topic1, call.topic2, call.topic3, call.data], Some(call.emitter))
        }
        _ => return None,
    })
}

fn expect(cheat: &mut Cheat<'_>, checks: [bool; 5], emitter: Option<Address>, count: u64) -> Answer {
    let expected = Expected {
        depth: cheat.depth,
        checks,
        emitter,
        anonymous: false,
        count,
        event: None,
        found: false,
        fits: BTreeMap::new(),
    };
    let emits = &mut cheat.cheats.lasting.emits;
    // Those that were found stay at the end.
    let at = emits.iter().position(|emit| emit.found).unwrap_or(emits.len());
    emits.insert(at, expected);
    DONE
}

fn anonymous(cheat: &mut Cheat<'_>, checks: [bool; 5], emitter: Option<Address>) -> Answer {
    let answer = expect(cheat, checks, emitter, 1);
    let emits = &mut cheat.cheats.lasting.emits;
    let at = emits.iter().position(|emit| emit.found).unwrap_or(emits.len());
    if let Some(expected) = at.checked_sub(1).and_then(|at| emits.get_mut(at)) {
        expected.anonymous = true;
    }
    answer
}

impl Expected {
    /// Whether a log is the event, as far as it is to be compared; its emitter aside.
    fn is_like(&self, log: &LogData) -> bool {
        let Some(event) = &self.event else { return false };
        let (wanted, topics) = (event.topics(), log.topics());
        wanted.len() == topics.len()
            && wanted.iter().zip(topics).zip(self.checks).all(|((wanted, topic), check)| !check || wanted == topic)
            && (!self.checks[4] || event.data == log.data)
    }

    fn is_from(&self, emitter: Address) -> bool {
        self.emitter.is_none_or(|wanted| wanted == emitter)
    }

    fn count(&self) -> u64 {
        match self.emitter {
            Some(emitter) => self.fits.get(&emitter).copied().unwrap_or_default(),
            None => self.fits.values().sum(),
        }
    }
}

impl Cheats {
    /// Shows a log to the expectations: the test's own says what is expected, later ones are compared.
    pub(super) fn meet_log(&mut self, log: &Log) {
        let emits = &mut self.lasting.emits;
        if emits.iter().all(|emit| emit.found) {
            return;
        }
        if let Some(unwanted) =
            emits.iter_mut().find(|emit| emit.count == 0 && emit.is_like(log) && emit.is_from(log.address))
        {
            // One is too many: it is compared at the end of the call.
            *unwanted.fits.entry(log.address).or_default() += 1;
            return;
        }
        if emits.iter().any(|emit| emit.event.is_none()) {
            let last = emits.iter().position(|emit| emit.found).unwrap_or(emits.len()).saturating_sub(1);
            if let Some(emit) = emits.get_mut(last)
                && (emit.anonymous || !log.topics().is_empty())
            {
                emit.event = Some(log.data.clone());
            }
            return;
        }
        let Some(next) = emits.iter().position(|emit| !emit.found && emit.count != 0) else { return };
        let Some(mut emit) = emits.remove(next) else { return };
        if emit.is_like(log) {
            *emit.fits.entry(log.address).or_default() += 1;
            let enough = match emit.emitter {
                Some(emitter) => emit.fits.get(&emitter).is_some_and(|seen| *seen >= emit.count),
                None => emit.fits.values().any(|seen| *seen >= emit.count),
            };
            emit.found = emit.is_from(log.address) && enough;
        }
        if emit.found {
            emits.push_back(emit);
        } else {
            emits.push_front(emit);
        }
    }

    /// Compares what a call emitted with what is expected of it. True when it failed for that.
    pub(super) fn meet_emits(&mut self, ended: &Ended, result: &mut FrameResult) -> bool {
        let emits = &mut self.lasting.emits;
        if ended.is_static || !emits.iter().any(|emit| emit.depth == ended.depth) {
            return false;
        }
        if emits.iter().any(|emit| !emit.found && emit.count > 0) {
            fail(result, Failure::from("log != expected log").data());
            return true;
        }
        if let Some(emit) = emits.iter().find(|emit| emit.count() != emit.count) {
            let message = if interpreter_result(result).is_ok() {
                format!("log emitted {} times, expected {}", emit.count(), emit.count)
            } else {
                REVERTED.to_owned()
            };
            fail(result, Failure::from(message).data());
            return true;
        }
        emits.clear();
        false
    }

    /// Expectations that are left when the message ends. True when it failed for that.
    pub(super) fn meet_last_emits(&mut self, result: &mut FrameResult) -> bool {
        let emits = &mut self.lasting.emits;
        emits.retain(|emit| !emit.found && emit.count > 0);
        if emits.is_empty() {
            return false;
        }
        let message = if interpreter_result(result).is_ok() {
            "expected an emit, but no logs were emitted afterwards. \
             you might have mismatched events or not enough events were emitted"
        } else {
            REVERTED
        };
        fail(result, Failure::from(message).data());
        true
    }
}

const REVERTED: &str = "expected an emit, but the call reverted instead. \
                        ensure you're testing the happy path when using `expectEmit`";
