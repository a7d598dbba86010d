//! `junit.xml`: a suite a protocol, a case an invariant's instance or a scenario, as CI servers take them.

use super::{escape::escape, solidity::render_steps, summary::RunSummary};
use crate::campaign::{Finding, FindingKind, InvariantStatus};
use jiff::civil::Date;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::{collections::BTreeSet, time::Duration};

/// What a run came to, case by case: violated invariants and scenarios that paid fail, what was never decided is skipped, what is accepted
/// is skipped with its reason. Defects of the tool and calls that are not supported are errors.
///
/// # Errors
///
/// None that depends on the run: text that XML cannot hold is left out.
pub fn render_junit(
    summary: &RunSummary,
    findings: &[Finding],
    today: Date,
) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("heist");
    report.set_time(Duration::try_from_secs_f64(summary.elapsed_seconds).unwrap_or_default());
    for protocol in &summary.protocols {
        let mut suite = TestSuite::new(protocol.id.as_str());
        suite.add_property(("seed", summary.seed.to_string().as_str()));
        suite.add_property(("calls", protocol.calls.to_string().as_str()));
        let found: Vec<_> = findings.iter().filter(|finding| finding.protocol == protocol.id).collect();
        let mut told = BTreeSet::new();
        let mut case = |name: &str, found: Vec<&Finding>, was_checked: bool| {
            told.extend(found.iter().map(|finding| finding.id.clone()));
            let mut case = TestCase::new(name, status(&found, was_checked, today));
            case.set_classname(protocol.id.as_str());
            suite.add_test_case(case);
        };
        for each in summary.invariants.iter().filter(|each| each.protocol == protocol.id) {
            let is_its = |finding: &&&Finding| {
                finding.kind != FindingKind::Profit && finding.rule == each.id && finding.contracts == each.contracts
            };
            let name = instance(&each.id, &each.contracts);
            case(&name, found.iter().filter(is_its).copied().collect(), each.status != InvariantStatus::Vacuous);
        }
        for each in summary.scenarios.iter().filter(|each| each.protocol == protocol.id) {
            let is_its = |finding: &&&Finding| {
                finding.kind == FindingKind::Profit && finding.scenario.as_deref() == Some(each.id.as_str())
            };
            let name = format!("scenario {}", each.id);
            case(&name, found.iter().filter(is_its).copied().collect(), each.cases > 0);
        }
        // What no case is about, such as an assertion in a function of the target.
        let rest: Vec<_> = found.iter().copied().filter(|finding| !told.contains(&finding.id)).collect();
        for finding in rest {
            let mut case = TestCase::new(instance(&finding.rule, &finding.contracts), status(&[finding], true, today));
            case.set_classname(protocol.id.as_str());
            suite.add_test_case(case);
        }
        let errors = summary.defects.iter().filter(|defect| defect.protocol == protocol.id);
        let errors = errors.map(|defect| format!("case {}: {}", defect.case, defect.message));
        let unsupported = protocol.unsupported.iter().map(|cheatcode| format!("{cheatcode} is not supported"));
        for error in errors.chain(unsupported) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(escape(&error).into_owned());
            let mut case = TestCase::new("heist", status);
            case.set_classname(protocol.id.as_str());
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    Ok(without_root_skipped(&report.to_string()?))
}

/// Jenkins' schema knows the number of skipped cases of a suite, and none of all suites.
fn without_root_skipped(text: &str) -> String {
    let attribute = || {
        let root = text.find("<testsuites ")?;
        let start =
            root + text[root..].find(" skipped=\"").filter(|at| text[root..].find('>').is_some_and(|end| *at < end))?;
        let value = start + " skipped=\"".len();
        Some(start..value + text[value..].find('"')? + 1)
    };
    match attribute() {
        Some(range) => format!("{}{}", &text[..range.start], &text[range.end..]),
        None => text.to_owned(),
    }
}

/// `VAULT-001(vault)`.
fn instance(id: &str, contracts: &[String]) -> String {
    if contracts.is_empty() { id.to_owned() } else { format!("{id}({})", contracts.join(", ")) }
}

