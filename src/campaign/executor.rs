use super::{
    Features,
    count::FunctionCount,
    created::Created,
    height::Objectives,
    outcome::{Outcome, Resume, Violation},
    sampling::Sampling,
};
use crate::{
    evm::{Comparing, Edge, Execution, Machine, Message, Status},
    generate::{Access, Element},
    invariant::{Checks, ChecksError, StepFacts, Unrolled},
    protocol::{Protocol, balance_of_call},
    sequence::{Action, Call, Holder, Live, Sequence, Source, Spot, Step, share},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, Bytes, I256, U256, aliases::I512};
use std::{collections::BTreeSet, sync::Arc};

/// What a step, the end of one, and an event of it take, bytes, about.
const STEP: usize = 512;
const EXECUTION: usize = 256;
const LOG: usize = 256;

/// Words that a case may teach the dictionary.
const MAX_LEARNED: usize = 64;

/// Runs sequences of one protocol from the base state and judges the invariants on the way, in one reused machine.
#[derive(Debug)]
pub struct Executor {
    pub(super) protocol: Arc<Protocol>,
    pub(super) machine: Machine,
    pub(super) checks: Checks,
    counts: Vec<FunctionCount>,
    /// Cheatcodes that were called and are not supported.
    pub(super) unsupported: BTreeSet<String>,
    pub(super) objectives: Objectives,
    /// How high each objective has to come to be noted.
    pub(super) wanted: Vec<I512>,
    history: Vec<Arc<Execution>>,
    created: Created,
    features: Features,
    /// Whether states behind steps that show something new are kept.
    keeping: bool,
    sampling: Sampling,
    /// Whether nobody tells the invariants, and so the answers that they keep, what has changed.
    rehearsing: bool,
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
            objectives: Objectives::of_suite(&protocol),
            checks,
            counts: vec![FunctionCount::default(); protocol.functions.len()],
            protocol,
            unsupported: BTreeSet::new(),
            wanted: Vec::new(),
            history: Vec::new(),
            created: Created::default(),
            features: Features::none(),
            keeping: false,
            sampling: Sampling::All,
            rehearsing: false,
        }
    }

    /// Says which of the runs that follow are judged by what is dear; without that all are.
    pub(super) fn sample(&mut self, sampling: Sampling) {
        self.sampling = sampling;
    }

    /// Measures what these features of a search need, and keeps states if `keeping`.
    #[must_use]
    pub fn with_features(mut self, features: Features) -> Self {
        let comparing = if features.comparisons { Comparing::Open } else { Comparing::Nothing };
        self.machine.recorder_mut().watch_comparisons(comparing);
        self.machine.recorder_mut().track(features.dependencies);
        if features.margins {
            self.objectives = self.objectives.with_margins(&self.checks);
        }
        self.features = features;
        self.keeping = features.snapshots;
        self
    }

    /// Runs `sequence` from the base state. The end state stays in [`Executor::machine`] until the next run.
    pub fn run(&mut self, sequence: Sequence) -> Outcome {
        self.begin();
        self.go_on(sequence.steps, Outcome::default(), 0)
    }

    /// Runs `steps` behind a state that an earlier run kept. The outcome is that of the whole sequence, but its calls and learned
    /// words are those of `steps`.
    pub fn resume(&mut self, from: &Arc<Resume>, steps: Vec<Step>) -> Outcome {
        self.begin();
        self.restore(from);
        self.checks.resume(&mut self.machine, &from.kept);
        let sequence = Sequence { steps: from.steps.clone() };
        self.go_on(steps, Outcome { sequence, resume: Some(Arc::clone(from)), ..Outcome::default() }, from.gas)
    }

    /// Forgets the last run: the machine is at the base state.
    pub(super) fn begin(&mut self) {
        self.machine.reset();
        self.checks.reset();
        self.history.clear();
        self.created.clear();
        self.rehearsing = false;
    }

    /// Puts the machine where `from` was kept, without the invariants.
    pub(super) fn restore(&mut self, from: &Resume) {
        self.machine.restore(&from.snapshot);
        self.history.clone_from(&from.history);
        self.created.clone_from(&from.created);
    }

    fn go_on(&mut self, steps: Vec<Step>, mut outcome: Outcome, mut gas: u64) -> Outcome {
        for mut step in steps {
            if gas >= self.machine.limits().gas_per_case {
                break;
            }
            let index = outcome.sequence.steps.len();
            let shown = self.machine.recorder().fresh_count();
            gas += self.step(&mut step, index, &mut outcome);
            outcome.sequence.steps.push(step);
            let is_higher = self.note_heights(index, &mut outcome);
            if self.keeping && (is_higher || shown != self.machine.recorder().fresh_count()) {
                outcome.resume = Some(Arc::new(self.keep(&outcome.sequence, gas)));
            }
        }
        if let Some(last) = outcome.sequence.steps.len().checked_sub(1) {
            let is_sampled = self.sampling.takes(self.machine.recorder().has_fresh_edges());
            self.checks.end(&mut self.machine, is_sampled);
            self.note_violations(last, &mut outcome);
        }
        outcome.fresh = self.machine.recorder().fresh_edges();
        outcome.nearer = self.machine.recorder().nearer();
        outcome
    }

    fn keep(&mut self, sequence: &Sequence, gas: u64) -> Resume {
        let (snapshot, history) = (self.machine.snapshot(), self.history.clone());
        let told = |execution: &Arc<Execution>| EXECUTION + execution.output.len() + LOG * execution.logs.len();
        let bytes = snapshot.bytes() + history.iter().map(told).sum::<usize>() + STEP * sequence.steps.len();
        let (steps, created) = (sequence.steps.clone(), self.created.clone());
        Resume { steps, snapshot, kept: self.checks.keep(), history, created, gas, bytes }
    }

    /// Runs one step and returns the gas that it used.
    fn step(&mut self, step: &mut Step, index: usize, outcome: &mut Outcome) -> u64 {
        self.bound(step);
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
            (facts.input, facts.value) = (message.data.clone(), message.value);
            self.checks.before(&mut self.machine, &facts);
            self.machine.recorder_mut().at_step(index);
            let reached = self.machine.recorder().fresh_count();
            let execution = self.created.execute(&self.protocol, &mut self.machine, &message);
            gas = execution.gas_used;
            facts.succeeded = execution.succeeded();
            facts.output = execution.output.clone();
            facts.failure = self.failure(&execution);
            self.count(function, (&message, &execution), outcome);
            if !execution.succeeded() {
                outcome.failed.push(index);
            }
            if self.machine.recorder().fresh_count() > reached {
                outcome.reached = Some(index);
                self.learn(&execution, outcome);
            }
            if let Step::Call(call) = &*step
                && self.features.dependencies
                && outcome.reached == Some(index)
            {
                outcome.accesses.push(self.access(call, index, execution.succeeded()));
            }
            self.checks.after(&mut self.machine, &facts, &execution.logs);
            self.history.push(Arc::new(execution));
        } else {
            facts.succeeded = self.pass(step);
            self.checks.after(&mut self.machine, &facts, &[]);
            self.history.push(Arc::new(silence()));
        }
        self.note_violations(index, outcome);
        gas
    }

    /// A step without a message; whether it changes something beside the time.
    fn pass(&mut self, step: &Step) -> bool {
        self.machine.pass();
        let silenced = step.silences(&self.protocol);
        if let Some(account) = silenced {
            self.machine.silence(account);
        }
        silenced.is_some()
    }

    /// Cuts what goes beyond the bounds of the protocol.
    fn bound(&self, step: &mut Step) {
        let bounds = self.protocol.campaign.bounds;
        let advance = step.advance_mut();
        advance.seconds = advance.seconds.min(bounds.seconds);
        advance.blocks = advance.blocks.min(bounds.blocks);
        if let Step::Call(call) = step {
            call.value = call.value.min(bounds.value);
        }
    }

    fn note_violations(&self, step: usize, outcome: &mut Outcome) {
        for instance in self.checks.violated() {
            if !outcome.violations.iter().any(|violation| violation.instance == *instance) {
                outcome.violations.push(Violation { instance: *instance, step });
            }
        }
    }

    fn count(&mut self, function: Option<usize>, (message, execution): (&Message, &Execution), outcome: &mut Outcome) {
        outcome.calls += 1;
        outcome.reverts += u64::from(execution.failed());
        if let Some(function) = function {
            self.count_function(function, message, execution);
        }
    }

    fn count_function(&mut self, function: usize, message: &Message, execution: &Execution) {
        let changed = !message.value.is_zero() || !self.machine.recorder().writes().is_empty();
        if let Some(count) = self.counts.get_mut(function) {
            count.add(execution, changed);
        }
    }

    /// Counts a script in which calls of `functions` ended well.
    pub(super) fn count_script(&mut self, functions: impl Iterator<Item = usize>) {
        for function in functions {
            if let Some(count) = self.counts.get_mut(function) {
                count.scripts += 1;
            }
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

    fn access(&self, call: &Call, step: usize, succeeded: bool) -> Access {
        let recorder = self.machine.recorder();
        let elements = |words: &[(Address, U256)]| {
            let elements = words.iter().map(|(address, slot)| {
                let (variable, keys) = recorder.variable(*slot);
                Element { class: (*address, variable), keys }
            });
            elements.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let writes = if succeeded { elements(recorder.writes()) } else { Vec::new() };
        Access { call: call.clone(), step, reads: elements(recorder.loads()), writes }
    }

    /// Fills what is only known now.
    fn resolve(&mut self, step: &mut Step) {
        match step {
            Step::Call(call) => {
                let kind = self.protocol.functions[call.function].contract;
                call.instance = call.instance.map(|instance| self.created.place(kind, instance));
                let Some(target) = call.target(&self.protocol) else { return };
                let sender = call.sender;
                for live in std::mem::take(&mut call.live) {
                    if let Some(word) = self.word(&live.source, sender, target) {
                        set(&mut call.arguments, &live.spot, word);
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
            self.resolve_actions(action.body_mut(), contract);
            let Action::Call(call) = action else { continue };
            let kind = self.protocol.functions[call.function].contract;
            call.instance = call.instance.map(|instance| self.created.place(kind, instance));
            let target = self.target(call.function);
            for Live { spot, source, .. } in &call.live {
                if let Source::Step { .. } = source
                    && let Some(word) = self.word(source, contract, target)
                {
                    set(&mut call.arguments, spot, word);
                }
            }
            call.live.retain(|live| !matches!(live.source, Source::Step { .. }));
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
                let held = self.ask(*token, &balance_of_call(holder))?;
                Some(share(held, *bps))
            }
            Source::View { target, data, bps, add } => {
                let answer = self.ask(*target, data)?;
                Some(
                    share(answer, *bps)
                        .wrapping_add(U256::from_be_bytes(I256::try_from(*add).ok()?.to_be_bytes::<32>())),
                )
            }
            Source::Result { .. } => None,
            Source::Step { index } => told(self.history.get(*index)?, target),
        }
    }

    fn ask(&mut self, to: Address, data: &[u8]) -> Option<U256> {
        if !self.rehearsing {
            return self.checks.ask(&mut self.machine, to, data);
        }
        let answer = self.machine.view(Address::ZERO, to, Bytes::copy_from_slice(data)).ok()?;
        answer.get(..32).map(U256::from_be_slice)
    }

    /// Tells the machine edges that others have reached.
    pub fn learn_edges(&mut self, edges: &[Edge]) {
        self.machine.recorder_mut().learn(edges);
    }

    /// Tells the machine how near others have come to outcomes of comparisons.
    pub fn learn_distances(&mut self, known: &[(Edge, U256)]) {
        self.machine.recorder_mut().learn_distances(known);
    }

    /// Runs `sequence` from the base state without judging it: what it did is in [`Executor::executions`].
    pub fn rehearse(&mut self, sequence: Sequence) -> Outcome {
        self.rehearse_watched(sequence, |_| {})
    }

    /// The same; `watch` sees the machine behind each message.
    pub(super) fn rehearse_watched(&mut self, sequence: Sequence, mut watch: impl FnMut(&Machine)) -> Outcome {
        self.begin();
        self.rehearsing = true;
        let mut outcome = Outcome::default();
        let mut gas = 0;
        for mut step in sequence.steps {
            if gas >= self.machine.limits().gas_per_case {
                break;
            }
            self.bound(&mut step);
            let advance = step.advance();
            self.machine.advance(advance.blocks, advance.seconds);
            self.resolve(&mut step);
            let execution = if let Some(message) = step.message(&self.protocol).ok().flatten() {
                let execution = self.created.execute(&self.protocol, &mut self.machine, &message);
                self.count(None, (&message, &execution), &mut outcome);
                watch(&self.machine);
                execution
            } else {
                self.pass(&step);
                silence()
            };
            gas += execution.gas_used;
            self.history.push(Arc::new(execution));
            outcome.sequence.steps.push(step);
        }
        outcome
    }

    /// Runs a step without judging it; none when it has no message.
    pub(super) fn probe(&mut self, step: &Step) -> Option<Execution> {
        let advance = step.advance();
        self.machine.advance(advance.blocks, advance.seconds);
        let Some(message) = step.message(&self.protocol).ok().flatten() else {
            self.pass(step);
            return None;
        };
        let execution = self.machine.execute(&message);
        if let Step::Call(call) = step {
            self.count_function(call.function, &message, &execution);
        }
        Some(execution)
    }

    /// How the steps of the last run ended.
    pub fn executions(&self) -> &[Arc<Execution>] {
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

    /// What an invariant says in the present state.
    ///
    /// # Errors
    ///
    /// Why that cannot be said, as a sentence fragment.
    pub fn unroll(&mut self, instance: usize) -> Result<Unrolled, &'static str> {
        self.checks.unroll(&mut self.machine, instance)
    }

    /// Cheatcodes that were called and are not supported, with their signatures.
    pub fn unsupported(&self) -> &BTreeSet<String> {
        &self.unsupported
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

fn set(arguments: &mut [DynSolValue], spot: &Spot, word: U256) {
    if let Some(DynSolValue::Uint(value, bits)) = spot.of_mut(arguments) {
        *value = if *bits >= 256 { word } else { word & ((U256::ONE << *bits) - U256::ONE) };
    }
}
