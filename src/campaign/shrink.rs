use super::worker::{Ground, Purpose, Worker, with_worker};
use crate::{
    economics::Profit,
    generate::{Edit, edits},
    sequence::Sequence,
};
use alloy_primitives::{B256, U256, aliases::I512, keccak256, map::HashSet};
use rayon::prelude::*;
use std::sync::Arc;

/// Executions that one shrink may use.
const MAX_EXECUTIONS: usize = 20_000;
/// What they may take together, by what the best one takes: repetitions can make one execution as long as a block.
const MAX_WORK: u64 = 3_000_000_000;
/// Steps that one may run for what is maximised, which long sequences bring highest.
const MAX_HEIGHT_STEPS: usize = 200_000;
/// Edits that are tried at once. The first that holds is taken, so the result does not depend on it.
const BATCH: usize = 16;

/// What a shrunk sequence must still show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The violation of an invariant's instance.
    Invariant(usize),
    /// A profit in a scenario's sequence, and at least this much.
    Profit { scenario: usize, least: U256 },
    /// What is maximised, at least this high.
    Height { objective: usize, least: I512 },
}

/// A sequence that shows the target, cut behind the step that shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) sequence: Sequence,
    pub(super) profit: Option<Profit>,
    /// What it took to show it (see [`Machine::work`](crate::evm::Machine::work)).
    pub(super) work: u64,
}

impl Shown {
    /// What is gained by it; zero where it is no profit.
    pub(super) fn gained(&self) -> U256 {
        self.profit.as_ref().map_or(U256::ZERO, |profit| profit.amount)
    }
}

/// Whether `sequence` shows `target` in the worker's machine.
pub(super) fn show(worker: &mut Worker, ground: &Ground, target: Target, sequence: Sequence) -> Option<Shown> {
    let before = worker.executor.machine().work();
    let shown = judge(worker, ground, target, sequence)?;
    let work = worker.executor.machine().work() - before;
    Some(Shown { work, ..shown })
}

fn judge(worker: &mut Worker, ground: &Ground, target: Target, sequence: Sequence) -> Option<Shown> {
    let cut = |mut sequence: Sequence, step: usize| {
        sequence.steps.truncate(step + 1);
        Shown { sequence, profit: None, work: 0 }
    };
    match target {
        Target::Invariant(instance) => {
            let outcome = worker.executor.run(sequence);
            let violation = outcome.violations.iter().find(|violation| violation.instance == instance)?;
            Some(cut(outcome.sequence, violation.step))
        }
        Target::Height { objective, least } => {
            let outcome = worker.executor.run(sequence);
            let height = outcome.heights.iter().find(|height| height.objective == objective)?;
            (height.value >= least).then(|| cut(outcome.sequence, height.step))
        }
        Target::Profit { scenario, least } => {
            // Without the invariants, which would take longer than most scripts.
            let sequence = worker.executor.rehearse(sequence).sequence;
            let profit = ground.profit(&mut worker.executor, scenario, &sequence)?.1?;
            (profit.amount >= least).then_some(Shown { sequence, profit: Some(profit), work: 0 })
        }
    }
}

/// The smallest sequence that edits lead to, from one that shows `target`: a fixpoint, or the best within the budget.
pub(super) fn shrink(ground: &Arc<Ground>, target: Target, shown: Shown) -> Shown {
    let show = |candidate| with_worker(ground, Purpose::Shrink, |worker| show(worker, ground, target, candidate));
    // What it takes is not known of what a search has found.
    let mut best = show(shown.sequence.clone()).unwrap_or(shown);
    let mut tried = HashSet::default();
    let (mut executions, mut work) = (0, 0);
    let most = match target {
        Target::Height { .. } => MAX_EXECUTIONS.min(MAX_HEIGHT_STEPS / best.sequence.steps.len().max(1)),
        Target::Invariant(_) | Target::Profit { .. } => MAX_EXECUTIONS,
    };
    loop {
        let mut improved = false;
        let mut list = edits(&best.sequence, &ground.protocol);
        let mut next = 0;
        while next < list.len() && executions < most && work < MAX_WORK {
            let end = (next + BATCH).min(list.len());
            let batch = candidates(&list[next..end], &best.sequence, ground, &mut tried);
            executions += batch.len();
            work += best.work * batch.len() as u64;
            let found = batch
                .into_par_iter()
                .find_map_first(|(offset, candidate)| show(candidate).map(|shown| (offset, shown)));
            if let Some((offset, shown)) = found {
                best = shown;
                improved = true;
                // The list behind the edit has the same shape: go on from there.
                next = (next + offset).min(list.len());
                list = edits(&best.sequence, &ground.protocol);
            } else {
                next = end;
            }
        }
        if !improved || executions >= most || work >= MAX_WORK {
            return best;
        }
    }
}

/// Sequences that edits lead to and that were not tried before.
fn candidates(edits: &[Edit], from: &Sequence, ground: &Ground, tried: &mut HashSet<B256>) -> Vec<(usize, Sequence)> {
    let made = edits.iter().enumerate().map(|(offset, edit)| (offset, edit.apply(from)));
    made.filter(|(_, sequence)| !sequence.steps.is_empty() && tried.insert(fingerprint(sequence, ground))).collect()
}

fn fingerprint(sequence: &Sequence, ground: &Ground) -> B256 {
    let mut bytes = Vec::new();
    for step in &sequence.steps {
        let advance = step.advance();
        bytes.extend_from_slice(&advance.blocks.to_be_bytes());
        bytes.extend_from_slice(&advance.seconds.to_be_bytes());
        if let Some(silenced) = step.silences(&ground.protocol) {
            bytes.extend_from_slice(silenced.as_slice());
        }
        if let Ok(Some(message)) = step.message(&ground.protocol) {
            bytes.extend_from_slice(message.from.as_slice());
            bytes.extend_from_slice(message.to.unwrap_or_default().as_slice());
            bytes.extend_from_slice(&message.value.to_be_bytes::<32>());
            bytes.extend_from_slice(&(message.data.len() as u64).to_be_bytes());
            bytes.extend_from_slice(&message.data);
        }
    }
    keccak256(bytes)
}