fn status(found: &[&Finding], was_checked: bool, today: Date) -> TestCaseStatus {
    let counting: Vec<_> = found.iter().filter(|finding| finding.counts(today)).collect();
    if let Some(first) = counting.first() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(first.rule.as_str());
        status.set_message(escape(&format!("{}: {}", first.title, first.evidence)).into_owned());
        let texts = counting.iter().map(|finding| {
            let steps = render_steps(&finding.steps).join("\n");
            format!("{}\n{}\n{}\n{steps}", finding.id, escape(&finding.predicate), escape(&finding.evidence))
        });
        status.set_description(texts.collect::<Vec<_>>().join("\n\n"));
        return status;
    }
    let accepted = found.iter().find_map(|finding| finding.expected.as_ref());
    match accepted {
        Some(expected) => {
            let mut status = TestCaseStatus::skipped();
            status.set_description(format!("accepted: {}", escape(&expected.reason)));
            status
        }
        None if was_checked => TestCaseStatus::success(),
        None => {
            let mut status = TestCaseStatus::skipped();
            status.set_description("never decided on a changed state");
            status
        }
    }
}

#[cfg(test)]
mod tests {
    use super::render_junit;
    use crate::{
        campaign::{ExpectedRecord, InvariantStatus},
        report::fixtures,
    };
    use jiff::civil::Date;
    use quick_junit::{Report, TestCaseStatus};

    #[test]
    fn each_case_tells_how_it_ended() {
        let collected = fixtures::collected();
        let summary = collected.summary(1, Date::MIN);
        let findings = collected.findings();
        let read = Report::deserialize_from_str(&render_junit(&summary, findings, Date::MIN).unwrap()).unwrap();
        assert_eq!(read.test_suites.len(), summary.protocols.len());
        let cases = || read.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let failed = cases().filter(|case| matches!(case.status, TestCaseStatus::NonSuccess { .. })).count();
        let skipped = cases().filter(|case| matches!(case.status, TestCaseStatus::Skipped { .. })).count();
        let vacuous = summary.invariants.iter().filter(|each| each.status == InvariantStatus::Vacuous).count();
        let idle = summary.scenarios.iter().filter(|each| each.cases == 0).count();
        assert_eq!(skipped, vacuous + idle);
        assert!(failed >= findings.len(), "{failed} of {}", findings.len());
        for finding in findings {
            let told = cases().filter(|case| match &case.status {
                TestCaseStatus::NonSuccess { description: Some(text), .. } => text.contains(finding.id.as_str()),
                _ => false,
            });
            assert_eq!(told.count(), 1, "{}", finding.id);
        }
    }

    #[test]
    fn what_is_accepted_does_not_fail_and_text_of_contracts_is_text() {
        let mut collected = fixtures::collected();
        let mut finding = fixtures::invariant_finding();
        "bell-\u{7}-<![CDATA[".clone_into(&mut finding.evidence);
        finding.expected = Some(ExpectedRecord { reason: "</skipped> & known".to_owned(), until: None });
        finding.id.push_str("-other");
        finding.contracts = vec!["elsewhere".to_owned()];
        collected.take(&crate::campaign::Event::Finding(Box::new(finding.clone())));
        let summary = collected.summary(1, Date::MIN);
        let text = render_junit(&summary, collected.findings(), Date::MIN).unwrap();
        let read = Report::deserialize_from_str(&text).unwrap();
        let mut cases = read.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let case = cases.find(|case| case.name.as_str() == "VAULT-001(elsewhere)").unwrap();
        let TestCaseStatus::Skipped { description: Some(reason), .. } = &case.status else { panic!("{case:?}") };
        assert_eq!(reason.as_str(), "accepted: </skipped> & known");
        finding.expected = None;
        let text = render_junit(&summary, &[finding], Date::MIN).unwrap();
        assert!(Report::deserialize_from_str(&text).is_ok(), "{text}");
    }
}
