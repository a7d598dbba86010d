use crate::{
    evm::{Edge, Execution, Machine, Status},
    invariant::{Checks, ChecksError, StepFacts},
    protocol::{Protocol, balance_of_call},
    sequence::{Action, Holder, Live, Sequence, Source, Step, share},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, Bytes, U256};
use std::sync::Arc;

/// Words that a case may teach the dictionary.
const MAX_LEARNED: usize = 64;

/// An invariant that a case violates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// Which instance, as an index of [`Checks::about`].
    pub instance: usize,
    /// Index of the step after which it was violated first.
    pub step: usize,
}

/// What the execution of a sequence showed.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The sequence as it ran: amounts that depend on the state are filled in, and steps beyond the gas of a case are gone.
    pub sequence: Sequence,
    /// The first violation of each invariant.
    pub violations: Vec<Violation>,
    /// Messages sent.
    pub calls: u64,
    /// Messages that reverted or halted.
    pub reverts: u64,
    /// Edges that the machine was not told of, sorted.
    pub fresh: Vec<Edge>,
    /// Index of the last step that reached one.
    pub reached: Option<usize>,
    /// Operands and results seen where something new was reached.
    pub learned: Vec<U256>,
}

/// How often a function was called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FunctionCount {
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted.
    pub reverts: u64,
}

/// Runs sequences of one protocol from the base state and judges the invariants on the way, in one reused machine.
#[derive(Debug)]
pub struct Executor {
    protocol: Arc<Protocol>,
    machine: Machine,
    checks: Checks,
    counts: Vec<FunctionCount>,
    history: Vec<Execution>,
}

impl Executor {
    /// An executor that judges the packs and the protocol's own invariants.
    ///
    /// # Errors
    ///
    /// When an invariant does not fit the protocol.
    pub fn for_protocol(protocol: &Protocol) -> Result<Self, ChecksError> {
        let checks = Checks::for_protocol(protocol, &[])?;
        Ok(Self::new(Arc::new(protocol.clone()), checks))
    }

    /// An executor that judges `checks`.
    pub fn new(protocol: Arc<Protocol>, checks: Checks) -> Self {
        Self {
            machine: protocol.machine(),
            checks,
            counts: vec![FunctionCount::default(); protocol.functions.len()],
            protocol,
            history: Vec::new(),
        }
    }

    /// Runs `sequence` from the base state. The end state stays in [`Executor::machine`] until the next run.
    pub fn run(&mut self, sequence: Sequence) -> Outcome {
        self.machine.reset();
        self.checks.reset();
        self.history.clear();
        let mut outcome = Outcome::default();
        let mut gas = 0;
        for (index, mut step) in sequence.steps.into_iter().enumerate() {
            if gas >= self.machine.limits().gas_per_case {
                break;
            }
            gas += self.step(&mut step, index, &mut outcome);
            outcome.sequence.steps.push(step);
        }
        outcome.fresh = self.machine.recorder().fresh_edges();
        outcome
    }

    /// Runs one step and returns the gas that it used.
    fn step(&mut self, step: &mut Step, index: usize, outcome: &mut Outcome) -> u64 {
        let advance = step.advance();
        self.machine.advance(advance.blocks, advance.seconds);
        self.resolve(step);
        let Ok(message) = step.message(&self.protocol) else { return 0 };
        let function = match step {
            Step::Call(call) => Some(call.function),
            Step::Attack(_) | Step::Market(_) => None,
        };
        let sender = match step {
            Step::Call(call) => Some(call.sender),
            Step::Attack(attack) => Some(attack.contract),
            Step::Market(_) => None,
        };
        let mut facts = StepFacts { sender, function, time_moved: !advance.is_zero(), ..StepFacts::default() };
        let mut gas = 0;
        if let Some(message) = message {
            self.checks.before(&mut self.machine, &facts);
            let reached = self.machine.recorder().fresh_count();
            let execution = self.machine.execute(&message);
            gas = execution.gas_used;
            facts.succeeded = execution.succeeded();
            facts.value_moved = !message.value.is_zero();
            self.count(function, &execution, outcome);
            if self.machine.recorder().fresh_count() > reached {
                outcome.reached = Some(index);
                self.learn(&execution, outcome);
            }
            self.checks.after(&mut self.machine, &facts, &execution.logs);
            self.history.push(execution);
        } else {
            self.checks.after(&mut self.machine, &facts, &[]);
            self.history.push(silence());
        }
        for instance in self.checks.violated() {
            if !outcome.violations.iter().any(|violation| violation.instance == *instance) {
                outcome.violations.push(Violation { instance: *instance, step: index });
            }
        }
        gas
    }

