//! What a rule says of itself, for formats that explain the findings that they hold.

use crate::{
    campaign::Finding,
    invariant::{self, Rule},
    protocol::{InvariantSource, Protocol},
    scenario::{self, Info},
};
use std::collections::BTreeMap;

/// A rule, and what else formats say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleText {
    /// Its id, title and severity, and why it matters.
    pub rule: Rule,
    /// What it states, in the language of invariants; none for a profit.
    pub expression: Option<String>,
    /// What it is about, in words.
    pub tags: Vec<String>,
}

impl RuleText {
    fn of_invariant(source: InvariantSource) -> Self {
        let InvariantSource { id, title, severity, explain, expression, tags, .. } = source;
        Self { rule: Rule { id, title, severity, explain }, expression: Some(expression), tags }
    }

    fn of_scenario(info: &Info) -> Self {
        let Info { rule: id, title, severity, explain, .. } = info.clone();
        Self { rule: Rule { id, title, severity, explain }, expression: None, tags: vec!["attack".to_owned()] }
    }

    /// All that a finding itself tells of its rule.
    fn of_finding(finding: &Finding) -> Self {
        let Finding { rule: id, title, severity, predicate: explain, .. } = finding.clone();
        Self { rule: Rule { id, title, severity, explain }, expression: None, tags: Vec::new() }
    }
}

/// The rules of some findings, by their ids, explained as far as what ships and what these protocols declare tells.
pub fn rules_of(findings: &[Finding], protocols: &[Protocol]) -> Vec<RuleText> {
    let mut known: BTreeMap<String, RuleText> = BTreeMap::new();
    let mut know = |text: RuleText| {
        known.entry(text.rule.id.clone()).or_insert(text);
    };
    // What ships is tested to be readable; findings tell enough without it.
    let packs = invariant::packs().map(|pack| pack.invariants).unwrap_or_default();
    for source in protocols.iter().flat_map(invariant::own).chain(packs) {
        know(RuleText::of_invariant(source));
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
