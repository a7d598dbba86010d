//! Steps that somebody kept, for a protocol that has changed since: calls are matched by signature, then by selector and by name,
//! and those that do not fit are counted.

use super::{
    Advance, Call, Misfit, Sequence, Step, StepRecord,
    record::{CallRecord, address, arguments, instance, number, step},
};
use crate::protocol::{Function, Protocol};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt as _};
use alloy_primitives::hex;

/// What is left of kept steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// The steps that fit, with the time of those that do not.
    pub sequence: Sequence,
    /// `contract.function` of each step that does not, and why.
    pub dropped: Vec<(String, Misfit)>,
}

impl Sequence {
    /// The steps of a file that fit a protocol.
    pub fn fit(protocol: &Protocol, records: &[StepRecord]) -> Fitted {
        let mut fitted = Fitted::default();
        let mut passed = Advance::default();
        for record in records {
            let found = step(protocol, record).or_else(|misfit| match record {
                StepRecord::Call(call) => other_call(protocol, call).map(Step::Call).ok_or(misfit),
                StepRecord::Attack(_) | StepRecord::Market(_) => Err(misfit),
            });
            match found {
                Ok(mut step) => {
                    let advance = step.advance_mut();
                    advance.blocks = advance.blocks.saturating_add(passed.blocks);
                    advance.seconds = advance.seconds.saturating_add(passed.seconds);
                    passed = Advance::default();
                    fitted.sequence.steps.push(step);
                }
                Err(misfit) => {
                    let (StepRecord::Call(CallRecord { blocks, seconds, .. })
                    | StepRecord::Attack(super::AttackRecord { blocks, seconds, .. })
                    | StepRecord::Market(super::MarketRecord { blocks, seconds, .. })) = record;
                    passed.blocks = passed.blocks.saturating_add(*blocks);
                    passed.seconds = passed.seconds.saturating_add(*seconds);
                    fitted.dropped.push((record.functions().join(", "), misfit));
                }
            }
        }
        fitted
    }
}

/// A call whose contract or types have other names now: of the functions with its selector or its name the first that takes its
/// arguments.
fn other_call(protocol: &Protocol, record: &CallRecord) -> Option<Call> {
    let data = hex::decode(&record.calldata).unwrap_or_default();
    let name = record.function.split('(').next().unwrap_or_default();
    let known = protocol.contract(&record.contract).is_some();
    let in_place = |function: &Function| !known || protocol.contracts[function.contract].name == record.contract;
    let candidates: Vec<_> = protocol.functions.iter().enumerate().filter(|(_, function)| in_place(function)).collect();
    let by_selector = candidates.iter().filter(|(_, function)| data.get(..4) == Some(&function.selector[..]));
    let by_name = candidates.iter().filter(|(_, function)| function.abi.name == name);
    let mut found = by_selector.map(|found| (found, true)).chain(by_name.map(|found| (found, false)));
    let (function, arguments) = found.find_map(|((index, function), same)| {
        let typed = arguments(protocol, function, &record.arguments).ok();
        Some((*index, typed.or_else(|| if same { decoded(function, &data) } else { None })?))
    })?;
    Some(Call {
        sender: address(protocol, "sender", &record.from).ok()?,
        function,
        instance: instance(protocol, function, record.instance),
        arguments,
        live: Vec::new(),
        value: number(&record.value).ok()?,
        advance: Advance { blocks: record.blocks, seconds: record.seconds },
    })
}

fn decoded(function: &Function, data: &[u8]) -> Option<Vec<DynSolValue>> {
    function.abi.abi_decode_input(data.get(4..)?).ok()
}
