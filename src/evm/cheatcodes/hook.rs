//! revm's machine with something to say where frames begin and end.

use super::{
    super::{
        machine::{Inner, MachineContext},
        observer::Observer,
    },
    CHEATCODES, CONSOLE, Cheat, Cheats, Creation, MAX_ITEMS,
    frames::{Described, Ended, answered, interpreter_result},
    prank::Callers,
};
use alloy_primitives::Bytes;
use revm::{
    context::BlockEnv,
    context_interface::{ContextTr, FrameStack, JournalTr},
    handler::{
        EthFrame, EthPrecompiles, EvmTr, FrameInitOrResult, FrameResult, ItemOrResult,
        evm::{ContextDbError, FrameInitResult},
        instructions::EthInstructions,
    },
    inspector::InspectorEvmTr,
    interpreter::{
        CallInputs, CallScheme, CreateInputs, FrameInput, InstructionResult, interpreter::EthInterpreter,
        interpreter_action::FrameInit,
    },
};

type Frame = EthFrame<EthInterpreter>;
type Instructions = EthInstructions<EthInterpreter, MachineContext>;

/// A machine that answers cheatcodes.
pub(in crate::evm) struct Cheated<'a> {
    pub(in crate::evm) evm: &'a mut Inner,
    pub(in crate::evm) cheats: &'a mut Cheats,
}

impl Cheated<'_> {
    /// Runs a message, and tells the recorder what it leaves behind.
    pub(in crate::evm) fn message<T>(
        evm: &mut Inner,
        cheats: &mut Cheats,
        run: impl FnOnce(&mut Cheated<'_>) -> T,
    ) -> T {
        cheats.begin();
        let environment = |evm: &Inner| {
            let BlockEnv {
                number: _, timestamp: _, beneficiary, gas_limit: _, basefee, difficulty, prevrandao, ..
            } = &evm.ctx.block;
            (*beneficiary, *basefee, *difficulty, *prevrandao, evm.ctx.cfg.chain_id)
        };
        let before = (cheats.lasting.clone(), environment(evm));
        let result = run(&mut Cheated { evm: &mut *evm, cheats: &mut *cheats });
        if before.0 != cheats.lasting || before.1 != environment(evm) {
            evm.ctx.chain.change_everything();
        }
        result
    }

    /// Changes how a frame is entered; its end, when no code has to run.
    fn enter(&mut self, init: &mut FrameInit) -> Option<FrameResult> {
        self.cheats.catch_up(&mut self.evm.ctx);
        if init.depth == 0 {
            // Nobody pays for gas: the price is only what contracts see.
            self.evm.ctx.tx.gas_price = self.cheats.lasting.gas_price;
        }
        match &mut init.frame_input {
            FrameInput::Call(inputs) => self.enter_call(inputs, init.depth),
            FrameInput::Create(inputs) => {
                self.enter_creation(inputs, init.depth);
                None
            }
            FrameInput::Empty => None,
        }
    }

    fn enter_call(&mut self, inputs: &mut CallInputs, depth: usize) -> Option<FrameResult> {
        if inputs.bytecode_address == CHEATCODES {
            return Some(self.cheat(inputs, depth));
        }
        if inputs.bytecode_address == CONSOLE {
            return Some(answered(inputs, InstructionResult::Stop, Bytes::new()));
        }
        self.cheats.note_depth(depth);
        let context = &mut self.evm.ctx;
        if !self.cheats.lasting.calls.is_empty() || !self.cheats.lasting.mocks.is_empty() {
            let call = Described::of(inputs, context);
            self.cheats.meet_call(&call);
            if let Some(mut result) = self.cheats.mocked(context, inputs, &call) {
                let ended = Ended { depth, target: Some(inputs.target_address), is_static: inputs.is_static };
                self.leave(&ended, &mut result);
                return Some(result);
            }
            self.cheats.divert(context, inputs, &call);
        }
        let is_delegate = inputs.scheme == CallScheme::DelegateCall;
        let callers = Callers {
            caller: &mut inputs.caller,
            delegate_target: is_delegate.then_some(&mut inputs.target_address),
            counts: !inputs.is_static,
        };
        self.cheats.prank(&mut self.evm.ctx, depth, callers);
        None
    }

    fn enter_creation(&mut self, inputs: &mut CreateInputs, depth: usize) {
        self.cheats.note_depth(depth);
        let context = &mut self.evm.ctx;
        let mut caller = inputs.caller();
        self.cheats.prank(context, depth, Callers { caller: &mut caller, delegate_target: None, counts: false });
        inputs.set_call(caller);
        if let Some(creations) = &mut self.cheats.creations
            && creations.len() < MAX_ITEMS
        {
            let nonce = context.journal_mut().load_account(caller).map_or(0, |account| account.info.nonce);
            creations.push(Creation { address: inputs.created_address(nonce), code: inputs.init_code().clone() });
        }
    }

    fn cheat(&mut self, inputs: &CallInputs, depth: usize) -> FrameResult {
        let data = inputs.input.bytes(&self.evm.ctx);
        // Code may be replaced.
        self.evm.ctx.chain.leave();
        let mut cheat = Cheat { cheats: self.cheats, context: &mut self.evm.ctx, depth, caller: inputs.caller };
        let mut result = match cheat.run(&data) {
            Ok(output) => answered(inputs, InstructionResult::Return, output),
            Err(output) => answered(inputs, InstructionResult::Revert, output),
        };
        let ended = Ended { depth, target: Some(CHEATCODES), is_static: inputs.is_static };
        self.cheats.meet_revert(&ended, true, &mut result);
        result
    }

    /// Changes how a frame ends.
    fn leave(&mut self, ended: &Ended, result: &mut FrameResult) {
        let (cheats, context) = (&mut *self.cheats, &mut self.evm.ctx);
        cheats.catch_up(context);
        if ended.depth == 0 {
            context.tx.gas_price = 0;
        }
        cheats.unprank(context, ended.depth);
        if cheats.meet_revert(ended, false, result) || ended.is_creation() {
            return;
        }
        if cheats.meet_emits(ended, result) {
            return;
        }
        if ended.depth == 0 && !interpreter_result(result).is_revert() && !cheats.meet_last_calls(result) {
            cheats.meet_last_emits(result);
        }
    }
}

