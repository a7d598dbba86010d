//! Suites of Foundry projects: what is found in them, whom they say to call, and what is said of those that cannot run.

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use heist::{
    campaign::{Executor, FindingKind, ReplayStatus, replay},
    generate,
    invariant::{Checks, Mode},
    protocol::{Protocol, ProtocolError, SuiteProblem, SuiteProject},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

fn data(project: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry").join(project)
}

fn suite(project: &str, name: &str) -> Result<Protocol, ProtocolError> {
    SuiteProject::open(&data(project), "default").expect("the project is built").protocol(name)
}

/// Functions that a suite has called, by the names of their contracts.
fn functions(name: &str) -> Vec<String> {
    let protocol = suite("odd", name).expect("the suite is set up");
    let name = |function: &heist::protocol::Function| {
        format!("{}.{}", protocol.contracts[function.contract].name, function.abi.name)
    };
    protocol.functions.iter().map(name).collect()
}

#[test]
fn all_three_bugs_of_the_vault_are_found_and_each_is_minimal() {
    let protocol = suite("vault", "BuggyVaultTest").expect("the suite is set up");
    let (summary, collector) = search(&protocol, &options(3, 60_000));
    assert!(collector.defects.is_empty(), "{:?}", collector.defects);
    let shortest = |rule: &str| {
        let found = collector.findings.iter().filter(|finding| finding.rule == rule);
        found.map(|finding| finding.steps.len()).min()
    };
    // Deposit and withdraw; deposit and transfer; deposit, wait and leave.
    assert_eq!(shortest("invariant_solvency"), Some(2));
    assert_eq!(shortest("invariant_sum"), Some(2));
    assert_eq!(shortest("invariant_total"), Some(3));
    let discards: u64 = summary.protocols[0].functions.iter().map(|function| function.discards).sum();
    assert!(discards > 0, "calls with nothing to withdraw are discarded, and counted");
    for finding in &collector.findings {
        let again = replay(&protocol, finding);
        assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{}: {:?}", finding.id, again.status);
    }
}

#[test]
fn nothing_is_found_where_the_bugs_are_mended() {
    let protocol = suite("vault", "MendedVaultTest").expect("the suite is set up");
    let (summary, collector) = search(&protocol, &options(1, 60_000));
    assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
    assert!(summary.protocols[0].invariants.iter().all(|each| each.evaluations > 0));
}

#[test]
fn the_same_bytes_at_one_and_at_four_threads() {
    let home = home();
    let runs = ["1", "4"].map(|threads| {
        let out = home.path().join(threads);
        let project = data("vault");
        let arguments = [
            "run",
            project.to_str().unwrap(),
            "--calls",
            "20000",
            "--seed",
            "9",
            "--threads",
            threads,
            "--progress",
            "none",
            "-q",
            "--out",
            out.to_str().unwrap(),
        ];
        assert_eq!(say(home.path(), &arguments).0, 1);
        let mut files = files(&out);
        files.retain(|path, _| path.starts_with("findings") || path.starts_with("corpus"));
        files
    });
    assert!(runs[0].len() > 10);
    assert_eq!(runs[0], runs[1]);
}

/// What was found incrementally is what is found when everything is judged anew after each call: also where cheatcodes leave
/// something behind in calls that revert.
#[test]
fn predicates_are_judged_again_whenever_something_moved_them() {
    for (project, name) in
        [("odd", "ActingTest"), ("vault", "BuggyVaultTest"), ("odd", "ChooseAllTest"), ("odd", "EndingTest")]
    {
        let protocol = Arc::new(suite(project, name).expect("the suite is set up"));
        let checks = Checks::for_protocol(&protocol, &[]).expect("the predicates fit").with_mode(Mode::Always);
        let mut executor = Executor::new(Arc::clone(&protocol), checks);
        let sequences = generate::sequences(&protocol, 1..=30);
        let mut runner = TestRunner::deterministic();
        for _ in 0..200 {
            executor.run(sequences.new_tree(&mut runner).expect("a sequence").current());
        }
        assert_eq!(executor.checks().discrepancies(), &[] as &[String], "{name}");
    }
}

#[test]
fn assertions_in_called_functions_are_findings_and_other_reverts_are_not() {
    let protocol = suite("odd", "ActingTest").expect("the suite is set up");
    let (_, collector) = search(&protocol, &options(2, 60_000));
    let found: BTreeSet<&str> = collector
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Assertion)
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(found, BTreeSet::from(["assert-Acting-asserts", "assert-Acting-notes", "assert-Acting-panics"]));
    let evidence = collector.findings.iter().find(|finding| finding.rule == "assert-Acting-asserts").unwrap();
    assert!(evidence.evidence.contains("forty-two"), "{}", evidence.evidence);
    assert!(collector.findings.iter().any(|finding| finding.rule == "invariant_no_fee"), "a fee outlives a revert");
}

