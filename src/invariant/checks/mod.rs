//! The judge of a worker: when to evaluate what.

mod boundary;
mod facts;
mod ghosts;
mod judge;
mod state;

pub use facts::{About, Broken, ChecksError, Kept, Mode, StepFacts};
pub use state::Counts;

use super::{
    ledger::Ledger,
    pack::packs,
    rule::Invariant,
    scene::{CallContext, Memory, Scene, Sent, Uses},
    set::InvariantSet,
    value::{Outcome, Undecided},
    views::{Answer, Views},
};
use crate::{
    evm::{Block, Machine},
    glob,
    protocol::{Accepted, Expected, Judgement, Origin, Protocol, balance_of_call, nearest},
};
use alloy_primitives::{Address, Log, U256};
use state::{Sensitivity, State};
use std::{collections::BTreeSet, sync::Arc};

/// Balances that are known when cases begin.
const MAX_WARM_BALANCES: usize = 256;
/// Discrepancies that are kept.
const MAX_DISCREPANCIES: usize = 16;

/// Judges the states and calls of one worker's cases.
///
/// [`Checks::reset`] begins a case. For each step, after time has advanced: [`Checks::before`] when it sends a message, then
/// the machine executes it, then [`Checks::after`], before the machine executes anything else. Between two resets all answers
/// are a function of the case alone.
#[derive(Debug, Clone)]
pub struct Checks {
    protocol: Arc<Protocol>,
    set: Arc<InvariantSet>,
    states: Vec<State>,
    views: Views,
    /// Answers that only sampled invariants use: nobody tells them of changes, they compare when they are asked.
    probes: Views,
    /// Instances that are judged after steps, and those that are judged on samples.
    stepwise: Vec<usize>,
    sampled: Vec<usize>,
    ledger: Ledger,
    uses: Uses,
    mode: Mode,
    block: Block,
    base_block: Block,
    /// The call that [`Checks::before`] was told of.
    pending: Option<CallContext>,
    /// The call that is judged, or was judged last.
    call: Option<CallContext>,
    /// What that call carried and brought back.
    sent: Sent,
    /// Why the last message failed an assertion, when it did.
    failure: Option<String>,
    violated: Vec<usize>,
    /// This case created or destroyed contracts.
    restructured: bool,
    /// Something is judged within calls.
    looks_within: bool,
    /// Buffer for the words that a message wrote.
    writes: Vec<(Address, U256)>,
    discrepancies: Vec<String>,
}

/// What an instance is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Initial,
    Old,
    Judge,
}

/// An exception that excepts nothing is a misspelt one. A file beside suites may mean another one of them: what it excepts in vain
/// fails the run all the same.
fn expects_what_is_judged(protocol: &Protocol, set: &InvariantSet) -> Result<(), ChecksError> {
    if protocol.suite.is_some() || matches!(protocol.origin, Origin::Setup { .. }) {
        return Ok(());
    }
    let judged = || set.instances().iter().map(|instance| (&instance.rule().id, instance.contracts()));
    let is_judged = |what: &Accepted| judged().any(|(id, contracts)| what.covers(id, &contracts));
    let is_vain = |expected: &&Expected| matches!(expected.what, Accepted::Invariant(_)) && !is_judged(&expected.what);
    let Some(Expected { what, place, .. }) = protocol.expected.iter().find(is_vain) else { return Ok(()) };
    let pattern = what.text();
    let labels: Vec<_> =
        judged().flat_map(|(id, contracts)| [id.clone(), format!("{id}({})", contracts.join(", "))]).collect();
    let nearest = nearest(pattern, labels.iter().map(String::as_str)).map(str::to_owned);
    Err(ChecksError::NothingExpected { place: place.clone(), pattern: pattern.to_owned(), nearest })
}

