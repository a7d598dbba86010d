//! A `heist.toml` beside somebody's tests: what it changes about the protocol that they deploy, and what it may not say.

use crate::{
    cli::{home, refuses, say},
    support::{files, options, search},
};
use alloy_primitives::U256;
use heist::{
    gallery,
    protocol::{ActorKind, Protocol, ProtocolError, SetUp, SuiteProject},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A copy of a project with this `heist.toml`.
fn project(home: &Path, name: &str, toml: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry").join(name);
    let folder = home.join(name);
    for (path, bytes) in files(&data) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    fs::write(folder.join("heist.toml"), toml).expect("a file");
    folder
}

fn set_up(toml: &str) -> Result<SetUp, ProtocolError> {
    let home = home();
    let project = SuiteProject::open(&project(home.path(), "granary", toml), "default")?;
    project.set_up("PostedPawnshopTest", Some(gallery::attacker()))
}

fn suite(name: &str, toml: &str) -> Result<Protocol, ProtocolError> {
    let home = home();
    SuiteProject::open(&project(home.path(), "vault", toml), "default")?.protocol(name)
}

fn weights(protocol: &Protocol, contract: &str) -> Vec<(String, u32)> {
    let of_contract = |function: &&heist::protocol::Function| protocol.contracts[function.contract].name == contract;
    let functions = protocol.functions.iter().filter(of_contract);
    functions.map(|function| (function.abi.name.clone(), function.weight)).collect()
}

#[test]
fn what_a_set_up_deploys_is_changed_where_something_is_written() {
    let toml = r#"
[campaign]
steps = 7
scenarios = ["flash-loan"]
[economics]
prices = { barley = "2 ether" }
threshold = 77
[actors.miller]
fuzz = false
balance = 5
[actors.guard]
kind = "keeper"
address = "0x00000000000000000000000000000000000A11cE"
[contracts.pawnshop]
fuzz = ["draw", "pledge"]
weights = { pledge = 3 }
[[role]]
contract = "pawnshop"
role = "market"
[[invariant]]
id = "NO-DEPOSITS"
expression = "barley.balanceOf(pawnshop) == initial(barley.balanceOf(pawnshop))"
"#;
    let SetUp { protocol, .. } = set_up(toml).expect("the file is right");
    let plain = set_up("").expect("an empty file changes nothing");
    assert_ne!(protocol.hash, plain.protocol.hash);
    assert_eq!(protocol.campaign.steps, 7);
    assert_eq!(protocol.campaign.scenarios.as_deref(), Some(&["flash-loan".to_owned()][..]));
    assert_eq!(protocol.economics.reference, plain.protocol.economics.reference);
    assert_eq!(protocol.economics.prices["barley"], "2 ether");
    assert_eq!(protocol.economics.threshold, U256::from(77));
    let miller = protocol.actor("miller").expect("the set-up names it");
    assert!(!miller.fuzz && miller.address == plain.protocol.actor("miller").expect("as before").address);
    assert_eq!(protocol.machine().balance(miller.address), U256::from(5));
    let guard = protocol.actor("guard").expect("it is new");
    assert_eq!((guard.kind, guard.fuzz), (ActorKind::Keeper, true));
    assert_eq!(protocol.machine().balance(guard.address), U256::from(10).pow(U256::from(21)));

    let weights = weights(&protocol, "pawnshop");
    assert_eq!(weights.iter().filter(|(_, weight)| *weight > 0).count(), 2, "{weights:?}");
    assert!(weights.contains(&("pledge".to_owned(), 3)), "{weights:?}");
    assert!(protocol.with_role("market").count() == 1 && plain.protocol.with_role("market").count() == 0);
    let declared = protocol.with_role("market").next().expect("it is bound");
    assert!(!protocol.is_inferred(declared) && !protocol.inferred.iter().any(|role| role.role == "market"));
    let (_, collector) = search(&protocol, &options(1, 30_000));
    let finding = collector.findings.iter().find(|finding| finding.rule == "NO-DEPOSITS").expect("barley is pledged");
    assert_eq!(finding.steps.len(), 1);
    assert_eq!(search(&plain.protocol, &options(1, 30_000)).1.findings, []);
}

#[test]
fn what_was_inferred_can_be_taken_back_and_violations_can_be_expected() {
    let roles = |protocol: &Protocol| {
        let inferred = protocol.inferred.iter().map(|role| role.contract.clone());
        let bound = protocol.roles.iter().map(|binding| protocol.contracts[binding.contract].name.clone());
        inferred.chain(bound).collect::<Vec<_>>()
    };
    assert!(roles(&set_up("").expect("it is right").protocol).iter().any(|contract| contract == "moneylender"));
    let none = set_up("[suite]\ninfer = false\n").expect("the file is right").protocol;
    assert_eq!(roles(&none), Vec::<String>::new());
    let toml = r#"
[contracts.moneylender]
infer = false
[[invariant]]
id = "NO-DEPOSITS"
expression = "barley.balanceOf(pawnshop) == initial(barley.balanceOf(pawnshop))"
[[expected]]
invariant = "NO-DEPOSITS"
reason = "who pledges deposits"
"#;
    let one = set_up(toml).expect("the file is right").protocol;
    assert!(!roles(&one).iter().any(|contract| contract == "moneylender") && roles(&one).len() > 2);
    let (_, collector) = search(&one, &options(1, 30_000));
    let finding = collector.findings.iter().find(|finding| finding.rule == "NO-DEPOSITS").expect("barley is pledged");
    assert_eq!(finding.expected.as_ref().map(|expected| expected.reason.as_str()), Some("who pledges deposits"));
}

#[test]
fn another_unit_of_account_leaves_no_price_of_the_old_one() {
    let found = set_up("[economics]\nreference = \"barley\"\n").expect("the file is right").protocol.economics;
    assert_eq!((found.reference.as_deref(), found.prices.len()), (Some("barley"), 0));
}

#[test]
fn a_suite_keeps_what_nothing_is_said_of() {
    let toml = "[suite]\nonly = [\"Buggy*\"]\n[contracts.VaultHandler]\nweights = { leave = 9 }\n\
                [[invariant]]\nid = \"EMPTY\"\nexpression = \"Vault.feesCollected() == 0\"\n";
    let plain = suite("BuggyVaultTest", "").expect("an empty file changes nothing");
    let wrong = suite("BuggyVaultTest", toml).expect("whether an expression fits is judged later");
    assert_eq!(wrong.functions.len(), plain.functions.len());
    assert!(weights(&wrong, "VaultHandler").contains(&("leave".to_owned(), 9)));
    assert!(weights(&wrong, "VaultHandler").contains(&("deposit".to_owned(), 1)));
    assert_eq!(wrong.suite.expect("a suite").predicates, plain.suite.expect("a suite").predicates);
    let other = suite("MendedVaultTest", toml).expect("the file is not meant for it");
    assert!(other.invariants.is_empty());

    let toml = "[contracts.Vault]\nfuzz = [\"deposit\"]\n[actors.sender1]\nfuzz = false\n";
    let called = suite("BuggyVaultTest", toml).expect("the file is right");
    assert_eq!(weights(&called, "Vault"), [("deposit".to_owned(), 1)], "nobody called it before");
    assert!(!called.actor("sender1").expect("a sender").fuzz);
}

#[test]
fn a_file_that_names_a_set_up_is_enough() {
    let home = home();
    let toml = "[suite]\nsetup = \"SpotPawnshopTest\"\n[economics]\nthreshold = 2_000\n";
    let folder = project(home.path(), "granary", toml);
    for path in [folder.clone(), folder.join("heist.toml")] {
        let (code, stdout, stderr) = say(home.path(), &["list", "targets", path.to_str().expect("a path")]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stdout.contains("SpotPawnshopTest") && stdout.contains("above 2000 a profit"), "{stdout}");
    }
    let path = folder.to_str().expect("a path");
    let arguments = ["run", path, "--calls", "200000", "--seed", "1", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &arguments);
    assert_eq!(code, 1, "{stdout}{stderr}");
    let (code, stdout, stderr) = say(home.path(), &["replay", "heist-out"]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    // The user goes first.
    let (_, stdout, _) = say(home.path(), &["list", "targets", path, "--setup", "PostedPawnshopTest"]);
    assert!(stdout.contains("PostedPawnshopTest"), "{stdout}");
}

#[test]
fn a_file_with_a_set_up_of_its_own_is_a_protocol_as_ever() {
    let home = home();
    let folder = project(
        home.path(),
        "vault",
        "[protocol]\nartifacts = [\"out\"]\n[[setup]]\ndeploy = \"Vault\"\narguments = [false]\n",
    );
    let (code, stdout, stderr) = say(home.path(), &["list", "protocols", folder.to_str().expect("a path")]);
    assert!(code == 0 && stdout.contains("vault") && !stdout.contains("BuggyVaultTest"), "{stdout}{stderr}");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (toml, place, words) in [
        ("[protocol]\nid = \"x\"\n", 1, vec!["unknown key `protocol`"]),
        ("\n[suite]\nset_up = \"x\"\n", 3, vec!["unknown key `set_up`", "setup"]),
        ("[suite]\nsetup = 3\n", 2, vec!["expected a string"]),
        ("[campaign]\nsteps = 0\n", 2, vec!["range of 1 to"]),
        ("[economics]\nreference = \"goin\"\n", 2, vec!["unknown deployment `goin`", "coin"]),
        ("[economics]\nprices = { barly = 1 }\n", 2, vec!["unknown deployment `barly`", "barley"]),
        (
            "[[role]]\ncontract = \"pawn_shop\"\nrole = \"market\"\n",
            2,
            vec!["unknown deployment `pawn_shop`", "pawnshop"],
        ),
        ("[[role]]\ncontract = \"pawnshop\"\nrole = \"markt\"\n", 3, vec!["unknown role `markt`", "market"]),
        ("[contracts.pawnshops]\nfuzz = []\n", 1, vec!["unknown deployment `pawnshops`"]),
        ("[contracts.pawnshop]\nfuzz = [\"pledgee\"]\n", 2, vec!["unknown function `pledgee`", "pledge"]),
        ("[contracts.pawnshop]\nfuzz = [\"worth\"]\n", 2, vec!["does not change state"]),
        ("[contracts.pawnshop]\nweights = { pledge = \"often\" }\n", 2, vec!["often"]),
        ("[actors.someone]\nfuzz = true\n", 1, vec!["new actor `someone`", "kind"]),
        ("[actors.thief]\nkind = \"attacker\"\n", 1, vec!["a second attacker, `thief`, beside `attacker`"]),
        ("[actors.miller]\naddress = \"0x00000000000000000000000000000000000A11cE\"\n", 1, vec!["at another address"]),
        (
            "[actors.thief]\nkind = \"user\"\naddress = \"0x5b5dd02b7DB19d7D717C8F69ccDD8116Aa88A8cF\"\n",
            1,
            vec!["address of `miller`"],
        ),
        ("[[invariant]]\nid = \"A B\"\nexpression = \"true\"\n", 2, vec!["an id is made of"]),
    ] {
        let error = set_up(toml).expect_err(toml);
        let text = format!("{error} {}", error.help());
        assert_eq!(error.place().map(|place| place.line), Some(place), "{toml}: {text}");
        assert!(text.contains("heist.toml:") && !error.is_target_failure(), "{toml}: {text}");
        for word in words {
            assert!(text.contains(word), "{toml} does not say `{word}`: {text}");
        }
    }
    let home = home();
    let folder = project(home.path(), "vault", "[[invariant]]\nid = \"X\"\nexpression = \"Vaultt.total() == 0\"\n");
    refuses(home.path(), &["run", folder.to_str().expect("a path"), "--calls", "10"], &["heist.toml:3", "Vaultt"]);
    let folder = project(home.path(), "vault", "[suite\n");
    refuses(home.path(), &["run", folder.to_str().expect("a path"), "--calls", "10"], &["heist.toml:1"]);
}