#[test]
fn what_speaks_of_the_end_is_judged_there_and_not_before_the_first_call() {
    let protocol = suite("odd", "EndingTest").expect("the suite is set up");
    let (summary, collector) = search(&protocol, &options(4, 40_000));
    assert!(collector.defects.is_empty(), "{:?}", collector.defects);
    let shortest =
        collector.findings.iter().filter(|finding| finding.rule == "afterInvariant").map(|finding| finding.steps.len());
    // A call of the other counter leaves the first at zero.
    assert_eq!(shortest.min(), Some(1), "{:?}", collector.findings);
    assert!(summary.protocols[0].invariants.iter().any(|each| each.id == "afterInvariant" && each.evaluations > 0));
}

#[test]
fn a_suite_says_whom_to_call_in_each_of_its_ways() {
    let (one, two, three) = ("Counter.one", "Counter.two", "Twin.three");
    let (other_one, other_two) = ("Counter_2.one", "Counter_2.two");
    for (name, expected) in [
        ("ChooseAllTest", vec![one, two, other_one, other_two, three]),
        ("ChooseContractTest", vec![other_one, other_two]),
        ("ChooseNotContractTest", vec![one, two, three]),
        ("ChooseSelectorTest", vec![two]),
        ("ChooseNotSelectorTest", vec![one, other_one, other_two, three]),
        ("ChooseArtifactTest", vec![three]),
        ("ChooseNotArtifactTest", vec![three]),
        ("ChooseArtifactSelectorTest", vec![one, other_one]),
        ("ChooseInterfaceTest", vec![other_one, three]),
        ("ChooseSelfTest", vec!["ChooseSelfTest.act"]),
    ] {
        assert_eq!(functions(name), expected, "{name}");
    }
}

#[test]
fn only_the_senders_that_a_suite_names_call() {
    let protocol = suite("odd", "ChooseSenderTest").expect("the suite is set up");
    assert_eq!(protocol.actors.len(), 1);
    let (summary, collector) = search(&protocol, &options(1, 5_000));
    assert!(collector.findings.is_empty());
    assert!(
        summary.protocols[0]
            .invariants
            .iter()
            .any(|each| each.id.starts_with("invariant_only") && each.evaluations > 0)
    );
}

/// Runs `heist run` on a suite that cannot run, and gives exit code and stderr.
fn refused(project: &Path, name: &str) -> (i32, String) {
    let home = home();
    let arguments =
        ["run", project.to_str().unwrap(), "--protocol", name, "--calls", "2000", "--seed", "1", "--progress", "none"];
    let (code, _, stderr) = say(home.path(), &arguments);
    assert!(code == 5 || !home.path().join("heist-out").exists(), "{stderr}");
    (code, stderr)
}

