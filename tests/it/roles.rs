//! Roles that nobody declared: what is inferred of whom, how sure it is, what it drives, and how it is switched off.

use crate::{
    cli::{home, say},
    support::{files, options, search},
};
use heist::{
    gallery,
    invariant::{Checks, InvariantSet, packs},
    protocol::{InferredRole, Protocol, ROLES, Sureness},
    scenario::{self, SCENARIO_ROLES},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/roles/standards")
}

/// The project with another text in the place of a part of its configuration.
fn changed(part: &str, other: &str) -> Protocol {
    let home = home();
    for (path, bytes) in files(&data()) {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let config = home.path().join("heist.toml");
    let text = fs::read_to_string(&config).expect("a file");
    assert!(text.contains(part), "{part}");
    fs::write(&config, text.replacen(part, other, 1)).expect("a file");
    Protocol::load(home.path(), Some(gallery::attacker())).expect("it loads")
}

fn standards() -> Protocol {
    Protocol::load(&data(), Some(gallery::attacker())).expect("it loads")
}

fn role<'a>(protocol: &'a Protocol, contract: &str, role: &str) -> &'a InferredRole {
    let found = protocol.inferred.iter().find(|each| each.contract == contract && each.role == role);
    found.unwrap_or_else(|| panic!("{contract} is no {role}: {:#?}", protocol.inferred))
}

/// Contract and role of everything that is bound.
fn bound(protocol: &Protocol) -> BTreeSet<(String, String)> {
    let name = |contract: usize| protocol.contracts[contract].name.clone();
    protocol.roles.iter().map(|binding| (name(binding.contract), binding.role.clone())).collect()
}

#[test]
fn whoever_has_the_functions_of_a_standard_and_behaves_so_has_its_role() {
    let protocol = standards();
    for (contract, name) in [
        ("coin", "token"),
        ("quiet", "token"),
        ("overdrawn", "token"),
        ("wrapped", "token"),
        ("wrapped", "weth"),
        ("badge", "nft"),
        ("parcels", "multitoken"),
        ("factory", "factory"),
        ("router", "router"),
        ("pool3", "pool3"),
        ("pool3", "twap"),
        ("average", "twap"),
        ("aave", "market"),
        ("comptroller", "market"),
        ("ctoken", "market"),
        ("governor", "governor"),
        ("timelock", "timelock"),
        ("old_timelock", "timelock"),
        ("safe", "multisig"),
        ("proxy", "proxy"),
        ("messenger", "bridge"),
        ("bridge", "bridge"),
        ("omnichain", "bridge"),
        ("rewards", "staking"),
        ("chef", "staking"),
        ("vesting", "vesting"),
    ] {
        let found = role(&protocol, contract, name);
        assert_eq!((found.sureness, found.used), (Sureness::Certain, true), "{found:?}");
        let binding = protocol.with_role(name).find(|each| protocol.contracts[each.contract].name == contract);
        assert!(protocol.is_inferred(binding.expect("what is certain is bound")));
    }
}

#[test]
fn whoever_has_the_functions_and_does_not_behave_so_is_listed_and_has_no_role() {
    let protocol = standards();
    for (contract, name) in [
        ("flattering", "nft"),
        // It holds no reserves.
        ("pair", "pool"),
        ("idle_factory", "factory"),
        ("one_sided", "factory"),
        ("lost_router", "router"),
        ("new_pool3", "pool3"),
        ("new_pool3", "twap"),
        ("unfair", "market"),
        ("lost_ctoken", "market"),
        ("unfair", "lender"),
        ("lost_balancer", "lender"),
        ("credulous", "governor"),
        ("club", "governor"),
        ("stuck_safe", "multisig"),
        ("lost_omnichain", "bridge"),
        ("generous", "staking"),
        ("forgetful", "vesting"),
    ] {
        let found = role(&protocol, contract, name);
        assert_eq!((found.sureness, found.used, found.judged), (Sureness::Likely, false, false), "{found:?}");
        assert!(!bound(&protocol).contains(&(contract.to_owned(), name.to_owned())));
    }
    assert!(!protocol.inferred.iter().any(|role| role.contract == "till"), "a till is nothing");
}

#[test]
fn lenders_that_scripts_cannot_ask_are_known_and_drive_nothing() {
    let protocol = standards();
    for (contract, part) in [
        ("aave", "the flash loans of Aave's pool; a loan costs 5 bps; attacks borrow from ERC-3156 lenders only"),
        ("balancer", "the flash loans of Balancer's vault; a loan costs 300000000000000 parts of 10^18"),
    ] {
        let found = role(&protocol, contract, "lender");
        assert_eq!((found.sureness, found.used, found.judged), (Sureness::Certain, false, false), "{found:?}");
        assert!(found.why.contains(part), "{}", found.why);
        assert!(!bound(&protocol).contains(&(contract.to_owned(), "lender".to_owned())));
    }
}

