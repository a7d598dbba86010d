//! Verdicts on states within a call, and explanations, which may be about one of these.

use super::{Checks, Task, UNJUDGED};
use crate::{
    evm::{Boundary, Machine},
    invariant::{scene::Scene, unrolled::Unrolled, value::Outcome},
};

impl Checks {
    /// Judges an instance on each state in which the attacker's contract got control within the last message.
    pub(super) fn judge_boundaries(&mut self, machine: &mut Machine, index: usize, boundaries: &[Boundary]) {
        // What a call shows that failed in the end has never been.
        let boundaries = if self.call.is_some() { boundaries } else { &[] };
        let mut worst: Option<(Outcome, &Boundary)> = None;
        for boundary in boundaries {
            let outcome = machine.at_boundary(boundary, |machine| self.run_anew(machine, index, Task::Judge));
            let outcome = outcome.unwrap_or(Err(UNJUDGED));
            if worst.as_ref().is_none_or(|(known, _)| is_worse(outcome, *known)) {
                worst = Some((outcome, boundary));
            }
        }
        let state = &mut self.states[index];
        state.outcome = worst.map(|(outcome, _)| outcome);
        state.boundary = worst.map(|(_, boundary)| boundary.clone());
        if let Some((outcome, _)) = worst {
            state.looked = true;
            state.count(true, outcome);
            if outcome.is_ok_and(|verdict| !verdict.holds) {
                self.violated.push(index);
            }
        }
    }

    /// What a finding says about a violated instance, while the machine is where it was judged.
    pub fn explain(&self, machine: &mut Machine, index: usize) -> String {
        match self.states.get(index).and_then(|state| state.boundary.as_ref()) {
            Some(boundary) => machine.at_boundary(boundary, |machine| self.explain_here(machine, index)),
            None => self.explain_here(machine, index),
        }
    }

    /// What a violated instance says in the present state.
    ///
    /// # Errors
    ///
    /// Why that cannot be said, as a sentence fragment.
    pub fn unroll(&self, machine: &mut Machine, index: usize) -> Result<Unrolled, &'static str> {
        let (Some(instance), Some(state)) = (self.set.instances().get(index), self.states.get(index)) else {
            return Err("there is no such invariant");
        };
        let mut scene = Scene::new(machine, &self.protocol, &self.ledger).on_call(self.call).with_sent(&self.sent);
        instance.unroll(&mut scene, &state.memory)
    }

    fn explain_here(&self, machine: &mut Machine, index: usize) -> String {
        let (Some(instance), Some(state)) = (self.set.instances().get(index), self.states.get(index)) else {
            return String::new();
        };
        let scene = Scene::new(machine, &self.protocol, &self.ledger).on_call(self.call).with_sent(&self.sent);
        let mut scene = scene.on_failure(self.failure.as_deref());
        instance.explain_violation(&mut scene, &state.memory)
    }
}

/// Whether an outcome says more against an invariant than another: a smaller margin, and any margin more than none.
fn is_worse(outcome: Outcome, than: Outcome) -> bool {
    match (outcome, than) {
        (Ok(verdict), Ok(known)) => verdict.margin < known.margin,
        (Ok(_), Err(_)) => true,
        (Err(_), _) => false,
    }
}
