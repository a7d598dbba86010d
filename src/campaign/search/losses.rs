//! Who paid for a profit.

use super::{
    super::{
        finding::{Gain, LossRecord},
        worker::Worker,
    },
    Search,
};
use crate::{economics::AssetChange, protocol::Transfer, sequence::Sequence};
use std::collections::BTreeSet;

/// Accounts that are asked what they hold: those with a name, and so many that tokens went from.
const MOST_STRANGERS: usize = 1_000;

impl Search<'_> {
    /// Accounts that hold less behind `sequence` than in the base state: actors, deployments, and whoever tokens came from.
    pub(super) fn losses(&self, worker: &mut Worker, sequence: &Sequence) -> Vec<LossRecord> {
        let protocol = &self.ground.protocol;
        let Some(valuation) = &self.ground.valuation else { return Vec::new() };
        worker.executor.run(sequence.clone());
        let logs = worker.executor.executions().iter().flat_map(|execution| &execution.logs);
        let payers: BTreeSet<_> = logs.filter_map(Transfer::of).map(|transfer| transfer.from).collect();
        let mut accounts: BTreeSet<_> = protocol.contracts.iter().map(|contract| contract.address).collect();
        accounts.extend(protocol.actors.iter().map(|actor| actor.address));
        let strangers: Vec<_> = payers.difference(&accounts).filter(|payer| !payer.is_zero()).copied().collect();
        accounts.extend(strangers.into_iter().take(MOST_STRANGERS));
        let accounts: Vec<_> = accounts.into_iter().collect();
        let losses = valuation.losses(&mut protocol.machine(), worker.executor.machine(), &accounts);
        let records = losses.into_iter().map(|loss| LossRecord {
            account: protocol.name_of(loss.account).map_or_else(|| loss.account.to_string(), str::to_owned),
            amount: loss.value.map(|value| value.to_string()),
            changes: loss.changes.iter().map(gain).collect(),
        });
        records.collect()
    }
}

/// An asset's change as it is written.
pub(super) fn gain(change: &AssetChange) -> Gain {
    Gain { asset: change.asset.clone(), before: change.before.to_string(), after: change.after.to_string() }
}
