//! The steps of a finding as statements.

use super::{attack::Script, names::Names, set_up, value};
use crate::{
    evm::{Block, Execution},
    protocol::Protocol,
    sequence::{Sequence, Step},
};
use alloy_json_abi::JsonAbi;
use std::sync::Arc;

/// Code that reverts whatever is called: PUSH1 0, PUSH1 0, REVERT.
const DEAD: &str = "hex\"60006000fd\"";

/// The statements that do what `sequence` did, step by step; scripts go into `script`.
pub(super) fn statements(
    (protocol, names): (&Protocol, &Names),
    (sequence, executions): (&Sequence, &[Arc<Execution>]),
    script: &mut Script<'_>,
) -> Vec<Vec<String>> {
    let mut steps = Vec::new();
    let mut block = protocol.block;
    for (index, (step, execution)) in sequence.steps.iter().zip(executions).enumerate() {
        let mut lines = Vec::new();
        let advance = step.advance();
        if !advance.is_zero() {
            let number = block.number.saturating_add(advance.blocks);
            block = Block { number, timestamp: block.timestamp.saturating_add(advance.seconds) };
            lines.push(match protocol.suite {
                Some(_) => format!("Rehearsal.pass({}, {});", advance.blocks, advance.seconds),
                None => set_up::at(block),
            });
        }
        if let Some(feed) = step.silences(protocol) {
            lines.push(format!("Rehearsal.VM.etch({}, {DEAD});", names.account(feed)));
        }
        match step {
            Step::Attack(attack) if attack.actions.is_empty() => {}
            Step::Attack(attack) => {
                let function = script.add(index + 1, attack);
                let sender = names.account(attack.sender);
                lines.push(format!("Rehearsal.VM.prank({sender}, {sender});"));
                lines.push(format!("Attack(payable({})).{function}();", names.account(attack.contract)));
            }
            Step::Call(_) | Step::Market(_) => lines.extend(message((protocol, names), step, execution)),
        }
        steps.push(lines);
    }
    steps
}

/// The message of a step.
fn message((protocol, names): (&Protocol, &Names), step: &Step, execution: &Execution) -> Option<String> {
    let message = step.message(protocol).ok().flatten()?;
    let to = message.to?;
    let of_created = match step {
        Step::Call(call) => Some(&protocol.contracts[protocol.functions[call.function].contract].artifact.abi),
        Step::Attack(_) | Step::Market(_) => None,
    };
    let functions = of_created.into_iter().chain(set_up::abis(protocol, to)).flat_map(JsonAbi::functions);
    let note = if execution.failed() { " // It fails." } else { "" };
    Some(format!(
        "{}({}, {}, {}, {});{note}",
        names.sender(),
        names.account(message.from),
        value::number(message.value),
        names.account(to),
        value::decoded(names, functions, &message.data)
    ))
}
