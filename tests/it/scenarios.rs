//! Scenarios of a project's own: what a file says is drawn, and what it cannot say is refused with its place.

use crate::{
    cli::{home, refuses, say},
    support::files,
};
use alloy_primitives::{Address, Bytes, I256, U256, keccak256};
use heist::{
    campaign::Executor,
    gallery,
    sequence::{Advance, MarketMove, MoveKind, Sequence, Step},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of a bundled protocol, as somebody's project.
fn project(home: &Path, folder: &str) -> PathBuf {
    let project = home.join("project");
    for (path, bytes) in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(folder)) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    project
}

fn write(project: &Path, text: &str) {
    fs::create_dir_all(project.join("scenarios")).expect("a folder");
    fs::write(project.join("scenarios/short-of-a-rung.toml"), text).expect("a file");
}

/// A trade that ends one unit short of a rung, and the way back.
const SHORT_OF_A_RUNG: &str = r#"id = "short-of-a-rung"
rule = "TICK-PRECISION"
title = "One unit short of a rung, liquidity counts twice"
severity = "critical"
needs = ["lender"]
explain = "KyberSwap, November 2023."

[[variant]]
profit = true

[[variant.step]]
kind = "attack"
loan = "always"
script = [
    { call = "pool.buyBase", arguments = { amountIn = { view = "pool.quoteToNextRung", add = -1 }, minOut = 0 } },
    { call = "pool.sellBase", arguments = { amountIn = { share = "100%", of = "fig", fit = "most" }, 1 = 0 } },
]

[test]
calls = 4_000
seed = 1
finds = true
"#;

/// The lines of JSON that `heist test` prints.
fn verdicts(home: &Path) -> (i32, Vec<Value>) {
    let (code, stdout, _) = say(home, &["test", "project"]);
    (code, stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect())
}

