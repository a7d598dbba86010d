//! Suites of Echidna and Medusa, also in Chimera's layout: what fails in each mode, the world that they run in, and what is said of
//! configurations.

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use alloy_primitives::U256;
use heist::{
    campaign::{FindingKind, ReplayStatus, replay},
    protocol::{Protocol, ProtocolError, SuiteProject},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn data(project: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/crytic").join(project)
}

fn suite(project: &Path, name: &str) -> Result<Protocol, ProtocolError> {
    SuiteProject::open(project, "default")?.protocol(name)
}

/// The small suites under configurations of one's own.
fn modes(configurations: &[(&str, &str)]) -> tempfile::TempDir {
    let home = home();
    let project = home.path().join("project");
    fs::create_dir_all(project.join("artifacts")).unwrap();
    for (path, bytes) in files(&data("modes").join("artifacts")) {
        fs::write(project.join("artifacts").join(path), bytes).unwrap();
    }
    for (file, text) in configurations {
        fs::write(project.join(file), text).unwrap();
    }
    home
}

/// The rules that a campaign over one of the small suites finds violated.
fn violated(configurations: &[(&str, &str)], name: &str, calls: u64) -> BTreeSet<String> {
    let home = modes(configurations);
    let protocol = suite(&home.path().join("project"), name).expect("the suite is deployed");
    let (_, collector) = search(&protocol, &options(1, calls));
    assert!(collector.defects.is_empty(), "{:?}", collector.defects);
    for finding in &collector.findings {
        let again = replay(&protocol, finding);
        assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{}: {:?}", finding.id, again.status);
    }
    collector.findings.into_iter().map(|finding| finding.rule).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn all_three_bugs_of_the_vault_are_found_in_both_styles() {
    for (project, name, rules) in [
        ("echidna", "BuggyVaultTest", ["echidna_solvency", "assert-BuggyVaultTest-transfer", "echidna_total"]),
        ("chimera", "CryticTester", ["property_solvency", "invariant_sum", "invariant_total"]),
    ] {
        let protocol = suite(&data(project), name).expect("the suite is deployed");
        let (_, collector) = search(&protocol, &options(3, 60_000));
        assert!(collector.defects.is_empty(), "{:?}", collector.defects);
        for rule in rules {
            let found = collector.findings.iter().filter(|finding| finding.rule == rule);
            let shortest = found.map(|finding| finding.steps.len()).min();
            // Deposit and withdraw, or deposit and transfer: two steps. Deposit, leave, and four times a week between.
            let most = match (project, rule) {
                ("echidna", "echidna_total") => 6,
                ("chimera", "invariant_total") => 50,
                _ => 2,
            };
            assert!(shortest.is_some_and(|steps| steps <= most), "{rule}: {shortest:?}");
        }
        let rules = BTreeSet::from(rules);
        assert!(collector.findings.iter().all(|finding| rules.contains(finding.rule.as_str())), "{collector:?}");
        for finding in &collector.findings {
            let again = replay(&protocol, finding);
            assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{}: {:?}", finding.id, again.status);
        }
    }
}

#[test]
fn nothing_is_found_where_the_bugs_are_mended() {
    let home = home();
    let project = home.path().join("chimera");
    for (path, bytes) in files(&data("chimera")) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let medusa = fs::read_to_string(project.join("medusa.json")).unwrap();
    fs::write(project.join("medusa.json"), medusa.replace("CryticTester", "MendedTester")).unwrap();
    for (project, name) in [(data("echidna"), "MendedVaultTest"), (project, "MendedTester")] {
        let protocol = suite(&project, name).expect("the suite is deployed");
        let (summary, collector) = search(&protocol, &options(1, 60_000));
        assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
        assert!(summary.protocols[0].invariants.iter().all(|each| each.evaluations > 0), "{summary:?}");
    }
}

#[test]
fn properties_fail_when_they_are_false_or_revert_and_some_must_revert() {
    let echidna = [("echidna.yaml", "prefix: own_\nseqLen: 10\n")];
    let expected = [
        "echidna_is_false_at_three",
        "crytic_reverts_at_two",
        "invariant_fails_at_one",
        "own_is_false_when_open",
        "echidna_revert_until_open",
    ];
    assert_eq!(violated(&echidna, "Properties", 20_000), set(&expected));
    // Medusa's own prefixes are taken too, and switched off they are not judged.
    let medusa = r#"{"fuzzing": {"testing": {"propertyTesting": {"enabled": true, "testPrefixes": ["own_"]}}}}"#;
    assert_eq!(violated(&[("medusa.json", medusa)], "Properties", 20_000), set(&expected));
    let medusa = medusa.replace("true", "false");
    assert_eq!(violated(&[("medusa.json", &medusa)], "Properties", 5_000), set(&[]));
}

#[test]
fn calls_fail_by_assertions_and_by_the_panics_that_are_asked_for() {
    let always = ["assert-Assertions-asserts", "assert-Assertions-emits"];
    let echidna = |text: &str| violated(&[("echidna.yaml", text)], "Assertions", 40_000);
    assert_eq!(echidna(""), set(&always));
    assert_eq!(echidna("testMode: assertion"), &set(&always) | &set(&["assert-Assertions-asks"]));
    let overflow = &set(&always) | &set(&["assert-Assertions-adds", "assert-Assertions-asks"]);
    assert_eq!(echidna("testMode: overflow"), overflow);
    let medusa = |panics: &str, rest: &str| {
        let text = format!(
            "{{\"fuzzing\": {{\"testing\": {{\"assertionTesting\": {{\"panicCodeConfig\": {{{panics}}}{rest}}}}}}}}}"
        );
        violated(&[("medusa.json", &text)], "Assertions", 40_000)
    };
    assert_eq!(medusa("", ""), set(&always));
    assert_eq!(medusa("\"failOnAssertion\": false", ""), set(&["assert-Assertions-emits"]));
    let all = "\"failOnArithmeticUnderflow\": true, \"failOnDivideByZero\": true, \"failOnPopEmptyArray\": true, \
               \"failOnOutOfBoundsArrayAccess\": true, \"failOnEnumTypeConversionOutOfBounds\": true";
    let expected = ["adds", "divides", "pops", "picks", "chooses"].map(|name| format!("assert-Assertions-{name}"));
    assert_eq!(medusa(all, ""), &set(&always) | &BTreeSet::from(expected));
}

#[test]
fn a_suite_lives_in_the_world_of_its_tool() {
    let expected = set(&["echidna_is_not_called_by_all", "echidna_is_never_late", "echidna_is_never_paid"]);
    // What is meant to be false is; the rest holds. The other tool's property is left out by the choice of rules.
    let home = modes(&[("echidna.yaml", "")]);
    let check = |name: &str, rules: &[&str]| {
        let protocol = suite(&home.path().join("project"), name).expect("the suite is deployed");
        let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let options = heist::campaign::Options { invariants: rules, ..options(1, 60_000) };
        let (_, collector) = search(&protocol, &options);
        assert!(collector.defects.is_empty(), "{:?}", collector.defects);
        collector.findings.into_iter().map(|finding| finding.rule).collect::<BTreeSet<_>>()
    };
    assert_eq!(check("World", &["echidna_*"]), expected);
    let medusa = r#"{"fuzzing": {"targetContracts": ["World"], "targetContractsBalances": ["12345"]}}"#;
    fs::remove_file(home.path().join("project/echidna.yaml")).unwrap();
    fs::write(home.path().join("project/medusa.json"), medusa).unwrap();
    let found = check("World", &["property_*", "echidna_is_asked*", "echidna_is_not_called*", "echidna_is_never_late"]);
    assert_eq!(found, set(&["echidna_is_not_called_by_all", "echidna_is_never_late"]));
}

#[test]
fn addresses_balances_delays_and_functions_are_as_the_configuration_says() {
    let yaml = "deployer: 0xabc\nsender: [\"0x111\", 0x222]\npsender: 0x111\nmaxTimeDelay: 0\nmaxBlockDelay: 0\n\
                maxValue: 7\nbalanceAddr: 1000000\nbalanceContract: 99\nseqLen: 3\n\
                contractAddr: \"0x00000000000000000000000000000000000c0de0\"\nfilterFunctions: [\"Properties.open()\"]\n";
    let home = modes(&[("echidna.yaml", yaml)]);
    let project = home.path().join("project");
    let world = suite(&project, "World").expect("the suite is deployed");
    assert_eq!(world.contracts[0].address.to_string().to_lowercase(), "0x00000000000000000000000000000000000c0de0");
    let senders: Vec<_> = world.actors.iter().map(|actor| actor.address.to_string()).collect();
    assert_eq!(senders, ["0x0000000000000000000000000000000000000111", "0x0000000000000000000000000000000000000222"]);
    assert_eq!(world.machine().balance(world.actors[0].address), U256::from(1_000_000));
    assert_eq!(world.machine().balance(world.contracts[0].address), U256::from(99));
    assert!(!world.campaign.time_passes);
    assert_eq!((world.campaign.steps, world.campaign.bounds.value), (3, U256::from(7)));
    let called = |project: &Path| {
        let protocol = suite(project, "Properties").expect("the suite is deployed");
        protocol.functions.iter().map(|function| function.abi.name.clone()).collect::<Vec<_>>()
    };
    // Without the prefix, what looks like a property elsewhere is a view, and those are not called.
    assert_eq!(called(&project), ["step"]);
    fs::write(project.join("echidna.yaml"), format!("{yaml}filterBlacklist: false\n")).unwrap();
    assert_eq!(called(&project), ["open"]);
}

#[test]
fn contracts_are_there_before_the_suite_and_constructors_get_their_arguments() {
    let medusa = r#"{"fuzzing": {
        "predeployedContracts": {"Registry": "0x4444"},
        "targetContracts": ["Token", "Holder"],
        "constructorArgs": {
            "Token": {"supply_": "1000000000000000000000000"},
            "Holder": {"token_": "DeployedContract:Token", "amount_": "0xff", "owner_": "0x0000000000000000000000000000000000001234",
                       "flags_": [true, false]}
        }}}"#;
    assert_eq!(violated(&[("medusa.json", medusa)], "Holder", 3_000), set(&["property_is_not_touched"]));
    // 600b600c600039600b6000f3 returns the eleven bytes behind it: mstore(0, 42), return(0, 32), and one to spare.
    let yaml = "deployContracts: [[\"0x42\", \"Registry\"]]\n\
                deployBytecodes:\n  - [\"0x44\", \"600b600c600039600b6000f3602a60005260206000f300\"]\n";
    assert_eq!(violated(&[("echidna.yaml", yaml)], "Fixed", 3_000), set(&[]));
}

