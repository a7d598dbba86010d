use super::{
    ledger::Ledger,
    rule::Invariant,
    scene::{CallContext, Memory, Scene, Uses},
    set::InvariantSet,
    value::Outcome,
    views::Views,
};
use crate::{
    evm::{Block, Execution, Machine},
    protocol::{Judgement, Protocol},
};
use alloy_primitives::U256;
use std::sync::Arc;

/// Discrepancies that are kept.
const MAX_DISCREPANCIES: usize = 16;

/// How a judge works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// An invariant is evaluated again only when something that it read may have changed.
    #[default]
    Incremental,
    /// Everything is also evaluated anew each time and compared: slow, to find defects of the tool.
    Always,
}

/// What a step did, besides what the machine's recorder saw.
#[derive(Debug, Clone, Copy)]
pub struct Effects<'a> {
    /// The result of its message; none when only time passed.
    pub execution: Option<&'a Execution>,
    /// Wei that its message carried.
    pub value: U256,
}

/// How often an instance was judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Verdicts, whether evaluated anew or known to be unchanged.
    pub evaluations: u64,
    /// Those after a change of something that it reads: without any, the invariant is vacuous.
    pub on_change: u64,
    /// Those that were neither true nor false after such a change.
    pub undecided: u64,
}

impl Counts {
    /// Adds another worker's.
    pub fn add(&mut self, other: Self) {
        self.evaluations += other.evaluations;
        self.on_change += other.on_change;
        self.undecided += other.undecided;
    }

    /// Whether the invariant was never decided on a changed state.
    pub fn is_vacuous(self) -> bool {
        self.on_change == self.undecided
    }
}

/// What an instance may be changed by, besides answers of views.
#[derive(Debug, Clone, Copy, Default)]
struct Sensitivity {
    block: bool,
    holders: bool,
    flows: bool,
    call: bool,
    untracked: bool,
}

impl Sensitivity {
    fn add(&mut self, uses: &Uses) {
        self.block |= uses.block;
        self.holders |= uses.holders;
        self.flows |= uses.flows;
        self.call |= uses.call;
        self.untracked |= uses.untracked;
    }
}

/// What a judge knows of one instance.
#[derive(Debug, Default)]
struct State {
    memory: Memory,
    /// The memory of the evaluations that [`Mode::Always`] adds.
    fresh: Memory,
    outcome: Option<Outcome>,
    base: Option<Outcome>,
    sensitivity: Sensitivity,
    base_sensitivity: Sensitivity,
    /// Something that it read may have changed since it was judged.
    dirty: bool,
    /// The old values are those of the present state, taken for this call.
    captured: Option<CallContext>,
    /// The verdict on a call that changed nothing which it reads, valid while `captured` is.
    quiet: Option<(CallContext, Outcome)>,
    /// The last evaluation looked at the state.
    looked: bool,
    counts: Counts,
}

impl State {
    fn spoil(&mut self) {
        self.dirty = true;
        self.captured = None;
        self.quiet = None;
    }
}

/// Judges the states and calls of one worker's cases.
///
/// [`Judge::reset`] begins a case. For each step, after time has advanced: [`Judge::before_call`] when an actor sends it (not
/// for market moves, which no invariant on calls judges), then the machine executes, then [`Judge::after_step`], before the
/// machine executes anything else. Between two resets all answers are a function of the case alone.
#[derive(Debug)]
pub struct Judge {
    set: Arc<InvariantSet>,
    states: Vec<State>,
    views: Views,
    ledger: Ledger,
    uses: Uses,
    mode: Mode,
    block: Block,
    base_block: Block,
    call: Option<CallContext>,
    violated: Vec<usize>,
    discrepancies: Vec<String>,
}

/// A machine and the protocol that it runs.
struct Stage<'a> {
    machine: &'a mut Machine,
    protocol: &'a Protocol,
}

/// What an instance is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Initial,
    Old,
    Judge,
}

impl Judge {
    /// Judges the base state once; puts `machine` back to it.
    pub fn new(set: Arc<InvariantSet>, protocol: &Protocol, machine: &mut Machine, mode: Mode) -> Self {
        machine.reset();
        let block = machine.block();
        let mut judge = Self {
            states: set.instances().iter().map(|_| State::default()).collect(),
            set,
            views: Views::default(),
            ledger: Ledger::new(protocol),
            uses: Uses::default(),
            mode,
            block,
            base_block: block,
            call: None,
            violated: Vec::new(),
            discrepancies: Vec::new(),
        };
        let mut stage = Stage { machine, protocol };
        for index in 0..judge.states.len() {
            judge.run(&mut stage, index, Task::Initial);
            judge.states[index].sensitivity = Sensitivity::default();
            if judge.set.instances()[index].on() == Judgement::State {
                judge.states[index].base = judge.run(&mut stage, index, Task::Judge);
            } else {
                judge.warm(&mut stage, index);
            }
            let state = &mut judge.states[index];
            state.outcome = state.base;
            state.base_sensitivity = state.sensitivity;
        }
        judge.views.freeze();
        judge
    }

