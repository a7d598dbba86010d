//! What other tools read of a run.

use crate::{cli::heist, expected::token};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path, process::Output};

/// A run in the folder that has the project `token`, with more arguments and variables.
fn run(home: &Path, more: &[&str], variables: &[(&str, &str)]) -> Output {
    let arguments = ["run", "token", "--invariant", "SUPPLY-003", "--calls", "40000", "--progress", "none"];
    heist(home).args(arguments).args(more).envs(variables.iter().copied()).output().expect("the binary runs")
}

fn sarif(home: &Path) -> Value {
    let text = fs::read(home.join("heist-out/results.sarif")).expect("it is written");
    serde_json::from_slice(&text).expect("JSON")
}

#[test]
fn a_finding_keeps_its_fingerprint_over_seeds_and_threads() {
    let (home, _) = token("");
    let mut runs = Vec::new();
    for more in
        [["--seed", "1", "--threads", "1"], ["--seed", "1", "--threads", "2"], ["--seed", "9", "--threads", "2"]]
    {
        assert_eq!(run(home.path(), &more, &[]).status.code(), Some(1));
        let sarif = sarif(home.path());
        let results = sarif["runs"][0]["results"].as_array().expect("a list").clone();
        let prints = results.iter().map(|result| {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert!(place.as_str().is_some_and(|file| file.starts_with("token/")), "{result}");
            let print = result["partialFingerprints"]["heistFinding/v1"].as_str().expect("a text").to_owned();
            let finding = home.path().join(format!("heist-out/findings/{print}.json"));
            assert!(finding.is_file(), "it is the finding's id");
            print
        });
        runs.push(prints.collect::<BTreeSet<_>>());
    }
    assert!(!runs[0].is_empty());
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].intersection(&runs[2]).next().is_some(), "another seed finds the same: {runs:?}");
}

#[test]
fn in_github_actions_findings_are_annotations_and_the_page_has_the_summary() {
    let (home, _) = token("");
    let page = home.path().join("page.md");
    fs::write(&page, "before\n").expect("a file");
    let plain = run(home.path(), &["--seed", "1", "--format", "jsonl"], &[]);
    assert!(!String::from_utf8_lossy(&plain.stderr).contains("::error"));
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", page.to_str().expect("a text"))];
    let there = run(home.path(), &["--seed", "1", "--format", "jsonl"], &variables);
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
    let commands: Vec<_> = lines(&there.stderr).into_iter().filter(|line| line.starts_with("::")).collect();
    let found = sarif(home.path())["runs"][0]["results"].as_array().expect("a list").len();
    assert!(!commands.is_empty() && commands.len() == found, "{commands:?}");
    assert!(commands.iter().all(|line| line.contains(" file=token/")), "{commands:?}");
    assert!(
        lines(&there.stdout).iter().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "stdout is events only"
    );
    let written = fs::read_to_string(&page).expect("a file");
    let summary = fs::read_to_string(home.path().join("heist-out/summary.md")).expect("a file");
    assert_eq!(written, format!("before\n{summary}"));
    assert!(summary.contains("SUPPLY-003"), "{summary}");
    let junit = fs::read_to_string(home.path().join("heist-out/junit.xml")).expect("a file");
    assert!(junit.contains("<failure ") && junit.contains("SUPPLY-003(gold)"), "{junit}");
}
