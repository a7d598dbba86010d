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
    let ids: Vec<_> = packs.invariants.iter().map(|source| source.id.clone()).collect();
    let numbered = |group: &str, numbers: &[usize]| -> Vec<String> {
        numbers.iter().map(|number| format!("{group}-{number:03}")).collect()
    };
    let range = |from: usize, to: usize| (from..=to).collect::<Vec<_>>();
    let mut vaults: Vec<_> = range(1, 32);
    vaults.extend(33..=37);
    let expected = [
        numbered("SUPPLY", &range(1, 4)),
        numbered("COLLATERAL", &range(1, 3)),
        numbered("FEES", &range(1, 3)),
        numbered("ERC20-BASE", &range(4, 17)),
        numbered("ERC20-BURNABLE", &range(1, 3)),
        numbered("ERC20-MINTABLE", &[1]),
        numbered("ERC20-PAUSABLE", &[1, 2]),
        numbered("ERC20-ALLOWANCE", &[1, 2]),
        vec!["ERC20-SPLIT-TRANSFER".to_owned()],
        numbered("ERC721-BASE", &range(1, 11)),
        numbered("ERC721-BURNABLE", &range(1, 6)),
        numbered("ERC721-MINTABLE", &[1, 2]),
        numbered("ERC4626", &vaults),
        ["VAULT-ROUND-TRIP", "VAULT-ORDER", "VAULT-DONATION"].map(str::to_owned).to_vec(),
        numbered("VAULT", &[1]),
        numbered("LENDING", &range(1, 5)),
        numbered("STAKING", &range(1, 4)),
        numbered("AMM", &range(1, 4)),
        numbered("GOVERNANCE", &range(1, 6)),
        numbered("ACCESS", &range(1, 3)),
        numbered("EVENTS", &range(1, 2)),
        numbered("ORACLE", &range(1, 3)),
        numbered("GAS", &range(1, 3)),
    ];
    let sorted = |mut ids: Vec<String>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(ids), sorted(expected.concat()));
    for source in &packs.invariants {
        for part in ["What it says:", "Why it matters:", "How it is judged:", "Exceptions:"] {
            assert!(source.explain.contains(part), "{} lacks `{part}`", source.id);
        }
        assert!(!source.title.ends_with('.') && source.place.line > 0);
    }
}

#[test]
fn packs_are_applied_by_role() {
    let labels_of = |groups: [&str; 3]| -> Vec<String> {
        let labels = labels(&compiled("vault"));
        labels.into_iter().filter(|label| groups.iter().any(|group| label.starts_with(group))).collect()
    };
    assert_eq!(
        labels_of(["VAULT-SHARE", "SUPPLY", "COLLATERAL"]),
        [
            "VAULT-SHARE-PRICE",
            "SUPPLY-001(gold)",
            "SUPPLY-001(vault)",
            "SUPPLY-003(gold)",
            "SUPPLY-003(vault)",
            "SUPPLY-004(gold)",
            "SUPPLY-004(vault)",
            "COLLATERAL-001(vault)",
        ]
    );
    assert!(labels(&compiled("stablecoin")).contains(&"COLLATERAL-003(minter)".to_owned()));
    assert!(labels(&compiled("lending")).contains(&"COLLATERAL-002(market)".to_owned()));
    assert!(labels(&compiled("staking")).contains(&"COLLATERAL-001(staking)".to_owned()));
    for (id, label) in [
        ("amm", "AMM-001(pair)"),
        ("amm", "AMM-004(pair)"),
        ("lending", "LENDING-002(market)"),
        ("lending", "AMM-003(pool)"),
        ("staking", "STAKING-002(staking)"),
        ("governance", "GOVERNANCE-003(governor)"),
        ("vault", "VAULT-001(vault)"),
    ] {
        assert!(labels(&compiled(id)).contains(&label.to_owned()), "{id}: {label}");
    }
    let fees = labels(&compiled("fees"));
    assert!(
        ["FEES-001(treasury)", "FEES-002(treasury)", "FEES-003(treasury)"]
            .iter()
            .all(|id| fees.contains(&(*id).to_owned()))
    );
}

#[test]
fn a_contract_is_judged_by_what_it_has() {
    let vault = labels(&compiled("vault"));
    for (label, applies) in [
        ("ERC20-BASE-007(gold)", true),
        // It has `burn`, and no actor calls it.
        ("ERC20-BURNABLE-001(gold)", false),
        // It has no function of this name; a vault's `mint` takes a number first.
        ("ERC20-BURNABLE-002(gold)", false),
        ("ERC20-MINTABLE-001(vault)", false),
        ("ERC20-PAUSABLE-001(gold)", false),
        ("ERC4626-012(vault)", true),
        ("ERC4626-014(vault)", true),
        ("ERC4626-013(vault)", false),
        ("ERC4626-012(gold)", false),
        ("VAULT-ROUND-TRIP(vault)", true),
    ] {
        assert_eq!(vault.iter().any(|known| known == label), applies, "{label}");
    }
}

#[test]
fn what_does_not_apply_is_listed_with_its_reason() {
    let set = compiled("lending");
    let skipped: Vec<&NotApplicable> = set.not_applicable().iter().collect();
    let find = |id: &str| skipped.iter().find(|skipped| skipped.id == id).unwrap();
    assert!(find("SUPPLY-002").reason.contains("has no view `cap`"));
    assert_eq!(find("COLLATERAL-003").contracts, ["market"]);
    assert!(find("FEES-001").reason.contains("no contract has the role `treasury`"));
    // The fee of a swap has no common name, and owners are judged where somebody says that there is one.
    assert_eq!(find("AMM-004").contracts, ["pool"]);
    assert!(find("ACCESS-001").reason.contains("no contract has the role `owned`"));
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
                // A call that the base state does not allow leaves what is asked about it open.
                outcome.is_none_or(|outcome| match outcome {
                    Ok(verdict) => verdict.holds,
                    Err(_) => instance.on() == Judgement::Sample,
                }),
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
