//! What suites of Foundry use beside calls: contracts that calls create, fixtures, comments and variables that configure.

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use heist::{
    campaign::{Executor, ReplayStatus, replay},
    evm::World,
    generate,
    invariant::Checks,
    protocol::{Protocol, ProtocolError, SuiteOptions, SuiteProject},
    sequence::{CorpusFormat, Sequence, Step, StepRecord, write_foreign},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry/features")
}

fn suite(name: &str) -> Protocol {
    SuiteProject::open(&data(), "default").expect("the project is built").protocol(name).expect("the suite is set up")
}

/// Rules that a search finds violated, with the fewest steps of each.
fn found(name: &str, seed: u64) -> BTreeMap<String, usize> {
    let (_, collector) = search(&suite(name), &options(seed, 40_000));
    assert!(collector.defects.is_empty(), "{:?}", collector.defects);
    let mut rules = BTreeMap::new();
    for finding in &collector.findings {
        let steps = rules.entry(finding.rule.clone()).or_insert(usize::MAX);
        *steps = finding.steps.len().min(*steps);
    }
    rules
}

/// Compared with forge's by `.ci/conformance`.
#[test]
fn contracts_that_calls_create_are_called_unless_targets_leave_them_out() {
    let (second, lids) = ("invariant_second_stays_closed".to_owned(), "invariant_lids_stay".to_owned());
    for (name, expected) in [
        // Make two, open the second; make one, cover it, lift the lid.
        ("CreatedTest", BTreeMap::from([(second.clone(), 3), (lids, 3)])),
        ("CreatedBySelectorTest", BTreeMap::from([(second, 3)])),
        ("CreatedButTargetsTest", BTreeMap::new()),
        ("CreatedButExcludedTest", BTreeMap::new()),
        ("CreatedButOtherArtifactTest", BTreeMap::new()),
        ("CreatedByOtherSelectorTest", BTreeMap::new()),
    ] {
        assert_eq!(found(name, 3), expected, "{name}");
    }
}

