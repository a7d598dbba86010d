use super::{
    folder::{finding_file, optimum_file},
    lcov::merged,
};
use crate::{
    campaign::{
        Event, Finding, FindingKind, FunctionSummary, InvariantStatus, OpenOutcome, ProtocolSummary, ReasonSummary,
    },
    protocol::{Accepted, FileCoverage, Severity, TokenSwap},
};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// Version of the format of `summary.json`.
pub const SUMMARY_FORMAT: u32 = 1;

/// `summary.json`: the result of a run for machines. Amounts are decimal strings of base units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunSummary {
    /// Version of this format.
    pub format: u32,
    /// Always `heist`.
    pub tool: String,
    /// Version of Heist.
    pub version: String,
    /// Campaign seed.
    pub seed: u64,
    /// Worker threads.
    pub threads: usize,
    /// Calls of all protocols.
    pub calls: u64,
    /// Cases of all protocols.
    pub cases: u64,
    /// Wall-clock time.
    pub elapsed_seconds: f64,
    /// Calls divided by time.
    pub calls_per_second: f64,
    /// Edges of all protocols.
    pub edges: usize,
    /// Corpus entries of all protocols.
    pub corpus: usize,
    /// Whether the run was stopped by a signal.
    pub interrupted: bool,
    /// What the process ends with.
    pub exit_code: u8,
    /// Protocols, in the order in which they ran.
    pub protocols: Vec<ProtocolEntry>,
    /// Invariant instances of all protocols.
    pub invariants: Vec<InvariantEntry>,
    /// Functions that were maximised; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub optima: Vec<OptimumEntry>,
    /// Scenarios of all protocols.
    pub scenarios: Vec<ScenarioEntry>,
    /// Findings, in the order in which they were found.
    pub findings: Vec<FindingEntry>,
    /// What went wrong in the tool.
    pub defects: Vec<DefectEntry>,
    /// Outcomes of comparisons that were never seen; `frontier.json`.
    #[serde(skip)]
    pub frontier: Vec<FrontierEntry>,
    /// Lines of the sources of all protocols; `lcov.info`.
    #[serde(skip)]
    pub coverage: Vec<FileCoverage>,
}

/// A protocol of `frontier.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrontierEntry {
    /// Protocol.
    pub protocol: String,
    /// Outcomes that were never seen, first those that calls can move, the nearest first.
    pub outcomes: Vec<OpenOutcome>,
}

/// A protocol of `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProtocolEntry {
    /// Its id.
    pub id: String,
    /// The token that had become something else than the set-up made it; absent where none had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenSwap>,
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted.
    pub reverts: u64,
    /// Cases.
    pub cases: u64,
    /// Edges.
    pub edges: usize,
    /// Corpus entries.
    pub corpus: usize,
    /// How often each function was called.
    pub functions: Vec<FunctionEntry>,
    /// Cheatcodes that a suite called and that are not supported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<String>,
    /// What `heist.toml` accepts and the run did not see: patterns of invariants and ids of findings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<String>,
}

/// A function of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionEntry {
    /// `contract.signature`.
    pub function: String,
    /// Calls.
    pub calls: u64,
    /// Calls that reverted or halted, discarded ones aside.
    pub reverts: u64,
    /// Calls that asked for other inputs; absent where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discards: Option<u64>,
    /// Calls that changed something.
    pub changes: u64,
    /// Scripts of attacks in which a call of it ended well; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scripts: Option<u64>,
    /// Why calls failed, the most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonSummary>,
}

/// An invariant's instance of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvariantEntry {
    /// Its id.
    pub id: String,
    /// The protocol that it was judged on.
    pub protocol: String,
    /// Contracts that its roles were bound to.
    pub contracts: Vec<String>,
    /// How it fared.
    pub status: InvariantStatus,
    /// Evaluations on a state that had changed.
    pub evaluations: u64,
}

/// A maximised function of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptimumEntry {
    /// The function.
    pub id: String,
    /// The protocol that it was maximised on.
    pub protocol: String,
    /// Its contract.
    pub contract: String,
    /// The largest value that was seen, decimal.
    pub value: String,
    /// Steps of the minimal sequence that reaches it.
    pub steps: usize,
    /// Its file, relative to the run folder.
    pub file: String,
}

/// A scenario of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioEntry {
    /// Its id.
    pub id: String,
    /// The protocol that it ran on.
    pub protocol: String,
    /// Cases that it generated.
    pub cases: u64,
}