#[test]
fn what_is_maximised_reaches_its_closed_form_and_is_no_finding() {
    let home = modes(&[("echidna.yaml", "testMode: optimization\nseqLen: 20\n")]);
    let project = home.path().join("project");
    let protocol = suite(&project, "Maxima").expect("the suite is deployed");
    for seed in 1..=2 {
        let (summary, collector) = search(&protocol, &options(seed, 60_000));
        assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
        let optima: Vec<_> = summary.protocols[0]
            .optima
            .iter()
            .map(|each| (each.id.as_str(), each.value.as_str(), each.steps.len()))
            .collect();
        let expected = [
            ("echidna_opt_sum", "1275", 5),
            ("optimize_negative", "-1", 1),
            ("optimize_parabola", "10000", 1),
            ("optimize_partial", "5", 5),
        ];
        assert_eq!(optima, expected, "seed {seed}");
    }
    let arguments = ["run", project.to_str().unwrap(), "--protocol", "Maxima", "--calls", "60000", "--seed", "1"];
    let (code, stdout, _) = say(home.path(), &arguments);
    assert_eq!(code, 0, "{stdout}");
    assert!(stdout.contains("Maxima.echidna_opt_sum") && stdout.contains("1275"), "{stdout}");
    let file = fs::read_to_string(home.path().join("heist-out/optima/Maxima-Maxima-echidna_opt_sum.json")).unwrap();
    assert!(file.contains("\"value\": \"1275\"") && file.contains("add(uint8)"), "{file}");
    let summary = fs::read_to_string(home.path().join("heist-out/summary.json")).unwrap();
    assert!(summary.contains("optima/Maxima-Maxima-echidna_opt_sum.json"), "{summary}");
}

