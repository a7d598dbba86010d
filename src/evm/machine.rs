use super::{
    cheatcodes::{Cheatcodes, Cheated, Cheats, failure},
    crypto,
    database::Base,
    instructions,
    message::MessageHandler,
    observer::Observer,
    recorder::{Read, Recorder},
    spec::{DEFAULT_EVM_VERSION, EvmVersion},
    tape::{Act, Tape},
    view::{Answered, View, ViewError},
    world::{BaseState, World},
};
use alloy_primitives::{Address, B256, Bytes, Log, U256};
use revm::{
    bytecode::Bytecode,
    context::{BlockEnv, CfgEnv, Context, ContextSetters, Evm, Journal, TxEnv},
    context_interface::{
        JournalTr,
        result::{ExecutionResult, Output},
    },
    database::EmptyDB,
    handler::{EthFrame, EthPrecompiles, Handler, instructions::EthInstructions},
    inspector::InspectorHandler,
    interpreter::interpreter::EthInterpreter,
    primitives::TxKind,
    state::{Account, EvmState, EvmStorageSlot, TransactionId},
};
use std::sync::Arc;

pub(super) type MachineContext = Context<BlockEnv, TxEnv, CfgEnv, Base, Journal<Base>, Recorder>;
pub(super) type Inner = Evm<
    MachineContext,
    Observer,
    EthInstructions<EthInterpreter, MachineContext>,
    EthPrecompiles,
    EthFrame<EthInterpreter>,
>;

/// Bounds on what one message may use. They hold for every hard fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Gas of one message. The default is mainnet's cap of a transaction (EIP-7825).
    pub gas_per_call: u64,
    /// Gas of all messages of one case; the case ends when it is used up.
    pub gas_per_case: u64,
    /// Bytes of memory that all frames of a message share.
    pub memory: u64,
    /// Whether code may be larger than EIP-170 and EIP-3860 allow.
    pub large_code: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { gas_per_call: 1 << 24, gas_per_case: 100_000_000, memory: 64 << 20, large_code: false }
    }
}

/// What all machines of a protocol have in common.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The hard fork.
    pub version: EvmVersion,
    /// The chain id.
    pub chain_id: u64,
    /// Bounds.
    pub limits: Limits,
    /// Who asks views.
    pub viewer: Address,
}

impl Default for Settings {
    fn default() -> Self {
        Self { version: DEFAULT_EVM_VERSION, chain_id: 31337, limits: Limits::default(), viewer: Address::ZERO }
    }
}

/// The fields of the block environment that move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Block number.
    pub number: u64,
    /// Unix time, seconds.
    pub timestamp: u64,
}

/// A top-level transaction, or a creation when `to` is none.
#[derive(Debug, Clone)]
pub struct Message {
    /// Sender; pays `value`, no gas price is charged.
    pub from: Address,
    /// Callee.
    pub to: Option<Address>,
    /// Calldata, or creation code with arguments.
    pub data: Bytes,
    /// Wei.
    pub value: U256,
}

/// How a message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It returned.
    Success,
    /// It reverted; the output is the revert data.
    Revert,
    /// It used up its gas, or met an invalid instruction.
    Halt(String),
    /// It was not a valid transaction, for example because the sender cannot pay the value.
    Invalid(String),
}

/// The result of a message.
#[derive(Debug, Clone)]
pub struct Execution {
    /// How it ended.
    pub status: Status,
    /// Return data, or revert data.
    pub output: Bytes,
    /// Gas used after refunds.
    pub gas_used: u64,
    /// Events, in order; empty unless it succeeded.
    pub logs: Vec<Log>,
    /// The address of the contract that a creation made.
    pub created: Option<Address>,
}

impl Execution {
    /// Whether the message returned.
    pub fn succeeded(&self) -> bool {
        self.status == Status::Success
    }

    /// Whether the message reverted or halted, other than to ask for other inputs.
    pub fn failed(&self) -> bool {
        !self.succeeded() && !self.was_discarded()
    }

    /// Whether the message asked for other inputs: `vm.assume` did not hold.
    pub fn was_discarded(&self) -> bool {
        self.status == Status::Revert && *self.output == *super::cheatcodes::DISCARDED
    }

    /// Whether the message did not want to run: `vm.skip`.
    pub fn was_skipped(&self) -> bool {
        self.status == Status::Revert && self.output.starts_with(super::cheatcodes::SKIPPED)
    }
}

/// A kept overlay: resuming it continues where it was taken.
#[derive(Debug, Clone)]
pub struct Snapshot {
    state: EvmState,
    transaction: TransactionId,
    block: Block,
    cheatcodes: Option<Box<Cheatcodes>>,
    /// Its number on the tape.
    number: usize,
}