    /// Asks for the old values of each actor once, so that their views are known when cases begin.
    fn warm(&mut self, stage: &mut Stage<'_>, index: usize) {
        for actor in &stage.protocol.actors {
            self.call = Some(CallContext { sender: actor.address, function: None });
            self.run(stage, index, Task::Old);
        }
        self.call = None;
        self.states[index].memory.old.clear();
    }

    /// Begins a case: the machine is at the base state again.
    pub fn reset(&mut self) {
        self.views.reset();
        self.ledger.reset();
        self.block = self.base_block;
        self.call = None;
        for state in &mut self.states {
            state.outcome = state.base;
            state.sensitivity = state.base_sensitivity;
            state.dirty = false;
            state.captured = None;
            state.quiet = None;
        }
    }

    /// The ledger, to keep beside a snapshot of the machine.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Resumes where the machine was restored to, with the ledger that was kept beside its snapshot. Everything counts as
    /// changed.
    pub fn resume(&mut self, machine: &mut Machine, ledger: &Ledger) {
        self.ledger.clone_from(ledger);
        self.views.everything_changed(machine);
        self.block = machine.block();
        self.call = None;
        self.states.iter_mut().for_each(State::spoil);
    }

    /// Takes the old values that invariants on calls need, just before an actor's message runs.
    pub fn before_call(&mut self, machine: &mut Machine, protocol: &Protocol, call: CallContext) {
        self.notice_block(machine);
        self.call = Some(call);
        let mut stage = Stage { machine, protocol };
        for index in 0..self.states.len() {
            if self.set.instances()[index].on() != Judgement::Call {
                continue;
            }
            if self.mode == Mode::Always {
                self.run_anew(&mut stage, index, Task::Old);
            }
            let state = &self.states[index];
            let known = state.captured.is_some_and(|captured| captured == call || !state.sensitivity.call);
            if !known || state.sensitivity.untracked {
                self.states[index].quiet = None;
                self.run(&mut stage, index, Task::Old);
            }
            self.states[index].captured = Some(call);
        }
    }

    /// Judges what a step did. Returns the instances that are violated, by index into [`InvariantSet::instances`], ascending.
    pub fn after_step(&mut self, machine: &mut Machine, protocol: &Protocol, effects: Effects<'_>) -> &[usize] {
        let moved = self.notice_block(machine);
        let succeeded = effects.execution.filter(|execution| execution.succeeded());
        if let Some(execution) = succeeded {
            self.notice(machine, execution, effects.value);
        }
        let call = self.call.take().filter(|_| succeeded.is_some());
        // Explanations of a violation want to know the call.
        self.call = call;
        self.violated.clear();
        let counted = moved || succeeded.is_some();
        let mut stage = Stage { machine, protocol };
        for index in 0..self.states.len() {
            let outcome = match (self.set.instances()[index].on(), call) {
                (Judgement::State, _) => self.judge_state(&mut stage, index, counted),
                (Judgement::Call, Some(call)) => self.judge_call(&mut stage, index, call),
                (Judgement::Call, None) => {
                    self.states[index].outcome = None;
                    continue;
                }
            };
            if outcome.is_ok_and(|verdict| !verdict.holds) {
                self.violated.push(index);
            }
        }
        self.call = None;
        &self.violated
    }

    fn judge_state(&mut self, stage: &mut Stage<'_>, index: usize, counted: bool) -> Outcome {
        let state = &self.states[index];
        let dirty = state.dirty || state.sensitivity.untracked;
        let known = state.outcome.filter(|_| !dirty);
        let outcome = known.or_else(|| self.run(stage, index, Task::Judge)).unwrap_or(Err(UNJUDGED));
        let outcome = self.compare(stage, index, outcome);
        let state = &mut self.states[index];
        state.outcome = Some(outcome);
        state.dirty = false;
        if counted {
            state.count(dirty, outcome);
        }
        outcome
    }

    fn judge_call(&mut self, stage: &mut Stage<'_>, index: usize, call: CallContext) -> Outcome {
        let state = &self.states[index];
        // Nothing that it reads changed: old and new values are equal, and so is the verdict on the same call.
        let quiet = state.captured.is_some() && !state.sensitivity.untracked;
        let known = state
            .quiet
            .filter(|(known, _)| quiet && (*known == call || !state.sensitivity.call))
            .map(|(_, outcome)| outcome);
        let outcome = known.or_else(|| self.run(stage, index, Task::Judge)).unwrap_or(Err(UNJUDGED));
        let outcome = self.compare(stage, index, outcome);
        let state = &mut self.states[index];
        state.quiet = quiet.then_some((call, outcome));
        state.outcome = Some(outcome);
        state.dirty = false;
        state.count(!quiet, outcome);
        outcome
    }