#[test]
fn chimera_projects_are_run_by_both_entries() {
    let project = SuiteProject::open(&data("chimera"), "default").expect("the project is built");
    assert_eq!(project.suites().unwrap(), ["CryticTester", "CryticToFoundry"]);
    let tester = project.protocol("CryticTester").unwrap();
    // Where the configuration of create-chimera-app puts it: where forge's suites are.
    assert_eq!(tester.contracts[0].address.to_string(), "0x7FA9385bE102ac3EAc297483Dd6233D62b3e1496");
    assert_eq!(tester.block.timestamp, 1_524_785_992);
    assert_eq!(project.protocol("CryticToFoundry").unwrap().block.timestamp, 1);
    let notes = project.notes().join("\n");
    for key in ["cryticArgs", "shrinkLimit", "fuzzing.workers", "fuzzing.testing.stopOnFailedTest"] {
        assert!(notes.contains(key), "{key} is not named: {notes}");
    }
}

#[test]
fn keys_without_effect_are_named_when_the_run_begins() {
    let yaml = "testLimit: 7\nworkers: 4\ntestMod: assertion\nallowFFI: true\n";
    let home = modes(&[("echidna.yaml", yaml)]);
    let project = home.path().join("project");
    let (_, _, stderr) =
        say(home.path(), &["run", project.to_str().unwrap(), "--protocol", "Properties", "--calls", "100"]);
    for words in [
        "no effect here: testLimit, workers",
        "echidna.yaml:3:1: the key `testMod` is not known; did you mean `testMode`?",
        "`allowFFI` stays off",
        "not tested, for their constructors have parameters: Holder",
    ] {
        assert!(stderr.contains(words), "`{words}` is not said: {stderr}");
    }
}

