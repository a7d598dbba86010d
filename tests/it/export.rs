//! Findings as tests of Foundry, through the command. `.ci/exports.mjs` runs them with forge.

use crate::{
    cli::{home, refuses, say},
    support,
};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The one of the bundled token that nobody ever found, an hour later.
fn finding() -> Value {
    let mut finding = support::finding();
    finding["steps"][0]["seconds"] = json!(3600);
    finding["steps"][0]["arguments"] = json!(["bob", "1000000000000000000"]);
    finding
}

fn write(home: &Path, finding: &Value) {
    fs::write(home.join("one.json"), finding.to_string()).expect("writable");
}

/// The test that the finding becomes, and its contract.
fn exported(home: &Path, finding: &Value) -> String {
    write(home, finding);
    let (code, stdout, stderr) = say(home, &["export", "one.json"]);
    assert_eq!((code, stdout.as_str()), (0, "one.t.sol\n"), "{stderr}");
    fs::read_to_string(home.join("one.t.sol")).expect("it was written")
}

#[test]
fn a_test_makes_the_base_state_does_the_steps_and_says_what_must_hold() {
    let home = home();
    let test = exported(home.path(), &finding());
    let place = |text: &str| test.find(text).unwrap_or_else(|| panic!("no {text} in\n{test}"));
    let order = [
        "contract Token_supply_003_00000000 is Accounts {",
        "function setUp() public {",
        "        // CappedToken\n        Rehearsal.create(admin, 0, 0, ",
        "abi.encodeWithSignature(\"mint(address,uint256)\", alice, ",
        "function test_heist_SUPPLY_003() public {",
        // An hour behind the set-up, which begins at 1,700,000,000 and lets no time pass.
        "Rehearsal.goTo(1, 1700003600);",
        "Rehearsal.send(alice, 0, gold, abi.encodeWithSignature(\"transfer(address,uint256)\", bob, 1 ether));",
        "require(Exact.le(Exact.add(",
        "\"SUPPLY-003 does not hold\");",
        "library Rehearsal {",
    ];
    let places = order.map(place);
    assert!(places.is_sorted(), "{places:?}");
    // The sum over who holds something is written out: everybody is asked once, and the supply too.
    let said = &test[place("require(Exact.le(")..place("\"SUPPLY-003 does not hold\"")];
    for account in ["admin", "attacker", "alice", "bob", "gold", "attack"] {
        assert_eq!(said.matches(&format!("\"balanceOf(address)\", {account})")).count(), 1, "{account}: {said}");
    }
    assert_eq!(said.matches("totalSupply()").count(), 1);
}

#[test]
fn texts_of_a_finding_stay_comments() {
    let home = home();
    let mut hostile = finding();
    hostile["title"] = json!("a\n} contract Evil { */ \u{2028}\r");
    hostile["predicate"] = json!("true\n}} // vil");
    hostile["evidence"] = json!("\u{1b}[31mred\nimport \"evil.sol\";");
    let test = exported(home.path(), &hostile);
    let evil: Vec<_> = test.lines().filter(|line| line.contains("vil") || line.contains("31m")).collect();
    assert!(evil.len() >= 3 && evil.iter().all(|line| line.trim_start().starts_with("// ")), "{evil:?}");
    assert!(!test.contains('\u{1b}') && !test.contains('\u{2028}') && !test.contains('\r'));
}

#[test]
fn what_is_no_test_is_said_and_the_others_are_written() {
    let home = home();
    fs::create_dir(home.path().join("found")).expect("writable");
    let mut unknown = finding();
    unknown["steps"][0]["function"] = json!("melt(uint256)");
    for (name, finding) in [("good", finding()), ("gone", unknown)] {
        fs::write(home.path().join(format!("found/{name}.json")), finding.to_string()).expect("writable");
    }
    let (code, stdout, stderr) = say(home.path(), &["export", "found", "--out", "made/tests"]);
    assert_eq!((code, stdout.as_str()), (4, "made/tests/good.t.sol\n"), "{stderr}");
    assert!(stderr.contains("found/gone.json is not exported: step 1: `gold` has no function"), "{stderr}");
    assert!(!home.path().join("made/tests/gone.t.sol").exists());
    // A folder that is a file.
    fs::write(home.path().join("file"), "").expect("writable");
    refuses(home.path(), &["export", "found/good.json", "--out", "file"], &["cannot change `file`"]);
}

#[test]
fn a_test_stands_beside_each_finding_of_a_run() {
    let home = home();
    let budget = ["--calls", "20000", "--seed", "1", "--progress", "none", "-q"];
    let (code, _, stderr) = say(home.path(), &[&["run", "--protocol", "vault"], &budget[..]].concat());
    assert_eq!(code, 1, "{stderr}");
    let folder = home.path().join("heist-out/findings");
    let files: Vec<_> =
        fs::read_dir(&folder).expect("it is there").map(|entry| entry.expect("readable").path()).collect();
    let findings: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect();
    assert!(!findings.is_empty());
    for path in findings {
        let kept = fs::read_to_string(path.with_extension("t.sol")).expect("a test beside it");
        // The command makes the same of it.
        let (code, _, stderr) = say(home.path(), &["export", path.to_str().expect("UTF-8"), "--out", "again"]);
        assert_eq!(code, 0, "{stderr}");
        let name = path.file_stem().expect("a name").to_str().expect("UTF-8");
        let again = fs::read_to_string(home.path().join(format!("again/{name}.t.sol"))).expect("it was written");
        assert_eq!(kept, again);
        let attacks = kept.contains("contract Attack is Script, Accounts {");
        assert!(attacks && kept.contains("type(Attack).creationCode"), "{name}");
    }
}