/// A finding of `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingEntry {
    /// Stable id.
    pub id: String,
    /// Rule.
    pub rule: String,
    /// Which kind of oracle.
    pub kind: FindingKind,
    /// Protocol.
    pub protocol: String,
    /// Title of the rule.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Steps of the minimal sequence.
    pub steps: usize,
    /// Steps of the sequence that found it.
    pub original_steps: usize,
    /// Calls of the protocol's campaign until it was found.
    pub calls: u64,
    /// What the attacker gained.
    pub profit: Option<ProfitEntry>,
    /// Why it is or was expected; absent where nobody expected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedEntry>,
    /// Its file, relative to the run folder.
    pub file: String,
}

impl FindingEntry {
    /// Whether it fails the run.
    pub fn counts(&self) -> bool {
        self.expected.as_ref().is_none_or(|expected| expected.expired)
    }
}

/// An exception of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExpectedEntry {
    /// Why the violation is accepted.
    pub reason: String,
    /// The last day on which it is; absent: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether that day has passed, so that the finding counts again.
    pub expired: bool,
}

/// A profit of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfitEntry {
    /// The unit of account.
    pub token: String,
    /// Base units of it, decimal.
    pub amount: String,
}

/// A defect of `summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefectEntry {
    /// Protocol.
    pub protocol: String,
    /// Case.
    pub case: u64,
    /// What happened.
    pub message: String,
}

impl RunSummary {
    /// Findings of a protocol.
    pub fn findings_of(&self, protocol: &str) -> usize {
        self.findings.iter().filter(|finding| finding.protocol == protocol).count()
    }

    /// Instances of a protocol's invariants with a status.
    pub fn invariants_of(&self, protocol: &str, status: InvariantStatus) -> usize {
        self.invariants.iter().filter(|each| each.protocol == protocol && each.status == status).count()
    }
}

/// Gathers events until a summary can be made.
#[derive(Debug, Default)]
pub struct Collector {
    seed: u64,
    threads: usize,
    interrupted: bool,
    elapsed_seconds: f64,
    protocols: Vec<ProtocolSummary>,
    findings: Vec<Finding>,
    found: BTreeSet<String>,
    defects: Vec<DefectEntry>,
}

impl Collector {
    /// Takes an event.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Started { seed, threads, .. } => (self.seed, self.threads) = (*seed, *threads),
            Event::Finding(finding) => {
                if self.found.insert(finding.id.clone()) {
                    self.findings.push((**finding).clone());
                }
            }
            Event::Enlarged(finding) => {
                if let Some(known) = self.findings.iter_mut().find(|known| known.id == finding.id) {
                    known.clone_from(finding);
                }
            }
            Event::Defect { protocol, case, message } => {
                self.defects.push(DefectEntry { protocol: protocol.clone(), case: *case, message: message.clone() });
            }
            Event::ProtocolEnded(summary) => self.protocols.push((**summary).clone()),
            Event::Ended { interrupted, elapsed_seconds } => {
                (self.interrupted, self.elapsed_seconds) = (*interrupted, *elapsed_seconds);
            }
            Event::ProtocolStarted { .. }
            | Event::Imported { .. }
            | Event::Epoch { .. }
            | Event::Kept { .. }
            | Event::Evicted { .. }
            | Event::Stalled { .. } => {}
        }
    }

    /// Findings so far, each id once.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The summary of what was taken, with the exceptions of `today`.
    pub fn summary(&self, exit_code: u8, today: Date) -> RunSummary {
        let calls = self.protocols.iter().map(|protocol| protocol.calls).sum::<u64>();
        let rate = if self.elapsed_seconds > 0.0 { calls as f64 / self.elapsed_seconds } else { 0.0 };
        RunSummary {
            format: SUMMARY_FORMAT,
            tool: "heist".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: self.seed,
            threads: self.threads,
            calls,
            cases: self.protocols.iter().map(|protocol| protocol.cases).sum(),
            elapsed_seconds: rounded(self.elapsed_seconds, 1_000.0),
            calls_per_second: rounded(rate, 10.0),
            edges: self.protocols.iter().map(|protocol| protocol.edges).sum(),
            corpus: self.protocols.iter().map(|protocol| protocol.corpus).sum(),
            interrupted: self.interrupted,
            exit_code,
            protocols: self.protocols.iter().map(|protocol| self.protocol_entry(protocol)).collect(),
            invariants: self.protocols.iter().flat_map(invariant_entries).collect(),
            optima: self.protocols.iter().flat_map(optimum_entries).collect(),
            scenarios: self.protocols.iter().flat_map(scenario_entries).collect(),
            findings: self.findings.iter().map(|finding| finding_entry(finding, today)).collect(),
            defects: self.defects.clone(),
            frontier: self.protocols.iter().map(frontier_entry).collect(),
            coverage: merged(self.protocols.iter().flat_map(|protocol| &protocol.coverage)),
        }
    }

    /// What a protocol accepts and no finding of the run is. Where suites share a file, what one of them has is seen.
    fn stale<'s>(&'s self, summary: &'s ProtocolSummary) -> impl Iterator<Item = &'s Accepted> {
        summary.accepted.iter().filter(|accepted| !self.findings.iter().any(|finding| finding.falls_under(accepted)))
    }

    /// Whether something is accepted that was not seen.
    pub fn has_stale(&self) -> bool {
        self.protocols.iter().any(|protocol| self.stale(protocol).next().is_some())
    }

    fn protocol_entry(&self, summary: &ProtocolSummary) -> ProtocolEntry {
        let function = |each: &FunctionSummary| FunctionEntry {
            function: each.function.clone(),
            calls: each.calls,
            reverts: each.reverts,
            discards: (each.discards > 0).then_some(each.discards),
            changes: each.changes,
            scripts: (each.scripts > 0).then_some(each.scripts),
            reasons: each.reasons.clone(),
        };
        ProtocolEntry {
            id: summary.protocol.clone(),
            token: summary.token.clone(),
            calls: summary.calls,
            reverts: summary.reverts,
            cases: summary.cases,
            edges: summary.edges,
            corpus: summary.corpus,
            functions: summary.functions.iter().map(function).collect(),
            unsupported: summary.unsupported.clone(),
            stale: self.stale(summary).map(|accepted| accepted.text().to_owned()).collect(),
        }
    }
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