#[test]
fn what_a_file_names_is_drawn_and_its_test_says_what_it_finds() {
    let home = home();
    write(&project(home.path(), "attacks/tick-precision"), SHORT_OF_A_RUNG);
    let (code, lines) = verdicts(home.path());
    assert_eq!(lines.len(), 1);
    assert!(code == 0 && lines[0]["passed"] == true && lines[0]["found"].as_u64() >= Some(1), "{lines:?}");
    // The closed form of one round (contracts/attacks/tick-precision/optimum.md), whole coins; more rounds pay more.
    let run =
        ["run", "project", "--scenario", "short-of-a-rung", "--calls", "4000", "--seed", "1", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert!(code == 1 && stdout.contains("CRITICAL  TICK-PRECISION"), "{stdout}{stderr}");
    let summary = fs::read_to_string(home.path().join("heist-out/summary.json")).expect("a summary");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    let finding = &summary["findings"][0];
    let amount: u128 = finding["profit"]["amount"].as_str().expect("an amount").parse().expect("a number");
    assert!(finding["rule"] == "TICK-PRECISION" && amount > 56_046 * 10_u128.pow(18), "{finding}");
    let file = format!("heist-out/{}", finding["file"].as_str().expect("a file"));
    let (code, stdout, stderr) = say(home.path(), &["replay", &file]);
    assert!(code == 1 && stdout.contains("reproduced"), "{stdout}{stderr}");
}

#[test]
fn a_test_that_fails_says_so_and_a_twin_has_nothing_to_find() {
    let home = home();
    let twin = project(home.path(), "attacks/tick-precision-fixed");
    write(&twin, SHORT_OF_A_RUNG);
    let (code, lines) = verdicts(home.path());
    assert!(code == 1 && lines[0]["passed"] == false && lines[0]["found"] == 0, "{lines:?}");
    write(&twin, &SHORT_OF_A_RUNG.replace("finds = true", "finds = false"));
    let (code, lines) = verdicts(home.path());
    assert!(code == 0 && lines[0]["passed"] == true && lines[0]["expected"] == false, "{lines:?}");
    // Without any test nothing was checked.
    write(&twin, &SHORT_OF_A_RUNG[..SHORT_OF_A_RUNG.find("[test]").expect("it has one")]);
    assert_eq!(say(home.path(), &["test", "project"]).0, 4);
}

#[test]
fn own_scenarios_are_listed_explained_and_chosen() {
    let home = home();
    let project = project(home.path(), "attacks/tick-precision");
    write(&project, SHORT_OF_A_RUNG);
    let (code, stdout, _) = say(home.path(), &["list", "scenarios", "project"]);
    assert!(code == 0 && stdout.contains("short-of-a-rung") && stdout.contains("flash-loan"), "{stdout}");
    let (code, stdout, _) = say(home.path(), &["explain", "short-of-a-rung", "project"]);
    assert!(code == 0 && stdout.contains("KyberSwap"), "{stdout}");
    let (_, stdout, _) = say(home.path(), &["list", "scenarios"]);
    assert!(!stdout.contains("short-of-a-rung"), "{stdout}");
    refuses(home.path(), &["run", "project", "--scenario", "short-of-a-rong"], &["did you mean `short-of-a-rung`?"]);
    // A protocol without the role leaves it out and says so.
    let config = fs::read_to_string(project.join("heist.toml")).expect("a file");
    let config = config.replace("[[role]]\ncontract = \"lender\"\nrole = \"lender\"\n", "");
    let config = config.replace("[protocol]", "[protocol]\ninfer = false");
    fs::write(project.join("heist.toml"), config).expect("a file");
    let run = ["run", "project", "--scenario", "short*", "--calls", "200", "--seed", "1", "--progress", "none"];
    let (_, stdout, stderr) = say(home.path(), &run);
    assert!(stderr.contains("short-of-a-rung: no contract has the role `lender`"), "{stdout}{stderr}");
}

#[test]
fn what_a_file_names_must_be_there() {
    let home = home();
    let project = project(home.path(), "attacks/tick-precision");
    for (old, new, words) in [
        ("pool.buyBase", "pol.buyBase", "unknown role or deployment `pol`"),
        ("pool.buyBase", "pool.buyBas", "unknown function `buyBas`"),
        ("pool.buyBase", "governor.propose", "no contract has the role `governor`"),
        ("amountIn = { view", "amount = { view", "unknown key `amount`"),
        ("quoteToNextRung", "quoteToNextRang", "unknown view without parameters `quoteToNextRang`"),
        ("of = \"fig\"", "of = \"figs\"", "unknown role or deployment `figs`"),
        ("minOut = 0 }", "minOut = { from = 2, to = 1 } }", "there is no number from 2 to 1"),
        ("minOut = 0 }", "minOut = { from = 0, to = \"1e78\" } }", "1e78"),
        ("minOut = 0 }", "minOut = true }", "expected a number for `uint256`, found a boolean"),
        ("minOut = 0 }", "minOut = \"alice\" }", "alice"),
        ("{ call = \"pool.buyBase\"", "{ value = 1, call = \"pool.buyBase\"", "`pool.buyBase` is not payable"),
        ("lender\"]", "lendr\"]", "unknown role `lendr`"),
        ("\"short-of-a-rung\"\n", "\"flash-loan\"\n", "scenario `flash-loan` exists already"),
        ("loan = \"always\"", "loan = \"always", "short-of-a-rung.toml:1"),
    ] {
        assert!(SHORT_OF_A_RUNG.contains(old), "{old}");
        write(&project, &SHORT_OF_A_RUNG.replacen(old, new, 1));
        let run = ["run", "project", "--scenario", "*", "--calls", "10", "--progress", "none"];
        let (code, stdout, stderr) = say(home.path(), &run);
        if words.starts_with("no contract") {
            // That is no mistake: another protocol may have it.
            assert!(stderr.contains(words), "{new}: {stdout}{stderr}");
            continue;
        }
        assert!(code == 2 && stderr.contains(words) && stderr.contains("short-of-a-rung.toml"), "{new}: {stderr}");
    }
    fs::write(project.join("scenarios/short-of-a-rung.toml"), [0xff, 0xfe]).expect("a file");
    refuses(home.path(), &["run", "project"], &["not a text", "short-of-a-rung.toml"]);
}

#[test]
fn a_new_scenario_runs_and_overwrites_nothing() {
    let home = home();
    let project = project(home.path(), "vault-fixed");
    let (code, stdout, stderr) = say(home.path(), &["new", "scenario", "rob-the-vault", "project"]);
    assert!(code == 0 && stdout.contains("heist run project --scenario rob-the-vault"), "{stdout}{stderr}");
    let file = project.join("scenarios/rob-the-vault.toml");
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains("id = \"rob-the-vault\"") && text.contains("[test]"), "{text}");
    let (code, lines) = verdicts(home.path());
    assert!(code == 0 && lines[0]["scenario"] == "rob-the-vault" && lines[0]["passed"] == true, "{lines:?}");
    refuses(home.path(), &["new", "scenario", "rob-the-vault", "project"], &["rob-the-vault", "exists already"]);
    refuses(home.path(), &["new", "scenario", "flash-loan", "project"], &["exists already"]);
    refuses(home.path(), &["new", "scenario", "../out", "project"], &["`../out` is no id"]);
    refuses(home.path(), &["new", "scenario", "x", "nowhere"], &["no file or folder"]);
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
    assert!(!project.join("out.toml").exists());
}

