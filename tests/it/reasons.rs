//! What a campaign says of functions: why calls failed, which changed something, and what never got through.

use crate::support::{options, search};
use assert_cmd::Command;
use heist::{campaign::FunctionSummary, protocol::Protocol};
use std::{fs, path::Path};

fn load(slug: &str) -> Protocol {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(slug);
    Protocol::load(&project, None).expect("the project loads")
}

fn of(functions: &[FunctionSummary], name: &str) -> FunctionSummary {
    functions.iter().find(|each| each.function == name).expect("the function is counted").clone()
}

#[test]
fn failed_calls_are_grouped_by_reason() {
    let (summary, _) = search(&load("fees-fixed"), &options(1, 20_000));
    let functions = &summary.protocols[0].functions;
    for each in functions {
        assert_eq!(each.reasons.iter().map(|reason| reason.calls).sum::<u64>(), each.reverts, "{}", each.function);
        assert!(each.changes + each.reverts <= each.calls, "{}", each.function);
        assert!(each.reasons.is_sorted_by_key(|reason| std::cmp::Reverse(reason.calls)), "{:?}", each.reasons);
    }
    // Only the manager may queue a fee, and only one of a certain size: what the contract's two conditions say.
    let queue = of(functions, "router.queueFee(uint256)");
    let reasons: Vec<_> = queue.reasons.iter().map(|each| each.reason.as_str()).collect();
    assert!(reasons.contains(&"NotManager()") && reasons.contains(&"FeeTooHigh(uint256)"), "{reasons:?}");
    assert!(queue.changes > 0);
}

#[test]
fn reasons_are_the_same_at_any_number_of_threads() {
    let protocol = load("fees-fixed");
    let functions = |threads| {
        let options = heist::campaign::Options { threads, ..options(2, 10_000) };
        let (summary, _) = search(&protocol, &options);
        let functions = summary.protocols[0].functions.iter();
        functions.map(|each| (each.calls, each.changes, each.reasons.clone())).collect::<Vec<_>>()
    };
    assert_eq!(functions(1), functions(3));
}

/// A protocol with one invariant that changes can decide and one that nothing changes.
fn half_vacuous(folder: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/fees-fixed");
    let project = folder.join("project");
    fs::create_dir(&project).expect("the folder is new");
    let artifacts = from.join("artifacts");
    fs::create_dir(project.join("artifacts")).expect("the folder is new");
    for entry in fs::read_dir(artifacts).expect("it is there").flatten() {
        fs::copy(entry.path(), project.join("artifacts").join(entry.file_name())).expect("it can be copied");
    }
    let text = fs::read_to_string(from.join("heist.toml")).expect("it is there");
    let invariant = "\n[[invariant]]\nid = \"NOTHING-CHANGES\"\ntitle = \"A constant\"\nexpression = \"2 > 1\"\n";
    fs::write(project.join("heist.toml"), text + invariant).expect("it can be written");
}

#[test]
fn vacuous_invariants_fail_a_run_that_denies_them() {
    let folder = tempfile::tempdir().expect("a folder");
    half_vacuous(folder.path());
    let run = |more: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heist"));
        command.current_dir(folder.path()).args([
            "run",
            "project",
            "--calls",
            "2000",
            "--seed",
            "1",
            "--progress",
            "none",
        ]);
        command.args(more).output().expect("it runs")
    };
    let allowed = run(&[]);
    assert_eq!(allowed.status.code(), Some(0), "{}", String::from_utf8_lossy(&allowed.stderr));
    let denied = run(&["--deny", "vacuous"]);
    assert_eq!(denied.status.code(), Some(4), "{}", String::from_utf8_lossy(&denied.stderr));
    let text = String::from_utf8_lossy(&denied.stdout).into_owned();
    assert!(text.contains("NOTHING-CHANGES") && text.contains("Not all was checked"), "{text}");
}
