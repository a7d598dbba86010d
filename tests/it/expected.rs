//! Violations that `heist.toml` expects: found, shrunk and written as others are, and no reason to fail.

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use heist::{
    campaign::{ExpectedRecord, Finding},
    gallery,
    protocol::Protocol,
};
use jiff::civil::{Date, date};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The token of the gallery whose transfers to oneself double the balance, with more behind its configuration.
pub(crate) fn token(more: &str) -> (TempDir, PathBuf) {
    let home = home();
    let project = home.path().join("token");
    for (path, bytes) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/token")) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let config = project.join("heist.toml");
    let text = fs::read_to_string(&config).expect("a file") + more;
    fs::write(config, text).expect("a file");
    (home, project)
}

/// What a run that judges SUPPLY-003 only says: exit code, stdout, stderr, `summary.json`.
fn run(more: &str) -> (i32, String, String, Value) {
    let (home, project) = token(more);
    let mut arguments = vec!["run", project.to_str().unwrap(), "--invariant", "SUPPLY-003", "--calls", "40000"];
    arguments.extend(["--seed", "1", "--progress", "none"]);
    let (code, stdout, stderr) = say(home.path(), &arguments);
    let summary = fs::read(home.path().join("heist-out/summary.json")).expect("a summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    for finding in summary["findings"].as_array().expect("a list") {
        let file = home.path().join("heist-out").join(finding["file"].as_str().expect("a file"));
        let written: Finding = serde_json::from_slice(&fs::read(file).expect("it is written")).expect("a finding");
        assert_eq!(written.expected.is_some(), finding["expected"].is_object());
        assert!(!written.steps.is_empty());
    }
    (code, stdout, stderr, summary)
}

fn expected(invariant: &str, until: &str) -> String {
    format!("\n[[expected]]\ninvariant = \"{invariant}\"\nreason = \"known since the audit\"\n{until}\n")
}

#[test]
fn an_expected_violation_is_reported_and_does_not_fail_the_run() {
    let (code, _, _, summary) = run("");
    let plain = summary["findings"].as_array().expect("a list").clone();
    assert!(code == 1 && !plain.is_empty() && plain.iter().all(|finding| finding["expected"].is_null()), "{summary}");
    for pattern in ["SUPPLY-003(gold)", "SUPPLY-003", "SUPPLY-*"] {
        let (code, stdout, stderr, summary) = run(&expected(pattern, "until = \"9999-12-31\""));
        assert_eq!((code, summary["exit_code"].as_u64()), (0, Some(0)), "{pattern}: {stdout}\n{stderr}");
        let found = summary["findings"].as_array().expect("a list");
        assert_eq!(found.len(), plain.len());
        for (finding, before) in found.iter().zip(&plain) {
            assert_eq!((&finding["id"], &finding["steps"]), (&before["id"], &before["steps"]));
            let expected = &finding["expected"];
            assert_eq!(expected["reason"], "known since the audit");
            assert_eq!((&expected["until"], &expected["expired"]), (&"9999-12-31".into(), &false.into()));
        }
        assert!(stdout.contains("until 9999-12-31: known since the audit"), "{stdout}");
        assert!(stdout.contains(&format!("and {} expected", found.len())), "{stdout}");
        assert!(stderr.contains("as expected"), "{stderr}");
    }
}

#[test]
fn an_exception_that_has_run_out_counts_again_and_says_so() {
    let (code, stdout, _, summary) = run(&expected("SUPPLY-003(gold)", "until = \"2001-02-03\""));
    assert_eq!((code, summary["exit_code"].as_u64()), (1, Some(1)), "{stdout}");
    assert_eq!(summary["findings"][0]["expected"]["expired"], true);
    assert!(stdout.contains("have run out") && stdout.contains("until 2001-02-03"), "{stdout}");
    // Of two the one that lasts longer.
    let both = expected("SUPPLY-003", "until = \"2001-02-03\"") + &expected("SUPPLY-*", "");
    assert_eq!(run(&both).0, 0);
}