    fn count(&mut self, function: Option<usize>, execution: &Execution, outcome: &mut Outcome) {
        let reverted = u64::from(!execution.succeeded());
        outcome.calls += 1;
        outcome.reverts += reverted;
        if let Some(count) = function.and_then(|function| self.counts.get_mut(function)) {
            count.calls += 1;
            count.reverts += reverted;
        }
    }

    fn learn(&self, execution: &Execution, outcome: &mut Outcome) {
        let words = execution.output.chunks_exact(32).take(4).map(U256::from_be_slice);
        let returned = words.filter(|_| execution.succeeded());
        let operands = self.machine.recorder().comparisons().iter().flat_map(|seen| [seen.left, seen.right]);
        let room = MAX_LEARNED.saturating_sub(outcome.learned.len());
        // The last comparisons decided the branch that is new.
        let mut new: Vec<_> = returned.chain(operands).filter(|word| *word > U256::from(0xff)).collect();
        new.reverse();
        new.truncate(room.min(16));
        outcome.learned.extend(new);
    }

    /// Fills what is only known now.
    fn resolve(&mut self, step: &mut Step) {
        match step {
            Step::Call(call) => {
                let (sender, target) = (call.sender, self.target(call.function));
                for live in std::mem::take(&mut call.live) {
                    if let Some(word) = self.word(&live.source, sender, target) {
                        set(&mut call.arguments, live.argument, word);
                    }
                }
            }
            Step::Attack(attack) => {
                let contract = attack.contract;
                self.resolve_actions(&mut attack.actions, contract);
            }
            Step::Market(_) => {}
        }
    }

    fn resolve_actions(&mut self, actions: &mut [Action], contract: Address) {
        for action in actions {
            match action {
                Action::Call(call) => {
                    let target = self.target(call.function);
                    for Live { argument, source } in &call.live {
                        if let Source::Step { .. } = source
                            && let Some(word) = self.word(source, contract, target)
                        {
                            set(&mut call.arguments, *argument, word);
                        }
                    }
                    call.live.retain(|live| !matches!(live.source, Source::Step { .. }));
                }
                Action::Loan(loan) => self.resolve_actions(&mut loan.body, contract),
            }
        }
    }

    fn target(&self, function: usize) -> Address {
        self.protocol.contracts[self.protocol.functions[function].contract].address
    }

    fn word(&mut self, source: &Source, holder: Address, target: Address) -> Option<U256> {
        match source {
            Source::Balance { of, token, bps } => {
                let holder = if *of == Holder::Caller { holder } else { target };
                let Some(token) = token else { return Some(share(self.machine.balance(holder), *bps)) };
                let held = self.checks.ask(&mut self.machine, *token, &balance_of_call(holder))?;
                Some(share(held, *bps))
            }
            Source::Action { .. } => None,
            Source::Step { index } => told(self.history.get(*index)?, target),
        }
    }

    /// Tells the machine edges that others have reached.
    pub fn learn_edges(&mut self, edges: &[Edge]) {
        self.machine.recorder_mut().learn(edges);
    }

    /// How the steps of the last run ended.
    pub fn executions(&self) -> &[Execution] {
        &self.history
    }

    /// The machine, in the state after the last run.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// The invariants, with their verdicts after the last run.
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// Text about a violation in the present state.
    pub fn explain(&mut self, instance: usize) -> String {
        self.checks.explain(&mut self.machine, instance)
    }

    /// How often each function was called, in the protocol's order.
    pub fn counts(&self) -> &[FunctionCount] {
        &self.counts
    }
}

/// What a step told: the first word that it returned, or the first field of the last event of `target`.
fn told(execution: &Execution, target: Address) -> Option<U256> {
    let event = execution.logs.iter().rev().find(|log| log.address == target);
    let field = event.and_then(|log| {
        let topic = log.topics().get(1).map(|topic: &B256| U256::from_be_bytes(topic.0));
        topic.or_else(|| log.data.data.get(..32).map(U256::from_be_slice))
    });
    let returned = || execution.output.get(..32).map(U256::from_be_slice).filter(|_| execution.succeeded());
    field.or_else(returned)
}

pub(super) fn silence() -> Execution {
    Execution { status: Status::Success, output: Bytes::new(), gas_used: 0, logs: Vec::new(), created: None }
}

fn set(arguments: &mut [DynSolValue], index: usize, word: U256) {
    if let Some(DynSolValue::Uint(value, bits)) = arguments.get_mut(index) {
        *value = if *bits >= 256 { word } else { word & ((U256::ONE << *bits) - U256::ONE) };
    }
}
