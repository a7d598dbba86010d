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

/// What a step does, as statements.
pub(super) struct Stepped {
    /// Time that passes, and a feed that dies.
    before: Vec<String>,
    act: Act,
}

enum Act {
    Nothing,
    /// A transaction of the attacker's contract.
    Script(Vec<String>),
    /// Arguments of the function that sends a message, and whether it failed.
    Message(String, bool),
}

impl Stepped {
    /// The statements as they are.
    pub(super) fn lines(self, names: &Names) -> Vec<String> {
        self.lines_with(Vec::new(), names.sender(), "")
    }

    /// The statements with others just before the message, which a function sends that takes further arguments.
    pub(super) fn lines_with(self, others: Vec<String>, function: &str, further: &str) -> Vec<String> {
        let mut lines = self.before;
        lines.extend(others);
        match self.act {
            Act::Nothing => {}
            Act::Script(script) => lines.extend(script),
            Act::Message(arguments, fails) => {
                let note = if fails { " // It fails." } else { "" };
                lines.push(format!("{function}({arguments}{further});{note}"));
            }
        }
        lines
    }
}

/// What each step of `sequence` did; scripts go into `script`.
pub(super) fn statements(
    (protocol, names): (&Protocol, &Names),
    (sequence, executions): (&Sequence, &[Arc<Execution>]),
    script: &mut Script<'_>,
) -> Vec<Stepped> {
    let mut steps = Vec::new();
    let mut block = protocol.block;
    for (index, (step, execution)) in sequence.steps.iter().zip(executions).enumerate() {
        let mut before = Vec::new();
        let advance = step.advance();
        if !advance.is_zero() {
            let number = block.number.saturating_add(advance.blocks);
            block = Block { number, timestamp: block.timestamp.saturating_add(advance.seconds) };
            before.push(match protocol.suite {
                Some(_) => format!("Rehearsal.pass({}, {});", advance.blocks, advance.seconds),
                None => set_up::at(block),
            });
        }
        if let Some(feed) = step.silences(protocol) {
            before.push(format!("Rehearsal.VM.etch({}, {DEAD});", names.account(feed)));
        }
        let act = match step {
            Step::Attack(attack) if attack.actions.is_empty() => Act::Nothing,
            Step::Attack(attack) => {
                let function = script.add(index + 1, attack);
                let sender = names.account(attack.sender);
                Act::Script(vec![
                    format!("Rehearsal.VM.prank({sender}, {sender});"),
                    format!("Attack(payable({})).{function}();", names.account(attack.contract)),
                ])
            }
            Step::Call(_) | Step::Market(_) => match arguments((protocol, names), step) {
                Some(arguments) => Act::Message(arguments, execution.failed()),
                None => Act::Nothing,
            },
        };
        steps.push(Stepped { before, act });
    }
    steps
}

/// The message of a step: sender, native value, callee, calldata.
fn arguments((protocol, names): (&Protocol, &Names), step: &Step) -> Option<String> {
    let message = step.message(protocol).ok().flatten()?;
    let to = message.to?;
    let of_created = match step {
        Step::Call(call) => Some(&protocol.contracts[protocol.functions[call.function].contract].artifact.abi),
        Step::Attack(_) | Step::Market(_) => None,
    };
    let functions = of_created.into_iter().chain(set_up::abis(protocol, to)).flat_map(JsonAbi::functions);
    Some(format!(
        "{}, {}, {}, {}",
        names.account(message.from),
        value::number(message.value),
        names.account(to),
        value::decoded(names, functions, &message.data)
    ))
}
