//! Findings from files: good ones, broken ones, and ones that lie.

use super::{copy_example, home, refuses, say};
use crate::support::finding;
use serde_json::{Value, json};
use std::{fs, path::Path};

fn write(home: &Path, name: &str, content: impl AsRef<[u8]>) {
    fs::write(home.join(name), content).expect("writable");
}

/// The finding with one field replaced.
fn with(pointer: &str, value: Value) -> String {
    let mut finding = finding();
    *finding.pointer_mut(pointer).expect("the field is there") = value;
    serde_json::to_string_pretty(&finding).expect("JSON")
}

/// The finding with one field more.
fn plus(pointer: &str, key: &str) -> String {
    let mut finding = finding();
    let object = finding.pointer_mut(pointer).and_then(Value::as_object_mut).expect("the object is there");
    object.insert(key.to_owned(), json!(1));
    serde_json::to_string_pretty(&finding).expect("JSON")
}

/// The finding with one field less.
fn minus(key: &str) -> String {
    let mut finding = finding();
    finding.as_object_mut().expect("an object").remove(key);
    serde_json::to_string_pretty(&finding).expect("JSON")
}

#[test]
fn a_malformed_finding_is_refused_with_its_place_and_what_is_wrong() {
    let whole = serde_json::to_string_pretty(&finding()).expect("JSON");
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = with("/steps/0/arguments/0", json!("MARK")).replace("\"MARK\"", &nested);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), ":1:1: EOF"),
        ("blank", b" \n\n ".to_vec(), "EOF"),
        ("truncated", whole.as_bytes()[..whole.len() / 2].to_vec(), "EOF"),
        ("garbage", vec![0xff, 0xfe, 0x00, 0x9b, 0x1b, 0x5b], ":1:1: expected value"),
        ("text", b"not json".to_vec(), ":1:2: expected"),
        ("trailing", format!("{whole}\nmore").into_bytes(), "trailing characters"),
        ("array", b"[]".to_vec(), "invalid length"),
        ("number", b"42".to_vec(), "invalid type"),
        ("null", b"null".to_vec(), "invalid type"),
        ("object", b"{}".to_vec(), "missing field `format`"),
        ("nested", nested.into_bytes(), "invalid type: sequence"),
        ("deep", deep.into_bytes(), "recursion limit"),
        ("unknown", plus("", "colour").into_bytes(), "unknown field `colour`"),
        ("unknown-step", plus("/steps/0", "gas").into_bytes(), "unknown field `gas`"),
        ("missing", minus("rule").into_bytes(), "missing field `rule`"),
        ("wrong-type", with("/seed", json!("one")).into_bytes(), "invalid type: string \"one\""),
        ("negative", with("/case", json!(-1)).into_bytes(), "invalid value: integer `-1`"),
        ("huge", with("/seed", json!(1e300)).into_bytes(), "invalid type: floating point"),
        ("wrong-kind", with("/kind", json!("luck")).into_bytes(), "unknown variant `luck`"),
        ("wrong-severity", with("/severity", json!("\u{1b}[31mred")).into_bytes(), "unknown variant"),
        ("wrong-step", with("/steps/0/step", json!("jump")).into_bytes(), "unknown variant `jump`"),
        ("steps-object", with("/steps", json!({})).into_bytes(), "invalid type: map"),
        ("no-steps", with("/steps", json!([])).into_bytes(), "no steps"),
        ("format-text", with("/format", json!("1")).into_bytes(), "invalid type"),
        ("format-two", with("/format", json!(2)).into_bytes(), "format 2"),
        ("format-only", b"{\"format\": 99}".to_vec(), "format 99"),
        ("twice", whole.replacen("\"seed\": 1", "\"seed\": 1, \"seed\": 1", 1).into_bytes(), "duplicate field `seed`"),
        ("bad-utf8", whole.replace("A title", "\u{1}").into_bytes(), "control character"),
        ("surrogate", whole.replace("A title", "\\ud800").into_bytes(), "surrogate"),
    ];
    let home = home();
    for (name, bytes, message) in cases {
        let file = format!("{name}.json");
        write(home.path(), &file, bytes);
        refuses(home.path(), &["replay", &file], &[&file, message]);
    }
}

#[test]
fn paths_without_findings_are_refused() {
    let home = home();
    refuses(home.path(), &["replay", "nowhere.json"], &["cannot read `nowhere.json`"]);
    fs::create_dir_all(home.path().join("run/findings")).expect("writable");
    refuses(home.path(), &["replay", "run"], &["no findings in `run`"]);
    refuses(home.path(), &["replay", "."], &["no findings"]);
    write(home.path(), "run/findings/a.json", serde_json::to_vec(&finding()).expect("JSON"));
    write(home.path(), "run/findings/b.json", "{");
    // One broken file: nothing is replayed.
    refuses(home.path(), &["replay", "run"], &["b.json:1:1"]);
    fs::create_dir(home.path().join("folder.json")).expect("writable");
    refuses(home.path(), &["replay", "folder.json"], &["no findings"]);
}

#[test]
fn a_finding_whose_protocol_is_nowhere_says_how_to_name_it() {
    let home = home();
    write(home.path(), "f.json", with("/protocol", json!("my\u{1b}[2Jprotocol")));
    refuses(home.path(), &["replay", "f.json"], &["my\\u{1b}[2Jprotocol", "--project"]);
    refuses(home.path(), &["replay", "f.json", "--protocol", "tokne"], &["did you mean `token`"]);
    refuses(home.path(), &["replay", "f.json", "--project", "nowhere"], &["nowhere"]);
    refuses(home.path(), &["replay", "f.json", "--project", ".", "--protocol", "token"], &["cannot be used"]);
}