impl Snapshot {
    /// Bytes that it holds, by the sizes of its accounts and words: an estimate that errs by a small factor.
    pub fn bytes(&self) -> usize {
        let words: usize = self.state.values().map(|account| account.storage.len()).sum();
        // Maps keep a quarter of their room free, and a control byte an entry.
        let entry = |size: usize| size * 4 / 3 + 1;
        self.state.len() * entry(size_of::<(Address, Account)>()) + words * entry(size_of::<(U256, EvmStorageSlot)>())
    }
}

/// One reused EVM over a shared base state.
#[derive(Debug)]
pub struct Machine {
    pub(super) evm: Inner,
    base: Arc<dyn BaseState>,
    pub(super) start: Block,
    pub(super) settings: Settings,
    /// State of cheatcodes, where they are answered.
    pub(super) cheats: Option<Box<Cheats>>,
    /// What it is at first.
    pub(super) first: Option<Arc<Cheatcodes>>,
    tape: Tape,
    work: u64,
}

/// Gas that asking a view is worth by itself, about, in time.
const VIEW_WORK: u64 = 2_000;

impl Machine {
    /// A machine at `block` over `base`.
    pub fn new(base: Arc<dyn BaseState>, block: Block, settings: Settings) -> Self {
        crypto::install();
        let spec = settings.version.0;
        let mut cfg = CfgEnv::new_with_spec(spec).with_chain_id(settings.chain_id);
        cfg.disable_nonce_check = true;
        cfg.disable_base_fee = true;
        cfg.disable_block_gas_limit = true;
        cfg.disable_eip3607 = true;
        cfg.tx_chain_id_check = false;
        cfg.tx_gas_limit_cap = Some(u64::MAX);
        cfg.memory_limit = settings.limits.memory;
        if settings.limits.large_code {
            cfg.limit_contract_code_size = Some(usize::MAX);
            cfg.limit_contract_initcode_size = Some(usize::MAX);
        }
        let context = Context::<BlockEnv, TxEnv, CfgEnv, EmptyDB, Journal<EmptyDB>, ()>::new(EmptyDB::default(), spec)
            .with_db(Base(Arc::clone(&base)))
            .with_cfg(cfg)
            .with_chain(Recorder::new());
        let evm = Evm::new_with_inspector(
            context,
            Observer::None,
            instructions::instrumented(spec),
            EthPrecompiles::new(spec),
        );
        let mut machine =
            Self { evm, base, start: block, settings, cheats: None, first: None, tape: Tape::default(), work: 0 };
        machine.set_block(block);
        machine
    }

    /// Runs a message. Its effects stay in the overlay when it succeeds.
    pub fn execute(&mut self, message: &Message) -> Execution {
        let limit = self.settings.limits.gas_per_call;
        self.execute_with_gas(message, limit)
    }

    /// Runs a message with a gas limit of its own.
    pub fn execute_with_gas(&mut self, message: &Message, gas_limit: u64) -> Execution {
        self.evm.ctx.chain.start_message();
        self.evm.inspector.begin();
        let transaction = self.transaction(message, gas_limit);
        let is_watched = self.evm.inspector.is_there();
        self.evm.ctx.set_tx(transaction);
        let result = match &mut self.cheats {
            None if is_watched => MessageHandler::default().inspect_run(&mut self.evm),
            None => MessageHandler::default().run(&mut self.evm),
            Some(cheats) => Cheated::message(&mut self.evm, cheats, |evm| {
                let mut handler = MessageHandler::default();
                if is_watched { handler.inspect_run(evm) } else { handler.run(evm) }
            }),
        };
        self.evm.ctx.chain.end_message();
        let execution = execution(result);
        self.work += execution.gas_used;
        let block = self.block();
        self.tape.note(|| Act::Sent { block, message: message.clone(), succeeded: execution.succeeded() });
        execution
    }

    /// Runs nothing: the recorder tells nothing of an earlier message any more.
    pub fn pass(&mut self) {
        self.evm.ctx.chain.start_message();
    }

    /// Makes all calls of an account revert from now on, as those of a feed that is gone.
    pub fn silence(&mut self, account: Address) {
        // PUSH1 0, PUSH1 0, REVERT
        self.set_code(account, Bytes::from_static(&[0x60, 0, 0x60, 0, 0xfd]));
        self.evm.ctx.chain.change_structure();
    }