#[test]
fn an_intent_is_one_of_an_honest_actor_that_succeeds() {
    let home = home();
    let project = project(home.path(), "savings");
    let config = fs::read_to_string(project.join("heist.toml")).expect("a file");
    let lines = "call = \"savings.save\"\narguments = [\"1000 ether\", \"alice\"]\nfrom = \"alice\"\n\
                 worth = \"savings.coinsFor(savings.balanceOf(alice))\"\n";
    for (old, new, words) in [
        ("from = \"alice\"\nworth", "worth", "has no `from`"),
        ("from = \"alice\"\nworth", "from = \"attacker\"\nworth", "`attacker` is the attacker"),
        ("from = \"alice\"\nworth", "from = \"nobody\"\nworth", "unknown actor `nobody`"),
        ("savings.save\"", "savings.coinsFor\"", "savings.coinsFor"),
        ("savings.save\"", "savings.safe\"", "unknown function `safe`"),
        ("\"1000 ether\", ", "\"1001 ether\", ", "fails for `alice` in the base state"),
        ("\"1000 ether\", ", "", "takes 2 arguments, 1 given"),
        ("\"1000 ether\", ", "true, ", "expected a number"),
        ("savings.balanceOf(alice))\"", "savings.balanceOf(alyce))\"", "alyce"),
        ("worth = \"savings.coinsFor(savings.balanceOf(alice))\"", "worth = \"true\"", "worth of an intent"),
        ("savings.coinsFor(savings.balanceOf(alice))", "1 / savings.totalSupply()", "worth of an intent"),
        ("worth = ", "wort = ", "unknown key `wort`"),
        ("from = \"alice\"\nworth", "from = \"alice\"\nvalue = 1\nworth", "is not payable"),
    ] {
        assert!(config.contains(lines) && lines.contains(old), "{old}");
        let changed = config.replace(lines, &lines.replace(old, new));
        fs::write(project.join("heist.toml"), changed).expect("a file");
        let (code, _, stderr) = say(home.path(), &["run", "project", "--calls", "10", "--progress", "none"]);
        assert!(code == 2 && stderr.contains(words) && stderr.contains("heist.toml:"), "{new}: {stderr}");
    }
}

#[test]
fn feeds_do_what_they_are_told_until_the_sequence_ends() {
    let protocol = gallery::load("stablecoin").expect("a gallery protocol loads");
    let feed = protocol.roles.iter().position(|role| role.movement.is_some()).expect("a feed that moves");
    let address = protocol.contracts[protocol.roles[feed].contract].address;
    let mut executor = Executor::for_protocol(&protocol).expect("its invariants compile");
    let mut answer = |moves: &[(MoveKind, Option<I256>)], is_judged: bool| {
        let advance = Advance { blocks: 1, seconds: 12 };
        let step = |(kind, price): &(MoveKind, Option<I256>)| {
            Step::Market(MarketMove { feed, kind: *kind, price: *price, advance })
        };
        let sequence = Sequence { steps: moves.iter().map(step).collect() };
        let read = Sequence::from_records(&protocol, &sequence.to_records(&protocol)).expect("it is of this protocol");
        assert_eq!(read, sequence);
        let run = if is_judged { Executor::run } else { Executor::rehearse };
        run(&mut executor, sequence);
        let question = Bytes::copy_from_slice(&keccak256("latestRoundData()")[..4]);
        let told = executor.machine().view(Address::ZERO, address, question).ok()?;
        Some(I256::from_raw(U256::from_be_slice(&told[32..64])))
    };
    let present = answer(&[], true).expect("it answers");
    assert!(present.is_positive());
    for is_judged in [true, false] {
        assert_eq!(answer(&[(MoveKind::Negative, Some(-present))], is_judged), Some(-present));
        assert_eq!(answer(&[(MoveKind::Dead, None)], is_judged), None);
        assert_eq!(answer(&[(MoveKind::Dead, None), (MoveKind::Jump, Some(I256::ONE))], is_judged), None);
        assert_eq!(answer(&[(MoveKind::Stale, None)], is_judged), Some(present));
    }
}