impl Checks {
    /// The invariants of `heist.toml` and of the packs whose ids, or tags behind `tag:`, match one of the patterns `wanted`, all
    /// where there is none.
    ///
    /// What a pack says of a role that nobody declared, and what is false before anything happens, is left out: the contract is
    /// not what the pack supposes, and nobody claims that it is.
    ///
    /// # Errors
    ///
    /// When an expression of `heist.toml` cannot be compiled, or it expects a violation of what is not judged.
    pub fn for_protocol(protocol: &Protocol, wanted: &[String]) -> Result<Self, ChecksError> {
        let packs = packs()?;
        let set = InvariantSet::new(protocol, &packs).map_err(ChecksError::Expressions)?;
        expects_what_is_judged(protocol, &set)?;
        let matches = |text: &str| wanted.iter().any(|pattern| glob::matches(pattern, text));
        let sources = packs.invariants.iter().chain(&protocol.invariants);
        let tagged = sources.filter(|source| source.tag_names().any(|tag| matches(&tag))).map(|source| &source.id);
        let tagged: BTreeSet<_> = tagged.map(String::as_str).collect();
        let mut set = set.filtered(|id| wanted.is_empty() || matches(id) || tagged.contains(id));
        let protocol = Arc::new(protocol.clone());
        let checks = Self::new(Arc::clone(&protocol), Arc::new(set.clone()));
        let broken: Vec<_> = checks.broken().map(|index| set.instances()[index].label()).collect();
        let broken: Vec<_> = broken.into_iter().filter(|label| set.is_supposed(label)).collect();
        if broken.is_empty() {
            return Ok(checks);
        }
        set.leave_out(&broken);
        Ok(Self::new(protocol, Arc::new(set)))
    }

    /// Nothing to check.
    pub fn none(protocol: &Protocol) -> Self {
        Self::new(Arc::new(protocol.clone()), Arc::new(InvariantSet::default()))
    }

    /// Judges `set`; looks at the base state once, in a machine of its own.
    pub fn new(protocol: Arc<Protocol>, set: Arc<InvariantSet>) -> Self {
        let mut machine = protocol.machine();
        let block = machine.block();
        let on = |index: &usize| set.instances()[*index].on();
        let (sampled, others): (Vec<_>, Vec<_>) =
            (0..set.instances().len()).partition(|index| on(index) == Judgement::Sample);
        let stepwise = others.into_iter().filter(|index| !set.instances()[*index].at_end()).collect();
        let mut checks = Self {
            states: set.instances().iter().map(|instance| State::of(instance.as_ref())).collect(),
            set,
            views: Views::default(),
            probes: Views::default(),
            stepwise,
            sampled,
            ledger: Ledger::new(&protocol),
            protocol,
            uses: Uses::default(),
            mode: Mode::Incremental,
            block,
            base_block: block,
            pending: None,
            call: None,
            sent: Sent::default(),
            failure: None,
            violated: Vec::new(),
            restructured: false,
            looks_within: false,
            writes: Vec::new(),
            discrepancies: Vec::new(),
        };
        checks.looks_within = checks.set.instances().iter().any(|instance| instance.on() == Judgement::Boundary);
        for wanted in checks.set.instances().iter().flat_map(|instance| instance.listens()) {
            checks.ledger.listen(*wanted);
        }
        checks.ledger.keep_ghosts(checks.set.ghosts().iter().map(|ghost| ghost.initial));
        for index in 0..checks.states.len() {
            checks.run(&mut machine, index, Task::Initial);
            checks.states[index].sensitivity = Sensitivity::default();
            let instance = &checks.set.instances()[index];
            match instance.on() {
                // What a suite states of ends may be false of the beginning.
                Judgement::State if instance.at_end() => continue,
                Judgement::State | Judgement::Sequence | Judgement::Boundary | Judgement::Sample => {
                    checks.states[index].base = checks.run(&mut machine, index, Task::Judge);
                }
                Judgement::Call if instance.attempts().is_none() => checks.warm(&mut machine, index),
                Judgement::Call => {}
            }
            let state = &mut checks.states[index];
            state.outcome = state.base;
            state.base_sensitivity = state.sensitivity;
        }
        checks.warm_balances(&mut machine);
        checks.views.freeze();
        checks.probes.freeze();
        checks
    }

    /// The same with another way to find verdicts.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Asks for balances that generated amounts are shares of, so that a case asks again only when they have changed.
    fn warm_balances(&mut self, machine: &mut Machine) {
        let protocol = Arc::clone(&self.protocol);
        let actors = protocol.actors.iter().map(|actor| actor.address);
        let holders: Vec<_> = actors.chain(protocol.contracts.iter().map(|contract| contract.address)).collect();
        let pairs = protocol.tokens().flat_map(|token| holders.iter().map(|holder| (token.address, *holder)));
        for (token, holder) in pairs.take(MAX_WARM_BALANCES) {
            self.ask(machine, token, &balance_of_call(holder));
        }
    }

