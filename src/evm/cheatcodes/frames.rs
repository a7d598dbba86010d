//! What is said of a frame when it is entered and when it ends.

use super::MachineContext;
use alloy_primitives::{Address, Bytes, U256};
use revm::{
    handler::{EthFrame, FrameResult},
    interpreter::{
        CallInputs, CallOutcome, FrameInput, Gas, InstructionResult, InterpreterResult, interpreter::EthInterpreter,
    },
};

/// A frame that has ended, or that never ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    /// As revm counts: 0 is the message itself.
    pub(super) depth: usize,
    /// Whose storage it worked on; none for a creation.
    pub(super) target: Option<Address>,
    pub(super) is_static: bool,
}

impl Ended {
    pub(super) fn of(input: &FrameInput, depth: usize) -> Self {
        match input {
            FrameInput::Call(call) => Self { depth, target: Some(call.target_address), is_static: call.is_static },
            FrameInput::Create(_) | FrameInput::Empty => Self { depth, target: None, is_static: false },
        }
    }

    pub(super) fn of_frame(frame: &EthFrame<EthInterpreter>) -> Self {
        Self::of(&frame.input, frame.depth)
    }

    pub(super) fn is_creation(&self) -> bool {
        self.target.is_none()
    }
}

/// A call as others would describe it.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) callee: Address,
    pub(super) data: Bytes,
    /// Wei that it sends; none for a delegate call.
    pub(super) value: Option<U256>,
    pub(super) gas: u64,
}

impl Described {
    pub(super) fn of(inputs: &CallInputs, context: &MachineContext) -> Self {
        Self {
            callee: inputs.bytecode_address,
            data: inputs.input.bytes(context),
            value: inputs.transfer_value(),
            gas: inputs.gas_limit,
        }
    }
}

/// The end of a call that no code ran for.
pub(super) fn answered(inputs: &CallInputs, result: InstructionResult, output: Bytes) -> FrameResult {
    FrameResult::Call(CallOutcome::new(
        InterpreterResult {
            result,
            output,
            gas: Gas::new_with_regular_gas_and_reservoir(inputs.gas_limit, inputs.reservoir),
        },
        inputs.return_memory_offset.clone(),
    ))
}

/// Makes a frame fail with `data`.
pub(super) fn fail(result: &mut FrameResult, data: Bytes) {
    let outcome = interpreter_result(result);
    outcome.result = InstructionResult::Revert;
    outcome.output = data;
}

pub(super) fn interpreter_result(result: &mut FrameResult) -> &mut InterpreterResult {
    match result {
        FrameResult::Call(outcome) => &mut outcome.result,
        FrameResult::Create(outcome) => &mut outcome.result,
    }
}
