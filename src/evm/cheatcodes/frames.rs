//! What is said of a frame when it is entered and when it ends.

use super::MachineContext;
use alloy_primitives::{Address, Bytes, U256};
use revm::{
    context_interface::CreateScheme,
    handler::{EthFrame, FrameResult},
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, FrameInput, Gas, InstructionResult, InterpreterResult,
        interpreter::EthInterpreter,
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
    /// Of a creation: who made it, and whether with a salt.
    pub(super) creation: Option<(Address, bool)>,
}

impl Ended {
    pub(super) fn of(input: &FrameInput, depth: usize) -> Self {
        match input {
            FrameInput::Call(call) => Self::of_call(call, depth),
            FrameInput::Create(create) => Self::of_creation(create, depth),
            FrameInput::Empty => Self { depth, target: None, is_static: false, creation: None },
        }
    }

    pub(super) fn of_call(call: &CallInputs, depth: usize) -> Self {
        Self { depth, target: Some(call.target_address), is_static: call.is_static, creation: None }
    }

    pub(super) fn of_creation(create: &CreateInputs, depth: usize) -> Self {
        let is_salted = matches!(create.scheme(), CreateScheme::Create2 { .. });
        Self { depth, target: None, is_static: false, creation: Some((create.caller(), is_salted)) }
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

/// The end of a creation that reverts with its own code instead of being made.
pub(super) fn intercepted(inputs: &CreateInputs) -> FrameResult {
    let result = InterpreterResult {
        result: InstructionResult::Revert,
        output: inputs.init_code().clone(),
        gas: Gas::new_with_regular_gas_and_reservoir(inputs.gas_limit(), inputs.reservoir()),
    };
    FrameResult::Create(CreateOutcome::new(result, None))
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