    /// Asks for the old values of each actor once, so that their views are known when cases begin.
    fn warm(&mut self, machine: &mut Machine, index: usize) {
        for actor in 0..self.protocol.actors.len() {
            self.call = Some(CallContext { sender: self.protocol.actors[actor].address, function: None });
            self.run(machine, index, Task::Old);
        }
        self.call = None;
        self.states[index].memory.old.clear();
    }

    /// Instances that are false before anything happens. One that is sampled says what calls would do, which is found like any other
    /// bug.
    fn broken(&self) -> impl Iterator<Item = usize> {
        let broken = |state: &State| state.base.is_some_and(|base| base.is_ok_and(|verdict| !verdict.holds));
        (0..self.states.len()).filter(move |index| !self.sampled.contains(index) && broken(&self.states[*index]))
    }

    /// The first instance that is false before anything happens.
    pub fn broken_at_start(&mut self) -> Option<Broken> {
        let index = self.broken().next()?;
        self.reset();
        let mut machine = self.protocol.machine();
        let evidence = self.explain(&mut machine, index);
        Some(Broken { label: self.set.instances()[index].label(), evidence })
    }

    /// Begins a case: the machine is at the base state again.
    pub fn reset(&mut self) {
        self.views.reset();
        self.probes.reset();
        self.ledger.reset();
        self.block = self.base_block;
        self.pending = None;
        self.call = None;
        self.failure = None;
        self.violated.clear();
        self.restructured = false;
        for state in &mut self.states {
            state.outcome = state.base;
            state.sensitivity = state.base_sensitivity;
            state.dirty = false;
            state.captured = None;
            state.quiet = None;
            state.boundary = None;
        }
    }

    /// What to keep beside a snapshot of the machine.
    pub fn keep(&self) -> Kept {
        Kept { ledger: self.ledger.clone(), restructured: self.restructured }
    }

    /// Resumes where the machine was restored to, behind [`Checks::reset`]: what is judged again is what reads anything that is
    /// not as in the base state.
    pub fn resume(&mut self, machine: &mut Machine, kept: &Kept) {
        self.ledger.clone_from(&kept.ledger);
        self.notice_block(machine);
        let Self { views, states, restructured, .. } = self;
        if kept.restructured {
            *restructured = true;
            views.everything_changed(machine);
            states.iter_mut().for_each(State::spoil);
            return;
        }
        views.state_moved(machine, &mut |dependent| spoil(states, dependent));
        states.iter_mut().filter(|state| state.sensitivity.ledger()).for_each(State::spoil);
    }

    /// Takes the old values that invariants on calls need, just before a message runs.
    pub fn before(&mut self, machine: &mut Machine, facts: &StepFacts) {
        self.notice_block(machine);
        if let Some(contract) = self.protocol.attacker_contract.filter(|_| self.looks_within) {
            machine.watch_boundaries(contract);
        }
        let call = facts.sender.map(|sender| CallContext { sender, function: facts.function });
        self.pending = call;
        self.call = call;
        let Some(call) = call else { return };
        self.sent = Sent { input: facts.input.clone(), value: facts.value, output: None, logs: Vec::new() };
        for position in 0..self.stepwise.len() {
            let index = self.stepwise[position];
            let instance = &self.set.instances()[index];
            let is_judged = instance.on() == Judgement::Call && instance.attempts().is_none();
            if !is_judged || !self.states[index].concerns(call) || !instance.judges(call.sender) {
                continue;
            }
            if self.mode == Mode::Always {
                self.run_anew(machine, index, Task::Old);
            }
            let state = &self.states[index];
            let known = state.captured.is_some_and(|captured| captured == call || !state.sensitivity.call);
            if !known || state.sensitivity.untracked || state.sensitivity.sent {
                self.states[index].quiet = None;
                self.run(machine, index, Task::Old);
            }
            self.states[index].captured = Some(call);
        }
    }

