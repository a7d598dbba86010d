//! Which instructions ran.

use super::machine::MachineContext;
use alloy_primitives::{B256, Bytes};
use revm::{
    Inspector,
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, Interpreter,
        interpreter::EthInterpreter,
        interpreter_types::{InputsTr, Jumps},
    },
};
use std::collections::BTreeMap;

/// What code is: its hash, and whether it ran as creation code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeId {
    /// Hash of the code; of creation code with its arguments.
    pub hash: B256,
    /// Whether a contract was being created.
    pub is_creation: bool,
}

/// Instructions of some code that ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Executed {
    /// The code.
    pub code: Bytes,
    /// A bit for each byte of it.
    bits: Vec<u64>,
}

impl Executed {
    fn new(code: Bytes) -> Self {
        let bits = vec![0; code.len() / 64 + 1];
        Self { code, bits }
    }

    #[inline]
    fn run(&mut self, pc: usize) {
        // What runs behind the end of the code is the machine's own STOP.
        if let Some(word) = self.bits.get_mut(pc / 64) {
            *word |= 1 << (pc % 64);
        }
    }

    /// Program counters of the instructions that ran, in order.
    pub fn pcs(&self) -> impl Iterator<Item = usize> + '_ {
        self.bits.iter().enumerate().flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                (left != 0).then(|| {
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// Instructions that ran, by code. Those of frames that reverted count too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All code of which anything ran.
    pub codes: BTreeMap<CodeId, Executed>,
}

/// Watches a machine.
#[derive(Debug, Default)]
pub(super) struct Coverer {
    codes: Vec<Executed>,
    by_id: BTreeMap<CodeId, usize>,
    /// The codes of the frames that have not ended; none for one without code.
    open: Vec<Option<usize>>,
}

impl Coverer {
    /// What ran since the last time that somebody asked.
    pub(super) fn take(&mut self) -> Coverage {
        self.open.clear();
        let mut codes = std::mem::take(&mut self.codes);
        let by_id = std::mem::take(&mut self.by_id);
        Coverage { codes: by_id.into_iter().map(|(id, index)| (id, std::mem::take(&mut codes[index]))).collect() }
    }
}

impl Inspector<MachineContext, EthInterpreter> for Coverer {
    fn initialize_interp(&mut self, interpreter: &mut Interpreter<EthInterpreter>, _context: &mut MachineContext) {
        let Some(open) = self.open.last_mut() else { return };
        let is_creation = interpreter.input.bytecode_address().is_none();
        let id = CodeId { hash: interpreter.bytecode.get_or_calculate_hash(), is_creation };
        let codes = &mut self.codes;
        *open = Some(*self.by_id.entry(id).or_insert_with(|| {
            codes.push(Executed::new(interpreter.bytecode.original_bytes()));
            codes.len() - 1
        }));
    }

    #[inline]
    fn step(&mut self, interpreter: &mut Interpreter<EthInterpreter>, _context: &mut MachineContext) {
        if let Some(Some(code)) = self.open.last() {
            self.codes[*code].run(interpreter.bytecode.pc());
        }
    }

    fn call(&mut self, _context: &mut MachineContext, _inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.open.push(None);
        None
    }

    fn call_end(&mut self, _context: &mut MachineContext, _inputs: &CallInputs, _outcome: &mut CallOutcome) {
        self.open.pop();
    }

    fn create(&mut self, _context: &mut MachineContext, _inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.open.push(None);
        None
    }

    fn create_end(&mut self, _context: &mut MachineContext, _inputs: &CreateInputs, _outcome: &mut CreateOutcome) {
        self.open.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::Executed;

    #[test]
    fn what_ran_is_told_in_order_and_nothing_beyond_the_code() {
        let mut executed = Executed::new(vec![0; 130].into());
        for pc in [129, 0, 63, 64, 64, 5_000] {
            executed.run(pc);
        }
        assert_eq!(executed.pcs().collect::<Vec<_>>(), [0, 63, 64, 129]);
    }
}
