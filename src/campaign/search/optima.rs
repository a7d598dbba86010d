//! What became of what is maximised: the best sequence of each, minimal, and seen once more in a fresh machine.

use super::{
    super::{
        CampaignError, Features,
        event::{OptimumSummary, Sink},
        height::{Peak, maximised},
        shrink::{Shown, Target, show, shrink},
        worker::Worker,
    },
    Search,
};
use std::sync::Arc;

impl Search<'_> {
    /// The best of each function that is maximised and has a value, in the order of their names.
    pub(super) fn optima(&mut self, sink: &mut dyn Sink) -> Result<Vec<OptimumSummary>, CampaignError> {
        let protocol = Arc::clone(&self.ground.protocol);
        let mut optima = Vec::new();
        for (objective, predicate) in maximised(&protocol).enumerate() {
            let Some(Peak { value, entry, original, .. }) = self.view.peaks[objective].clone() else { continue };
            let mut steps = Vec::new();
            if !entry.sequence.steps.is_empty() {
                let target = Target::Height { objective, least: value };
                let ground = &self.ground;
                let shown = Shown { sequence: entry.sequence.clone(), profit: None, work: 0 };
                let minimal = self.pool.install(|| shrink(ground, target, shown)).sequence;
                let mut fresh = Worker::new(ground, Features::none());
                let Some(again) = show(&mut fresh, ground, target, minimal) else {
                    let message = format!("{} did not come as high in a fresh machine", predicate.name);
                    self.defect(self.cases, message, sink)?;
                    continue;
                };
                steps = again.sequence.to_records(&protocol);
            }
            let contract = protocol.contracts.iter().find(|contract| contract.address == predicate.address);
            optima.push(OptimumSummary {
                id: predicate.name.clone(),
                contract: contract.map(|contract| contract.name.clone()).unwrap_or_default(),
                value: value.to_string(),
                original_steps: original,
                steps,
            });
        }
        Ok(optima)
    }
}