    /// Judges what a step did: its message with the events that it left, or time alone.
    pub fn after(&mut self, machine: &mut Machine, facts: &StepFacts, logs: &[Log]) {
        let moved = self.notice_block(machine) || facts.time_moved;
        if facts.succeeded || machine.recorder().outlives_revert() {
            self.notice(machine, !facts.value.is_zero(), logs);
        }
        // Explanations of a violation want to know the call, so it is kept until the next step.
        self.call = self.pending.take().filter(|_| facts.succeeded);
        self.sent.output = facts.succeeded.then(|| facts.output.clone());
        self.sent.logs = self.ledger.wanted(logs);
        if facts.succeeded {
            self.update_ghosts(machine, logs);
        }
        self.failure.clone_from(&facts.failure);
        self.violated.clear();
        let boundaries = if self.looks_within { machine.boundaries() } else { Vec::new() };
        let counted = moved || facts.succeeded;
        for position in 0..self.stepwise.len() {
            let index = self.stepwise[position];
            if let Some(call) = self.call
                && !self.states[index].concerns(call)
            {
                self.pass(machine, index);
                continue;
            }
            if let Some(function) = self.set.instances()[index].attempts() {
                self.judge_attempt(index, facts.function == Some(function));
                continue;
            }
            let instance = &self.set.instances()[index];
            let call = self.call.filter(|call| instance.judges(call.sender));
            let outcome = match (instance.on(), call) {
                (Judgement::State | Judgement::Sequence, _) => self.judge_state(machine, index, counted),
                (Judgement::Call, Some(call)) => self.judge_call(machine, index, call),
                (Judgement::Boundary, _) => {
                    self.judge_boundaries(machine, index, &boundaries);
                    continue;
                }
                (Judgement::Call | Judgement::Sample, _) => {
                    self.states[index].outcome = None;
                    continue;
                }
            };
            if outcome.is_ok_and(|verdict| !verdict.holds) {
                self.violated.push(index);
            }
        }
    }

    /// Instances that the last step violated, ascending.
    pub fn violated(&self) -> &[usize] {
        &self.violated
    }

    /// The last verdict on an instance; none for one on calls when the last step was none.
    pub fn outcome(&self, index: usize) -> Option<Outcome> {
        self.states.get(index).and_then(|state| state.outcome)
    }

    /// Number of instances.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there is nothing to check.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Labels of the instances: `SUPPLY-001(gold)`.
    pub fn labels(&self) -> Vec<String> {
        self.set.instances().iter().map(|instance| instance.label()).collect()
    }

    /// What reports say of an instance.
    ///
    /// # Panics
    ///
    /// When there are not so many instances.
    pub fn about(&self, index: usize) -> About {
        let instance = &self.set.instances()[index];
        let rule = instance.rule();
        About {
            id: rule.id.clone(),
            title: rule.title.clone(),
            severity: rule.severity,
            contracts: instance.contracts(),
            predicate: instance.predicate(),
            is_assertion: instance.attempts().is_some(),
        }
    }

    /// How often each instance was judged.
    pub fn counts(&self) -> Vec<Counts> {
        self.states.iter().map(|state| state.counts).collect()
    }

    /// How often each instance was decided after a change of something that it reads.
    pub fn evaluations_on_change(&self) -> Vec<u64> {
        self.states.iter().map(|state| state.counts.on_change - state.counts.undecided).collect()
    }

    /// The invariants.
    pub fn set(&self) -> &InvariantSet {
        &self.set
    }

    /// What [`Mode::Always`] found: each is a defect of the tool.
    pub fn discrepancies(&self) -> &[String] {
        &self.discrepancies
    }

    /// The same, which is forgotten.
    pub fn take_discrepancies(&mut self) -> Vec<String> {
        std::mem::take(&mut self.discrepancies)
    }

    /// The first word that a view returns in the present state, through the cache that invariants use; none when it fails.
    pub fn ask(&mut self, machine: &mut Machine, to: Address, data: &[u8]) -> Option<U256> {
        self.notice_block(machine);
        let first = |answer: &Answer| answer.as_ref().ok()?.get(..32).map(U256::from_be_slice);
        self.views.ask(machine, &[to.as_slice(), data].concat(), first).0
    }

    /// Tells all that depends on the block that it moved.
    fn notice_block(&mut self, machine: &Machine) -> bool {
        let block = machine.block();
        if block == self.block {
            return false;
        }
        self.block = block;
        let Self { views, states, .. } = self;
        views.block_moved(&mut |dependent| spoil(states, dependent));
        states.iter_mut().filter(|state| state.sensitivity.block).for_each(State::spoil);
        true
    }