#[test]
fn configurations_that_are_malformed_are_told_with_their_places() {
    let home = modes(&[]);
    let project = home.path().join("project");
    let refuse = |file: &str, text: &str, words: &[&str]| {
        fs::write(project.join(file), text).unwrap();
        let (code, _, stderr) = say(home.path(), &["run", project.to_str().unwrap(), "--calls", "10"]);
        assert_eq!(code, 2, "{text}: {stderr}");
        for word in words.iter().chain(&["help:"]) {
            assert!(stderr.contains(word), "{text} does not say `{word}`: {stderr}");
        }
        fs::remove_file(project.join(file)).unwrap();
    };
    for (text, words) in [
        ("testMode: [\n", vec!["echidna.yaml:2"]),
        ("a: b: c\n", vec!["echidna.yaml:1"]),
        ("seqLen: many\n", vec!["echidna.yaml:1:9", "`seqLen` is not a whole number"]),
        ("\nsender: [0x10000, oops]\n", vec!["echidna.yaml:2:19", "`sender` is not an address"]),
        ("testMode: fast\n", vec!["echidna.yaml:1:11", "property, assertion"]),
        ("allContracts: 3\n", vec!["echidna.yaml:1", "true or false"]),
        ("deployContracts: [[0x42]]\n", vec!["echidna.yaml:1", "a list of pairs"]),
        ("deployBytecodes: [[\"0x42\", \"xyz\"]]\n", vec!["echidna.yaml:1", "not hexadecimal"]),
        ("- a\n- b\n", vec!["echidna.yaml:1", "a table of keys"]),
        ("seqLen: 1\nseqLen: 2\n", vec!["echidna.yaml:2", "twice"]),
    ] {
        refuse("echidna.yaml", text, &words);
    }
    for (text, words) in [
        ("{\n  \"fuzzing\": {\n    \"workers\" 3\n  }\n}\n", vec!["medusa.json:3"]),
        ("{\"fuzzing\": 7}", vec!["medusa.json:1:13", "`fuzzing` is not a table"]),
        ("{\"fuzzing\":\n {\"targetContracts\": \"A\"}}", vec!["medusa.json:2", "`targetContracts` is not a list"]),
        ("{\"fuzzing\": {\"targetContracts\": [\"Nobody\"]}}", vec!["medusa.json", "no artifact is called `Nobody`"]),
        (
            "{\"fuzzing\": {\"targetContracts\": [\"Token\"],\n \"constructorArgs\": {\"Token\": {\"supply_\": \"much\"}}}}",
            vec!["medusa.json:2", "constructorArgs of Token"],
        ),
        ("{\"fuzzing\": {\"targetContracts\": [\"Token\"]}}", vec!["Token.json", "constructor", "constructorArgs"]),
    ] {
        refuse("medusa.json", text, &words);
    }
}

