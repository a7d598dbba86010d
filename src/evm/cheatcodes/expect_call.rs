//! A call has to be made before the test ends.

use super::{
    Answer, Cheat, Cheats, DONE, Failure,
    frames::{Described, fail},
    interface::VmCalls,
};
use alloy_primitives::{Address, Bytes, U256};
use revm::handler::FrameResult;
use std::collections::BTreeMap;

/// By callee, then by the beginning of the calldata.
pub(super) type Expectations = BTreeMap<Address, BTreeMap<Bytes, Expected>>;

/// What is expected of calls, and how often it was seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    value: Option<U256>,
    gas: Option<u64>,
    least_gas: Option<u64>,
    count: u64,
    /// Exactly that often; else at least.
    exact: bool,
    seen: u64,
}

pub(super) fn answer(cheat: &mut Cheat<'_>, call: &VmCalls) -> Option<Answer> {
    use VmCalls as C;
    let plain = Expected { value: None, gas: None, least_gas: None, count: 1, exact: false, seen: 0 };
    let counted = |count| Expected { count, exact: true, ..plain.clone() };
    let (callee, data, expected) = match call {
        C::expectCall_0(call) => (call.callee, &call.data, plain),
        C::expectCall_1(call) => (call.callee, &call.data, counted(call.count)),
        C::expectCall_2(call) => (call.callee, &call.data, Expected { value: Some(call.value), ..plain }),
        C::expectCall_3(call) => (call.callee, &call.data, Expected { value: Some(call.value), ..counted(call.count) }),
        C::expectCall_4(call) => {
            let gas = Some(with_stipend(call.gas, call.value));
            (call.callee, &call.data, Expected { value: Some(call.value), gas, ..plain })
        }
        C::expectCall_5(call) => {
            let gas = Some(with_stipend(call.gas, call.value));
            (call.callee, &call.data, Expected { value: Some(call.value), gas, ..counted(call.count) })
        }
        C::expectCallMinGas_0(call) => {
            let least_gas = Some(with_stipend(call.gas, call.value));
            (call.callee, &call.data, Expected { value: Some(call.value), least_gas, ..plain })
        }
        C::expectCallMinGas_1(call) => {
            let least_gas = Some(with_stipend(call.gas, call.value));
            (call.callee, &call.data, Expected { value: Some(call.value), least_gas, ..counted(call.count) })
        }
        _ => return None,
    };
    Some(expect(cheat, callee, data.clone(), expected))
}

/// A call that sends value gives its callee 2,300 gas on top.
fn with_stipend(gas: u64, value: U256) -> u64 {
    if value.is_zero() { gas } else { gas.saturating_add(2_300) }
}

fn expect(cheat: &mut Cheat<'_>, callee: Address, data: Bytes, expected: Expected) -> Answer {
    let of_callee = cheat.cheats.lasting.calls.entry(callee).or_default();
    match (of_callee.get_mut(&data), expected.exact) {
        (Some(_), true) => Err("counted expected calls can only bet set once".into()),
        (Some(known), false) if known.exact => {
            Err("cannot overwrite a counted expectCall with a non-counted expectCall".into())
        }
        (Some(known), false) => {
            known.count += 1;
            DONE
        }
        (None, _) => {
            of_callee.insert(data, expected);
            DONE
        }
    }
}

impl Cheats {
    /// Counts a call for whoever expects it.
    pub(super) fn meet_call(&mut self, call: &Described) {
        let Some(of_callee) = self.lasting.calls.get_mut(&call.callee) else { return };
        for (data, expected) in of_callee {
            if call.data.starts_with(data)
                && expected.value.is_none_or(|value| Some(value) == call.value)
                && expected.gas.is_none_or(|gas| gas == call.gas)
                && expected.least_gas.is_none_or(|least| least <= call.gas)
            {
                expected.seen += 1;
            }
        }
    }

    /// Compares at the end of the message. True when it failed for that.
    pub(super) fn meet_last_calls(&mut self, result: &mut FrameResult) -> bool {
        for (callee, of_callee) in std::mem::take(&mut self.lasting.calls) {
            for (data, expected) in of_callee {
                let Expected { count, seen, exact, .. } = expected;
                if if exact { seen != count } else { seen < count } {
                    let message = format!(
                        "expected call to {callee} with data {data} to be called {count} time(s), but was called {seen} time(s)"
                    );
                    fail(result, Failure::from(message).data());
                    return true;
                }
            }
        }
        false
    }
}
