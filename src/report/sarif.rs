//! `results.sarif`: findings in SARIF 2.1.0 (OASIS), as code scanning takes them.

use super::{
    console::severity_name,
    escape::escape,
    rules::RuleText,
    solidity::{render_step, render_steps},
};
use crate::{
    campaign::Finding,
    protocol::{Position, Severity},
    sequence::StepRecord,
};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    iter,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
/// Names the way in which a finding is told from others: [`Finding::identity`].
const FINGERPRINT: &str = "heistFinding/v1";

/// What a run came to, as far as SARIF says it.
#[derive(Debug, Clone, Copy)]
pub struct SarifRun<'a> {
    /// What the process ends with.
    pub exit_code: u8,
    /// Whether it ended in order.
    pub is_complete: bool,
    /// The day that exceptions are looked at on.
    pub today: Date,
    /// Where protocols are declared; those that are embedded have no place.
    pub folders: &'a Folders,
}

/// Where each protocol is declared, by its id.
pub type Folders = BTreeMap<String, DeclaredIn>;

/// Where a protocol is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredIn {
    /// The project's folder, from where the run was started, with slashes; empty for that folder itself.
    pub folder: String,
    /// The file in it that declares the protocol.
    pub file: String,
}

impl DeclaredIn {
    /// Where a finding is shown: the file and place that are known of it, else the file that declares the protocol.
    pub(super) fn place<'f>(&self, finding: &'f Finding) -> (String, Option<&'f Position>) {
        let at = finding.location.as_ref();
        let file = at.map_or(&self.file, |at| &at.file);
        let file = if self.folder.is_empty() { file.clone() } else { format!("{}/{file}", self.folder) };
        (file, at)
    }
}

/// The findings of a run, with their rules and each with its sequence as a code flow.
pub fn render_sarif(findings: &[Finding], rules: &[RuleText], run: SarifRun<'_>) -> Value {
    let results: Vec<_> = findings.iter().map(|finding| result(finding, rules, run)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "Heist",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(rule).collect::<Vec<_>>(),
                },
            },
            "invocations": [{
                "executionSuccessful": run.is_complete,
                "exitCode": run.exit_code,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(RuleText { rule, expression, tags }: &RuleText) -> Value {
    let explain = rule.explain.trim();
    let statement = expression.iter().map(|expression| format!("States `{}`.\n\n", expression.trim()));
    let help = statement.collect::<String>() + explain;
    let tags: Vec<_> = iter::once("security").chain(tags.iter().map(String::as_str)).collect();
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": if explain.is_empty() { &rule.title } else { explain } },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": tags,
            "precision": "very-high",
            "security-severity": score(rule.severity),
        },
    })
}

fn result(finding: &Finding, rules: &[RuleText], run: SarifRun<'_>) -> Value {
    let place = run.folders.get(&finding.protocol).map(|folder| physical(finding, folder));
    let location = |place: &Option<Value>, logical: Vec<Value>, message: Option<String>| {
        let mut location = json!({});
        if let Some(place) = place {
            location["physicalLocation"] = place.clone();
        }
        if !logical.is_empty() {
            location["logicalLocations"] = logical.into();
        }
        if let Some(message) = message {
            location["message"] = json!({ "text": message });
        }
        location
    };
    let contracts: BTreeSet<_> = finding.contracts.iter().collect();
    let contracts = contracts.into_iter().map(|contract| logical(contract, "type")).collect();
    let steps: Vec<_> = finding
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let functions: BTreeSet<_> = step.functions().into_iter().collect();
            let called = functions.iter().map(|function| logical(function, "function")).collect();
            json!({
                "executionOrder": index + 1,
                "location": location(&place, called, Some(render_step(step).join("\n"))),
                "nestingLevel": 0,
            })
        })
        .collect();
    let index = rules.iter().position(|text| text.rule.id == finding.rule);
    let text = format!("{} in {}: {}", finding.title, finding.protocol, finding.evidence);
    let sequence = render_steps(&finding.steps).join("\n");
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": format!("{}\n\n{sequence}", escape(&text)) },
        "locations": [location(&place, contracts, None)],
        "partialFingerprints": { FINGERPRINT: finding.id },
        "properties": {
            "finding": finding.id,
            "protocol": finding.protocol,
            "severity": severity_name(finding.severity),
            "steps": finding.steps.iter().map(StepRecord::functions).collect::<Vec<_>>(),
        },
    });
    if let Some(index) = index {
        result["ruleIndex"] = index.into();
    }
    if !steps.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    if let Some(profit) = &finding.profit {
        result["properties"]["profit"] = json!({ "token": profit.token, "amount": profit.amount });
    }
    if let Some(expected) = finding.expected.as_ref().filter(|expected| expected.holds(run.today)) {
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": expected.reason }]);
    }
    result
}

