//! Set-ups of unit tests as protocols: what is found behind `setUp()`, what it is taken for, and what is said where it fails.

use crate::{
    cli::{home, refuses, say},
    support::{files, options, search},
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256, keccak256};
use heist::{
    campaign::{FindingKind, ReplayStatus, replay},
    gallery,
    protocol::{ActorKind, SetUp, SuiteProject, Sureness},
    sequence::StepRecord,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn data(project: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/foundry").join(project)
}

fn set_up(project: &str, contract: &str) -> SetUp {
    let project = SuiteProject::open(&data(project), "default").expect("the project is built");
    project.set_up(contract, Some(gallery::attacker())).expect("it is set up")
}

/// Implementations, and why, of the contracts that a set-up leaves behind.
fn contracts(found: &SetUp) -> BTreeMap<&str, (Vec<&str>, &str)> {
    let contracts = found.survey.contracts.iter();
    contracts
        .map(|each| {
            let behind = each.implementation.iter().map(String::as_str).collect();
            (each.name.as_str(), (behind, each.why.as_str()))
        })
        .collect()
}

/// `Contract.function` of all that is called.
fn called(found: &SetUp) -> Vec<String> {
    let name = |function: &heist::protocol::Function| {
        format!("{}.{}", found.protocol.contracts[function.contract].name, function.abi.name)
    };
    found.protocol.functions.iter().map(name).collect()
}

#[test]
fn a_spot_price_is_robbed_without_a_handler_and_without_an_invariant() {
    let SetUp { protocol, .. } = set_up("granary", "SpotPawnshopTest");
    for seed in [1, 3] {
        let (_, collector) = search(&protocol, &options(seed, 200_000));
        assert!(collector.defects.is_empty(), "{:?}", collector.defects);
        let finding = collector.findings.first().unwrap_or_else(|| panic!("nothing at seed {seed}"));
        // Both scenarios that borrow come upon it.
        assert!(["ATK-ORACLE", "ATK-FLASH-LOAN"].contains(&finding.rule.as_str()), "{}", finding.rule);
        assert_eq!((finding.kind, finding.steps.len()), (FindingKind::Profit, 1));
        let profit = finding.profit.as_ref().expect("a profit has an amount");
        assert_eq!(profit.token, "coin");
        let amount: U256 = profit.amount.parse().expect("a decimal number");
        // More than a thousandth of a coin, and no more than there is: the lender's fees leave less than the shop and the
        // bazaar have together.
        assert!(amount > U256::from(1_000) && amount < U256::from(83_000_000_000_u64), "{amount}");
        for finding in &collector.findings {
            assert_eq!(finding.kind, FindingKind::Profit, "{finding:?}");
            let again = replay(&protocol, finding);
            assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{}: {:?}", finding.id, again.status);
        }
    }
}

#[test]
fn what_a_set_up_calls_is_known_as_it_was_called() {
    let SetUp { protocol, .. } = set_up("granary", "SpotPawnshopTest");
    let drawn = protocol.rehearsed.iter().filter(|call| protocol.functions[call.function].abi.name == "draw");
    let drawn: Vec<_> = drawn.map(|call| call.arguments.clone()).collect();
    // `pawnshop.draw(60e6, farmer)`, through the doorway that the set-up put before the shop.
    let farmer = Address::from_word(keccak256("farmer"));
    let expected = vec![DynSolValue::Uint(U256::from(60_000_000), 256), DynSolValue::Address(farmer)];
    assert_eq!(drawn, [expected]);
}

#[test]
fn nothing_is_found_where_the_price_is_posted() {
    let SetUp { protocol, .. } = set_up("granary", "PostedPawnshopTest");
    let (summary, collector) = search(&protocol, &options(1, 60_000));
    assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
    assert!(summary.protocols[0].invariants.iter().any(|each| each.evaluations > 0));
    assert!(summary.protocols[0].scenarios.iter().any(|each| each.cases > 0));
}

#[test]
fn what_only_calls_create_is_robbed_without_a_handler() {
    let found = set_up("granary", "ForgetfulCloakroomTest");
    let kind = found.survey.contracts.last().expect("contracts are listed");
    assert_eq!((kind.name.as_str(), kind.address, kind.functions), ("ForgetfulLocker", None, 2));
    assert_eq!(kind.why, "created by calls: its creation code is part of cloakroom's");
    let created: Vec<_> = found.protocol.contracts.iter().filter(|contract| contract.created).collect();
    assert_eq!(created.len(), 1, "there is no locker before one is opened");
    for seed in [1, 2] {
        let (_, collector) = search(&found.protocol, &options(seed, 60_000));
        assert!(collector.defects.is_empty(), "{:?}", collector.defects);
        let finding = collector.findings.first().unwrap_or_else(|| panic!("nothing at seed {seed}"));
        assert_eq!((finding.kind, finding.steps.len()), (FindingKind::Profit, 2));
        let steps: Vec<_> = finding.steps.iter().flat_map(StepRecord::functions).collect();
        let takes = steps.iter().filter(|call| *call == "ForgetfulLocker.take()").count();
        // What is taken twice may be so in a repetition, which names its calls once.
        let repeats = serde_json::to_string(&finding.steps).expect("it is JSON").contains("\"action\":\"repeat\"");
        assert!(steps[0] == "cloakroom.open()" && (takes > 1 || (takes == 1 && repeats)), "{steps:?}");
        for finding in collector.findings.iter().filter(|finding| finding.kind == FindingKind::Profit) {
            // A finding is a file: which locker is meant is said there.
            let text = serde_json::to_string(finding).expect("it is JSON");
            assert!(text.contains("\"instance\":0"), "{text}");
            let again = replay(&found.protocol, &serde_json::from_str(&text).expect("it is a finding"));
            assert!(matches!(again.status, ReplayStatus::Reproduced { .. }), "{}: {:?}", finding.id, again.status);
        }
    }
}

#[test]
fn a_token_that_lets_holders_pay_nobody_may_do_so_when_no_actor_holds_any_more() {
    // Every actor gives all of its coins away, the last ones to the zero address, which the coin lets anybody do.
    let protocol = set_up("granary", "ForgetfulCloakroomTest").protocol;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/drained.json");
    let finding = serde_json::from_str(&fs::read_to_string(file).expect("a finding's file")).expect("it is a finding");
    let again = replay(&protocol, &finding);
    assert!(matches!(again.status, ReplayStatus::Fixed { .. }), "{:?}", again.status);
}

#[test]
fn nothing_is_found_where_lockers_write_down_what_is_taken() {
    let SetUp { protocol, .. } = set_up("granary", "CarefulCloakroomTest");
    let (summary, collector) = search(&protocol, &options(1, 60_000));
    assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
    let counts = summary.protocols[0].functions.iter().filter(|count| count.function.starts_with("CarefulLocker."));
    let counts: Vec<_> = counts.collect();
    assert!(counts.len() == 2 && counts.iter().all(|count| count.changes > 0), "{counts:?}");
}

#[test]
fn what_only_calls_create_has_no_role() {
    let home = home();
    let project = home.path().join("granary");
    for (path, bytes) in files(&data("granary")) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let overlay = |text: &str| {
        fs::write(project.join("heist.toml"), text).expect("a file");
        let project = SuiteProject::open(&project, "default").expect("the project is built");
        project.set_up("ForgetfulCloakroomTest", Some(gallery::attacker()))
    };
    let error =
        overlay("[[role]]\ncontract = \"ForgetfulLocker\"\nrole = \"vault\"\n").expect_err("no role").to_string();
    assert!(error.contains("`ForgetfulLocker` is created by calls"), "{error}");
    // How often it is called can be said.
    let changed = overlay("[contracts.ForgetfulLocker]\nfuzz = [\"take\"]\n").expect("it is a target");
    let of_locker = changed
        .protocol
        .functions
        .iter()
        .filter(|function| changed.protocol.contracts[function.contract].created && function.weight > 0);
    assert_eq!(of_locker.map(|function| function.abi.name.as_str()).collect::<Vec<_>>(), ["take"]);
}

#[test]
fn a_finding_of_a_set_up_replays_in_another_process_and_in_another_folder() {
    let home = home();
    let project = data("granary");
    let project = project.to_str().unwrap();
    let run = ["run", project, "--setup", "SpotPawnshopTest", "--calls", "200000", "--seed", "1", "--progress", "none"];
    let (code, stdout, stderr) = say(home.path(), &run);
    assert!(code == 1 && stdout.contains("CRITICAL") && stdout.contains("profit"), "{stdout}\n{stderr}");
    let (code, stdout, _) = say(home.path(), &["replay", "heist-out"]);
    assert!(code == 1 && stdout.contains("reproduced") && stdout.contains("pawnshop.draw"), "{stdout}");
    // The project has moved: the finding still says whose set-up it was.
    let (code, stdout, _) = say(home.path(), &["replay", "heist-out", "--project", project, "-q"]);
    assert!(code == 1 && stdout.starts_with("reproduced:"), "{stdout}");
    // On the mended twin it does no harm.
    let mended = ["replay", "heist-out", "--project", project, "--setup", "PostedPawnshopTest", "-q"];
    let (code, stdout, stderr) = say(home.path(), &mended);
    assert!(code == 0 && stdout.starts_with("fixed:"), "{stdout}\n{stderr}");
}

#[test]
fn a_set_up_gives_the_same_bytes_at_one_and_at_four_threads() {
    let home = home();
    for set_up in ["SpotPawnshopTest", "ForgetfulCloakroomTest"] {
        let runs = ["1", "4"].map(|threads| {
            let out = home.path().join(set_up).join(threads);
            let (project, out_text) = (data("granary"), out.to_str().unwrap());
            let mut arguments = vec!["run", project.to_str().unwrap(), "--setup", set_up, "--calls", "40000"];
            arguments.extend(["--seed", "4", "--threads", threads, "--progress", "none", "-q", "--out", out_text]);
            say(home.path(), &arguments);
            let mut files = files(&out);
            files.retain(|path, _| path.starts_with("findings") || path.starts_with("corpus"));
            files
        });
        assert!(runs[0].len() > 3, "{:?}", runs[0].keys());
        assert_eq!(runs[0], runs[1], "{set_up}");
    }
}

#[test]
fn names_prices_and_the_proxy_are_as_the_set_up_says() {
    let found = set_up("granary", "SpotPawnshopTest");
    let contracts = contracts(&found);
    // Labels, getters, and the artifact's name where there is neither.
    for name in ["barley", "coin", "bazaar", "moneylender", "appraiser", "pawnshop", "Pawnshop_implementation"] {
        assert!(contracts.contains_key(name), "{contracts:?}");
    }
    assert_eq!(contracts["pawnshop"].0, ["Pawnshop_implementation"]);
    assert!(contracts["pawnshop"].1.contains("EIP-1967"), "{contracts:?}");
    let called = called(&found);
    assert!(called.iter().any(|name| name == "pawnshop.draw"), "{called:?}");
    assert!(!called.iter().any(|name| name.starts_with("Pawnshop_implementation")), "{called:?}");
    assert!(!called.iter().any(|name| name.contains("test") || name.contains("setUp")), "{called:?}");
    let actors: Vec<_> = found.survey.actors.iter().map(|actor| (actor.name.as_str(), actor.kind)).collect();
    assert!(actors.contains(&("miller", ActorKind::User)) && actors.contains(&("farmer", ActorKind::User)));
    assert_eq!(actors[0], ("attacker", ActorKind::Attacker));
    // A thousandth of the barley in the bazaar, sold along x * y = k for a quarter of a percent.
    let (barley, coin) = (1_000_u128 * 10_u128.pow(18), 3_000_u128 * 10_u128.pow(6));
    let net = barley / 1_000 * 9_975 / 10_000;
    let expected = net * coin / (barley + net);
    let economy = &found.survey.economy;
    assert_eq!(economy.reference.as_deref(), Some("coin"));
    assert_eq!(economy.threshold, "1000");
    let prices: Vec<_> = economy.prices.iter().map(|price| (price.asset.as_str(), price.price.clone())).collect();
    assert_eq!(prices, [("barley", expected.to_string())]);
    // The block that the set-up moved to is the one that calls run in, and so is the chain.
    assert_eq!(found.protocol.block.timestamp, 1_700_000_000);
    assert_eq!(found.protocol.block.number, 18_000_000);
    assert!(found.protocol.suite.is_none(), "cheatcodes end with the set-up");
}

#[test]
fn proxies_of_each_kind_answer_with_what_they_run() {
    let found = set_up("set-ups", "ProxiesTest");
    let contracts = contracts(&found);
    for (name, behind, kind) in [
        ("slotted", vec!["Till_implementation"], "EIP-1967 implementation"),
        ("beaconed", vec!["Till_implementation"], "EIP-1967 beacon"),
        ("cloned", vec!["Till_implementation"], "EIP-1167"),
        ("diamond", vec!["LeftFacet_implementation", "RightFacet_implementation"], "diamond of 2 facets"),
        ("factory", vec![], "created from the artifact's code"),
        ("Till", vec![], "created from the artifact's code"),
    ] {
        assert_eq!(contracts[name].0, behind, "{name}");
        assert!(contracts[name].1.contains(kind), "{name}: {}", contracts[name].1);
    }
    let mut called = called(&found);
    called.sort_unstable();
    let expected = [
        "Beacon.point",
        "Till.put",
        "beaconed.own",
        "beaconed.put",
        "cloned.put",
        "diamond.left",
        "diamond.right",
        "factory.clone",
        "slotted.own",
        "slotted.put",
    ];
    assert_eq!(called, expected, "what the loupe does not name is not called");
}

#[test]
fn proxies_that_lead_nowhere_are_told_and_hang_nothing() {
    let found = set_up("set-ups", "NowhereTest");
    let contracts = contracts(&found);
    for (name, why) in [
        ("toNothing", "has no code"),
        ("toItself", "leads back to it"),
        ("inCircles", "leads back to it"),
        ("toNoBeacon", "the beacon names no implementation"),
        ("toCircularBeacon", "leads back to it"),
    ] {
        assert!(
            contracts[name].1.contains("leads nowhere") && contracts[name].1.contains(why),
            "{:?}",
            contracts[name]
        );
    }
}

#[test]
fn roles_are_inferred_from_functions_and_from_what_they_do() {
    let found = set_up("set-ups", "RolesTest");
    let roles = &found.protocol.inferred;
    let role = |contract: &str, role: &str| {
        let found = roles.iter().find(|each| each.contract == contract && each.role == role);
        found.unwrap_or_else(|| panic!("{contract} is no {role}: {roles:?}"))
    };
    // Contract, role, how sure, whether scenarios use it, whether packs judge it.
    for (contract, name, sureness, used, judged) in [
        ("play", "token", Sureness::Certain, true, true),
        // Its supply is its balance: no event tells of a mint.
        ("wrapped", "token", Sureness::Certain, true, false),
        ("wrapped", "weth", Sureness::Certain, true, true),
        // Follows the time.
        ("growing", "token", Sureness::Certain, true, false),
        ("chest", "vault", Sureness::Certain, true, true),
        // Owes more than it holds, by design.
        ("invested", "vault", Sureness::Certain, true, false),
        // It says so, and has not all functions.
        ("paintings", "nft", Sureness::Likely, false, false),
        ("feed", "feed", Sureness::Certain, false, false),
        ("pair", "pool", Sureness::Certain, true, true),
        ("bank", "market", Sureness::Likely, false, false),
    ] {
        let found = role(contract, name);
        assert_eq!((found.sureness, found.used, found.judged), (sureness, used, judged), "{found:?}");
        assert!(!found.why.is_empty());
    }
    assert!(!roles.iter().any(|each| each.contract == "bank" && each.used));
    // What pays for what was sent before is tried as well: 99 % of the fair price is the nearest that it grants.
    let prices: Vec<_> =
        found.survey.economy.prices.iter().map(|price| (price.asset.as_str(), price.price.as_str())).collect();
    assert_eq!(prices, [("toy", "3960000000000000000")]);
    // The suite's own `attacker` is an account like any other.
    let actors: Vec<_> = found.survey.actors.iter().map(|actor| actor.name.as_str()).collect();
    assert!(actors.contains(&"attacker_2") && actors.contains(&"alice") && actors.contains(&"boss"), "{actors:?}");
}

#[test]
fn conveniences_of_tests_are_no_holes() {
    let found = set_up("set-ups", "RolesTest");
    let called = called(&found);
    assert!(!called.iter().any(|name| name == "play.mint" || name.starts_with("feed.")), "{called:?}");
    assert!(called.iter().any(|name| name == "play.transfer"), "{called:?}");
    let notes = found.survey.notes.join("\n");
    assert!(notes.contains("play: mint(address,uint256) gives it to anybody"), "{notes}");
    assert!(notes.contains("feed is a feed"), "{notes}");
    let (_, collector) = search(&found.protocol, &options(5, 30_000));
    assert!(collector.findings.is_empty() && collector.defects.is_empty(), "{collector:?}");
}

#[test]
fn where_trading_pays_already_no_profit_is_judged() {
    let found = set_up("set-ups", "QuarrelTest");
    assert!(found.survey.notes.iter().any(|note| note.contains("more than 2 % apart")), "{:?}", found.survey.notes);
    let (summary, collector) = search(&found.protocol, &options(1, 20_000));
    assert!(collector.findings.is_empty(), "{collector:?}");
    assert!(summary.protocols[0].scenarios.iter().all(|each| each.cases == 0));
}

#[test]
fn what_cheatcodes_leave_in_force_is_told_and_code_that_was_put_somewhere_is_known() {
    let found = set_up("set-ups", "LeavesTest");
    let notes = found.survey.notes.join("\n");
    assert!(notes.contains("a prank and a mocked call"), "{notes}");
    assert!(contracts(&found)["Till_2"].1.contains("its code is the artifact's"));
    assert_eq!(found.protocol.settings.chain_id, 77);
}

#[test]
fn a_set_up_that_cannot_run_is_told_with_its_place_and_what_to_do() {
    let home = home();
    let project = data("set-ups");
    let project = project.to_str().unwrap();
    for (contract, code, words) in [
        ("ProxyTest", 2, vec!["no contract `ProxyTest`", "foundry.toml", "write `ProxiesTest`"]),
        ("NoSetUpTest", 2, vec!["`NoSetUpTest` has no function setUp()", "NoSetUpTest.json"]),
        ("SameTest", 2, vec!["2 contracts", "Other.t.sol:SameTest", "SetUps.t.sol:SameTest", "write `--setup"]),
        ("RevertingTest", 3, vec!["Closed(23)", "RevertingTest.json", "forge test"]),
        ("EmptyTest", 3, vec!["leaves no contract behind", "EmptyTest.json", "deploy the protocol"]),
        ("ForeignTest", 3, vec!["leaves no contract behind", "no artifact has this code", "forge build"]),
    ] {
        for command in [vec!["run", project], vec!["list", "targets", project]] {
            let arguments: Vec<_> = command.into_iter().chain(["--setup", contract]).collect();
            let (found, stdout, stderr) = say(home.path(), &arguments);
            assert_eq!((found, stdout.as_str()), (code, ""), "{contract}: {stderr}");
            for word in &words {
                assert!(stderr.contains(word), "{contract} does not say `{word}`: {stderr}");
            }
        }
    }
    assert!(!home.path().join("heist-out").exists(), "nothing ran");
    let (code, stdout, _) = say(home.path(), &["list", "targets", project, "--setup", "Other.t.sol:SameTest"]);
    assert!(code == 0 && stdout.contains("Till"), "{stdout}");
    refuses(home.path(), &["run", "--setup", "SomeTest"], &["no foundry.toml", "docs/suites.md"]);
    refuses(home.path(), &["run", "nowhere", "--setup", "SomeTest"], &["no file or folder `nowhere`"]);
}

#[test]
fn targets_are_listed_for_people_and_for_programs() {
    let home = home();
    let project = data("granary");
    let arguments = ["list", "targets", project.to_str().unwrap(), "--setup", "SpotPawnshopTest"];
    let (code, text, _) = say(home.path(), &arguments);
    assert_eq!(code, 0);
    for word in ["barley", "Doorway.sol:Doorway -> Pawnshop_implementation", "lender", "certain", "miller", "reference"]
    {
        assert!(text.contains(word), "the list does not say `{word}`: {text}");
    }
    let (code, json, _) = say(home.path(), &[&arguments[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, json[0]["protocol"].as_str()), (0, Some("SpotPawnshopTest")));
    let roles = json[0]["roles"].as_array().expect("a list of roles");
    let lender = roles.iter().find(|role| role["role"] == "lender").expect("a lender");
    assert_eq!((lender["contract"].as_str(), lender["sureness"].as_str()), (Some("moneylender"), Some("certain")));
    assert_eq!(json[0]["economy"]["reference"], "coin");
    // What a configuration declares is listed too.
    let lending = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/lending");
    let (code, text, _) = say(home.path(), &["list", "targets", lending.to_str().unwrap()]);
    assert!(code == 0 && text.contains("declared by heist.toml") && text.contains("market"), "{text}");
}

#[test]
fn code_is_known_by_what_it_is_where_its_creation_is_not() {
    // Artifacts whose creation code says nothing: what was deployed is matched by runtime code, immutables aside.
    let home = home();
    let project = home.path().join("project");
    for (path, bytes) in files(&data("granary")) {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let is_part = path.to_string_lossy().contains("/src/") || path.to_string_lossy().contains(".t.sol");
        let text = String::from_utf8(bytes).unwrap();
        let text = match serde_json::from_str::<Value>(&text) {
            Ok(mut artifact) if !is_part => {
                artifact["bytecode"]["object"] = "0x".into();
                artifact.to_string()
            }
            _ => text,
        };
        fs::write(path, text).unwrap();
    }
    let found = SuiteProject::open(&project, "default").unwrap().set_up("SpotPawnshopTest", None).unwrap();
    let contracts = contracts(&found);
    for name in ["barley", "coin", "bazaar", "moneylender", "appraiser", "pawnshop"] {
        assert!(
            contracts[name].1.contains("its code is the artifact's, immutables and metadata aside"),
            "{contracts:?}"
        );
    }
    assert_eq!(contracts["pawnshop"].0, ["Pawnshop_implementation"]);
}