#[test]
fn a_project_that_is_not_built_is_told() {
    let home = home();
    let project = home.path().join("project");
    fs::create_dir_all(&project).unwrap();
    fs::write(project.join("echidna.yaml"), "").unwrap();
    let (code, _, stderr) = say(home.path(), &["run", project.to_str().unwrap()]);
    assert!(code == 2 && stderr.contains("not built") && stderr.contains("forge build"), "{stderr}");
}

#[test]
fn the_same_bytes_at_one_and_at_four_threads() {
    let home = modes(&[("echidna.yaml", "testMode: optimization\n")]);
    let project = home.path().join("project");
    let runs = ["1", "4"].map(|threads| {
        let out = home.path().join(threads);
        let arguments = ["run", project.to_str().unwrap(), "--protocol", "*a*", "--calls", "15000", "--seed", "9"];
        let more = ["--threads", threads, "--progress", "none", "-q", "--out", out.to_str().unwrap()];
        assert_eq!(say(home.path(), &[&arguments[..], &more[..]].concat()).0, 1);
        let mut files = files(&out);
        files.retain(|path, _| ["findings", "corpus", "optima"].iter().any(|folder| path.starts_with(folder)));
        files
    });
    assert!(runs[0].keys().any(|path| path.starts_with("optima")));
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn assertions_are_of_their_own_kind() {
    let home = modes(&[("echidna.yaml", "")]);
    let protocol = suite(&home.path().join("project"), "Assertions").expect("the suite is deployed");
    let (_, collector) = search(&protocol, &options(1, 20_000));
    assert!(collector.findings.iter().all(|finding| finding.kind == FindingKind::Assertion));
    let emitted = collector.findings.iter().find(|finding| finding.rule == "assert-Assertions-emits").unwrap();
    assert!(emitted.evidence.contains("AssertionFailed was emitted"), "{}", emitted.evidence);
}

#[test]
fn where_nothing_is_tested_nothing_was_checked() {
    let medusa =
        r#"{"fuzzing": {"targetContracts": ["Assertions"], "testing": {"assertionTesting": {"enabled": false}}}}"#;
    let home = modes(&[("medusa.json", medusa)]);
    let project = home.path().join("project");
    let (code, _, stderr) = say(home.path(), &["run", project.to_str().unwrap(), "--calls", "100"]);
    assert_eq!(code, 4, "{stderr}");
}

#[test]
fn forges_invariants_that_return_numbers_are_maximised() {
    let home = modes(&[("foundry.toml", "[profile.default]\nout = \"artifacts\"\nlibs = []\n")]);
    let protocol = suite(&home.path().join("project"), "ForgeMaxima").expect("the suite is deployed");
    let (summary, collector) = search(&protocol, &options(1, 10_000));
    assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
    let optima: Vec<_> =
        summary.protocols[0].optima.iter().map(|each| (each.id.as_str(), each.value.as_str())).collect();
    assert_eq!(optima, [("invariant_x", "127")]);
}

#[test]
fn what_crytic_compile_exports_is_read() {
    let home = modes(&[("echidna.yaml", "")]);
    let project = home.path().join("project");
    let artifact = fs::read(project.join("artifacts/Properties.json")).unwrap();
    let artifact: serde_json::Value = serde_json::from_slice(&artifact).unwrap();
    let contract = serde_json::json!({
        "abi": artifact["abi"],
        "bin": artifact["bytecode"].as_str().unwrap().trim_start_matches("0x"),
    });
    let combined = serde_json::json!({"contracts": {"src/Properties.sol:Properties": contract}, "version": "0.8"});
    fs::remove_dir_all(project.join("artifacts")).unwrap();
    fs::create_dir_all(project.join("crytic-export")).unwrap();
    fs::write(project.join("crytic-export/combined_solc.json"), combined.to_string()).unwrap();
    assert_eq!(SuiteProject::open(&project, "default").unwrap().suites().unwrap(), ["Properties"]);
}