#[test]
fn reasons_name_functions_and_what_was_seen() {
    let protocol = standards();
    for (contract, name, part) in [
        ("proxy", "proxy", "EIP-1967 implementation: calls go to till; its admin is safe"),
        ("safe", "multisig", "getOwners(), isOwner(address) and getThreshold(); it needs 2 of its 2 owners"),
        ("timelock", "timelock", "getMinDelay() is 172800 seconds"),
        ("factory", "factory", "getPair(address,address) finds pair"),
        ("quiet", "token", "without the event Transfer, so packs leave it out"),
        ("club", "governor", "functions called propose, vote, execute"),
    ] {
        let found = role(&protocol, contract, name);
        assert!(found.why.contains(part), "{}", found.why);
    }
}

#[test]
fn what_is_declared_of_the_gallery_is_inferred_without_it() {
    // Roles whose meaning an interface tells; the others are the gallery's own.
    const TOLD: [&str; 4] = ["token", "pool", "lender", "vault"];
    for id in gallery::ids() {
        let declared = gallery::load(&id).expect("a gallery protocol loads");
        assert!(declared.roles.iter().all(|binding| !protocol_infers(&declared, &binding.role)), "{id}");
        let bare = without_roles(&id);
        let told = |protocol: &Protocol| -> BTreeSet<_> {
            bound(protocol).into_iter().filter(|(_, role)| TOLD.contains(&role.as_str())).collect()
        };
        // Shares of a pool are tokens too, which lending does not say.
        let extra: BTreeSet<_> = told(&bare).difference(&told(&declared)).cloned().collect();
        let shares = |(contract, role): &(String, String)| contract == "pool" && role == "token";
        assert!(told(&declared).is_subset(&told(&bare)) && extra.iter().all(shares), "{id}: {extra:?}");
    }
}

fn protocol_infers(protocol: &Protocol, role: &str) -> bool {
    // A role that is declared of a contract is not inferred of it once more.
    let declared = protocol.roles.iter().filter(|binding| binding.role == role && !protocol.is_inferred(binding));
    let names: BTreeSet<_> = declared.map(|binding| &protocol.contracts[binding.contract].name).collect();
    protocol.inferred.iter().any(|each| each.role == role && names.contains(&each.contract))
}

