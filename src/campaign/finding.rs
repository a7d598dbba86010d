use crate::{
    protocol::{Accepted, Position, Protocol, Severity},
    sequence::StepRecord,
};
use alloy_primitives::keccak256;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the format of a finding's file.
pub const FINDING_FORMAT: u32 = 1;

/// What kind of oracle a finding comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// A violated invariant.
    Invariant,
    /// The attacker is richer.
    Profit,
    /// A failed assertion in a function that was called.
    Assertion,
}

/// Why a violation is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRecord {
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl ExpectedRecord {
    /// Whether it is still accepted on a day.
    pub fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

/// What an account held of an asset before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// Name of the asset: a deployment, or `eth`.
    pub asset: String,
    /// Base units before; the attacker's account and contract count together.
    pub before: String,
    /// Base units after.
    pub after: String,
}

/// What the attacker gained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfitRecord {
    /// The unit of account: name of a deployment, or `eth`.
    pub token: String,
    /// Value gained at pre-attack prices, base units of the token.
    pub amount: String,
    /// Each asset whose amount changed.
    pub gains: Vec<Gain>,
    /// Accounts that hold less than before, the largest loss first; absent in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<LossRecord>,
    /// The profit over the amount that matters most; absent where no amount does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<CurveRecord>,
}

/// What an account lost to an attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossRecord {
    /// Name of an actor or a deployment, or an address.
    pub account: String,
    /// Its worth at pre-attack prices, base units of the unit of account; absent where what became less has no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Each of its assets whose amount changed.
    pub changes: Vec<Gain>,
}

/// What an attack gains with other amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveRecord {
    /// Which amount, in words.
    pub amount: String,
    /// The amount and what is gained with it, base units of the unit of account; zero where it does not pay.
    pub points: Vec<(String, String)>,
}

/// A violated invariant or a profit, with its minimal sequence and evidence. Self-contained: it replays without the campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Version of this format.
    pub format: u32,
    /// Stable over runs: names rule, contracts and the functions of the minimal sequence.
    pub id: String,
    /// Id of the invariant, or rule of the scenario.
    pub rule: String,
    /// Which kind of oracle.
    pub kind: FindingKind,
    /// Protocol id.
    pub protocol: String,
    /// Title of the rule.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Contracts that the rule was bound to.
    pub contracts: Vec<String>,
    /// The violated predicate, or what profit means here.
    pub predicate: String,
    /// What was seen, with numbers.
    pub evidence: String,
    /// Where an assertion failed, or where what is violated is written; absent where the build does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    /// Why it is expected, where `heist.toml` says so; absent where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedRecord>,
    /// Scenario whose case found it; none for free search.
    pub scenario: Option<String>,
    /// The minimal sequence.
    pub steps: Vec<StepRecord>,
    /// Steps of the sequence that found it.
    pub original_steps: usize,
    /// For a profit: what was gained.
    pub profit: Option<ProfitRecord>,
    /// Campaign seed.
    pub seed: u64,
    /// Case index in the protocol's campaign.
    pub case: u64,
    /// Calls of the protocol's campaign up to the end of that case; absent in files of older versions.
    #[serde(default)]
    pub calls: u64,
    /// Version of Heist.
    pub version: String,
    /// Hash of the protocol's configuration and code.
    pub protocol_hash: String,
    /// Hash of the runtime code of each contract that the steps call.
    pub code_hashes: BTreeMap<String, String>,
}

impl Finding {
    /// Whether it fails a run on a day: nobody expects it then.
    pub fn counts(&self, today: Date) -> bool {
        self.expected.as_ref().is_none_or(|expected| !expected.holds(today))
    }

    /// Whether an exception of it means this finding.
    pub fn falls_under(&self, accepted: &Accepted) -> bool {
        match accepted {
            // A profit is no violation: only its id accepts it.
            Accepted::Invariant(_) => self.kind != FindingKind::Profit && accepted.covers(&self.rule, &self.contracts),
            Accepted::Finding(id) => self.id == *id,
        }
    }

    /// A finding of `protocol` about which nothing else is said yet.
    pub(super) fn empty(protocol: &Protocol, seed: u64) -> Self {
        Self {
            format: FINDING_FORMAT,
            id: String::new(),
            rule: String::new(),
            kind: FindingKind::Invariant,
            protocol: protocol.id.clone(),
            title: String::new(),
            severity: Severity::High,
            contracts: Vec::new(),
            predicate: String::new(),
            evidence: String::new(),
            location: None,
            expected: None,
            scenario: None,
            steps: Vec::new(),
            original_steps: 0,
            profit: None,
            seed,
            case: 0,
            calls: 0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol_hash: protocol.hash.to_string(),
            code_hashes: BTreeMap::new(),
        }
    }

    /// The identity of a finding: equal for the same rule, contracts, predicate and functions of the minimal sequence.
    pub fn identity(
        protocol: &Protocol,
        rule: &str,
        contracts: &[String],
        predicate: &str,
        steps: &[StepRecord],
    ) -> String {
        let functions: Vec<_> = steps.iter().flat_map(StepRecord::functions).collect();
        let text = format!("{}\n{rule}\n{}\n{predicate}\n{}", protocol.id, contracts.join(","), functions.join(","));
        let hash = keccak256(text);
        format!(
            "{}-{}-{}",
            protocol.id.replace('/', "-"),
            rule.to_lowercase(),
            &alloy_primitives::hex::encode(&hash[..4])
        )
    }
}