#[test]
fn what_is_not_expected_fails_beside_what_is() {
    let (_home, project) = token(&expected("SUPPLY-004(gold)", ""));
    let protocol = Protocol::load(&project, Some(gallery::attacker())).expect("it loads");
    let (_, found) = search(&protocol, &options(1, 100_000));
    let of = |rule: &str| found.findings.iter().filter(|finding| finding.rule == rule).collect::<Vec<_>>();
    let today = date(2026, 1, 1);
    assert!(!of("SUPPLY-003").is_empty() && of("SUPPLY-003").iter().all(|finding| finding.counts(today)));
    assert!(of("SUPPLY-004").iter().all(|finding| !finding.counts(today)));
}

#[test]
fn the_last_day_is_part_of_it() {
    let until = |until: Option<Date>| ExpectedRecord { reason: "known".to_owned(), until };
    let dated = until(Some(date(2024, 2, 29)));
    assert!(dated.holds(date(2024, 2, 28)) && dated.holds(date(2024, 2, 29)) && !dated.holds(date(2024, 3, 1)));
    assert!(until(None).holds(Date::MAX));
    // A finding's file has the day as it is written.
    let text = serde_json::to_string(&dated).expect("it is JSON");
    assert_eq!(text, "{\"reason\":\"known\",\"until\":\"2024-02-29\"}");
    assert_eq!(serde_json::from_str::<ExpectedRecord>(&text).expect("it is a record"), dated);
}

#[test]
fn exceptions_without_a_reason_a_day_or_an_invariant_are_errors_with_their_place() {
    let entry = |invariant: &str, rest: &str| format!("\n[[expected]]\ninvariant = \"{invariant}\"\n{rest}\n");
    let line = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/token/heist.toml"));
    let line = line.expect("a file").lines().count() + 2;
    for (more, part, at) in [
        (entry("SUPPLY-003", ""), "no `reason`", 0),
        (entry("SUPPLY-003", "reason = \" \""), "an exception without a reason", 2),
        (entry("", "reason = \"known\""), "an exception without an invariant", 1),
        (entry("SUPPLY-003", "reason = \"known\"\nuntil = \"2027-02-30\""), "`2027-02-30` is no day", 3),
        (entry("SUPPLY-003", "reason = \"known\"\nuntil = \"2027-1-3\""), "`2027-1-3` is no day", 3),
        (entry("SUPPLY-003", "reason = \"known\"\nuntil = \"2027-01-31T10:00\""), "is no day", 3),
        (entry("SUPPLY-003", "reason = \"known\"\nuntil = 2027-01-31"), "expected a string", 3),
        (entry("SUPPLY-003", "reason = \"known\"\nbecause = \"x\""), "unknown key `because`", 3),
        // Cap and token are there, the instance is not.
        (entry("SUPPLY-003(silver)", "reason = \"known\""), "no invariant is `SUPPLY-003(silver)`", 1),
        (entry("SUPLY-003", "reason = \"known\""), "did you mean `SUPPLY-003`?", 1),
        (entry("FEES-*", "reason = \"known\""), "no invariant is `FEES-*`", 1),
    ] {
        let (home, project) = token(&more);
        let arguments = ["run", project.to_str().unwrap(), "--calls", "1000", "--progress", "none"];
        let (code, _, stderr) = say(home.path(), &arguments);
        assert!(code == 2 && stderr.contains(part), "{part}: {stderr}");
        assert!(stderr.contains(&format!("heist.toml:{}:", line + at)), "{part} at {}: {stderr}", line + at);
        assert!(stderr.contains("help:"), "{stderr}");
        assert!(!home.path().join("heist-out").exists());
    }
}

/// A run of the token, and what `heist findings` says behind it, one command after the other; then the configuration.
fn gate(home: &Path, project: &Path, calls: &str) -> (i32, Value) {
    let arguments = ["run", project.to_str().unwrap(), "--invariant", "SUPPLY-003", "--calls", calls, "--seed", "1"];
    let (code, ..) = say(home, &[&arguments[..], &["--progress", "none", "--deny", "stale"]].concat());
    let summary = fs::read(home.join("heist-out/summary.json")).expect("a summary");
    (code, serde_json::from_slice(&summary).expect("JSON"))
}