/// A project of the gallery whose configuration declares no role.
fn without_roles(id: &str) -> Protocol {
    let home = home();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(id);
    for (path, bytes) in files(&folder) {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let config = home.path().join("heist.toml");
    let text = fs::read_to_string(&config).expect("a file");
    let mut declares = false;
    let kept = text.lines().filter(|line| {
        if line.starts_with('[') {
            declares = line.starts_with("[[role]]");
        }
        !declares
    });
    fs::write(&config, kept.collect::<Vec<_>>().join("\n")).expect("a file");
    Protocol::load(home.path(), Some(gallery::attacker())).expect("it loads")
}

#[test]
fn nothing_is_found_in_mended_twins_whose_roles_are_inferred() {
    for id in ["amm-fixed", "lending-fixed", "staking-fixed", "token-fixed", "vault-fixed"] {
        let (_, found) = search(&without_roles(id), &options(1, 30_000));
        assert!(found.findings.is_empty() && found.defects.is_empty(), "{id}: {found:?}");
    }
}

#[test]
fn packs_judge_an_inferred_token_as_a_declared_one() {
    let bare = without_roles("token");
    let (_, found) = search(&bare, &options(1, 100_000));
    let rules: BTreeSet<_> = found.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(rules.contains("SUPPLY-003"), "{rules:?}");
    let labels = |protocol: &Protocol| -> BTreeSet<String> {
        let set = InvariantSet::new(protocol, &packs().expect("packs are right")).expect("they compile");
        set.instances().iter().map(|instance| instance.label()).collect()
    };
    assert_eq!(labels(&bare), labels(&gallery::load("token").expect("a gallery protocol loads")));
}

#[test]
fn what_is_false_before_the_first_call_is_left_out_unless_the_role_is_declared() {
    let checks = Checks::for_protocol(&standards(), &[]).expect("the packs compile");
    let left: Vec<_> = checks.set().left_out().iter().map(|one| (one.id.as_str(), one.contracts.join(","))).collect();
    let expected = ["SUPPLY-003", "SUPPLY-004"].map(|id| (id, "overdrawn".to_owned()));
    assert_eq!(left, expected);
    let labels: BTreeSet<_> = checks.set().instances().iter().map(|instance| instance.label()).collect();
    assert!(labels.contains("SUPPLY-003(coin)") && labels.contains("SUPPLY-001(overdrawn)"), "{labels:?}");
    // Who declares it says that it is a token.
    let declared = changed("[[invariant]]", "[[role]]\ncontract = \"overdrawn\"\nrole = \"token\"\n[[invariant]]");
    let mut checks = Checks::for_protocol(&declared, &[]).expect("the packs compile");
    assert!(checks.set().left_out().is_empty());
    assert_eq!(checks.broken_at_start().map(|broken| broken.label).as_deref(), Some("SUPPLY-003(overdrawn)"));
}

#[test]
fn inference_is_switched_off_for_all_or_for_one() {
    let none = changed("[protocol]\n", "[protocol]\ninfer = false\n");
    assert!(none.roles.is_empty() && none.inferred.is_empty());
    let one = changed("name = \"wrapped\"\n", "name = \"wrapped\"\ninfer = false\n");
    assert!(!one.inferred.iter().any(|role| role.contract == "wrapped"));
    assert!(bound(&one).contains(&("coin".to_owned(), "token".to_owned())));
    // Tokens of which nothing is known are not dealt to the attacker's contract: it is another base state.
    assert_ne!(none.hash, standards().hash);
}

#[test]
fn inference_changes_nothing_and_is_the_same_each_time() {
    let (left, right) = (standards(), standards());
    assert_eq!(left.inferred, right.inferred);
    assert_eq!(left.hash, right.hash);
    // The base state is that of the same roles declared: no probe has left anything behind.
    for id in ["amm", "governance", "staking", "token", "vault"] {
        let declared = gallery::load(id).expect("a gallery protocol loads");
        assert_eq!(without_roles(id).world.hash(), declared.world.hash(), "{id}");
    }
}

#[test]
fn a_contract_of_two_names_has_a_role_once() {
    let more = "[[setup]]\nattach = \"Coin\"\nname = \"money\"\nat = \"router.WETH\"\n\n[[invariant]]";
    let protocol = changed("[[invariant]]", more);
    let tokens: Vec<_> = protocol.tokens().map(|token| token.name.as_str()).collect();
    assert!(tokens.contains(&"wrapped") && !tokens.contains(&"money"), "{tokens:?}");
    let more = format!("[[role]]\ncontract = \"money\"\nrole = \"token\"\n{more}");
    let protocol = changed("[[invariant]]", &more);
    let tokens: Vec<_> = protocol.tokens().map(|token| token.name.as_str()).collect();
    assert!(tokens.contains(&"money") && !tokens.contains(&"wrapped"), "{tokens:?}");
}

#[test]
fn what_scenarios_need_is_said_to_drive_them() {
    for scenario in scenario::shipped() {
        assert!(scenario.info.needs.iter().all(|role| SCENARIO_ROLES.contains(&role.as_str())), "{scenario:?}");
    }
    assert!(SCENARIO_ROLES.iter().all(|role| ROLES.contains(role)));
}

#[test]
fn the_list_says_where_a_role_comes_from_and_why() {
    let home = home();
    let project = data();
    let project = project.to_str().unwrap();
    let (code, text, _) = say(home.path(), &["list", "targets", project]);
    assert!(code == 0 && text.contains("inferred") && text.contains("supportsInterface(0x80ac58cd) says so"), "{text}");
    let (code, json, _) = say(home.path(), &["list", "targets", project, "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let roles = json[0]["roles"].as_array().expect("a list of roles");
    let row = |contract: &str, role: &str| {
        let found = roles.iter().find(|row| row["contract"] == contract && row["role"] == role);
        found.unwrap_or_else(|| panic!("{contract} is no {role}"))
    };
    assert_eq!((code, row("coin", "token")["from"].as_str()), (0, Some("inferred")));
    assert_eq!(row("coin", "token")["drives"], serde_json::json!(["scenarios", "packs"]));
    assert_eq!(row("quiet", "token")["drives"], serde_json::json!(["scenarios"]));
    assert_eq!(row("forgetful", "vesting")["sureness"], "likely");
    assert_eq!(row("forgetful", "vesting")["drives"], serde_json::json!([]));
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/staking");
    let (_, json, _) = say(home.path(), &["list", "targets", gallery.to_str().unwrap(), "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let staking = json[0]["roles"].as_array().expect("a list").iter().find(|row| row["role"] == "staking");
    let staking = staking.expect("it is declared");
    assert_eq!((staking["from"].as_str(), staking["sureness"].as_str()), (Some("heist.toml"), Some("certain")));
    assert!(staking["why"].as_str().is_some_and(|why| why.contains("backing(), claims(x)")), "{staking}");
}
