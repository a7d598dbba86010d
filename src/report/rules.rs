//! What a rule says of itself, for formats that explain the findings that they hold.

use crate::{
    campaign::Finding,
    invariant,
    protocol::{InvariantSource, Protocol, Severity},
    scenario::{self, Info},
};
use std::collections::BTreeMap;

/// An invariant, or what a scenario's findings are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Why it matters.
    pub explain: String,
    /// What it states, in the language of invariants; none for a profit.
    pub expression: Option<String>,
    /// What it is about, in words.
    pub tags: Vec<String>,
}

impl RuleText {
    /// The text of an invariant.
    pub fn of_invariant(source: &InvariantSource) -> Self {
        Self {
            id: source.id.clone(),
            title: source.title.clone(),
            severity: source.severity,
            explain: source.explain.clone(),
            expression: Some(source.expression.clone()),
            tags: source.tags.clone(),
        }
    }

    /// The text of a scenario's rule.
    pub fn of_scenario(info: &Info) -> Self {
        Self {
            id: info.rule.clone(),
            title: info.title.clone(),
            severity: info.severity,
            explain: info.explain.clone(),
            expression: None,
            tags: vec!["attack".to_owned()],
        }
    }

    /// All that a finding itself tells of its rule.
    fn of_finding(finding: &Finding) -> Self {
        Self {
            id: finding.rule.clone(),
            title: finding.title.clone(),
            severity: finding.severity,
            explain: finding.predicate.clone(),
            expression: None,
            tags: Vec::new(),
        }
    }
}

/// The rules of some findings, by their ids, explained as far as what ships and what these protocols declare tells.
pub fn rules_of(findings: &[Finding], protocols: &[Protocol]) -> Vec<RuleText> {
    let mut known: BTreeMap<String, RuleText> = BTreeMap::new();
    let mut know = |text: RuleText| {
        known.entry(text.id.clone()).or_insert(text);
    };
    // What ships is tested to be readable; findings tell enough without it.
    let packs = invariant::packs().map(|pack| pack.invariants).unwrap_or_default();
    for source in protocols.iter().flat_map(invariant::own).chain(packs) {
        know(RuleText::of_invariant(&source));
    }
    let own = protocols.iter().flat_map(|protocol| scenario::own(protocol).unwrap_or_default());
    for file in scenario::shipped().into_iter().chain(own) {
        know(RuleText::of_scenario(&file.info));
    }
    know(RuleText::of_scenario(scenario::plain_profit()));
    let mut rules: BTreeMap<&str, RuleText> = BTreeMap::new();
    for finding in findings {
        let text = || known.get(&finding.rule).cloned().unwrap_or_else(|| RuleText::of_finding(finding));
        rules.entry(&finding.rule).or_insert_with(text);
    }
    rules.into_values().collect()
}