#[test]
fn a_suite_that_cannot_run_is_told_with_its_place_and_what_to_do() {
    for (name, code, words) in [
        (
            "SetUpRevertsTest",
            3,
            vec!["Refused(7, \"closed\")", "in Refusing.enter(uint256)", "SetUpRevertsTest.json", "forge test"],
        ),
        ("SetUpUsesFfiTest", 3, vec!["vm.ffi(string[])", "neither run programs"]),
        ("SetUpWritesTest", 3, vec!["vm.writeFile(string,string)", "may not change files"]),
        ("SetUpForksTest", 3, vec!["vm.createFork(string)", "no support for forks"]),
        ("ConstructorRevertsTest", 3, vec!["not even made", "the constructor of ConstructorRevertsTest"]),
        ("ConstructorTakesTest", 2, vec!["constructor", "setUp()"]),
        ("NoTargetsTest", 3, vec!["no function to call", "targetContract"]),
        ("FalseAtStartTest", 3, vec!["before the first call", "from the beginning", "FalseAtStartTest.json"]),
        ("NoSuchTest", 2, vec!["no protocol `NoSuchTest`"]),
    ] {
        let (found, stderr) = refused(&data("odd"), name);
        assert_eq!(found, code, "{name}: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{name} does not say `{word}`: {stderr}");
        }
    }
}

#[test]
fn a_cheatcode_that_is_not_supported_fails_its_call_and_is_named() {
    let home = home();
    let project = data("odd");
    let arguments = [
        "run",
        project.to_str().unwrap(),
        "--protocol",
        "UnsupportedCallTest",
        "--calls",
        "2000",
        "--progress",
        "none",
    ];
    let (code, stdout, _) = say(home.path(), &arguments);
    assert_eq!(code, 5, "{stdout}");
    assert!(stdout.contains("vm.createFork(string)"), "{stdout}");
    let summary = fs::read_to_string(home.path().join("heist-out/summary.json")).unwrap();
    assert!(summary.contains("vm.createFork(string)"), "{summary}");
}

#[test]
fn a_project_that_is_malformed_is_told_with_its_place() {
    let home = home();
    let project = home.path().join("project");
    let run = |toml: &str| {
        fs::create_dir_all(project.join("out")).unwrap();
        fs::write(project.join("foundry.toml"), toml).unwrap();
        refused(&project, "*")
    };
    let default = "[profile.default]\n";
    for (toml, words) in [
        ("[profile.default\n".to_owned(), vec!["foundry.toml:1"]),
        (format!("{default}evm_version = \"tomorrow\"\n"), vec!["foundry.toml:2", "tomorrow"]),
        (format!("{default}out = 7\n"), vec!["foundry.toml:2", "`out` is not a text"]),
        (format!("{default}out = \"../elsewhere\"\n"), vec!["foundry.toml:2"]),
        (format!("{default}out = \"/\"\n"), vec!["foundry.toml:2", "leaves the project's folder"]),
        (format!("{default}out = \"gone\"\n"), vec!["foundry.toml:2", "not built", "forge build"]),
        (default.to_owned(), vec!["no artifact in this folder"]),
    ] {
        let (code, stderr) = run(&toml);
        assert_eq!(code, 2, "{toml}: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{toml} does not say `{word}`: {stderr}");
        }
    }
    let artifact = |name: &str, abi: &str, code: &str| {
        let folder = project.join("out").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("SomeTest.json"), format!("{{\"abi\":{abi},\"bytecode\":{{\"object\":\"{code}\"}}}}"))
            .unwrap();
    };
    let abi = r#"[{"type":"function","name":"invariant_x","inputs":[],"outputs":[],"stateMutability":"view"}]"#;
    // An ABI without code is an interface, or abstract: no suite.
    artifact("A.t.sol", abi, "0x");
    let (code, stderr) = run(default);
    assert!(code == 2 && stderr.contains("no contract that can be deployed"), "{stderr}");
    artifact("A.t.sol", abi, "0x600a600c600039600a6000f3602a60005260206000f3");
    artifact("B.t.sol", abi, "0x600a600c600039600a6000f3602b60005260206000f3");
    let (code, stderr) = run(default);
    assert!(code == 2 && stderr.contains("A.t.sol:SomeTest and B.t.sol:SomeTest"), "{stderr}");
}

