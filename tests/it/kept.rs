//! Kept sequences: from run to run while functions change, and to and from other tools.

use crate::{
    cli::{home, say},
    support::files,
};
use heist::{
    generate,
    protocol::{Protocol, SuiteProject},
    sequence::{CorpusFormat, Sequence, read_foreign, write_foreign},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn data(project: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/crytic").join(project)
}

fn ledger(project: &str) -> Protocol {
    SuiteProject::open(&data(project), "default").unwrap().protocol("Ledger").unwrap()
}

/// Runs a project and says what it said.
fn run(home: &Path, project: &Path, calls: &str, more: &[&str]) -> (i32, String) {
    let arguments = ["run", project.to_str().unwrap(), "--calls", calls, "--seed", "5", "--progress", "none"];
    let (code, _, stderr) = say(home, &[&arguments[..], more].concat());
    (code, stderr)
}

#[test]
fn a_corpus_outlives_a_renamed_function_and_an_added_argument() {
    let home = home();
    let (code, stderr) = run(home.path(), &data("before"), "60000", &["--out", "first"]);
    assert_eq!(code, 1, "{stderr}");
    let kept = files(&home.path().join("first/corpus"));
    let count = |name: &str| {
        let texts = kept.values().map(|bytes| String::from_utf8_lossy(bytes).matches(&format!("\"{name}(")).count());
        texts.sum::<usize>()
    };
    let (renamed, grown) = (count("Ledger.renamed").max(count("renamed")), count("grown"));
    assert!(renamed > 0 && grown > 0 && count("first") > 0 && count("retyped") > 0);
    // So few calls find nothing by themselves; what was kept knows the code.
    let (code, stderr) = run(home.path(), &data("after"), "30", &["--out", "second"]);
    assert_eq!(code, 0, "{stderr}");
    let (code, stderr) = run(home.path(), &data("after"), "400", &["--corpus", "first", "--out", "second"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("echidna_first_is_never_done"), "{stderr}");
    assert!(stderr.contains(&format!("{renamed} kept calls of Ledger.renamed(uint8) do not fit")), "{stderr}");
    assert!(stderr.contains(&format!("{grown} kept calls of Ledger.grown(uint8) do not fit")), "{stderr}");
    assert!(stderr.contains("it has `grown(uint8,bool)`"), "{stderr}");
    assert!(!stderr.contains("calls of Ledger.first") && !stderr.contains("calls of Ledger.second"), "{stderr}");
    let events = fs::read_to_string(home.path().join("second/events.jsonl")).unwrap();
    assert!(events.contains("\"event\":\"imported\""), "{events}");
    let record = fs::read_to_string(home.path().join("second/run.json")).unwrap();
    assert!(record.contains("\"corpora\"") && record.contains("/first\""), "{record}");
    // The next run, unchanged, loses nothing, and may begin where its own results will go.
    let (_, stderr) = run(home.path(), &data("after"), "200", &["--corpus", "second", "--out", "second"]);
    assert!(stderr.contains("begins with") && !stderr.contains("do not fit"), "{stderr}");
    // Findings replay.
    let (code, _, stderr) = say(home.path(), &["replay", "first"]);
    assert_eq!(code, 1, "{stderr}");
}

#[test]
fn sequences_of_other_tools_read_back_as_they_were_written() {
    let protocol = ledger("before");
    let sequences = generate::sequences(&protocol, 1..=10);
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let mut sequence: Sequence = sequences.new_tree(&mut runner).unwrap().current();
        for step in &mut sequence.steps {
            if let heist::sequence::Step::Call(call) = step {
                call.live.clear();
            }
        }
        for format in [CorpusFormat::Echidna, CorpusFormat::Medusa] {
            let file = write_foreign(&protocol, &sequence, format).unwrap();
            let records = read_foreign(&protocol, &file).unwrap();
            let fitted = Sequence::fit(&protocol, &records);
            assert!(fitted.dropped.is_empty(), "{:?}", fitted.dropped);
            assert_eq!(fitted.sequence, sequence, "{format:?} {file}");
        }
    }
}

/// As the tools write them, by their own documentation.
#[test]
fn files_of_echidna_and_medusa_begin_a_run() {
    let echidna = r#"[
      {"call": {"tag": "NoCall"}, "delay": ["0x5", "0x1"], "dst": "0x0000000000000000000000000000000000000000",
       "gas": 0, "gasprice": "0x0", "src": "0x0000000000000000000000000000000000000000", "value": "0x0"},
      {"call": {"contents": ["first", [{"contents": [256, "4702604387616256587920"], "tag": "AbiUInt"}]], "tag": "SolCall"},
       "delay": ["0x0000000000000000000000000000000000000000000000000000000000000007", "0x2"],
       "dst": "0x00a329c0648769A73afAc7F9381E08FB43dBEA72", "gas": 12500000, "gasprice": "0x0",
       "src": "0x0000000000000000000000000000000000020000", "value": "0x0"},
      {"call": {"contents": ["second", [
          {"contents": "\"\\NUL\\255\\&1\"", "tag": "AbiBytesDynamic"},
          {"contents": [{"tag": "AbiAddressType"}, [
             {"contents": "0x0000000000000000000000000000000000010000", "tag": "AbiAddress"},
             {"contents": "0x0000000000000000000000000000000000020000", "tag": "AbiAddress"}]], "tag": "AbiArrayDynamic"},
          {"contents": [64, "-3"], "tag": "AbiInt"}]], "tag": "SolCall"},
       "delay": ["0x0", "0x0"], "dst": "0x00a329c0648769A73afAc7F9381E08FB43dBEA72", "gas": 12500000, "gasprice": "0x0",
       "src": "0x0000000000000000000000000000000000010000", "value": "0x0"}]"#;
    let call = |signature: &str, values: &str| {
        format!(
            r#"{{"call": {{"from": "0x0000000000000000000000000000000000010000", "to": "0xa647ff3c36cfab592509e13860ab8c4f28781a66",
            "nonce": 0, "value": "0x0", "gasLimit": 12500000, "gasPrice": "0x1", "gasFeeCap": "0x0", "gasTipCap": "0x0",
            "dataAbiValues": {{"methodSignature": "{signature}", "inputValues": {values}}}, "AccessList": null,
            "SkipAccountChecks": false}}, "blockNumberDelay": 1, "blockTimestampDelay": 9}}"#
        )
    };
    let addresses = r#"["0x0000000000000000000000000000000000010000", "0x0000000000000000000000000000000000020000"]"#;
    let medusa = format!(
        "[{}, {}]",
        call("first(uint256)", r#"["4702604387616256587920"]"#),
        call("second(bytes,address[],int64)", &format!("[\"00ff31\", {addresses}, \"-3\"]"))
    );
    let read = |text: &str| {
        let protocol = ledger("before");
        let records = read_foreign(&protocol, &serde_json::from_str(text).unwrap()).unwrap();
        let fitted = Sequence::fit(&protocol, &records);
        assert!(fitted.dropped.is_empty(), "{:?}", fitted.dropped);
        let advance = fitted.sequence.steps[0].advance();
        (fitted.sequence.steps.len(), advance.seconds, advance.blocks)
    };
    // Time that passed without a call is in front of the next one.
    assert_eq!(read(echidna), (2, 12, 3));
    assert_eq!(read(&medusa), (2, 9, 1));
    for (file, text, key) in [
        ("coverage/1.txt", echidna, "corpusDir: kept\n"),
        ("call_sequences/1.json", medusa.as_str(), "corpusDir: kept\n"),
    ] {
        let home = home();
        let project = home.path().join("project");
        for (path, bytes) in files(&data("before")) {
            let path = project.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let kept = project.join("kept").join(file);
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::write(&kept, text).unwrap();
        fs::write(project.join("kept/covered.1.txt"), "a report, no sequence").unwrap();
        let (code, stderr) = run(home.path(), &project, "20", &["--corpus", project.join("kept").to_str().unwrap()]);
        assert!(code == 1 && stderr.contains("found high echidna_second_is_never_done"), "{file}: {stderr}");
        // The configuration's own folder is read without being asked for.
        fs::write(project.join("echidna.yaml"), key).unwrap();
        let (code, stderr) = run(home.path(), &project, "20", &[]);
        assert!(code == 1 && stderr.contains("begins with 1 kept sequences of 2 steps"), "{file}: {stderr}");
        fs::write(project.join("echidna.yaml"), "corpusDir: ../elsewhere\n").unwrap();
        let (code, stderr) = run(home.path(), &project, "20", &[]);
        assert!(code == 2 && stderr.contains("echidna.yaml:1") && stderr.contains("leaves the project"), "{stderr}");
    }
}

#[test]
fn a_corpus_goes_to_other_tools_and_comes_back() {
    let home = home();
    let project = data("before");
    assert_eq!(run(home.path(), &project, "40000", &["--out", "first"]).0, 1);
    let steps = |stderr: &str| {
        let line = stderr.lines().find(|line| line.contains("begins with")).unwrap_or_else(|| panic!("{stderr}"));
        line.rsplit("begins with ").next().unwrap().to_owned()
    };
    let own = steps(&run(home.path(), &project, "20", &["--corpus", "first", "--out", "again"]).1);
    for (tool, folder) in [("echidna", "coverage"), ("medusa", "call_sequences")] {
        let (code, _, stderr) = say(home.path(), &["corpus", "export", "first", "--to", tool, "--into", tool]);
        assert_eq!(code, 0, "{stderr}");
        assert!(files(&home.path().join(tool).join(folder)).len() > 3, "{stderr}");
        let (_, stderr) = run(home.path(), &project, "20", &["--corpus", tool, "--out", "again"]);
        assert_eq!(steps(&stderr), own);
    }
}

#[test]
fn a_malformed_corpus_is_told_with_its_place() {
    let home = home();
    let kept = home.path().join("kept");
    fs::create_dir_all(&kept).unwrap();
    for (text, words) in [
        ("[{\n\"call\": }]", "1.json:2"),
        ("", "1.json:1"),
        ("{\"protocol\": \"p\",\n \"steps\": [{\"step\": \"dance\"}]}", "1.json:2"),
    ] {
        fs::write(kept.join("1.json"), text).unwrap();
        let (code, stderr) = run(home.path(), &data("before"), "20", &["--corpus", "kept"]);
        assert!(code == 2 && stderr.contains(words) && stderr.contains("help:"), "{text}: {stderr}");
    }
    let (code, stderr) = run(home.path(), &data("before"), "20", &["--corpus", "gone"]);
    assert!(code == 2 && stderr.contains("cannot read `gone`"), "{stderr}");
    // Sequences of nothing that is here are counted, not fatal.
    let foreign = "[{\"call\": {\"tag\": \"SolCall\", \"contents\": [\"nothing\", []]}, \"src\": 7, \"dst\": null}]";
    fs::write(kept.join("1.json"), foreign).unwrap();
    let (code, stderr) = run(home.path(), &data("before"), "20", &["--corpus", "kept"]);
    assert!(code == 0 && stderr.contains("1 kept calls of .nothing do not fit"), "{stderr}");
}
