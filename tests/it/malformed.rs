//! Malformed input, end to end: the exit code, the file and the place, what to do, and nothing that was there is lost.

use crate::{
    cli::{home, say},
    support::files,
};
use serde_json::json;
use std::{fs, path::Path};

/// A project that runs; what is appended to it starts on line 18.
const PROJECT: &str = r#"[protocol]
id = "kit"
artifacts = ["artifacts"]
[[setup]]
deploy = "Token"
name = "gold"
arguments = ["Gold", "GLD"]
[[setup]]
deploy = "Vault"
name = "vault"
arguments = ["gold", "Vault", "VLT", 5]
[[role]]
contract = "gold"
role = "token"
[economics]
reference = "gold"
prices = { gold = "1 ether" }
"#;

/// What is wrong with a project.
enum Damage {
    /// Something is added to heist.toml.
    Append(String),
    /// A part of heist.toml is another.
    Replace(&'static str, &'static str),
    /// All of heist.toml is something else.
    Config(Vec<u8>),
    /// A file below `artifacts/`.
    Artifact(&'static str, Vec<u8>),
    /// Such a file, and a step that deploys `X`.
    Deploy(Vec<u8>),
    /// A file is cut off after so many bytes.
    Cut(&'static str, u64),
    /// A file or a folder is gone.
    Remove(&'static str),
    /// A file or a folder is a link to elsewhere.
    #[cfg(unix)]
    Link(&'static str, &'static str),
}

use Damage::{Append, Artifact, Config, Cut, Deploy, Remove, Replace};

impl Damage {
    fn apply(&self, project: &Path) {
        let config = project.join("heist.toml");
        let append = |text: &str| fs::write(&config, format!("{PROJECT}{text}")).unwrap();
        match self {
            Append(text) => append(text),
            Replace(from, to) => {
                assert!(PROJECT.contains(from), "nothing to replace: {from}");
                fs::write(&config, PROJECT.replacen(from, to, 1)).unwrap();
            }
            Config(bytes) => fs::write(&config, bytes).unwrap(),
            Artifact(name, bytes) => fs::write(project.join("artifacts").join(name), bytes).unwrap(),
            Deploy(bytes) => {
                fs::write(project.join("artifacts/X.json"), bytes).unwrap();
                append("[[setup]]\ndeploy = \"X\"\n");
            }
            Cut(name, length) => {
                fs::File::options().write(true).open(project.join(name)).unwrap().set_len(*length).unwrap();
            }
            Remove(name) => remove(&project.join(name)),
            #[cfg(unix)]
            Self::Link(name, target) => {
                if project.join(name).exists() {
                    remove(&project.join(name));
                }
                std::os::unix::fs::symlink(target, project.join(name)).unwrap();
            }
        }
    }
}

fn remove(path: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else {
        fs::remove_file(path).unwrap();
    }
}

/// The project in `home/p`, its artifacts also in `home/elsewhere`, and the results of an earlier run in `home/out`.
fn write_project(home: &Path) {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/vault-fixed/artifacts");
    for folder in ["p/artifacts", "elsewhere"] {
        fs::create_dir_all(home.join(folder)).unwrap();
        for name in ["Token.json", "Vault.json"] {
            fs::copy(gallery.join(name), home.join(folder).join(name)).unwrap();
        }
    }
    fs::write(home.join("p/heist.toml"), PROJECT).unwrap();
    fs::write(home.join("elsewhere/heist.toml"), PROJECT).unwrap();
    fs::create_dir_all(home.join("out/findings")).unwrap();
    fs::write(home.join("out/heist.lock"), "").unwrap();
    fs::write(home.join("out/run.json"), "{}").unwrap();
    fs::write(home.join("out/findings/precious.json"), "{}").unwrap();
}

/// What is wrong with a refusal, where every refusal has something in common.
fn complaints(name: &str, said: &(i32, String, String), code: i32, words: &[&str]) -> Vec<String> {
    let (actual, stdout, stderr) = said;
    let mut problems = Vec::new();
    if (*actual, stdout.as_str()) != (code, "") {
        problems.push(format!("exit code {actual}, expected {code}, stdout `{stdout}`"));
    }
    if !stderr.starts_with("error: ") {
        problems.push("it says no error".to_owned());
    }
    problems
        .extend(words.iter().filter(|word| !stderr.contains(*word)).map(|word| format!("it does not say `{word}`")));
    let help = stderr.lines().find_map(|line| line.strip_prefix("  help: "));
    if help.is_none_or(|help| help.len() < 5) {
        problems.push("it does not say what to do".to_owned());
    }
    let lower = stderr.to_lowercase();
    let leaks = ["panicked", "internal", "backtrace", "unwrap", "src/"];
    problems.extend(leaks.iter().filter(|word| lower.contains(*word)).map(|word| format!("it says `{word}`")));
    if stderr.len() > 4_000 {
        problems.push(format!("its message has {} bytes", stderr.len()));
    }
    problems.iter().map(|problem| format!("{name}: {problem}\n{stderr:.600}")).collect()
}

/// Runs each damaged project into the folder of an earlier run, which must stay as it is.
fn refuse_all(rows: Vec<(&str, Damage, i32, &[&str])>) {
    let mut problems = Vec::new();
    for (name, damage, code, words) in rows {
        let home = home();
        write_project(home.path());
        damage.apply(&home.path().join("p"));
        let before = files(&home.path().join("out"));
        let run = ["run", "p", "--seed", "1", "--calls", "600", "--progress", "none", "--out", "out"];
        problems.extend(complaints(name, &say(home.path(), &run), code, words));
        if files(&home.path().join("out")) != before || home.path().join("out.old").exists() {
            problems.push(format!("{name}: the earlier run was touched"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn artifact(code: &str) -> Vec<u8> {
    format!("{{\"abi\": [], \"bytecode\": \"{code}\"}}").into_bytes()
}

fn append(text: &str) -> Damage {
    Append(text.to_owned())
}

/// A call of the set-up, on line 18, its arguments on line 20.
fn call(function: &str, arguments: &str) -> Damage {
    Append(format!("[[setup]]\ncall = \"{function}\"\narguments = {arguments}\n"))
}

/// A feed, a role, an invariant or another table.
fn deep(open: &str, middle: &str, close: &str, times: usize) -> Damage {
    Append(format!("x = {}{middle}{}\n", open.repeat(times), close.repeat(times)))
}

#[test]
fn the_project_that_is_damaged_below_is_sound() {
    let home = home();
    write_project(home.path());
    let run = ["run", "p", "--seed", "1", "--calls", "600", "--progress", "none", "--out", "out"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(home.path().join("out.old/findings/precious.json").exists());
}

#[test]
fn malformed_configurations_are_refused() {
    let garbage: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    refuse_all(vec![
        ("nothing", Config(Vec::new()), 2, &["p/heist.toml:1:1", "no step deploys"]),
        ("garbage", Config(garbage), 2, &["p/heist.toml", "not a text"]),
        ("nulls", Config(vec![0; 64]), 2, &["p/heist.toml:1:"]),
        ("cut off", Cut("heist.toml", 60), 2, &["p/heist.toml:5:"]),
        ("an open table", append("[[setup\n"), 2, &["p/heist.toml:18:8", "unclosed"]),
        ("an unknown table", append("[atcors.bob]\nkind = \"user\"\n"), 2, &["p/heist.toml:18:", "atcors", "actors"]),
        ("an unknown key", Replace("name = \"gold\"", "nmae = \"gold\""), 2, &["p/heist.toml:6:1", "nmae", "name"]),
        ("a key twice", append("[protocol]\nid = \"x\"\n"), 2, &["p/heist.toml:18:", "duplicate"]),
        ("a wrong type", Replace("id = \"kit\"", "id = 7"), 2, &["p/heist.toml:2:6", "expected a string"]),
        ("a bad id", Replace("id = \"kit\"", "id = \"../kit\""), 2, &["p/heist.toml:2:7", "../kit"]),
        ("deep arrays", deep("[", "", "]", 30_000), 2, &["p/heist.toml:18:", "recurs"]),
        ("deep tables", deep("{a=", "1", "}", 30_000), 2, &["p/heist.toml:18:", "recurs"]),
        (
            "deep arguments",
            call("gold.mint", &format!("{}{}", "[".repeat(9_000), "]".repeat(9_000))),
            2,
            &["p/heist.toml:20:"],
        ),
        ("an unknown hard fork", Replace("id = ", "evm_version = \"cancn\"\nid = "), 2, &["p/heist.toml:2:", "cancun"]),
        ("a number above its range", append("[campaign]\nsteps = 99999999\n"), 2, &["p/heist.toml:19:9", "10000"]),
        ("no number", append("[campaign]\nsteps = \"many\"\n"), 2, &["p/heist.toml:19:10", "many"]),
        ("half a step", append("[campaign]\nsteps = 0.5\n"), 2, &["p/heist.toml:19:9", "whole number"]),
        ("an unknown role", Replace("\"token\"", "\"tokn\""), 2, &["p/heist.toml:14:9", "tokn", "token"]),
        ("a role of nobody", Replace("contract = \"gold\"", "contract = \"gld\""), 2, &["p/heist.toml:13:13", "gold"]),
        ("a reference unknown", Replace("reference = \"gold\"", "reference = \"gld\""), 2, &["p/heist.toml:16:14"]),
        ("a price unknown", Replace("{ gold = \"1", "{ silver = \"1"), 2, &["p/heist.toml:17:12", "silver"]),
        ("a price of no type", Replace("\"1 ether\" }", "[1] }"), 2, &["p/heist.toml:17:", "array"]),
        ("a bad threshold", append("threshold = \"1 ethr\"\n"), 2, &["p/heist.toml:18:14", "ether"]),
        (
            "ids twice",
            append(
                "[[invariant]]\nid = \"A\"\nexpression = \"true\"\n[[invariant]]\nid = \"A\"\nexpression = \"true\"\n",
            ),
            2,
            &["p/heist.toml:22:7", "on line 19"],
        ),
        ("no expression", append("[[invariant]]\nid = \"A\"\n"), 2, &["p/heist.toml:18:1", "expression"]),
        (
            "an id that climbs",
            append("[[invariant]]\nid = \"../A\"\nexpression = \"true\"\n"),
            2,
            &["p/heist.toml:19:7"],
        ),
        (
            "two attackers",
            append("[actors.a]\nkind = \"attacker\"\n[actors.b]\nkind = \"attacker\"\n"),
            2,
            &["p/heist.toml:20:", "second attacker"],
        ),
        ("an unknown kind", append("[actors.a]\nkind = \"thief\"\n"), 2, &["p/heist.toml:19:8", "thief"]),
    ]);
}

#[test]
fn malformed_set_ups_are_refused() {
    refuse_all(vec![
        (
            "a deployment that needs itself",
            Replace("[\"gold\", \"Vault\"", "[\"vault\", \"Vault\""),
            2,
            &["p/heist.toml:11:15", "needs itself"],
        ),
        (
            "deployments in a circle",
            append(
                "[[setup]]\ndeploy = \"Vault\"\nname = \"a\"\narguments = [\"b\", \"\", \"\", 5]\n[[setup]]\ndeploy = \"Vault\"\nname = \"b\"\narguments = [\"a\", \"\", \"\", 5]\n",
            ),
            2,
            &["p/heist.toml:21:15", "a cycle"],
        ),
        (
            "a later deployment",
            Replace("[\"Gold\", \"GLD\"]", "[\"Gold\", \"GLD\"]\nfrom = \"vault\""),
            2,
            &["p/heist.toml:8:9"],
        ),
        (
            "too few arguments",
            Replace("[\"Gold\", \"GLD\"]", "[\"Gold\"]"),
            2,
            &["p/heist.toml:5:11", "2 arguments, 1 given"],
        ),
        (
            "too many arguments",
            call("gold.mint", "[\"admin\", 1, 2]"),
            2,
            &["p/heist.toml:19:9", "2 arguments, 3 given"],
        ),
        ("a text for a number", call("gold.mint", "[\"admin\", \"lots\"]"), 2, &["p/heist.toml:20:24", "lots"]),
        ("an unknown unit", call("gold.mint", "[\"admin\", \"1 ethr\"]"), 2, &["p/heist.toml:20:24", "ether"]),
        ("a number below zero", call("gold.mint", "[\"admin\", -1]"), 2, &["p/heist.toml:20:23", "uint256"]),
        ("a number above its type", call("gold.mint", "[\"admin\", \"1e78\"]"), 2, &["p/heist.toml:20:24", "256 bits"]),
        ("a number for an address", call("gold.mint", "[7, 1]"), 2, &["p/heist.toml:20:14", "address"]),
        ("half an address", call("gold.mint", "[\"0x12\", 1]"), 2, &["p/heist.toml:20:15", "40 hex digits"]),
        ("an unknown actor", call("gold.mint", "[\"admn\", 1]"), 2, &["p/heist.toml:20:15", "admin"]),
        ("an unknown function", call("gold.mnt", "[]"), 2, &["p/heist.toml:19:9", "mint"]),
        ("an unknown contract", append("[[setup]]\ndeploy = \"Valt\"\n"), 2, &["p/heist.toml:19:11", "Vault"]),
        (
            "a name twice",
            append("[[setup]]\ndeploy = \"Token\"\nname = \"gold\"\narguments = [\"\", \"\"]\n"),
            2,
            &["p/heist.toml:20:9", "on line 6"],
        ),
        (
            "a step of two kinds",
            append("[[setup]]\ndeploy = \"Token\"\ncall = \"gold.mint\"\n"),
            2,
            &["p/heist.toml:18:1"],
        ),
        (
            "value for nothing payable",
            append("[[setup]]\ncall = \"gold.mint\"\narguments = [\"admin\", 1]\nvalue = 1\n"),
            2,
            &["p/heist.toml:19:", "payable"],
        ),
        (
            "a call that reverts",
            call("gold.transfer", "[\"bob\", 1]"),
            3,
            &["p/heist.toml:19:9", "gold.transfer failed"],
        ),
        (
            "an attachment to nothing",
            append(
                "[[setup]]\nattach = \"Token\"\nname = \"x\"\nat = \"0x00000000000000000000000000000000000000ff\"\n",
            ),
            3,
            &["p/heist.toml:19:11", "no code at"],
        ),
        ("code above EIP-170", Deploy(artifact("0x620060015ff3")), 3, &["p/heist.toml:19:11", "24,576", "EIP-170"]),
        (
            "code above EIP-3860",
            Deploy(artifact(&format!("0x{}", "00".repeat(49_153)))),
            3,
            &["p/heist.toml:19:11", "EIP-3860"],
        ),
        ("code that begins with 0xEF", Deploy(artifact("0x60ef5f5360015ff3")), 3, &["p/heist.toml:19:11", "EIP-3541"]),
        ("creation that reverts", Deploy(artifact("0x5f5ffd")), 3, &["p/heist.toml:19:11", "reverted"]),
        ("creation that is invalid", Deploy(artifact("0xfe")), 3, &["p/heist.toml:19:11", "invalid instruction"]),
        ("creation without an end", Deploy(artifact("0x5b5f56")), 3, &["p/heist.toml:19:11", "out of gas"]),
        ("creation of nothing", Deploy(artifact("0x5f5ff3")), 3, &["p/heist.toml:19:11", "no code"]),
        ("nothing to create", Deploy(artifact("0x")), 2, &["p/heist.toml:19:11", "no creation code"]),
    ]);
    let linked = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/protocol/solc.json")).unwrap();
    let home = home();
    write_project(home.path());
    fs::write(home.path().join("p/artifacts/solc.json"), linked).unwrap();
    append("[[setup]]\ndeploy = \"Linked\"\n").apply(&home.path().join("p"));
    let said = say(home.path(), &["run", "p", "--calls", "600", "--out", "out"]);
    let words = ["p/heist.toml:19:11", "MathLib` is not linked", "libraries = "];
    assert_eq!(complaints("an unlinked library", &said, 2, &words), Vec::<String>::new());
}

#[test]
fn malformed_artifacts_are_refused() {
    let nested = format!("{{\"abi\": {}1{}, \"bytecode\": \"0x00\"}}", "[".repeat(200_000), "]".repeat(200_000));
    let bytes = |text: &str| text.as_bytes().to_vec();
    let declared = "named at p/heist.toml:3:15";
    refuse_all(vec![
        ("no file", Artifact("X.json", Vec::new()), 2, &["p/artifacts/X.json:1", "cut off", declared]),
        ("cut off", Cut("artifacts/Vault.json", 500), 2, &["p/artifacts/Vault.json:", "cut off", declared]),
        ("binary", Artifact("X.json", vec![0x7b, 0xff, 0xfe, 0]), 2, &["p/artifacts/X.json", "not a text", declared]),
        ("no JSON", Artifact("X.json", bytes("{\"abi\": [],\n oops")), 2, &["p/artifacts/X.json:2:2", "not JSON"]),
        (
            "an object for an ABI",
            Artifact("X.json", bytes("{\"abi\": {}, \"bytecode\": \"0x00\"}")),
            2,
            &["p/artifacts/X.json:1:10"],
        ),
        (
            "a function without a name",
            Artifact("X.json", bytes("{\"abi\": [{\"type\": \"function\"}], \"bytecode\": \"0x00\"}")),
            2,
            &["p/artifacts/X.json:1:", "name"],
        ),
        (
            "a number for code",
            Artifact("X.json", bytes("{\"abi\": [], \"bytecode\": 7}")),
            2,
            &["p/artifacts/X.json:1:25"],
        ),
        ("code that is no hex", Artifact("X.json", artifact("0x60zz")), 2, &["p/artifacts/X.json", "`z` at digit 2"]),
        ("half a byte of code", Artifact("X.json", artifact("0x600")), 2, &["p/artifacts/X.json", "odd number"]),
        (
            "no ABI",
            Artifact("X.json", bytes("{\"contractName\": \"X\", \"bytecode\": \"0x00\"}")),
            2,
            &["p/artifacts/X.json", "no `abi`"],
        ),
        ("deep JSON", Artifact("X.json", nested.into_bytes()), 2, &["p/artifacts/X.json:1:"]),
        ("an empty folder", Replace("[\"artifacts\"]", "[\"none\"]"), 2, &["p/none", "p/heist.toml:3:15"]),
        ("no folder", Remove("artifacts"), 2, &["p/artifacts", "no such file or folder", declared]),
        ("a missing file", Replace("[\"artifacts\"]", "[\"artifacts/Gone.json\"]"), 2, &["p/artifacts/Gone.json"]),
        ("no artifact in the file", Replace("[\"artifacts\"]", "[\"heist.toml\"]"), 2, &["p/heist.toml"]),
        (
            "a path that climbs",
            Replace("[\"artifacts\"]", "[\"../elsewhere\"]"),
            2,
            &["../elsewhere", "leaves the project"],
        ),
        ("a path that climbs within", Replace("[\"artifacts\"]", "[\"artifacts/../../elsewhere\"]"), 2, &["leaves"]),
        ("an absolute path", Replace("[\"artifacts\"]", "[\"/etc\"]"), 2, &["`/etc` leaves the project", declared]),
    ]);
}

#[test]
fn expressions_and_economics_that_mean_nothing_are_refused() {
    let state = |expression: &str| Append(format!("[[invariant]]\nid = \"MINE\"\nexpression = \"{expression}\"\n"));
    let nested = format!("{}1{} > 0", "(".repeat(2_000), ")".repeat(2_000));
    let place = &["p/heist.toml:20:"][..];
    refuse_all(vec![
        ("an unknown name", state("gld.totalSupply() > 0"), 2, &["p/heist.toml:20:", "gld", "gold"]),
        ("an unknown view", state("gold.totalSuply() > 0"), 2, &["p/heist.toml:20:", "totalSuply", "totalSupply"]),
        ("a function that changes state", state("gold.transfer(alice, 1)"), 2, &["p/heist.toml:20:", "changes state"]),
        ("a number for a truth", state("gold.totalSupply()"), 2, &["p/heist.toml:20:", "true or false"]),
        ("a truth for a number", state("gold.totalSupply() > true"), 2, &["p/heist.toml:20:", "a number"]),
        ("too few arguments of a view", state("gold.balanceOf() >= 0"), 2, place),
        ("old in a state", state("old(gold.totalSupply()) >= 0"), 2, &["p/heist.toml:20:", "on = \"call\""]),
        ("an unknown set", state("sum(x in nobody, 1) > 0"), 2, place),
        ("half an expression", state("1 +"), 2, place),
        ("no character of the language", state("1 @ 2"), 2, place),
        ("a constant without a result", state("1 / 0 > 0"), 2, place),
        ("too deep", state(&nested), 2, place),
        ("too many signs", state(&format!("{}true", "!".repeat(4_000))), 2, place),
        ("too long", state(&format!("{}1 > 0", "1+".repeat(50_000))), 2, place),
        ("false at the start", state("gold.totalSupply() != 0"), 3, &["MINE", "before the first call"]),
        ("a price without a meaning", Replace("\"1 ether\"", "\"gold.price()\""), 2, &["p/heist.toml:17:"]),
        ("a price in no unit", Replace("\"1 ether\"", "\"1 ethr\""), 2, &["p/heist.toml:17:"]),
        ("a price below zero", Replace("\"1 ether\"", "-1"), 2, &["p/heist.toml:17:"]),
        (
            "a scenario that does not exist",
            append("[campaign]\nscenarios = [\"flash-laon\"]\n"),
            2,
            &["p/heist.toml:19:", "flash-loan"],
        ),
        (
            "no ABI entry",
            Artifact("X.json", b"{\"abi\": [7], \"bytecode\": \"0x00\"}".to_vec()),
            2,
            &["p/artifacts/X.json:1:10"],
        ),
        ("deep keys", Append(format!("x{} = 1\n", ".a".repeat(30_000))), 2, &["p/heist.toml:1:1", "recursion"]),
    ]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused() {
    use Damage::Link;
    refuse_all(vec![
        (
            "a folder elsewhere",
            Link("artifacts", "../elsewhere"),
            2,
            &["p/artifacts", "leaves the project", "p/heist.toml:3:15"],
        ),
        (
            "a file elsewhere",
            Link("artifacts/Vault.json", "../../elsewhere/Vault.json"),
            2,
            &["p/artifacts/Vault.json", "leaves"],
        ),
        (
            "a configuration elsewhere",
            Link("heist.toml", "../elsewhere/heist.toml"),
            2,
            &["heist.toml", "leaves the project"],
        ),
        ("a link to itself", Link("artifacts/X.json", "X.json"), 2, &["p/artifacts/X.json", "cannot read"]),
        ("a folder in itself", Link("artifacts/again", "."), 2, &["p/artifacts", "nested more than"]),
    ]);
}

#[test]
fn malformed_findings_are_refused_and_nothing_is_written() {
    let sound = json!({
        "format": 1, "id": "x", "rule": "SUPPLY-003", "kind": "invariant", "protocol": "kit", "title": "A title",
        "severity": "high", "contracts": ["gold"], "predicate": "true", "evidence": "none", "scenario": null,
        "steps": [{
            "step": "call", "from": "alice", "contract": "gold", "function": "transfer(address,uint256)",
            "arguments": ["bob", "1"], "calldata": "0x"
        }],
        "original_steps": 3, "profit": null, "seed": 1, "case": 2, "version": "0.1.0", "protocol_hash": "0x00",
        "code_hashes": {}
    });
    let text = serde_json::to_string_pretty(&sound).unwrap();
    let with = |from: &str, to: &str| {
        assert!(text.contains(from), "nothing to replace: {from}");
        text.replacen(from, to, 1).into_bytes()
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("an empty file", Vec::new(), "f.json:1:1"),
        ("cut off", text.as_bytes()[..text.len() / 2].to_vec(), "f.json:"),
        ("binary", vec![0xff, 0xfe, 0, 1, 2], "f.json:1:1"),
        ("another format", with("\"format\": 1", "\"format\": 4000000000"), "f.json: this finding has format"),
        ("a field too many", with("\"seed\": 1", "\"sead\": 1, \"seed\": 1"), "f.json:30:"),
        ("a field too few", with("\"seed\": 1,", ""), "missing field `seed`"),
        ("a wrong type", with("\"seed\": 1", "\"seed\": \"one\""), "f.json:30:"),
        ("a number above its range", with("\"case\": 2", "\"case\": 99999999999999999999999"), "f.json:31:"),
        ("no steps", with("\"steps\": [", "\"steps\": [], \"x\": ["), "f.json:"),
        ("deep arguments", with("\"bob\"", &deep), "f.json:"),
    ];
    let home = home();
    write_project(home.path());
    fs::write(home.path().join("f.json"), &text).unwrap();
    let sound = say(home.path(), &["replay", "f.json", "--project", "p"]);
    assert_eq!(sound.0, 0, "{sound:?}");
    for (name, bytes, word) in rows {
        fs::write(home.path().join("f.json"), bytes).unwrap();
        let before = files(home.path());
        let said = say(home.path(), &["replay", "f.json", "--project", "p"]);
        assert_eq!(complaints(name, &said, 2, &["f.json", word]), Vec::<String>::new());
        assert_eq!(files(home.path()), before, "{name}");
    }
}

#[test]
fn malformed_command_lines_are_refused_and_nothing_is_written() {
    let rows: [(&[&str], &str); 16] = [
        (&["run", "p", "--calls", "0"], "--calls"),
        (&["run", "p", "--calls", "1e400"], "--calls"),
        (&["run", "p", "--calls", "99999999999999999999999999"], "--calls"),
        (&["run", "p", "--time", "90"], "--time"),
        (&["run", "p", "--time=-5s"], "--time"),
        (&["run", "p", "--time", "99999999999999999999h"], "--time"),
        (&["run", "p", "--seed=-1"], "--seed"),
        (&["run", "p", "--seed", "0x1 "], "--seed"),
        (&["run", "p", "--threads", "0"], "--threads"),
        (&["run", "p", "--threads", "100000"], "--threads"),
        (&["run", "p", "--profile", ""], "--profile"),
        (&["run", "p", "--scenario", "flash-laon"], "flash-loan"),
        (&["run", "p", "--invariant", "NOTHING-*"], "NOTHING-*"),
        (&["run", "p", "--protocol", "kti"], "kit"),
        (&["run", "nowhere"], "nowhere"),
        (&["replay", "nowhere.json"], "nowhere.json"),
    ];
    for (arguments, word) in rows {
        let home = home();
        write_project(home.path());
        let before = files(home.path());
        let (code, stdout, stderr) = say(home.path(), arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: ") && stderr.contains(word), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.to_lowercase().contains("internal"), "{arguments:?}: {stderr}");
        assert_eq!(files(home.path()), before, "{arguments:?}");
    }
}