fn frontier_entry(summary: &ProtocolSummary) -> FrontierEntry {
    FrontierEntry { protocol: summary.protocol.clone(), outcomes: summary.frontier.clone() }
}

fn invariant_entries(summary: &ProtocolSummary) -> impl Iterator<Item = InvariantEntry> + '_ {
    summary.invariants.iter().map(|each| InvariantEntry {
        id: each.id.clone(),
        protocol: summary.protocol.clone(),
        contracts: each.contracts.clone(),
        status: each.status,
        evaluations: each.evaluations,
    })
}

fn optimum_entries(summary: &ProtocolSummary) -> impl Iterator<Item = OptimumEntry> + '_ {
    summary.optima.iter().map(|each| OptimumEntry {
        id: each.id.clone(),
        protocol: summary.protocol.clone(),
        contract: each.contract.clone(),
        value: each.value.clone(),
        steps: each.steps.len(),
        file: optimum_file(&summary.protocol, each),
    })
}

fn scenario_entries(summary: &ProtocolSummary) -> impl Iterator<Item = ScenarioEntry> + '_ {
    summary.scenarios.iter().map(|each| ScenarioEntry {
        id: each.id.clone(),
        protocol: summary.protocol.clone(),
        cases: each.cases,
    })
}

fn finding_entry(finding: &Finding, today: Date) -> FindingEntry {
    let profit = finding.profit.as_ref();
    FindingEntry {
        id: finding.id.clone(),
        rule: finding.rule.clone(),
        kind: finding.kind,
        protocol: finding.protocol.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        steps: finding.steps.len(),
        original_steps: finding.original_steps,
        calls: finding.calls,
        profit: profit.map(|profit| ProfitEntry { token: profit.token.clone(), amount: profit.amount.clone() }),
        expected: finding.expected.as_ref().map(|expected| ExpectedEntry {
            reason: expected.reason.clone(),
            until: expected.until,
            expired: !expected.holds(today),
        }),
        file: finding_file(&finding.id),
    }
}

#[cfg(test)]
mod tests {
    use crate::{campaign::Event, protocol::Accepted, report::fixtures};
    use jiff::civil::Date;

    #[test]
    fn the_summary_has_every_key_that_machines_rely_on() {
        let summary = fixtures::collected().summary(1, Date::MIN);
        insta::assert_snapshot!(serde_json::to_string_pretty(&summary).unwrap());
    }

    #[test]
    fn nothing_taken_still_makes_a_whole_summary() {
        let summary = super::Collector::default().summary(4, Date::MIN);
        assert_eq!((summary.calls, summary.exit_code, summary.calls_per_second), (0, 4, 0.0));
    }

    #[test]
    fn what_another_protocol_of_the_run_has_is_seen() {
        let mut collector = super::Collector::default();
        let finding = fixtures::invariant_finding();
        for event in fixtures::events() {
            if let Event::ProtocolEnded(mut summary) = event {
                let patterns = ["VAULT-*", "FEES-001"].map(|pattern| Accepted::Invariant(pattern.to_owned()));
                summary.accepted = patterns.into_iter().chain([Accepted::Finding(finding.id.clone())]).collect();
                collector.take(&Event::ProtocolEnded(summary));
            }
        }
        assert!(collector.has_stale());
        assert_eq!(collector.summary(4, Date::MIN).protocols[0].stale.len(), 3);
        collector.take(&Event::Finding(Box::new(finding)));
        for protocol in collector.summary(4, Date::MIN).protocols {
            assert_eq!(protocol.stale, ["FEES-001"]);
        }
    }
}