#[test]
fn a_call_of_a_created_contract_is_shrunk_replayed_and_written() {
    let protocol = suite("CreatedTest");
    let (_, collector) = search(&protocol, &options(5, 40_000));
    let finding = collector.findings.iter().find(|finding| finding.rule == "invariant_second_stays_closed");
    let finding = finding.expect("the second box is opened");
    let StepRecord::Call(last) = finding.steps.last().expect("steps") else { panic!("{finding:?}") };
    assert_eq!((last.contract.as_str(), last.instance), ("Box", Some(1)));
    let again = replay(&protocol, finding);
    assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{:?}", again.status);
    assert!(again.traces.iter().all(|step| step.execution.succeeded() && !step.trace.frames.is_empty()));

    let text = serde_json::to_string(&finding.steps).expect("steps are written");
    assert!(text.contains(r#""contract":"Box","instance":1,"function":"open(uint256)""#), "{text}");
    let read: Vec<StepRecord> = serde_json::from_str(&text).expect("steps are read");
    let fitted = Sequence::fit(&protocol, &read);
    assert!(fitted.dropped.is_empty());
    assert_eq!(fitted.sequence.to_records(&protocol), finding.steps);

    // Where it is follows from the shop's address and from how many contracts that has created: its second nonce is 2.
    let placed = heist::campaign::placed(&protocol, fitted.sequence);
    let shop = protocol.contract("Shop").expect("it is deployed").address;
    let value = write_foreign(&protocol, &placed, CorpusFormat::Echidna).expect("only calls");
    let last = value.as_array().and_then(|steps| steps.last()).expect("steps");
    assert_eq!(last["dst"], shop.create(2).to_string());
}

#[test]
fn a_contract_that_is_not_there_is_not_called_and_what_was_dropped_is_none() {
    let protocol = Arc::new(suite("CreatedTest"));
    let checks = Checks::for_protocol(&protocol, &[]).expect("the predicates fit");
    let mut executor = Executor::new(Arc::clone(&protocol), checks);
    let call = |function: &str, contract: &str, instance: Option<usize>| {
        let arguments = if function == "open(uint256)" { serde_json::json!(["1"]) } else { serde_json::json!([]) };
        let mut record = serde_json::json!({
            "step": "call", "from": "sender1", "contract": contract, "function": function, "arguments": arguments, "calldata": "0x",
        });
        if let Some(instance) = instance {
            record["instance"] = instance.into();
        }
        serde_json::from_value::<StepRecord>(record).expect("a step")
    };
    let steps = [call("fumble()", "Shop", None), call("open(uint256)", "Box", Some(0)), call("make()", "Shop", None)];
    let sequence = Sequence::from_records(&protocol, &steps).expect("the steps fit");
    let outcome = executor.run(sequence);
    assert_eq!((outcome.calls, outcome.reverts), (2, 1));
    // Beyond the last one, the numbers count round.
    let steps = [call("make()", "Shop", None), call("make()", "Shop", None), call("open(uint256)", "Box", Some(7))];
    let outcome = executor.run(Sequence::from_records(&protocol, &steps).expect("the steps fit"));
    let Some(Step::Call(last)) = outcome.sequence.steps.last() else { panic!("{outcome:?}") };
    let shop = protocol.contract("Shop").expect("it is deployed").address;
    assert_eq!(last.instance.map(|instance| (instance.order, instance.address)), Some((1, Some(shop.create(2)))));
}

/// What is resumed behind a prefix ends as what is run from the beginning, and what ran once runs the same again.
#[test]
fn created_contracts_are_the_same_in_each_run() {
    let protocol = Arc::new(suite("CreatedTest"));
    let checks = Checks::for_protocol(&protocol, &[]).expect("the predicates fit");
    let features = heist::campaign::Features::all();
    let mut executor = Executor::new(Arc::clone(&protocol), checks).with_features(features);
    let sequences = generate::sequences(&protocol, 1..=20);
    let mut runner = TestRunner::deterministic();
    let mut resumed = 0;
    for _ in 0..300 {
        let first = executor.run(sequences.new_tree(&mut runner).expect("a sequence").current());
        let world = executor.machine().merge_into(World::default()).hash();
        let again = executor.run(first.sequence.clone());
        assert_eq!(again.sequence, first.sequence);
        assert_eq!(executor.machine().merge_into(World::default()).hash(), world);
        if let Some(resume) = &first.resume {
            let tail = first.sequence.steps[resume.steps.len()..].to_vec();
            let from_there = executor.resume(resume, tail);
            assert_eq!(from_there.sequence, first.sequence);
            assert_eq!(executor.machine().merge_into(World::default()).hash(), world);
            resumed += 1;
        }
    }
    assert!(resumed > 0, "some state is kept");
}

#[test]
fn created_contracts_are_found_alike_at_any_number_of_threads() {
    let home = home();
    let runs = ["1", "4"].map(|threads| {
        let out = home.path().join(threads);
        let project = data();
        let (project, out_text) = (project.to_str().expect("a path"), out.to_str().expect("a path"));
        let budget = ["--calls", "20000", "--seed", "9", "--threads", threads, "--progress", "none", "-q"];
        let arguments = [&["run", project, "--protocol", "CreatedTest", "--out", out_text][..], &budget].concat();
        assert_eq!(say(home.path(), &arguments).0, 1);
        let mut files = files(&out);
        files.retain(|path, _| path.starts_with("findings") || path.starts_with("corpus"));
        files
    });
    assert!(runs[0].len() > 5);
    assert_eq!(runs[0], runs[1]);
}

/// As forge 1.7.1 lists what it calls.
#[test]
fn targets_that_are_said_in_two_ways_are_what_they_are_for_forge() {
    let (up, down, step) = ("Left.up", "Left.down", "Right.step");
    let own = ["IS_TEST", "act", "beforeTea", "checkIn", "excludeNobody", "failed", "proveIt", "targetPractice"];
    let own: Vec<_> = own.iter().map(|name| format!("OwnFunctionsTest.{name}")).collect();
    for (name, expected) in [
        ("SelectorsBothWaysTest", vec![down, up, step]),
        ("ExcludedOfNoTargetTest", vec![up, step]),
        ("SelectorOfNoTargetTest", vec![down, step]),
        ("SelectorOfViewTest", vec!["Left.look", step]),
        ("ArtifactBothWaysTest", vec![step]),
        ("ArtifactSelectorExcludedTest", vec![up]),
        ("ContractBothWaysTest", vec![step]),
        ("InterfaceOfTargetTest", vec![up, step]),
        ("InterfaceOfExcludedTest", vec![up, step]),
        ("InterfaceElsewhereTest", vec!["InterfaceElsewhereTest.up", down, up, step]),
        ("OwnFunctionsTest", own.iter().map(String::as_str).collect()),
        ("SendersBothWaysTest", vec![down, up, step]),
    ] {
        let protocol = suite(name);
        // What the suite's own code could create beside it is not what this is about.
        let there = protocol.functions.iter().filter(|function| !protocol.contracts[function.contract].created);
        let full = |function: &heist::protocol::Function| {
            format!("{}.{}", protocol.contracts[function.contract].name, function.abi.name)
        };
        let called = there.map(full);
        assert_eq!(called.collect::<Vec<_>>(), expected, "{name}");
    }
    assert_eq!(suite("SendersBothWaysTest").actors.len(), 1);
}

#[test]
fn fixtures_are_tried_for_parameters_of_their_names() {
    let rules = found("FixtureTest", 2);
    assert_eq!(rules, BTreeMap::from([("invariant_closed".to_owned(), 1), ("invariant_still".to_owned(), 1)]));
    assert_eq!(found("NoFixtureTest", 2), BTreeMap::new(), "the secrets cannot be guessed");
}

#[test]
fn comments_configure_a_suite_and_variables_what_they_leave_open() {
    let open = |profile: &str, variables: &[(&str, &str)]| {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        SuiteProject::open_with(&data(), &SuiteOptions { profile: profile.to_owned(), variables })
    };
    let shape = |project: &SuiteProject, name: &str| {
        let protocol = project.protocol(name).expect("the suite is set up");
        (protocol.campaign.steps, protocol.suite.expect("a suite").fail_on_revert)
    };
    let project = open("default", &[]).expect("the project is built");
    assert_eq!(shape(&project, "InlineContractTest"), (7, false));
    // As deep as the deepest invariant wants, and 30 is what foundry.toml says for the one without a comment.
    assert_eq!(shape(&project, "InlineFunctionTest"), (30, true));
    assert_eq!(shape(&project, "InlineNothingTest"), (30, false));
    let notes = project.notes_of("InlineContractTest").expect("the comments are right");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(
        notes[0].contains("Inline.t.sol:17") && notes[0].contains("`invariant.runs` of InlineContractTest"),
        "{notes:?}"
    );

    let project = open("ci", &[]).expect("the project is built");
    assert_eq!(shape(&project, "InlineContractTest"), (9, false));
    assert_eq!(shape(&project, "InlineNothingTest"), (60, false));
    let variables = [
        ("FOUNDRY_INVARIANT_DEPTH", "44"),
        ("FOUNDRY_INVARIANT_FAIL_ON_REVERT", "true"),
        ("FOUNDRY_CHAIN_ID", "5"),
        ("FOUNDRY_SOLC", "0.8.1"),
    ];
    let project = open("default", &variables).expect("the project is built");
    assert_eq!(shape(&project, "InlineContractTest"), (7, true), "a comment goes first");
    assert_eq!(shape(&project, "InlineNothingTest"), (44, true));
    assert_eq!(project.protocol("InlineNothingTest").expect("a suite").settings.chain_id, 5);
    let error = open("default", &[("FOUNDRY_INVARIANT_DEPTH", "deep")]).expect_err("no number").to_string();
    assert!(error.contains("FOUNDRY_INVARIANT_DEPTH: `depth` is not a number"), "{error}");
    let error = open("default", &[("FOUNDRY_SENDER", "me")]).expect_err("no address").to_string();
    assert!(error.contains("FOUNDRY_SENDER: `sender` is not an address"), "{error}");
}

/// Compared with forge's by `.ci/conformance`.
#[test]
fn comments_of_what_a_suite_inherits_have_no_effect_and_are_named() {
    let project = SuiteProject::open(&data(), "default").expect("the project is built");
    let shape = |name: &str| {
        let protocol = project.protocol(name).expect("the suite is set up");
        (protocol.campaign.steps, protocol.suite.expect("a suite").fail_on_revert)
    };
    assert_eq!(shape("InheritedTest"), (30, false));
    assert_eq!(shape("InheritedOverTest"), (1, false), "its own comments count, the function's first");
    assert_eq!(shape("InheritedStrictTest"), (30, false));
    assert_eq!(shape("InheritedStrictAgainTest"), (30, true));
    for (name, expected) in [("InheritedTest", 1), ("InheritedOverTest", 0), ("InheritedStrictTest", 0)] {
        assert_eq!(found(name, 3).len(), expected, "{name}");
    }
    let notes = project.notes_of("InheritedTest").expect("the comments are right");
    let words = [
        "Inherited.t.sol:23: `invariant.depth` of ShallowGongTest.invariant_struck_once has no effect",
        "Inherited.t.sol:13: `invariant.depth` of ShallowTest has no effect",
    ];
    assert_eq!(notes.len(), words.len(), "{notes:?}");
    for (note, words) in notes.iter().zip(words) {
        assert!(note.contains(words) && note.contains("InheritedTest takes nothing from what it inherits"), "{note}");
    }
}

#[test]
fn a_comment_that_is_wrong_is_told_also_where_it_is_inherited() {
    let home = home();
    let project = copy_with(home.path(), "contract BellTest", "contract BellTest");
    let path = project.join("test/Inherited.t.sol");
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(path, text.replacen("default.invariant.depth = 1", "nightly.invariant.depth = 1", 1)).expect("a file");
    let project = SuiteProject::open(&project, "default").expect("the project is built");
    let error = project.protocol("InheritedTest").expect_err("a base has a wrong comment");
    assert_eq!(error.place().map(|place| place.line), Some(13));
    assert!(error.to_string().contains("no profile `nightly`"), "{error}");
    assert!(project.protocol("InheritedStrictTest").is_ok(), "it does not inherit it");
}

/// A copy of the project whose suites say something else.
fn copy_with(home: &Path, from: &str, to: &str) -> PathBuf {
    let project = home.join("project");
    for (path, bytes) in files(&data()) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let path = project.join("test/Inline.t.sol");
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).expect("a file");
    project
}

#[test]
fn a_comment_that_is_wrong_is_told_with_its_line() {
    for (comment, words) in [
        ("default.invariant.depth = \"deep\"", vec!["`depth` is not a number above zero"]),
        ("default.invariant.depth = 0", vec!["`depth` is not a number above zero"]),
        ("default.invariant.fail_on_revert = 1", vec!["`fail_on_revert` is not true or false"]),
        ("nightly.invariant.depth = 3", vec!["no profile `nightly`", "default, ci"]),
        ("ci.invariant.depth = -3", vec!["`depth` is not a number"]),
        ("default.invariant.depth = = 3", vec!["forge-config"]),
        ("default.invariant.depth", vec!["expected `profile.invariant.key = value`"]),
        ("default = 3", vec!["`default` is a profile, not a key"]),
    ] {
        let home = home();
        let project = copy_with(home.path(), "default.invariant.depth = 7", comment);
        let project = SuiteProject::open(&project, "default").expect("the project is built");
        let error = project.protocol("InlineContractTest").expect_err(comment);
        assert!(!error.is_target_failure(), "{comment}");
        assert_eq!(error.place().map(|place| place.line), Some(15), "{comment}");
        let text = error.to_string();
        assert!(text.contains("test/Inline.t.sol:15"), "{text}");
        for word in words {
            assert!(text.contains(word), "{comment} does not say `{word}`: {text}");
        }
        assert!(matches!(error, ProtocolError::Suite(_)), "{comment}");
        assert!(project.protocol("InlineNothingTest").is_ok(), "{comment}: it is not meant for others");
    }
}

#[test]
fn what_sources_say_is_compared_by_content_not_by_time() {
    let home = home();
    let project = copy_with(home.path(), "\"twice\"", "\"twice\"");
    let newer = || SuiteProject::open(&project, "default").expect("the project is built").newer().map(str::to_owned);
    let source = project.join("src/Boxes.sol");
    let text = fs::read_to_string(&source).expect("it is there");
    // Written again, later than the artifacts: as a clone does.
    fs::write(&source, &text).expect("a file");
    assert_eq!(newer(), None);
    fs::write(&source, text.replace('\n', "\r\n")).expect("a file");
    assert_eq!(newer(), None, "the compiler sees line feeds");
    fs::write(&source, text.replace("opened = true", "opened = false")).expect("a file");
    assert!(newer().is_some_and(|newer| newer.contains("`src/Boxes.sol` has changed")), "{:?}", newer());
    fs::write(&source, &text).expect("a file");
    fs::write(project.join("test/New.t.sol"), "contract New {}").expect("a file");
    assert!(newer().is_some_and(|newer| newer.contains("`test/New.t.sol` is newer")), "{:?}", newer());
}
