//! Ghosts are brought up to date between what a step did and what is judged of it.

use super::Checks;
use crate::{
    evm::Machine,
    invariant::{
        events::Marks,
        ghosts::{Addition, Trigger},
        ledger::LedgerChange,
        scene::Scene,
    },
};
use alloy_primitives::Log;

impl Checks {
    /// Adds what a step that succeeded says of ghosts, and tells all that depends on them.
    pub(super) fn update_ghosts(&mut self, machine: &mut Machine, logs: &[Log]) {
        if self.set.ghosts().is_empty() {
            return;
        }
        let mut marks = Marks::default();
        for (ghost, addition) in self.additions(machine, logs) {
            self.ledger.add_to_ghost(ghost, addition);
            marks |= Marks::of(ghost);
        }
        let change = LedgerChange { ghosts: marks, ..LedgerChange::default() };
        self.states.iter_mut().filter(|state| state.sensitivity.feels(change)).for_each(super::State::spoil);
    }

    /// What the events and the call of a step add to which ghosts, in the state that it left.
    fn additions(&mut self, machine: &mut Machine, logs: &[Log]) -> Vec<(usize, Addition)> {
        let Self { protocol, set, views, ledger, uses, call, sent, .. } = self;
        uses.clear();
        let scene = Scene::new(machine, protocol, ledger).on_call(*call).with_sent(sent);
        let mut scene = scene.with_cache(views, std::mem::take(uses));
        let mut additions = Vec::new();
        for (index, ghost) in set.ghosts().iter().enumerate() {
            match &ghost.trigger {
                Trigger::Event(source) => {
                    let own = logs.iter().filter(|log| source.matches(log));
                    additions.extend(own.map(|log| (index, ghost.addition(&mut scene, Some(log)))));
                }
                Trigger::Call(functions) => {
                    let called = call.and_then(|call| call.function);
                    if called.is_some_and(|function| functions.contains(&function)) {
                        additions.push((index, ghost.addition(&mut scene, None)));
                    }
                }
            }
        }
        *uses = std::mem::take(&mut scene.uses);
        additions
    }
}