#[test]
fn a_finding_is_accepted_by_its_id_and_told_when_it_is_gone() {
    let (home, project) = token("");
    let (code, summary) = gate(home.path(), &project, "40000");
    let ids: Vec<_> = summary["findings"].as_array().unwrap().iter().map(|each| each["id"].as_str().unwrap()).collect();
    assert!(code == 1 && !ids.is_empty());
    let before = fs::read_to_string(project.join("heist.toml")).unwrap();
    for id in &ids {
        let accept = ["findings", "accept", id, "--reason", "say \"known\"", "--until", "9999-12-31"];
        let (code, stdout, stderr) = say(home.path(), &accept);
        assert!(code == 0 && stdout.contains(&format!("{id} is accepted until 9999-12-31")), "{stdout}{stderr}");
    }
    let after = fs::read_to_string(project.join("heist.toml")).unwrap();
    assert!(after.starts_with(&before), "what was there stays");
    // The same run: green, and the same findings, accepted.
    let (code, summary) = gate(home.path(), &project, "40000");
    let found = summary["findings"].as_array().unwrap();
    assert_eq!((code, found.len()), (0, ids.len()), "{summary}");
    assert!(found.iter().all(|each| each["expected"]["reason"] == "say \"known\""), "{summary}");
    let sarif = fs::read(home.path().join("heist-out/results.sarif")).unwrap();
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), ids.len());
    assert!(results.iter().all(|result| result["suppressions"][0]["status"] == "accepted"));
    let (_, stdout, _) = say(home.path(), &["findings", "list"]);
    assert!(ids.iter().all(|id| stdout.contains(id)) && stdout.contains("accepted"), "{stdout}");
    // Mended: what is accepted is not there any more, and that is told.
    let mended = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/token-fixed/artifacts");
    for (path, bytes) in files(&mended) {
        fs::write(project.join("artifacts").join(path), bytes).expect("a file");
    }
    let (code, summary) = gate(home.path(), &project, "5000");
    assert_eq!((code, summary["findings"].as_array().unwrap().len()), (4, 0), "{summary}");
    let stale: Vec<_> = summary["protocols"][0]["stale"].as_array().unwrap().iter().collect();
    assert_eq!(stale, ids.iter().collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_accepted_is_told_and_changes_nothing() {
    let (home, project) = token("");
    gate(home.path(), &project, "40000");
    let before = fs::read_to_string(project.join("heist.toml")).unwrap();
    for (arguments, words) in [
        (vec!["findings", "accept", "token-supply-9", "--reason", "known"], "there is no finding `token-supply-9`"),
        (vec!["findings", "accept", "token", "--reason", " "], "say in a sentence why"),
        (vec!["findings", "accept", "token", "--reason", "known", "--until", "soon"], "write a day such as 2027-01-31"),
        (vec!["findings", "accept", "token", "--reason", "known", "--run", "nowhere"], "nowhere"),
    ] {
        let (code, stdout, stderr) = say(home.path(), &arguments);
        assert!(code == 2 && stderr.contains(words), "{arguments:?}: {stdout}{stderr}");
    }
    assert_eq!(fs::read_to_string(project.join("heist.toml")).unwrap(), before);
    let both = "\n[[expected]]\ninvariant = \"SUPPLY-003\"\nfinding = \"x\"\nreason = \"known\"\n";
    for (more, words) in [
        (both, "an exception of an invariant and of a finding"),
        ("\n[[expected]]\nreason = \"x\"\n", "an exception of nothing"),
    ] {
        fs::write(project.join("heist.toml"), before.clone() + more).unwrap();
        let (code, _, stderr) =
            say(home.path(), &["run", project.to_str().unwrap(), "--calls", "100", "--progress", "none"]);
        assert!(code == 2 && stderr.contains(words) && stderr.contains("heist.toml:"), "{stderr}");
    }
}
