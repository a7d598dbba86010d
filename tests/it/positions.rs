//! Where in the sources things are: of findings, call trees and failed set-ups, and which lines ran.

mod builds;

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use heist::{
    campaign::{self, Finding},
    protocol::{FileCoverage, Position, Protocol, SuiteProject},
    report::{Section, render_lcov, render_traces},
    sequence::Sequence,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry/lines")
}

/// A copy of the project that may be changed.
fn copy() -> TempDir {
    let home = home();
    for (path, bytes) in files(&data()) {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    home
}

fn suite(project: &Path, name: &str) -> Protocol {
    SuiteProject::open(project, "default").expect("the project is built").protocol(name).expect("the suite is set up")
}

/// Where the only line of a source is that holds `text`.
fn place(file: &str, text: &str) -> (String, usize) {
    let source = fs::read_to_string(data().join(file)).unwrap();
    let lines: Vec<_> = source.lines().enumerate().filter(|(_, line)| line.contains(text)).collect();
    assert_eq!(lines.len(), 1, "`{text}` in {file}");
    (file.to_owned(), lines[0].0 + 1)
}

fn shown(file: &str, text: &str) -> String {
    let (file, line) = place(file, text);
    format!("{file}:{line}")
}

fn found(protocol: &Protocol, rule: &str) -> Finding {
    let (_, collector) = search(protocol, &options(1, 20_000));
    assert!(collector.defects.is_empty(), "{:?}", collector.defects);
    collector.findings.into_iter().find(|finding| finding.rule == rule).expect("it is found")
}

fn location(finding: &Finding) -> Option<(String, usize)> {
    finding.location.as_ref().map(|Position { file, line, .. }| (file.clone(), *line))
}

fn traces(protocol: &Protocol, finding: &Finding) -> String {
    let sequence = Sequence::from_records(protocol, &finding.steps).unwrap();
    let steps = campaign::trace(protocol, &sequence);
    let section = |step: &'_ campaign::StepTrace| (step.step.clone(), step.execution.clone(), step.trace.clone());
    let steps: Vec<_> = steps.iter().map(section).collect();
    let sections: Vec<_> =
        steps.iter().map(|(step, execution, trace)| Section { step, execution: Some(execution), trace }).collect();
    render_traces(protocol, &sections)
}

fn coverage(protocol: &Protocol) -> Vec<FileCoverage> {
    let (mut summary, _) = search(protocol, &options(1, 20_000));
    summary.protocols.remove(0).coverage
}

#[test]
fn a_finding_names_the_line_that_failed() {
    let protocol = suite(&data(), "LedgerTest");
    // The cheatcode's assertion, and the call of foreign code that reverts.
    let test = "test/Ledger.t.sol";
    assert_eq!(location(&found(&protocol, "invariant_total")), Some(place(test, "vm.assertEq(sum")));
    assert_eq!(location(&found(&protocol, "invariant_cap")), Some(place(test, "Check.atMost(")));
    // An assertion in an internal function of a handler, over several lines.
    let protocol = suite(&data(), "ClerkTest");
    let finding = found(&protocol, "assert-Clerk-pay");
    assert_eq!(location(&finding), Some(place(test, "assert(")));
    let written = serde_json::to_value(&finding).unwrap();
    assert_eq!(written["location"], json!({"file": test, "line": place(test, "assert(").1, "column": 9}));
    let read: Finding = serde_json::from_value(written).unwrap();
    assert_eq!(read, finding);
}

#[test]
fn a_property_that_only_says_no_is_where_it_is_defined() {
    let project = copy();
    fs::remove_file(project.path().join("foundry.toml")).unwrap();
    fs::write(project.path().join("echidna.yaml"), "").unwrap();
    let protocol = suite(project.path(), "Property");
    let definition = place("test/Ledger.t.sol", "function echidna_small");
    assert_eq!(location(&found(&protocol, "echidna_small")), Some(definition));
}

#[test]
fn call_trees_show_who_called_where_and_what_failed_where() {
    let protocol = suite(&data(), "ClerkTest");
    let text = traces(&protocol, &found(&protocol, "assert-Clerk-pay"));
    let test = "test/Ledger.t.sol";
    let call = format!(" at {}\n", shown(test, "ledger.put(10 + amount"));
    assert!(text.lines().any(|line| line.contains("Ledger.put(") && format!("{line}\n").ends_with(&call)), "{text}");
    assert!(text.contains(&format!("Ledger.total() [static] at {}", shown(test, "ledger.total() < 600"))), "{text}");
    assert!(text.contains(&format!("assertion failed at {}", shown(test, "assert("))), "{text}");
}

#[test]
fn a_failed_set_up_names_reason_calls_and_lines() {
    let project = data();
    let (ledger, test, foreign) = ("src/Ledger.sol", "test/Ledger.t.sol", "lib/tools/Check.sol");
    assert!(project.join(foreign).is_file());
    let cases = [
        ("OwnerlessTest", "\"no owner\"", shown(ledger, "\"no owner\""), shown(test, "new Ledger(owner)")),
        // Foreign code fails in the ledger's frame: the ledger asked for it.
        ("GreedyTest", "TooMuch(", shown(ledger, "Check.atMost("), shown(test, "ledger.put(2e24)")),
        // The compiler's own code fails, which has no source.
        ("OverdrawnTest", "Panic(0x11)", shown(ledger, "held[msg.sender] -= amount"), shown(test, "ledger.take(1)")),
    ];
    for (name, reason, inner, outer) in cases {
        let home = home();
        let (code, _, stderr) =
            say(home.path(), &["run", project.to_str().unwrap(), "--protocol", name, "--calls", "10"]);
        assert_eq!(code, 3, "{stderr}");
        let lines: Vec<_> = stderr.lines().filter(|line| !line.starts_with("heist: ")).collect();
        assert!(lines[0].starts_with(&format!("error: {inner}:")) && lines[0].contains(reason), "{stderr}");
        assert!(lines[1].contains(&format!("in {name}.setUp()")) && lines[1].contains(&outer), "{stderr}");
        assert!(lines[2].contains("Ledger") && lines[2].contains(&inner), "{stderr}");
    }
}

/// Lines of a tracefile, and whether they ran.
fn lines(tracefile: &str) -> BTreeMap<(String, usize), bool> {
    let (mut lines, mut file) = (BTreeMap::new(), String::new());
    for record in tracefile.lines() {
        if let Some(name) = record.strip_prefix("SF:") {
            name.clone_into(&mut file);
        } else if let Some((line, count)) = record.strip_prefix("DA:").and_then(|rest| rest.split_once(',')) {
            lines.insert((file.clone(), line.parse().unwrap()), count != "0");
        }
    }
    lines
}

/// `forge-coverage.info` is what `forge coverage --match-contract QuietTest` says of the same project.
#[test]
fn lines_ran_or_did_not_as_forge_says() {
    let mut forge = lines(&fs::read_to_string(data().join("forge-coverage.info")).unwrap());
    forge.retain(|(file, _), _| file.starts_with("src/"));
    // A function that nobody calls has no code: it is known where it begins, but not what it says.
    let (file, line) = place("src/Fees.sol", "return amount * 2;");
    assert_eq!(forge.remove(&(file, line)), Some(false));
    let ours = lines(&render_lcov(&coverage(&suite(&data(), "QuietTest"))));
    assert!(forge.len() > 30 && forge.values().any(|ran| !ran));
    assert_eq!(ours, forge);
}

#[test]
fn counts_are_those_of_sequences_and_of_the_set_up() {
    let protocol = suite(&data(), "QuietTest");
    let files = coverage(&protocol);
    let ledger = files.iter().find(|file| file.file == "src/Ledger.sol").unwrap();
    // Nobody but the set-up makes one.
    assert_eq!(ledger.lines[&place("src/Ledger.sol", "owner = owner_;").1], 1);
    let count = |name: &str| ledger.functions.iter().find(|each| each.name == name).unwrap().count;
    assert_eq!((count("Ledger.constructor"), count("Ledger.check")), (1, 0));
    assert!(count("Ledger.put") >= ledger.lines[&place("src/Ledger.sol", "rounds++;").1]);
}

#[test]
fn a_run_writes_the_same_tracefile_at_any_number_of_threads() {
    let home = home();
    let project = data();
    let runs = ["1", "4"].map(|threads| {
        let out = home.path().join(threads);
        let arguments = ["run", project.to_str().unwrap(), "--protocol", "QuietTest", "--protocol", "LedgerTest"];
        let more = ["--calls", "10000", "--seed", "5", "--threads", threads, "--progress", "none", "-v", "--out"];
        let arguments = [&arguments[..], &more, &[out.to_str().unwrap()]].concat();
        let (code, stdout, stderr) = say(home.path(), &arguments);
        assert_eq!(code, 1, "{stderr}");
        assert!(stdout.contains("lines that ran") && stdout.contains("src/Unused.sol"), "{stdout}");
        let mut files = files(&out);
        files.retain(|path, _| path.starts_with("findings") || path == Path::new("lcov.info"));
        files
    });
    assert!(runs[0].len() >= 5);
    assert_eq!(runs[0], runs[1]);
    // Two suites over the same sources are one record for each source.
    let text = String::from_utf8(runs[0][Path::new("lcov.info")].clone()).unwrap();
    assert_eq!(text.matches("SF:src/Ledger.sol\n").count(), 1);
    let (code, stdout, _) = say(home.path(), &["replay", "4"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("2 reproduced"), "{stdout}");
}

#[test]
fn without_source_maps_there_is_no_tracefile() {
    let home = home();
    let out = home.path().join("out");
    let arguments = ["run", "--protocol", "vault-*", "--calls", "300", "--progress", "none", "-v", "--out"];
    let (_, stdout, _) = say(home.path(), &[&arguments[..], &[out.to_str().unwrap()]].concat());
    assert!(out.join("summary.json").is_file() && !out.join("lcov.info").exists());
    assert!(!stdout.contains("lines that ran"), "{stdout}");
}