#[test]
fn a_harmless_sequence_is_not_reproduced() {
    let home = home();
    write(home.path(), "f.json", serde_json::to_vec(&finding()).expect("JSON"));
    let (code, stdout, stderr) = say(home.path(), &["replay", "f.json"]);
    // 4 where the protocol has no such invariant.
    assert!(matches!(code, 0 | 4), "{stdout}{stderr}");
    assert!(stdout.contains("alice: gold.transfer(bob, 1)"), "{stdout}");
    assert!(stderr.contains("has changed since"), "{stderr}");
    let (_, stdout, stderr) = say(home.path(), &["replay", "f.json", "-q"]);
    assert_eq!(stdout.lines().count(), 1);
    assert_eq!(stderr, "");
}

#[test]
fn steps_that_do_not_fit_are_not_applicable_and_never_a_crash() {
    let home = home();
    let values = [
        ("/steps/0/contract", json!("\u{1b}]0;owned\u{7}")),
        ("/steps/0/from", json!("nobody")),
        ("/steps/0/function", json!("transfer(uint256)")),
        ("/steps/0/function", json!("((((((")),
        ("/steps/0/arguments", json!([])),
        ("/steps/0/arguments", json!(["bob", "1", "2"])),
        ("/steps/0/arguments/1", json!("-1")),
        ("/steps/0/arguments/1", json!("9".repeat(100_000))),
        ("/steps/0/arguments/1", json!({ "a": [1, 2, 3] })),
        ("/steps/0/arguments/0", json!("\u{202e}bob")),
    ];
    for (pointer, value) in values {
        write(home.path(), "f.json", with(pointer, value.clone()));
        let (code, stdout, stderr) = say(home.path(), &["replay", "f.json"]);
        assert_eq!(code, 4, "{pointer}: {stdout}{stderr}");
        assert!(stdout.starts_with("not applicable: f.json on token: step 1"), "{pointer}: {stdout}");
        let raw = |each: char| (each.is_control() && each != '\n') || each == '\u{202e}';
        assert!(!stdout.chars().any(raw) && !stderr.chars().any(raw), "{stdout:?}");
    }
    write(home.path(), "f.json", with("/rule", json!("NO-SUCH-RULE")));
    assert_eq!(say(home.path(), &["replay", "f.json"]).0, 4);
}

#[test]
fn a_folder_is_counted() {
    let home = home();
    for name in ["a.json", "b.json", ".hidden.json", "notes.txt"] {
        write(home.path(), name, with("/rule", json!("NO-SUCH-RULE")));
    }
    let (code, stdout, _) = say(home.path(), &["replay", "."]);
    assert_eq!(code, 4);
    assert!(stdout.ends_with("0 reproduced, 0 fixed, 2 not applicable\n"), "{stdout}");
}

#[test]
fn what_a_run_finds_replays_from_its_folder() {
    let home = home();
    let run = ["run", "--protocol", "amm", "--seed", "1", "--calls", "6000", "--progress", "none", "--threads", "2"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert_eq!(code, 1, "{stdout}{stderr}");
    assert!(stdout.contains("heist replay heist-out/findings/"), "{stdout}");
    // Announced only when it is on disk.
    let announced = stderr.lines().find(|line| line.contains("found ")).expect("it is announced");
    let file = announced.rsplit_once('(').expect("with its file").1.trim_end_matches(')');
    assert!(home.path().join(file).is_file());
    let trace = fs::read_to_string(home.path().join(file.replace(".json", ".trace.txt"))).expect("with its trace");
    assert!(trace.contains(" gas] "), "{trace}");
    let (code, stdout, _) = say(home.path(), &["replay", "heist-out"]);
    assert_eq!(code, 1);
    assert!(stdout.starts_with("reproduced: "), "{stdout}");
    let (code, stdout, _) = say(home.path(), &["replay", file, "--protocol", "amm-fixed"]);
    assert_ne!(code, 1, "{stdout}");
}

#[test]
fn a_finding_of_a_project_replays_from_anywhere() {
    let home = home();
    copy_example("amm", &home.path().join("project"));
    let run = ["run", "project", "--seed", "1", "--calls", "6000", "--progress", "none", "--out", "results"];
    assert_eq!(say(home.path(), &run).0, 1);
    fs::create_dir(home.path().join("elsewhere")).expect("writable");
    let elsewhere = home.path().join("elsewhere");
    assert_eq!(say(&elsewhere, &["replay", "../results"]).0, 1);
    // A finding alone: the id is that of a bundled protocol, unless the user says otherwise.
    let finding = fs::read_dir(home.path().join("results/findings")).expect("readable");
    let mut files = finding.map(|entry| entry.expect("readable").path());
    let file = files.find(|path| path.extension().is_some_and(|each| each == "json")).expect("a finding");
    fs::copy(file, elsewhere.join("alone.json")).expect("writable");
    assert_eq!(say(&elsewhere, &["replay", "alone.json", "--project", "../project"]).0, 1);
    fs::rename(home.path().join("project"), home.path().join("moved")).expect("writable");
    refuses(&elsewhere, &["replay", "../results"], &["--project"]);
    assert_eq!(say(&elsewhere, &["replay", "../results", "--project", "../moved"]).0, 1);
}