    /// Tells all that depends on what a successful message changed.
    fn notice(&mut self, machine: &mut Machine, value_moved: bool, logs: &[Log]) {
        let Self { views, states, ledger, writes, restructured, .. } = self;
        let recorder = machine.recorder();
        let (structure, moved) = (recorder.structure_changed(), recorder.value_moved() || value_moved);
        // Looking at the words needs the machine, whose recorder holds the list.
        writes.clear();
        writes.extend_from_slice(recorder.writes());
        views.written(machine, writes, &mut |dependent| spoil(states, dependent));
        if structure {
            *restructured = true;
            views.everything_changed(machine);
            states.iter_mut().for_each(State::spoil);
        } else if moved {
            views.value_moved(machine, &mut |dependent| spoil(states, dependent));
        }
        let mut change = ledger.record(logs);
        let accounts = machine.recorder().keys_written(|key| account(key).is_some_and(|key| ledger.is_stranger(key)));
        for account in accounts.into_iter().filter_map(account) {
            change.holders |= ledger.meet(account);
        }
        for state in states.iter_mut() {
            if state.sensitivity.feels(change) {
                state.spoil();
            }
        }
    }

    /// Runs a task through the cache and notes what it looked at.
    fn run(&mut self, machine: &mut Machine, index: usize, task: Task) -> Option<Outcome> {
        let Self { protocol, set, states, views, probes, ledger, uses, call, sent, .. } = self;
        let (instance, state) = (set.instances().get(index)?, states.get_mut(index)?);
        let views = if instance.on() == Judgement::Sample { probes } else { views };
        uses.clear();
        let scene = Scene::new(machine, protocol, ledger).on_call(*call).with_sent(sent);
        let mut scene = scene.with_cache(views, std::mem::take(uses));
        let outcome = perform(instance.as_ref(), task, &mut scene, &mut state.memory);
        *uses = std::mem::take(&mut scene.uses);
        state.sensitivity.add(uses);
        if task != Task::Initial {
            for entry in &uses.entries {
                views.depend(*entry, index as u32);
            }
        }
        if task == Task::Judge {
            state.looked = uses.state();
        }
        outcome
    }

    /// Runs a task without the cache.
    fn run_anew(&mut self, machine: &mut Machine, index: usize, task: Task) -> Option<Outcome> {
        let (instance, state) = (self.set.instances().get(index)?, self.states.get_mut(index)?);
        state.fresh.initial.clone_from(&state.memory.initial);
        machine.beside_work(|machine| {
            let mut scene = Scene::new(machine, &self.protocol, &self.ledger).on_call(self.call).with_sent(&self.sent);
            perform(instance.as_ref(), task, &mut scene, &mut state.fresh)
        })
    }

    /// In [`Mode::Always`] evaluates once more without the cache, and trusts that.
    fn compare(&mut self, machine: &mut Machine, index: usize, outcome: Outcome) -> Outcome {
        if self.mode != Mode::Always {
            return outcome;
        }
        let anew = self.run_anew(machine, index, Task::Judge).unwrap_or(outcome);
        if anew != outcome && self.discrepancies.len() < MAX_DISCREPANCIES {
            let label = self.set.instances()[index].label();
            self.discrepancies.push(format!("{label}: incremental {outcome:?}, anew {anew:?}"));
        }
        anew
    }
}

/// What stands for a verdict that an instance did not give; tasks that judge always give one.
const UNJUDGED: Undecided = Undecided::NotCaptured;

/// The account that the key of a mapping seems to be: numbers and hashes are smaller or larger.
fn account(key: U256) -> Option<Address> {
    (129..=160).contains(&key.bit_len()).then(|| Address::from_word(key.into()))
}

fn spoil(states: &mut [State], dependent: u32) {
    if let Some(state) = states.get_mut(dependent as usize) {
        state.spoil();
    }
}

fn perform(instance: &dyn Invariant, task: Task, scene: &mut Scene<'_>, memory: &mut Memory) -> Option<Outcome> {
    match task {
        Task::Initial => instance.capture_initial(scene, memory),
        Task::Old => instance.capture_old(scene, memory),
        Task::Judge => return Some(instance.judge(scene, memory)),
    }
    None
}