    /// Calls a function and rolls back whatever it changed.
    ///
    /// # Errors
    ///
    /// When the call reverts or halts.
    pub fn view(&mut self, from: Address, to: Address, data: Bytes) -> Result<Bytes, ViewError> {
        self.aside(|machine| {
            let checkpoint = machine.evm.ctx.journaled_state.checkpoint();
            let answer = machine.call(View { from, to, data, gas: machine.settings.limits.gas_per_call });
            machine.evm.ctx.journaled_state.checkpoint_revert(checkpoint);
            answer.map(|answered| answered.output)
        })
    }

    /// Runs what is no message: hooks and cheatcodes end as they began.
    pub(super) fn aside<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let recorded = self.evm.ctx.chain.set_aside();
        let cheatcodes = self.cheatcodes();
        let result = run(self);
        if let Some(cheatcodes) = cheatcodes {
            self.resume_cheatcodes(cheatcodes);
        }
        self.evm.ctx.chain.take_up(recorded);
        result
    }

    /// Calls a function; what it changes stays in the journal, for the caller to roll back.
    pub(super) fn call(&mut self, view: View) -> Result<Answered, ViewError> {
        let answered = match &mut self.cheats {
            None => view.ask(&mut self.evm),
            Some(cheats) => {
                let failed = failure(&self.evm.ctx);
                view.ask_with(&mut Cheated { evm: &mut self.evm, cheats }, failed)
            }
        };
        self.work += VIEW_WORK + answered.as_ref().map_or(0, |answered| answered.gas);
        answered
    }

    /// What this machine has done since it was made, in gas of messages and views: about how much time it took, and the same at
    /// each run.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// Runs what only makes sure of what is known, and is no part of the [`Machine::work`].
    pub fn beside_work<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let work = self.work;
        let result = run(self);
        self.work = work;
        result
    }

    /// Who asks views, unless somebody says otherwise.
    pub fn viewer(&self) -> Address {
        self.settings.viewer
    }

    /// Runs `evaluate` and tells what its view calls and balance reads depended on.
    pub fn watch<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> (T, Vec<Read>) {
        self.evm.ctx.chain.watch();
        let value = evaluate(self);
        (value, self.evm.ctx.chain.unwatch())
    }

    /// Tells a running [`Machine::watch`] that the block environment was read natively.
    pub fn note_block_read(&mut self) {
        self.evm.ctx.chain.read(Read::Block);
    }

    /// The native balance of `address`, wei.
    pub fn balance(&mut self, address: Address) -> U256 {
        self.evm.ctx.chain.read(Read::Account(address));
        match self.evm.ctx.journaled_state.inner.state.get(&address) {
            Some(account) => account.info.balance,
            None => self.base.account(address).map(|account| account.balance).unwrap_or_default(),
        }
    }

    /// A storage word.
    pub fn storage(&mut self, address: Address, slot: U256) -> U256 {
        self.evm.ctx.chain.read(Read::Storage(address, slot));
        let account = self.evm.ctx.journaled_state.inner.state.get(&address);
        match account.and_then(|account| account.storage.get(&slot)) {
            Some(word) => word.present_value,
            None if account.is_some_and(Account::is_created) => U256::ZERO,
            None => self.base.storage(address, slot),
        }
    }

    /// The code at `address`; empty where there is none.
    pub fn code(&self, address: Address) -> Bytes {
        match self.evm.ctx.journaled_state.inner.state.get(&address) {
            Some(account) => account.info.code.as_ref().map_or_else(Bytes::new, Bytecode::original_bytes),
            None => self.base.account(address).map(super::Account::code).unwrap_or_default(),
        }
    }

    /// The hash of the code at `address`, as EXTCODEHASH gives it for an account with code.
    pub fn code_hash(&self, address: Address) -> B256 {
        match self.evm.ctx.journaled_state.inner.state.get(&address) {
            Some(account) => account.info.code_hash,
            None => self.base.account(address).map_or(revm::primitives::KECCAK_EMPTY, |account| account.code_hash),
        }
    }

    /// The block that messages run in.
    pub fn block(&self) -> Block {
        Block {
            number: self.evm.ctx.block.number.saturating_to(),
            timestamp: self.evm.ctx.block.timestamp.saturating_to(),
        }
    }

    /// Moves to another block.
    pub fn set_block(&mut self, block: Block) {
        self.evm.ctx.block.number = U256::from(block.number);
        self.evm.ctx.block.timestamp = U256::from(block.timestamp);
    }

    /// Lets blocks and seconds pass.
    pub fn advance(&mut self, blocks: u64, seconds: u64) {
        let Block { number, timestamp } = self.block();
        self.set_block(Block { number: number.saturating_add(blocks), timestamp: timestamp.saturating_add(seconds) });
    }

    /// Goes back to the base state and the first block, and forgets fresh edges and the last message.
    pub fn reset(&mut self) {
        self.pass();
        let journal = &mut self.evm.ctx.journaled_state.inner;
        journal.state.clear();
        journal.transaction_id = TransactionId::ZERO;
        self.evm.ctx.chain.forget_fresh();
        self.set_block(self.start);
        if let Some(first) = self.first.as_deref().cloned() {
            self.resume_cheatcodes(first);
        }
        self.tape.note(|| Act::Reset);
    }

    /// Keeps the present overlay.
    pub fn snapshot(&mut self) -> Snapshot {
        let number = self.tape.keep();
        let journal = &self.evm.ctx.journaled_state.inner;
        let (state, transaction) = (journal.state.clone(), journal.transaction_id);
        Snapshot { state, transaction, block: self.block(), cheatcodes: self.cheatcodes().map(Box::new), number }
    }

    /// Goes back to a kept overlay.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.pass();
        let journal = &mut self.evm.ctx.journaled_state.inner;
        journal.state.clone_from(&snapshot.state);
        journal.transaction_id = snapshot.transaction;
        self.set_block(snapshot.block);
        if let Some(cheatcodes) = snapshot.cheatcodes.as_deref().cloned() {
            self.resume_cheatcodes(cheatcodes);
        }
        self.tape.note(|| Act::Restored(snapshot.number));
    }

    /// Starts to note what the machine does: messages, states kept and gone back to.
    pub fn start_tape(&mut self) {
        self.tape.start();
    }

    /// What it did since [`Machine::start_tape`]. States that were kept before, or by another machine, have no number on it.
    pub fn tape(&mut self) -> Vec<Act> {
        self.tape.stop()
    }

    /// What the hooks saw.
    pub fn recorder(&self) -> &Recorder {
        &self.evm.ctx.chain
    }

    /// What the hooks saw, to tell it known edges.
    pub fn recorder_mut(&mut self) -> &mut Recorder {
        &mut self.evm.ctx.chain
    }

    /// Bounds of this machine.
    pub fn limits(&self) -> Limits {
        self.settings.limits
    }

    /// Writes the overlay into a copy of `world`, the base state that this machine was made over.
    pub fn merge_into(&self, mut world: World) -> World {
        let state = &self.evm.ctx.journaled_state.inner.state;
        let mut addresses: Vec<_> = state.keys().copied().collect();
        addresses.sort_unstable();
        for address in addresses {
            let account = &state[&address];
            if account.is_selfdestructed() {
                world.remove(address);
                continue;
            }
            if !account.is_touched() {
                continue;
            }
            let entry = world.entry(address);
            entry.balance = account.info.balance;
            entry.nonce = account.info.nonce;
            entry.code_hash = account.info.code_hash;
            entry.code.clone_from(&account.info.code);
            let mut words: Vec<(&U256, &EvmStorageSlot)> = account.storage.iter().collect();
            words.sort_unstable_by_key(|(slot, _)| **slot);
            for (slot, word) in words {
                entry.write(*slot, word.present_value);
            }
        }
        world
    }

    fn transaction(&self, message: &Message, gas_limit: u64) -> TxEnv {
        TxEnv {
            caller: message.from,
            kind: message.to.map_or(TxKind::Create, TxKind::Call),
            data: message.data.clone(),
            value: message.value,
            gas_limit,
            gas_price: 0,
            chain_id: Some(self.settings.chain_id),
            ..TxEnv::default()
        }
    }
}

fn execution<E: ToString>(result: Result<ExecutionResult, E>) -> Execution {
    let failed = |status, output| Execution { status, output, gas_used: 0, logs: Vec::new(), created: None };
    match result {
        Ok(result) => {
            let gas_used = result.tx_gas_used();
            match result {
                ExecutionResult::Success { logs, output, .. } => {
                    let (output, created) = match output {
                        Output::Call(output) => (output, None),
                        Output::Create(output, created) => (output, created),
                    };
                    Execution { status: Status::Success, output, gas_used, logs, created }
                }
                ExecutionResult::Revert { output, .. } => Execution { gas_used, ..failed(Status::Revert, output) },
                ExecutionResult::Halt { reason, .. } => {
                    Execution { gas_used, ..failed(Status::Halt(format!("{reason:?}")), Bytes::new()) }
                }
            }
        }
        Err(error) => failed(Status::Invalid(error.to_string()), Bytes::new()),
    }
}
