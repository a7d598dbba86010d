//! What becomes of a violation: it is shrunk, replayed in a fresh machine, described and reported, each bug a few times.

use super::{
    super::{
        CampaignError, Features,
        event::{Event, Sink},
        finding::{CurveRecord, ExpectedRecord, Finding, FindingKind, ProfitRecord},
        progress::Progress,
        shrink::{Shown, Target, show, shrink},
        tune::Tune,
        worker::{Arm, Case, Worker},
    },
    Found, Search,
    losses::gain,
};
use crate::{
    economics::Profit,
    protocol::Protocol,
    scenario,
    sequence::{Sequence, StepRecord},
};
use alloy_primitives::U256;
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::Relaxed},
};

/// Different findings of one rule that are shrunk and reported.
const MAX_FINDINGS_PER_RULE: usize = 3;
/// A profit is news, whatever was reported, where it is so many times what was reported.
const NEWS_FACTOR: U256 = U256::from_limbs([2, 0, 0, 0]);

/// What is to be confirmed.
struct Minimal {
    sequence: Sequence,
    curve: Option<CurveRecord>,
    /// What it calls without what it was grown by.
    cause: Vec<String>,
    /// What it gained when it was found; zero where it is no profit.
    most: U256,
}

impl Search<'_> {
    /// Shrinks, confirms and reports what a case violated, unless it looks like what is reported already.
    pub(super) fn report(
        &mut self,
        case: Case,
        index: u64,
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        let mut shown: Vec<(Target, Shown)> = Vec::new();
        for outcome in case.outcomes() {
            for violation in &outcome.violations {
                let mut sequence = outcome.sequence.clone();
                sequence.steps.truncate(violation.step + 1);
                shown.push((Target::Invariant(violation.instance), Shown { sequence, profit: None, work: 0 }));
            }
        }
        if let (Some(profit), Arm::Scenario(scenario)) = (case.profit, case.arm) {
            let least = profit.amount - profit.amount / U256::from(10);
            let sequence = case.outcome.sequence;
            shown.push((Target::Profit { scenario, least }, Shown { sequence, profit: Some(profit), work: 0 }));
        }
        for (target, shown) in shown {
            let rule = self.rule(target);
            let functions = calls(&shown.sequence, &self.ground.protocol);
            if self.is_known(rule, &functions, shown.gained()) {
                continue;
            }
            let original = shown.sequence.steps.len();
            let scenario = match case.arm {
                Arm::Free => None,
                Arm::Scenario(scenario) => Some(scenario),
            };
            let (ground, view) = (&self.ground, &self.view);
            let most = shown.gained();
            let minimal = self.pool.install(|| {
                let minimal = shrink(ground, target, shown);
                let cause = calls(&minimal.sequence, &ground.protocol);
                let (sequence, curve) = match target {
                    Target::Profit { scenario, .. } if ground.features.tuning => {
                        let grown = Tune::new(ground, scenario, minimal).grow(view, index);
                        let best = Tune::new(ground, scenario, grown).tune();
                        let curve = Tune::new(ground, scenario, best.clone()).curve();
                        (best.sequence, curve)
                    }
                    _ => (minimal.sequence, None),
                };
                Minimal { sequence, curve, cause, most }
            });
            self.confirm((target, rule), minimal, (index, original, scenario), (sink, progress))?;
        }
        Ok(())
    }

    /// Replays a minimal sequence in a fresh machine and reports it; what does not replay is a defect of the tool.
    fn confirm(
        &mut self,
        (target, rule): (Target, usize),
        minimal: Minimal,
        (index, original, scenario): (u64, usize, Option<usize>),
        (sink, progress): (&mut dyn Sink, &Progress),
    ) -> Result<(), CampaignError> {
        let protocol = &Arc::clone(&self.ground.protocol);
        let mut fresh = Worker::new(&self.ground, Features::none());
        let Some(again) = show(&mut fresh, &self.ground, target, minimal.sequence) else {
            let message = format!("a violation of {} did not replay in a fresh machine", self.rule_name(target));
            return self.defect(index, message, sink);
        };
        let steps = again.sequence.to_records(protocol);
        let functions = functions(&steps);
        let mut finding = self.describe(target, &mut fresh, &again);
        finding.location = self.locate(target, &mut fresh, &again.sequence);
        if let Some(profit) = &mut finding.profit {
            profit.curve = minimal.curve;
            profit.losses = self.losses(&mut fresh, &again.sequence);
        }
        finding.id = Finding::identity(protocol, &finding.rule, &finding.contracts, &finding.predicate, &steps);
        let expected = protocol.exception(|accepted| finding.falls_under(accepted));
        finding.expected =
            expected.map(|expected| ExpectedRecord { reason: expected.reason.clone(), until: expected.until });
        finding.steps = steps;
        finding.original_steps = original;
        finding.scenario = scenario.map(|scenario| self.ground.scenarios[scenario].info().id.clone());
        finding.case = index;
        finding.calls = self.calls;
        finding.code_hashes = code_hashes(protocol, &finding.steps);
        let gained = minimal.most.max(again.gained());
        if let Some(known) = self.findings.iter_mut().find(|found| found.id == finding.id) {
            let is_larger = again.gained() > known.gained;
            known.functions.push(minimal.cause);
            known.gained = known.gained.max(gained);
            if is_larger {
                sink.take(&Event::Enlarged(Box::new(finding)))?;
            }
            return Ok(());
        }
        let functions = vec![functions, minimal.cause];
        self.findings.push(Found { rule, functions, gained, id: finding.id.clone() });
        self.reruns.found.push(again.sequence);
        progress.findings.fetch_add(1, Relaxed);
        sink.take(&Event::Finding(Box::new(finding)))?;
        Ok(())
    }

    fn describe(&self, target: Target, fresh: &mut Worker, shown: &Shown) -> Finding {
        let protocol = &self.ground.protocol;
        let mut finding = Finding::empty(protocol, self.ground.seed);
        match target {
            Target::Invariant(instance) => {
                let about = self.ground.checks.about(instance);
                finding.kind = if about.is_assertion { FindingKind::Assertion } else { FindingKind::Invariant };
                finding.title = about.title;
                finding.severity = about.severity;
                finding.rule = about.id;
                finding.contracts = about.contracts;
                finding.predicate = about.predicate;
                finding.evidence = fresh.executor.explain(instance);
            }
            // What is maximised is no finding: it has a report of its own.
            Target::Height { .. } => {}
            Target::Profit { scenario, .. } => {
                // What pays may be of another scenario's kind than of the one that found it.
                let (before, rest) = self.ground.scenarios.split_at(scenario);
                let mut scenarios = rest.iter().chain(before);
                let typical = scenarios.find(|scenario| scenario.is_shown_by(protocol, &shown.sequence));
                let info = match typical {
                    Some(scenario) => scenario.info(),
                    None => scenario::plain_profit(),
                };
                finding.kind = FindingKind::Profit;
                finding.rule.clone_from(&info.rule);
                finding.title.clone_from(&info.title);
                finding.severity = info.severity;
                "the attacker is not richer at pre-attack prices".clone_into(&mut finding.predicate);
                if let Some(profit) = &shown.profit {
                    finding.evidence = format!(
                        "the attacker's account and contract gained {} base units of {} at pre-attack prices",
                        profit.amount, profit.token
                    );
                    finding.profit = Some(record(profit));
                }
            }
        }
        finding
    }

    pub(super) fn defect(&mut self, index: u64, message: String, sink: &mut dyn Sink) -> Result<(), CampaignError> {
        self.defects += 1;
        sink.take(&Event::Defect { protocol: self.ground.protocol.id.clone(), case: index, message })?;
        Ok(())
    }

    /// A number for each oracle: instances of invariants, and behind them profit, which all scenarios share, because one bug
    /// pays in several of them.
    fn rule(&self, target: Target) -> usize {
        match target {
            Target::Invariant(instance) => instance,
            Target::Profit { .. } | Target::Height { .. } => self.ground.checks.len(),
        }
    }

    fn rule_name(&self, target: Target) -> String {
        match target {
            Target::Invariant(instance) => self.ground.checks.about(instance).id,
            Target::Profit { scenario, .. } => self.ground.scenarios[scenario].info().rule.clone(),
            Target::Height { objective, .. } => format!("objective {objective}"),
        }
    }

    /// Whether a reported sequence of the same rule is contained in these calls, or the rule has been shown enough, and nothing that
    /// was reported gains much less.
    fn is_known(&self, rule: usize, functions: &[String], gained: U256) -> bool {
        let same: Vec<_> = self.findings.iter().filter(|found| found.rule == rule).collect();
        let is_shown = |found: &&Found| found.functions.iter().any(|shown| is_subsequence(shown, functions));
        let most = same.iter().map(|found| found.gained).max().unwrap_or_default();
        let is_news = gained > most.saturating_mul(NEWS_FACTOR);
        !is_news && (same.len() >= MAX_FINDINGS_PER_RULE || same.iter().any(is_shown))
    }
}

/// The functions that a sequence calls.
fn calls(sequence: &Sequence, protocol: &Protocol) -> Vec<String> {
    functions(&sequence.to_records(protocol))
}

pub(super) fn functions(steps: &[StepRecord]) -> Vec<String> {
    steps.iter().flat_map(StepRecord::functions).collect()
}

fn is_subsequence(small: &[String], large: &[String]) -> bool {
    let mut rest = large.iter();
    small.iter().all(|wanted| rest.any(|each| each == wanted))
}

fn record(profit: &Profit) -> ProfitRecord {
    ProfitRecord {
        token: profit.token.clone(),
        amount: profit.amount.to_string(),
        gains: profit.changes.iter().map(gain).collect(),
        losses: Vec::new(),
        curve: None,
    }
}

/// Hashes of the runtime codes of the contracts that the steps call.
fn code_hashes(protocol: &Protocol, steps: &[StepRecord]) -> BTreeMap<String, String> {
    let called: Vec<_> = functions(steps);
    let contracts = protocol.contracts.iter().filter(|contract| {
        called.iter().any(|function| function.split(['.', ':']).next().is_some_and(|name| name == contract.name))
    });
    contracts.map(|contract| (contract.name.clone(), contract.code_hash.to_string())).collect()
}
