use crate::{
    invariant::{Checks, InvariantSet, Mode, NotApplicable, packs},
    protocol::{Judgement, Pack, Protocol},
};
use std::path::Path;

const GALLERY: [&str; 8] = ["amm", "fees", "governance", "lending", "stablecoin", "staking", "token", "vault"];

fn load(id: &str) -> Protocol {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(id);
    Protocol::load(&folder, None).unwrap()
}

fn compiled(id: &str) -> InvariantSet {
    InvariantSet::new(&load(id), &packs().unwrap()).unwrap_or_else(|errors| panic!("{id}: {}", errors[0]))
}

fn labels(set: &InvariantSet) -> Vec<String> {
    set.instances().iter().map(|instance| instance.label()).collect()
}

#[test]
fn the_packs_are_these() {
    let packs = packs().unwrap();
    let ids: Vec<_> = packs.invariants.iter().map(|source| source.id.as_str()).collect();
    let expected = [
        "SUPPLY-001",
        "SUPPLY-002",
        "SUPPLY-003",
        "SUPPLY-004",
        "COLLATERAL-001",
        "COLLATERAL-002",
        "COLLATERAL-003",
        "FEES-001",
        "FEES-002",
        "FEES-003",
        "VAULT-001",
        "LENDING-001",
        "LENDING-002",
        "STAKING-001",
        "STAKING-002",
        "AMM-001",
        "AMM-002",
        "AMM-003",
        "AMM-004",
        "GOVERNANCE-001",
        "GOVERNANCE-002",
        "GOVERNANCE-003",
        "GOVERNANCE-004",
        "GOVERNANCE-005",
        "GOVERNANCE-006",
        "ACCESS-001",
        "ACCESS-002",
        "ACCESS-003",
    ];
    assert_eq!(ids, expected);
    for source in &packs.invariants {
        for part in ["What it says:", "Why it matters:", "How it is judged:", "Exceptions:"] {
            assert!(source.explain.contains(part), "{} lacks `{part}`", source.id);
        }
        assert!(!source.title.ends_with('.') && source.place.line > 0);
    }
}

#[test]
fn packs_are_applied_by_role() {
    assert_eq!(
        labels(&compiled("vault")),
        [
            "VAULT-SHARE-PRICE",
            "SUPPLY-001(gold)",
            "SUPPLY-001(vault)",
            "SUPPLY-003(gold)",
            "SUPPLY-003(vault)",
            "SUPPLY-004(gold)",
            "SUPPLY-004(vault)",
            "COLLATERAL-001(vault)",
            "VAULT-001(vault)",
        ]
    );
    assert!(labels(&compiled("stablecoin")).contains(&"COLLATERAL-003(minter)".to_owned()));
    assert!(labels(&compiled("lending")).contains(&"COLLATERAL-002(market)".to_owned()));
    assert!(labels(&compiled("staking")).contains(&"COLLATERAL-001(staking)".to_owned()));
    let fees = labels(&compiled("fees"));
    assert!(
        ["FEES-001(treasury)", "FEES-002(treasury)", "FEES-003(treasury)"]
            .iter()
            .all(|id| fees.contains(&(*id).to_owned()))
    );
}

#[test]
fn what_does_not_apply_is_listed_with_its_reason() {
    let set = compiled("lending");
    let skipped: Vec<&NotApplicable> = set.not_applicable().iter().collect();
    let find = |id: &str| skipped.iter().find(|skipped| skipped.id == id).unwrap();
    assert!(find("SUPPLY-002").reason.contains("has no view `cap`"));
    assert_eq!(find("COLLATERAL-003").contracts, ["market"]);
    assert!(find("FEES-001").reason.contains("no contract has the role `treasury`"));
}

#[test]
fn every_invariant_holds_in_the_base_state_of_the_gallery() {
    for id in GALLERY {
        let mut checks = Checks::for_protocol(&load(id), &[]).unwrap().with_mode(Mode::Always);
        assert_eq!(checks.broken_at_start(), None, "{id}");
        assert!(!checks.is_empty(), "{id}");
        for (index, instance) in checks.set().instances().iter().enumerate() {
            let outcome = checks.outcome(index);
            let expected = instance.on() != Judgement::Call;
            assert_eq!(outcome.is_some(), expected, "{id}: {}", instance.label());
            assert!(
                outcome.is_none_or(|outcome| outcome.is_ok_and(|verdict| verdict.holds)),
                "{id}: {}",
                instance.label()
            );
        }
    }
}

#[test]
fn ids_select_invariants() {
    let protocol = load("token");
    let labels = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| (*id).to_owned()).collect();
        Checks::for_protocol(&protocol, &ids).unwrap().labels()
    };
    assert_eq!(labels(&["SUPPLY-003"]), ["SUPPLY-003(gold)"]);
    assert_eq!(labels(&["supply-*", "TOKEN-TRANSFER-NEUTRAL"]).len(), 5);
    assert!(labels(&["NOTHING"]).is_empty());
    assert!(Checks::none(&protocol).is_empty());
}

#[test]
fn an_invariant_of_the_protocol_replaces_that_of_a_pack() {
    let mut protocol = load("token");
    let mut own = protocol.invariants[0].clone();
    own.id = "SUPPLY-001".into();
    protocol.invariants.push(own.clone());
    let set = InvariantSet::new(&protocol, &packs().unwrap()).unwrap();
    assert_eq!(labels(&set).iter().filter(|label| label.starts_with("SUPPLY-001")).collect::<Vec<_>>(), ["SUPPLY-001"]);
    protocol.invariants.push(own);
    assert!(InvariantSet::new(&protocol, &packs().unwrap()).unwrap_err()[0].to_string().contains("SUPPLY-001"));
}

#[test]
fn a_mistake_in_a_view_of_the_protocol_is_not_passed_over() {
    let mut protocol = load("staking");
    let binding = protocol.roles.iter().position(|binding| binding.role == "staking").unwrap();
    let view = protocol.roles[binding].views.iter_mut().find(|view| view.name == "claims").unwrap();
    view.body = "staking.earnd(x)".into();
    let errors = InvariantSet::new(&protocol, &packs().unwrap()).unwrap_err();
    assert!(errors[0].help().is_some_and(|help| help.contains("earned")), "{}", errors[0]);
    assert!(errors[0].place.file.ends_with("heist.toml"));
}

#[test]
fn a_vault_without_bound_views_has_the_default_ones() {
    let mut protocol = load("vault");
    protocol.roles.iter_mut().for_each(|binding| binding.views.clear());
    let set = InvariantSet::new(&protocol, &packs().unwrap()).unwrap();
    assert!(labels(&set).contains(&"COLLATERAL-001(vault)".to_owned()));
    let bare = Pack { views: Vec::new(), ..packs().unwrap() };
    let set = InvariantSet::new(&protocol, &bare).unwrap();
    assert!(!labels(&set).contains(&"COLLATERAL-001(vault)".to_owned()));
}