fn physical(finding: &Finding, folder: &DeclaredIn) -> Value {
    let (file, at) = folder.place(finding);
    let region = match at {
        Some(at) => json!({ "startLine": at.line, "startColumn": at.column }),
        None => json!({ "startLine": 1 }),
    };
    json!({ "artifactLocation": { "uri": uri(&file) }, "region": region })
}

/// A relative path as a URI (RFC 3986): what has a meaning there is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' => uri.push('/'),
            _ => {
                // Writing into a string cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

fn logical(name: &str, kind: &str) -> Value {
    json!({ "fullyQualifiedName": name, "kind": kind })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// GitHub's scale: critical above 9, high from 7, medium from 4.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

#[cfg(test)]
mod tests {
    use super::{DeclaredIn, Folders, SarifRun, render_sarif};
    use crate::{
        campaign::ExpectedRecord,
        protocol::Position,
        report::{fixtures, rules_of},
    };
    use jiff::civil::Date;

    fn declared(folder: &str) -> Folders {
        let place = DeclaredIn { folder: folder.to_owned(), file: "heist.toml".to_owned() };
        [fixtures::invariant_finding(), fixtures::profit_finding()]
            .map(|finding| (finding.protocol, place.clone()))
            .into_iter()
            .collect()
    }

    #[test]
    fn a_result_has_its_rule_its_place_and_its_sequence() {
        let mut violated = fixtures::invariant_finding();
        violated.location = Some(Position { file: "src/My Vault.sol".to_owned(), line: 7, column: 3 });
        violated.title = "<script>alert(1)</script>\u{1b}[31m".to_owned();
        let mut accepted = fixtures::profit_finding();
        accepted.expected = Some(ExpectedRecord { reason: "known".to_owned(), until: None });
        let findings = [violated, accepted];
        let folders = declared("packages/core");
        let run = SarifRun { exit_code: 1, is_complete: true, today: Date::MIN, folders: &folders };
        let sarif = render_sarif(&findings, &rules_of(&findings, &[]), run);
        let run = &sarif["runs"][0];
        let rules: Vec<_> = run["tool"]["driver"]["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        for (finding, result) in findings.iter().zip(run["results"].as_array().unwrap()) {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                (result["ruleId"].as_str().unwrap(), rules[index]),
                (finding.rule.as_str(), finding.rule.as_str())
            );
            assert_eq!(result["partialFingerprints"]["heistFinding/v1"], finding.id.as_str());
            let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
            assert_eq!(flow.len(), finding.steps.len());
        }
        let [one, other] = [0, 1].map(|index| &run["results"][index]);
        let place = &one["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "packages/core/src/My%20Vault.sol");
        assert_eq!(
            (place["region"]["startLine"].as_u64(), place["region"]["startColumn"].as_u64()),
            (Some(7), Some(3))
        );
        let text = one["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("<script>alert(1)</script>\\u{1b}[31m in vault/first-depositor"), "{text}");
        assert!(one["suppressions"].is_null());
        assert_eq!(other["suppressions"][0]["justification"], "known");
        assert_eq!(other["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "packages/core/heist.toml");
    }

    #[test]
    fn what_is_embedded_has_no_file() {
        let findings = [fixtures::invariant_finding()];
        let folders = Folders::new();
        let run = SarifRun { exit_code: 70, is_complete: false, today: Date::MIN, folders: &folders };
        let sarif = render_sarif(&findings, &[], run);
        let result = &sarif["runs"][0]["results"][0];
        assert!(result["locations"][0]["physicalLocation"].is_null() && result["ruleIndex"].is_null());
        assert_eq!(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "vault");
        assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    }
}