    /// The last verdict on an instance; none for one on calls when the last step was none.
    pub fn outcome(&self, index: usize) -> Option<Outcome> {
        self.states.get(index).and_then(|state| state.outcome)
    }

    /// How often an instance was judged since the judge was made, or since the counts were taken.
    pub fn counts(&self, index: usize) -> Counts {
        self.states.get(index).map(|state| state.counts).unwrap_or_default()
    }

    /// The counts of all instances, which begin at zero again.
    pub fn take_counts(&mut self) -> Vec<Counts> {
        self.states.iter_mut().map(|state| std::mem::take(&mut state.counts)).collect()
    }

    /// The invariants.
    pub fn set(&self) -> &Arc<InvariantSet> {
        &self.set
    }

    /// What [`Mode::Always`] found: each is a defect of the tool.
    pub fn discrepancies(&self) -> &[String] {
        &self.discrepancies
    }

    /// What a finding says about a violated instance, while the machine is where it was judged. `call` is the call that was
    /// judged, if any.
    pub fn explain(
        &self,
        machine: &mut Machine,
        protocol: &Protocol,
        index: usize,
        call: Option<CallContext>,
    ) -> String {
        let (Some(instance), Some(state)) = (self.set.instances().get(index), self.states.get(index)) else {
            return String::new();
        };
        let mut scene = Scene::new(machine, protocol, &self.ledger).on_call(call);
        instance.explain_violation(&mut scene, &state.memory)
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
    fn notice(&mut self, machine: &mut Machine, execution: &Execution, value: U256) {
        let Self { views, states, ledger, .. } = self;
        let recorder = machine.recorder();
        let (structure, moved) = (recorder.structure_changed(), recorder.value_moved() || !value.is_zero());
        for (address, slot) in recorder.writes() {
            views.written(*address, *slot, &mut |dependent| spoil(states, dependent));
        }
        if structure {
            views.everything_changed(machine);
            states.iter_mut().for_each(State::spoil);
        } else if moved {
            views.value_moved(machine, &mut |dependent| spoil(states, dependent));
        }
        let change = ledger.record(&execution.logs);
        for state in states.iter_mut() {
            let sensitivity = state.sensitivity;
            if change.holders && sensitivity.holders || change.flows && sensitivity.flows {
                state.spoil();
            }
        }
    }

    /// Runs a task through the cache and notes what it looked at.
    fn run(&mut self, stage: &mut Stage<'_>, index: usize, task: Task) -> Option<Outcome> {
        let Self { set, states, views, ledger, uses, call, .. } = self;
        let (instance, state) = (set.instances().get(index)?, states.get_mut(index)?);
        uses.clear();
        let mut scene =
            Scene::new(stage.machine, stage.protocol, ledger).on_call(*call).with_cache(views, std::mem::take(uses));
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
    fn run_anew(&mut self, stage: &mut Stage<'_>, index: usize, task: Task) -> Option<Outcome> {
        let (instance, state) = (self.set.instances().get(index)?, self.states.get_mut(index)?);
        state.fresh.initial.clone_from(&state.memory.initial);
        let mut scene = Scene::new(stage.machine, stage.protocol, &self.ledger).on_call(self.call);
        perform(instance.as_ref(), task, &mut scene, &mut state.fresh)
    }

    /// In [`Mode::Always`] evaluates once more without the cache, and trusts that.
    fn compare(&mut self, stage: &mut Stage<'_>, index: usize, outcome: Outcome) -> Outcome {
        if self.mode != Mode::Always {
            return outcome;
        }
        let anew = self.run_anew(stage, index, Task::Judge).unwrap_or(outcome);
        if anew != outcome && self.discrepancies.len() < MAX_DISCREPANCIES {
            let label = self.set.instances()[index].label();
            self.discrepancies.push(format!("{label}: incremental {outcome:?}, anew {anew:?}"));
        }
        anew
    }
}

/// What stands for a verdict that an instance did not give; tasks that judge always give one.
const UNJUDGED: super::value::Undecided = super::value::Undecided::NotCaptured;

impl State {
    fn count(&mut self, changed: bool, outcome: Outcome) {
        self.counts.evaluations += 1;
        if changed && self.looked {
            self.counts.on_change += 1;
            self.counts.undecided += u64::from(outcome.is_err());
        }
    }
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