#[test]
fn profiles_come_from_the_environment_and_what_has_no_effect_is_named() {
    let home = home();
    let project = data("odd");
    let run = |profile: &str| {
        let mut command = crate::cli::heist(home.path());
        command.env("FOUNDRY_PROFILE", profile);
        let output = command.args(["list", "protocols", project.to_str().unwrap()]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // The set-ups of this project fail, but not before the configuration is read.
    assert!(run("other").1.contains("`ffi` stays off"));
    let (code, stderr) = run("missing");
    assert!(
        code == Some(2) && stderr.contains("there is no profile `missing`") && stderr.contains("other"),
        "{stderr}"
    );
}

#[test]
fn the_invariants_of_a_suite_are_listed_and_explained() {
    let home = home();
    let project = data("vault");
    let (code, listed, _) = say(home.path(), &["list", "invariants", project.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(listed.contains("invariant_solvency") && listed.contains("assert-VaultHandler-deposit"), "{listed}");
    let (code, text, _) = say(home.path(), &["explain", "invariant_sum", project.to_str().unwrap()]);
    assert!(code == 0 && text.contains("BuggyVaultTest.invariant_sum()"), "{text}");
    let (code, text, _) = say(home.path(), &["list", "protocols", project.to_str().unwrap()]);
    assert!(code == 0 && text.contains("MendedVaultTest"), "{text}");
}

#[test]
fn a_hostile_suite_neither_ends_the_run_nor_takes_all_memory() {
    let protocol = suite("odd", "HauntingTest").expect("the suite is set up");
    let (summary, collector) = search(&protocol, &options(1, 3_000));
    assert!(collector.defects.is_empty() && collector.findings.is_empty(), "{collector:?}");
    // A ghost is gone before it could be called.
    let (ghosts, others): (Vec<_>, Vec<_>) =
        summary.protocols[0].functions.iter().partition(|function| function.function.starts_with("Ghost."));
    assert!(others.iter().all(|function| function.calls > function.reverts), "{summary:?}");
    assert!(ghosts.iter().all(|function| function.calls == 0), "{summary:?}");
}

#[test]
fn sources_that_are_newer_than_their_artifacts_are_told() {
    let home = home();
    let project = home.path().join("project");
    let place = |path: &str, bytes: &[u8]| {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let built = files(&data("odd"));
    for (path, bytes) in &built {
        place(path.to_str().unwrap(), bytes);
    }
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    let age = |folder: &str| {
        for path in files(&project.join(folder)).keys() {
            let file = fs::File::options().write(true).open(project.join(folder).join(path)).unwrap();
            file.set_modified(old).unwrap();
        }
    };
    // Artifacts that do not say what they were compiled from have nothing but their age.
    for path in files(&project.join("out")).keys() {
        let path = project.join("out").join(path);
        let mut artifact: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        artifact.as_object_mut().unwrap().remove("metadata");
        fs::write(path, artifact.to_string()).unwrap();
    }
    let notes = || SuiteProject::open(&project, "default").unwrap().note_of_age().unwrap_or_default();
    age("src");
    age("test");
    assert_eq!(notes(), "");
    age("out");
    place("test/deep/New.t.sol", b"// changed");
    assert!(notes().contains("run `forge build`"), "{}", notes());
}

#[test]
fn libraries_know_suites_by_their_problems() {
    let error = suite("odd", "SetUpUsesFfiTest").expect_err("ffi is off");
    let ProtocolError::Suite(error) = error else { panic!("{error}") };
    assert!(error.is_target_failure());
    let SuiteProblem::Unsupported { cheatcode, .. } = *error.problem else { panic!("{error:?}") };
    assert_eq!(cheatcode, "vm.ffi(string[])");
}

/// Compared with forge's by `.ci/conformance`; here that none of the tests that say so in their names pass or fail otherwise.
#[test]
fn small_tests_end_as_their_names_say() {
    let verdicts = SuiteProject::open(&data("conformance"), "default").unwrap().run_tests().unwrap();
    assert!(verdicts.len() > 680, "{}", verdicts.len());
    for verdict in verdicts {
        let is_set_up = verdict.contract == "SetUpFailsTest";
        let fails = verdict.test.ends_with("_fails()") || is_set_up || verdict.test.ends_with("_fail()");
        let failed = verdict.verdict == heist::protocol::Verdict::Failed;
        assert_eq!(failed, fails, "{}.{}: {:?}", verdict.contract, verdict.test, verdict.reason);
    }
}
