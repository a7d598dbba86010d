use super::machine::MachineContext;
use alloy_primitives::{Address, Bytes, Log, U256};
use revm::{
    Inspector,
    bytecode::opcode,
    interpreter::{
        CallInputs, CallOutcome, CallScheme, CreateInputs, CreateOutcome, InstructionResult, Interpreter,
        interpreter::EthInterpreter,
        interpreter_types::{InputsTr, Jumps},
    },
};
use std::collections::VecDeque;

/// Jumps of a frame that are remembered: enough to get from the end of a library's assertion back to who asserted.
const MAX_JUMPS: usize = 512;

/// How a frame was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// CALL.
    Call,
    /// STATICCALL.
    StaticCall,
    /// DELEGATECALL or CALLCODE.
    DelegateCall,
    /// CREATE or CREATE2.
    Create,
}

/// A storage word that a frame changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageChange {
    /// Whose storage.
    pub address: Address,
    /// Which word.
    pub slot: U256,
    /// Before.
    pub before: U256,
    /// After.
    pub after: U256,
}

/// Something that happened in a frame.
#[derive(Debug, Clone)]
pub enum Item {
    /// A frame below, as an index into [`Trace::frames`].
    Call(usize),
    /// An event.
    Log(Log),
    /// A storage write.
    Storage(StorageChange),
}

/// The code of a frame and the way through it, as far as it says where a failure came from.
#[derive(Debug, Clone, Default)]
pub struct CodePath {
    /// The code that ran; empty where none did.
    pub code: Bytes,
    /// Program counter of the instruction in the frame above that entered this one.
    pub site: Option<u32>,
    /// Of a frame that failed: program counters of its last jumps, and of its last instruction, in order.
    pub jumps: Vec<u32>,
}

/// One frame of the call tree.
#[derive(Debug, Clone)]
pub struct Frame {
    /// How it was entered.
    pub kind: CallKind,
    /// Caller.
    pub from: Address,
    /// Whose code ran, or which contract was created.
    pub to: Address,
    /// Wei sent.
    pub value: U256,
    /// Calldata or creation code.
    pub input: Bytes,
    /// Return or revert data.
    pub output: Bytes,
    /// Gas used.
    pub gas_used: u64,
    /// Whether it returned.
    pub success: bool,
    /// Why it ended, as the EVM says it.
    pub reason: String,
    /// What happened, in order.
    pub items: Vec<Item>,
    /// Where in its code it was.
    pub path: CodePath,
}

/// The call tree of a message; the first frame is the message itself.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Frames in the order in which they were entered.
    pub frames: Vec<Frame>,
}

#[derive(Debug, Default)]
pub(super) struct Tracer {
    trace: Trace,
    open: Vec<Open>,
}

/// A frame that has not ended.
#[derive(Debug)]
struct Open {
    frame: usize,
    /// Its last jumps.
    jumps: VecDeque<u32>,
    /// The instruction that runs.
    pc: u32,
}

impl Tracer {
    pub(super) fn finish(self) -> Trace {
        self.trace
    }

    fn enter(&mut self, mut frame: Frame) {
        let index = self.trace.frames.len();
        if let Some(parent) = self.open.last() {
            frame.path.site = Some(parent.pc);
            self.trace.frames[parent.frame].items.push(Item::Call(index));
        }
        self.trace.frames.push(frame);
        self.open.push(Open { frame: index, jumps: VecDeque::new(), pc: 0 });
    }

    fn leave(&mut self, result: InstructionResult, output: &Bytes, gas_used: u64) -> Option<&mut Frame> {
        let open = self.open.pop()?;
        let frame = &mut self.trace.frames[open.frame];
        frame.success = result.is_ok();
        frame.reason = format!("{result:?}");
        frame.output = output.clone();
        frame.gas_used = gas_used;
        if !frame.success && !frame.path.code.is_empty() {
            frame.path.jumps = open.jumps.into_iter().chain([open.pc]).collect();
        }
        Some(frame)
    }