impl EvmTr for Cheated<'_> {
    type Context = MachineContext;
    type Instructions = Instructions;
    type Precompiles = EthPrecompiles;
    type Frame = Frame;

    fn all(&self) -> (&MachineContext, &Instructions, &EthPrecompiles, &FrameStack<Frame>) {
        self.evm.all()
    }

    fn all_mut(&mut self) -> (&mut MachineContext, &mut Instructions, &mut EthPrecompiles, &mut FrameStack<Frame>) {
        self.evm.all_mut()
    }

    fn frame_init(&mut self, init: FrameInit) -> Result<FrameInitResult<'_, Frame>, ContextDbError<MachineContext>> {
        self.begin(init, |evm, init| evm.frame_init(init).map(without_frame))
    }

    fn frame_run(&mut self) -> Result<FrameInitOrResult<Frame>, ContextDbError<MachineContext>> {
        let mut next = self.evm.frame_run()?;
        self.ran(&mut next);
        Ok(next)
    }

    fn frame_return_result(
        &mut self,
        result: FrameResult,
    ) -> Result<Option<FrameResult>, ContextDbError<MachineContext>> {
        self.evm.frame_return_result(result)
    }
}

impl Cheated<'_> {
    /// Enters a frame that `init` lets revm's machine make, unless it has ended before it began.
    fn begin(
        &mut self,
        mut init: FrameInit,
        make: impl FnOnce(&mut Inner, FrameInit) -> Result<Option<FrameResult>, ContextDbError<MachineContext>>,
    ) -> Result<FrameInitResult<'_, Frame>, ContextDbError<MachineContext>> {
        if let Some(result) = self.enter(&mut init) {
            return Ok(ItemOrResult::Result(result));
        }
        let ended = Ended::of(&init.frame_input, init.depth);
        let Some(mut result) = make(self.evm, init)? else {
            return Ok(ItemOrResult::Item(self.evm.frame_stack.get()));
        };
        self.leave(&ended, &mut result);
        Ok(ItemOrResult::Result(result))
    }

    fn ran(&mut self, next: &mut FrameInitOrResult<Frame>) {
        if let ItemOrResult::Result(result) = next {
            let ended = Ended::of_frame(self.evm.frame_stack.get());
            self.leave(&ended, result);
        }
    }
}

impl InspectorEvmTr for Cheated<'_> {
    type Inspector = Observer;

    fn all_inspector(&self) -> (&MachineContext, &Instructions, &EthPrecompiles, &FrameStack<Frame>, &Observer) {
        self.evm.all_inspector()
    }

    fn all_mut_inspector(
        &mut self,
    ) -> (&mut MachineContext, &mut Instructions, &mut EthPrecompiles, &mut FrameStack<Frame>, &mut Observer) {
        self.evm.all_mut_inspector()
    }

    fn inspect_frame_init(
        &mut self,
        init: FrameInit,
    ) -> Result<FrameInitResult<'_, Frame>, ContextDbError<MachineContext>> {
        self.begin(init, |evm, init| evm.inspect_frame_init(init).map(without_frame))
    }

    fn inspect_frame_run(&mut self) -> Result<FrameInitOrResult<Frame>, ContextDbError<MachineContext>> {
        let mut next = self.evm.inspect_frame_run()?;
        self.ran(&mut next);
        Ok(next)
    }
}

/// The end of a frame that did not come to run.
fn without_frame(made: FrameInitResult<'_, Frame>) -> Option<FrameResult> {
    match made {
        ItemOrResult::Item(_) => None,
        ItemOrResult::Result(result) => Some(result),
    }
}
