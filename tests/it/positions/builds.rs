//! What builds tell of lines: of three tools, whole, changed and damaged.

use super::{copy, coverage, data, found, location, suite};
use crate::{cli::home, support::files};
use heist::protocol::{FileCoverage, Protocol};
use serde_json::{Value, json};
use std::{fs, path::Path};
use tempfile::TempDir;

/// Changes the JSON of an artifact.
fn edit(project: &Path, artifact: &str, change: impl FnOnce(&mut Value)) {
    let path = project.join("out").join(artifact);
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn a_source_that_has_changed_has_no_lines() {
    let project = copy();
    let path = project.path().join("src/Ledger.sol");
    let changed = format!("// One more line.\n{}", fs::read_to_string(&path).unwrap());
    fs::write(&path, changed).unwrap();
    let protocol = suite(project.path(), "QuietTest");
    let files: Vec<_> = coverage(&protocol).into_iter().map(|file| file.file).collect();
    assert_eq!(files, ["src/Fees.sol", "src/Unused.sol"]);
    // Others still have theirs.
    let protocol = suite(project.path(), "LedgerTest");
    assert!(location(&found(&protocol, "invariant_total")).is_some());
    fs::remove_dir_all(project.path().join("src")).unwrap();
    assert!(coverage(&suite(project.path(), "QuietTest")).is_empty());
}

#[test]
fn numbers_of_sources_are_known_with_and_without_the_build() {
    let whole = coverage(&suite(&data(), "QuietTest"));
    assert_eq!(whole.len(), 3);
    let project = copy();
    let builds = project.path().join("out/build-info");
    // A build of something else changes nothing.
    let other = json!({"id": "x", "source_id_to_path": {"0": "src/Ledger.sol", "1": "src/Fees.sol"}});
    fs::write(builds.join("other.json"), other.to_string()).unwrap();
    fs::write(builds.join("broken.json"), "{\"source_id_to_path\": 3").unwrap();
    assert_eq!(coverage(&suite(project.path(), "QuietTest")), whole);
    // One that fits as well, and says otherwise: nothing is known of the ledger.
    let numbers = json!({"2": "src/Ledger.sol", "0": "src/Fees.sol", "1": "lib/tools/Check.sol"});
    fs::write(builds.join("other.json"), json!({"source_id_to_path": numbers}).to_string()).unwrap();
    let left: Vec<_> = coverage(&suite(project.path(), "QuietTest")).into_iter().map(|file| file.file).collect();
    assert!(!left.contains(&"src/Ledger.sol".to_owned()), "{left:?}");
    fs::remove_dir_all(&builds).unwrap();
    assert_eq!(coverage(&suite(project.path(), "QuietTest")), whole);
}

/// Nobody can tell which of two contracts with the same code ran, only what they have in common.
#[test]
fn a_twin_with_the_same_code_takes_its_lines_from_both() {
    let whole = coverage(&suite(&data(), "QuietTest"));
    let project = copy();
    let (source, out) = (project.path().join("src"), project.path().join("out"));
    fs::copy(source.join("Ledger.sol"), source.join("Twin.sol")).unwrap();
    fs::create_dir(out.join("Twin.sol")).unwrap();
    let artifact = fs::read_to_string(out.join("Ledger.sol/Ledger.json")).unwrap();
    fs::write(out.join("Twin.sol/Twin.json"), artifact.replace("src/Ledger.sol", "src/Twin.sol")).unwrap();
    let numbers = json!({"0": "lib/tools/Check.sol", "1": "src/Fees.sol", "2": "src/Twin.sol"});
    fs::write(out.join("build-info/twin.json"), json!({"source_id_to_path": numbers}).to_string()).unwrap();
    let both = coverage(&suite(project.path(), "QuietTest"));
    assert_eq!(both, [whole[0].clone(), whole[2].clone()]);
}

/// Sources with lines where nothing is known of the ledger's code. The library's functions are in it; what is left of the library
/// itself is the same as of any other one.
const WITHOUT_LEDGER: [&str; 1] = ["src/Unused.sol"];

#[test]
fn malformed_source_maps_say_nothing_and_harm_nothing() {
    for map in [json!("1:2:x"), json!("9999999:1:2:-:0"), json!("0:0:77"), json!(5), json!(["1:2:3"]), json!("\u{0}")] {
        let project = copy();
        edit(project.path(), "Ledger.sol/Ledger.json", |artifact| {
            artifact["deployedBytecode"]["sourceMap"] = map.clone();
            artifact["bytecode"]["sourceMap"] = map.clone();
        });
        let protocol = suite(project.path(), "LedgerTest");
        assert!(!found(&protocol, "invariant_total").steps.is_empty(), "{map}");
        let files: Vec<_> = coverage(&protocol).into_iter().map(|file| file.file).collect();
        assert_eq!(files, WITHOUT_LEDGER, "{map}");
    }
}

#[test]
fn a_number_that_is_none_leads_nowhere() {
    for id in [json!("two"), json!(-1), json!(1e30), json!(4_000_000_000_u64), json!({"id": 2}), Value::Null] {
        let project = copy();
        edit(project.path(), "Ledger.sol/Ledger.json", |artifact| artifact["id"] = id.clone());
        let files: Vec<_> = coverage(&suite(project.path(), "QuietTest")).into_iter().map(|file| file.file).collect();
        assert_eq!(files, WITHOUT_LEDGER, "{id}");
    }
}

#[test]
fn nothing_outside_of_the_project_is_read() {
    let parent = home();
    let project = parent.path().join("project");
    for (path, bytes) in files(&data()) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::rename(project.join("src/Ledger.sol"), parent.path().join("Ledger.sol")).unwrap();
    let outside = "../Ledger.sol";
    edit(&project, "Ledger.sol/Ledger.json", |artifact| {
        let hashes = artifact["metadata"]["sources"].as_object_mut().unwrap();
        let hash = hashes.remove("src/Ledger.sol").unwrap();
        hashes.insert(outside.to_owned(), hash);
        artifact["metadata"]["settings"]["compilationTarget"] = json!({outside: "Ledger"});
    });
    let builds = files(&project.join("out/build-info"));
    let (name, build) = builds.first_key_value().unwrap();
    let build = String::from_utf8(build.clone()).unwrap().replace("src/Ledger.sol", outside);
    fs::write(project.join("out/build-info").join(name), build).unwrap();
    let files: Vec<_> = coverage(&suite(&project, "QuietTest")).into_iter().map(|file| file.file).collect();
    assert!(!files.iter().any(|file| file.contains("Ledger.sol")), "{files:?}");
}

/// What the compiler made of a contract, as standard-JSON has it.
fn compiled(artifact: &str) -> Value {
    let path = data().join("out").join(artifact);
    let artifact: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let plain = |code: &Value| {
        let mut code = code.clone();
        code["object"] = json!(code["object"].as_str().unwrap().trim_start_matches("0x"));
        code
    };
    let evm =
        json!({"bytecode": plain(&artifact["bytecode"]), "deployedBytecode": plain(&artifact["deployedBytecode"])});
    json!({"abi": artifact["abi"], "evm": evm, "metadata": artifact["metadata"].to_string()})
}

const CONFIG: &str = r#"
[protocol]
id = "ledger"
artifacts = ["artifacts"]

[actors.alice]
kind = "user"

[actors.admin]
kind = "admin"

[[setup]]
deploy = "Ledger"
arguments = ["alice"]

[[invariant]]
id = "LEDGER-CLOSED"
title = "The ledger stays open"
expression = "ledger.rounds() < 1000000"
severity = "low"
"#;

/// A project with `heist.toml` over the ledger; `write` puts its artifacts there.
fn configured(write: impl FnOnce(&Path)) -> TempDir {
    let project = copy();
    for file in ["out", "test"] {
        fs::remove_dir_all(project.path().join(file)).unwrap();
    }
    fs::remove_file(project.path().join("foundry.toml")).unwrap();
    fs::write(project.path().join("heist.toml"), CONFIG).unwrap();
    fs::create_dir_all(project.path().join("artifacts/build-info")).unwrap();
    write(&project.path().join("artifacts"));
    project
}

#[test]
fn hardhat_and_standard_json_lead_to_the_same_lines() {
    let ids = json!({"lib/tools/Check.sol": {"id": 0}, "src/Fees.sol": {"id": 1}, "src/Ledger.sol": {"id": 2, "ast": {"id": 9}}});
    let output =
        json!({"sources": ids, "contracts": {"src/Ledger.sol": {"Ledger": compiled("Ledger.sol/Ledger.json")}}});
    let standard = configured(|artifacts| fs::write(artifacts.join("output.json"), output.to_string()).unwrap());
    let hardhat = configured(|artifacts| {
        let contract = &output["contracts"]["src/Ledger.sol"]["Ledger"];
        let code = |field: &str| format!("0x{}", contract["evm"][field]["object"].as_str().unwrap());
        let artifact = json!({
            "_format": "hh-sol-artifact-1", "contractName": "Ledger", "sourceName": "src/Ledger.sol",
            "abi": contract["abi"], "bytecode": code("bytecode"), "deployedBytecode": code("deployedBytecode"),
            "linkReferences": {}, "deployedLinkReferences": {},
        });
        fs::write(artifacts.join("Ledger.json"), artifact.to_string()).unwrap();
        let text = |file: &str| json!({"content": fs::read_to_string(data().join(file)).unwrap()});
        let sources: serde_json::Map<_, _> = ["lib/tools/Check.sol", "src/Fees.sol", "src/Ledger.sol"]
            .map(|file| (file.to_owned(), text(file)))
            .into_iter()
            .collect();
        // Without metadata the compiler's input says what it saw.
        let mut output = output.clone();
        output["contracts"]["src/Ledger.sol"]["Ledger"].as_object_mut().unwrap().remove("metadata");
        let build =
            json!({"_format": "hh-sol-build-info-1", "id": "b", "input": {"sources": sources}, "output": output});
        fs::write(artifacts.join("build-info/b.json"), build.to_string()).unwrap();
    });
    let all = [standard, hardhat].map(|project| {
        let protocol = Protocol::load(project.path(), None).expect("the project loads");
        coverage(&protocol)
    });
    let forge = coverage(&suite(&data(), "QuietTest"));
    let known = |files: &[FileCoverage]| -> Vec<(String, Vec<usize>)> {
        files.iter().map(|file| (file.file.clone(), file.lines.keys().copied().collect())).collect()
    };
    for files in &all {
        // Nobody has compiled `src/Unused.sol` here.
        assert_eq!(known(files), known(&forge[..2]));
        assert!(files[1].reached() > 15, "{files:?}");
    }
    assert_eq!(all[0], all[1]);
}