    fn note(&mut self, item: Item) {
        if let Some(open) = self.open.last() {
            self.trace.frames[open.frame].items.push(item);
        }
    }

    /// Notes where the innermost frame is.
    fn walk(&mut self, opcode: u8, pc: usize) {
        let Some(open) = self.open.last_mut() else { return };
        // Code is never as long as 32 bits can count.
        open.pc = u32::try_from(pc).unwrap_or(u32::MAX);
        if matches!(opcode, opcode::JUMP | opcode::JUMPI) {
            if open.jumps.len() == MAX_JUMPS {
                open.jumps.pop_front();
            }
            open.jumps.push_back(open.pc);
        }
    }
}

fn frame(kind: CallKind, from: Address, to: Address, value: U256, input: Bytes) -> Frame {
    Frame {
        kind,
        from,
        to,
        value,
        input,
        output: Bytes::new(),
        gas_used: 0,
        success: false,
        reason: String::new(),
        items: Vec::new(),
        path: CodePath::default(),
    }
}

impl Inspector<MachineContext, EthInterpreter> for Tracer {
    fn initialize_interp(&mut self, interpreter: &mut Interpreter<EthInterpreter>, _context: &mut MachineContext) {
        if let Some(open) = self.open.last() {
            self.trace.frames[open.frame].path.code = interpreter.bytecode.original_bytes();
        }
    }

    fn step(&mut self, interpreter: &mut Interpreter<EthInterpreter>, context: &mut MachineContext) {
        let opcode = interpreter.bytecode.opcode();
        self.walk(opcode, interpreter.bytecode.pc());
        if opcode != opcode::SSTORE {
            return;
        }
        let [.., after, slot] = interpreter.stack.data().as_slice() else { return };
        let (after, slot) = (*after, *slot);
        let address = interpreter.input.target_address();
        let journal = &mut context.journaled_state;
        let overlay = journal.inner.state.get(&address).and_then(|account| account.storage.get(&slot));
        let before = match overlay {
            Some(word) => word.present_value,
            None => journal.database.0.storage(address, slot),
        };
        if before != after {
            self.note(Item::Storage(StorageChange { address, slot, before, after }));
        }
    }

    fn log(&mut self, _context: &mut MachineContext, log: Log) {
        self.note(Item::Log(log));
    }

    fn call(&mut self, context: &mut MachineContext, inputs: &mut CallInputs) -> Option<CallOutcome> {
        let kind = match inputs.scheme {
            CallScheme::Call => CallKind::Call,
            CallScheme::StaticCall => CallKind::StaticCall,
            CallScheme::DelegateCall | CallScheme::CallCode => CallKind::DelegateCall,
        };
        let value = inputs.transfer_value().unwrap_or_default();
        let from = if kind == CallKind::DelegateCall { inputs.target_address } else { inputs.caller };
        self.enter(frame(kind, from, inputs.bytecode_address, value, inputs.input.bytes(context)));
        None
    }

    fn call_end(&mut self, _context: &mut MachineContext, _inputs: &CallInputs, outcome: &mut CallOutcome) {
        self.leave(outcome.result.result, &outcome.result.output, outcome.result.gas.total_gas_spent());
    }

    fn create(&mut self, _context: &mut MachineContext, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.enter(frame(CallKind::Create, inputs.caller(), Address::ZERO, inputs.value(), inputs.init_code().clone()));
        None
    }

    fn create_end(&mut self, _context: &mut MachineContext, _inputs: &CreateInputs, outcome: &mut CreateOutcome) {
        let gas = outcome.result.gas.total_gas_spent();
        let created = outcome.address.unwrap_or_default();
        if let Some(frame) = self.leave(outcome.result.result, &outcome.result.output, gas) {
            frame.to = created;
        }
    }
}
