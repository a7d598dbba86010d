//! revm's machine with something to say where frames begin and end.

use super::{
    super::{
        machine::{Inner, MachineContext},
        observer::Observer,
    },
    CHEATCODES, CONSOLE, Cheat, Cheats, Creation, MAX_ITEMS,
    artifact::Deploying,
    diff::Begun,
    frames::{Described, Ended, answered, intercepted, interpreter_result},
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
        // The frame that was entered last is the one that enters this.
        self.cheats.catch_up(&mut self.evm.ctx, init.depth);
        if init.depth == 0 {
            self.cheats.begin();
            self.cheats.dress(&mut self.evm.ctx);
        }
        if let FrameInput::Call(inputs) = &init.frame_input
            && inputs.bytecode_address == CHEATCODES
        {
            match self.cheat(inputs, init.depth) {
                Ok(result) => return Some(result),
                Err(creation) => init.frame_input = FrameInput::Create(creation),
            }
        }
        match &mut init.frame_input {
            FrameInput::Call(inputs) => self.enter_call(inputs, init.depth),
            FrameInput::Create(inputs) => self.enter_creation(inputs, init.depth),
            FrameInput::Empty => None,
        }
    }

    fn enter_call(&mut self, inputs: &mut CallInputs, depth: usize) -> Option<FrameResult> {
        if inputs.bytecode_address == CONSOLE {
            return Some(answered(inputs, InstructionResult::Stop, Bytes::new()));
        }
        self.cheats.note_depth(depth);
        let context = &mut self.evm.ctx;
        if !self.cheats.lasting.calls.is_empty() || !self.cheats.lasting.mocks.is_empty() {
            let call = Described::of(inputs, context);
            self.cheats.meet_call(&call);
            if let Some(mut result) = self.cheats.mocked(context, inputs, &call) {
                self.cheats.begin_access(context, Begun::Call(inputs), depth);
                self.leave(&Ended::of_call(inputs, depth), &mut result);
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
        self.cheats.begin_access(&mut self.evm.ctx, Begun::Call(inputs), depth);
        None
    }

    /// The end of a creation that a test wants to see instead of making.
    fn enter_creation(&mut self, inputs: &mut CreateInputs, depth: usize) -> Option<FrameResult> {
        let intercepts = std::mem::take(&mut self.cheats.lasting.intercepts);
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
        self.cheats.begin_access(context, Begun::Creation(inputs), depth);
        intercepts.then(|| {
            let mut result = intercepted(inputs);
            self.leave(&Ended::of_creation(inputs, depth), &mut result);
            result
        })
    }

    /// The end of a cheatcode's call, or the creation that it turns into.
    fn cheat(&mut self, inputs: &CallInputs, depth: usize) -> Result<FrameResult, Box<CreateInputs>> {
        let data = inputs.input.bytes(&self.evm.ctx);
        // Code may be replaced.
        self.evm.ctx.chain.leave();
        let (caller, gas) = (inputs.caller, inputs.gas_limit);
        let context = &mut self.evm.ctx;
        let mut cheat = Cheat { cheats: self.cheats, context, depth, caller, gas, creation: None };
        let output = cheat.run(&data);
        if let Some(creation) = cheat.creation {
            self.cheats.deploying.push(Deploying { depth, memory: inputs.return_memory_offset.clone() });
            return Err(creation);
        }
        if depth > 0 {
            self.cheats.gas.settle(&mut self.evm.frame_stack.get().interpreter.gas, gas, depth);
        }
        let mut result = match output {
            Ok(output) => answered(inputs, InstructionResult::Return, output),
            Err(output) => answered(inputs, InstructionResult::Revert, output),
        };
        let ended = Ended { target: Some(CHEATCODES), ..Ended::of_call(inputs, depth) };
        self.cheats.meet_assumption(&ended, true, &mut result);
        self.cheats.meet_revert(&ended, true, &mut result);
        Ok(result)
    }

    /// Changes how a frame ends.
    fn leave(&mut self, ended: &Ended, result: &mut FrameResult) {
        self.cheats.catch_up(&mut self.evm.ctx, ended.depth + 1);
        if ended.depth == 0 {
            Cheats::undress(&mut self.evm.ctx);
        }
        self.judge(ended, result);
        if let Some(deploying) = self.cheats.deployed(ended) {
            deploying.end(result);
        }
    }

    /// Compares how a frame ends with what was said of it.
    fn judge(&mut self, ended: &Ended, result: &mut FrameResult) {
        let (cheats, context) = (&mut *self.cheats, &mut self.evm.ctx);
        let is_cheatcode = cheats.is_deploying(ended);
        cheats.unprank(context, ended.depth);
        if cheats.meet_assumption(ended, is_cheatcode, result) || cheats.meet_revert(ended, is_cheatcode, result) {
            cheats.end_access(context, ended, result);
            return;
        }
        cheats.gas.end(ended, result);
        cheats.end_access(context, ended, result);
        if ended.is_creation() {
            cheats.meet_creation(context, ended, result);
            return;
        }
        if cheats.meet_emits(ended, result) {
            return;
        }
        if ended.depth == 0 && !interpreter_result(result).is_revert() && !cheats.meet_last_calls(result) {
            cheats.meet_last_emits(result);
            if !interpreter_result(result).is_revert() {
                cheats.meet_last_creations(result);
            }
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
