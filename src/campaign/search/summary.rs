//! What a search came to, for whoever asks at its end.

use super::{
    super::{
        count::{FunctionCount, Reason},
        event::{
            FunctionSummary, InvariantStatus, InvariantSummary, OpenOutcome, ProtocolSummary, ReasonSummary,
            ScenarioSummary,
        },
        frontier::Target,
        worker::retire,
    },
    Search,
    confirm::functions,
};
use crate::evm::ComparisonKind;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Open outcomes that a summary lists.
const MAX_OPEN: usize = 200;

impl Search<'_> {
    pub(super) fn summary(&self) -> ProtocolSummary {
        let protocol = &self.ground.protocol;
        let mut counts = vec![FunctionCount::default(); protocol.functions.len()];
        let mut evaluations = vec![0; self.ground.checks.len()];
        let ground = &self.ground;
        let mut unsupported = BTreeSet::new();
        let counted = self.pool.broadcast(|_| {
            retire(ground).map(|worker| {
                let evaluated = worker.executor.checks().evaluations_on_change();
                (worker.executor.counts().to_vec(), evaluated, worker.executor.unsupported().clone())
            })
        });
        for (counted, evaluated, refused) in counted.into_iter().flatten() {
            unsupported.extend(refused);
            for (sum, count) in counts.iter_mut().zip(counted) {
                sum.merge(count);
            }
            for (sum, count) in evaluations.iter_mut().zip(evaluated) {
                *sum += count;
            }
        }
        let functions = protocol.functions.iter().zip(counts).map(|(function, count)| FunctionSummary {
            function: format!("{}.{}", protocol.contracts[function.contract].name, function.abi.signature()),
            calls: count.calls,
            reverts: count.reverts,
            discards: count.discards,
            changes: count.changes,
            scripts: count.scripts,
            reasons: self.reasons(count.reasons),
        });
        let invariants = evaluations.into_iter().enumerate().map(|(instance, evaluations)| {
            let about = self.ground.checks.about(instance);
            let status = if self.findings.iter().any(|found| found.rule == instance) {
                InvariantStatus::Violated
            } else if evaluations == 0 {
                InvariantStatus::Vacuous
            } else {
                InvariantStatus::Held
            };
            InvariantSummary { id: about.id, contracts: about.contracts, status, evaluations }
        });
        let scenarios = self
            .ground
            .scenarios
            .iter()
            .zip(&self.scenario_cases)
            .map(|(scenario, cases)| ScenarioSummary { id: scenario.info().id.clone(), cases: *cases });
        ProtocolSummary {
            protocol: protocol.id.clone(),
            token: protocol.token.clone(),
            calls: self.calls,
            reverts: self.reverts,
            cases: self.cases,
            edges: self.view.edges.len(),
            corpus: self.view.corpus.len(),
            functions: functions.collect(),
            invariants: invariants.collect(),
            scenarios: scenarios.collect(),
            optima: Vec::new(),
            unsupported: unsupported.into_iter().collect(),
            accepted: protocol.expected.iter().map(|expected| expected.what.clone()).collect(),
            coverage: Vec::new(),
            frontier: self
                .view
                .frontier
                .sorted()
                .into_iter()
                .take(MAX_OPEN)
                .map(|target| self.open_outcome(target))
                .collect(),
        }
    }

    /// Why calls failed, the most frequent first.
    fn reasons(&self, counted: BTreeMap<Reason, u64>) -> Vec<ReasonSummary> {
        let mut texts: BTreeMap<String, u64> = BTreeMap::new();
        for (reason, count) in counted {
            let text = match reason {
                Reason::Revert(data) => self.ground.protocol.reason_without_arguments(&data),
                Reason::Halt(reason) => reason,
            };
            *texts.entry(text).or_default() += count;
        }
        let mut reasons: Vec<_> = texts.into_iter().map(|(reason, calls)| ReasonSummary { reason, calls }).collect();
        reasons.sort_by_key(|each| Reverse(each.calls));
        reasons
    }

    fn open_outcome(&self, target: &Target) -> OpenOutcome {
        let protocol = &self.ground.protocol;
        let Target { outcome, distance, comparison, entry, visits, barren } = target;
        let contract = protocol.contracts.iter().find(|contract| contract.code_hash == outcome.code);
        let relation = match comparison.kind {
            ComparisonKind::Less | ComparisonKind::SignedLess => "<",
            ComparisonKind::Greater | ComparisonKind::SignedGreater | ComparisonKind::Cast => ">",
            ComparisonKind::Equal => "==",
        };
        OpenOutcome {
            contract: contract.map_or_else(|| outcome.code.to_string(), |contract| contract.name.clone()),
            pc: outcome.index / 2,
            wanted: format!("{relation} {}", outcome.index % 2 == 1),
            distance: distance.to_string(),
            left: comparison.left.to_string(),
            right: comparison.right.to_string(),
            movable: !barren,
            visits: *visits,
            functions: functions(&entry.sequence.to_records(protocol)),
        }
    }
}
