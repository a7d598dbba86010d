//! The catalogue of attacks: what each protocol is, and that it gives nothing away.

use crate::support::{options, search};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{B256, U256};
use heist::{
    campaign::{self, Event, Executor, Features, Finding, Options, Progress, Sink},
    evm::Execution,
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
    protocol::{ActorKind, Function, Protocol, Rehearsed},
    scenario,
    sequence::Sequence,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
    sync::Arc,
};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/attacks")
}

/// Names without `attacks/` of the protocols that have a bug.
fn slugs() -> Vec<String> {
    let ids = gallery::catalogue();
    let names = ids.iter().map(|id| id.strip_prefix("attacks/").expect("all are attacks"));
    names.filter(|name| !name.ends_with("-fixed")).map(str::to_owned).collect()
}

fn load(slug: &str) -> Protocol {
    gallery::load(&format!("attacks/{slug}")).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

#[test]
fn each_class_has_a_protocol_a_twin_a_proof_and_a_line_in_the_list() {
    let list = fs::read_to_string(folder().join("README.md")).expect("the list");
    let slugs = slugs();
    assert_eq!(slugs.len(), 40);
    assert_eq!(gallery::catalogue().len(), 80);
    assert!(gallery::ids().iter().all(|id| !id.contains('/')));
    for slug in &slugs {
        assert!(folder().join("proofs").join(format!("{slug}.t.sol")).is_file(), "{slug} has no proof");
        assert_eq!(list.matches(&format!("| `{slug}` |")).count(), 1, "{slug}");
    }
    for class in 1..=40 {
        assert_eq!(list.matches(&format!("\n| {class} |")).count(), 1, "class {class}");
    }
}

#[test]
fn protocols_are_set_up_as_their_twins_and_give_nothing_away() {
    for slug in slugs() {
        let (open, mended) = (load(&slug), load(&format!("{slug}-fixed")));
        for protocol in [&open, &mended] {
            assert!(protocol.invariants.is_empty(), "{}", protocol.id);
            let attackers = protocol.actors.iter().filter(|actor| actor.kind == ActorKind::Attacker).count();
            assert_eq!(attackers, 1, "{}", protocol.id);
            assert!(protocol.economics.reference.is_some(), "{}", protocol.id);
            // Something of the catalogue's scenarios can run, so that profit is judged.
            assert!(
                scenario::of(protocol).expect("they ship").iter().any(|scenario| scenario.applies(protocol).is_ok()),
                "{}",
                protocol.id
            );
        }
        let names = |protocol: &Protocol| -> Vec<_> {
            protocol.contracts.iter().map(|contract| (contract.name.clone(), contract.artifact.name.clone())).collect()
        };
        assert_eq!(names(&open), names(&mended), "{slug}");
        let actors =
            |protocol: &Protocol| -> BTreeSet<_> { protocol.actors.iter().map(|actor| actor.name.clone()).collect() };
        assert_eq!(actors(&open), actors(&mended), "{slug}");
        let config = |slug: &str| fs::read_to_string(folder().join(slug).join("heist.toml")).expect("a configuration");
        for part in ["[[invariant]]", "weights"] {
            assert!(!config(&slug).contains(part), "{slug}: {part}");
        }
    }
}

fn amount(text: &str) -> U256 {
    text.parse().expect("a number")
}

/// The closed form of the largest profit, which stands beside the protocol.
fn optimum(slug: &str) -> U256 {
    let text = fs::read_to_string(folder().join(slug).join("optimum.txt")).expect("it has a closed form");
    amount(text.lines().find(|line| !line.starts_with('#')).expect("a number behind the comments"))
}

/// What a scenario finds in a protocol, and by its own rule; in the fixed twin it finds nothing.
fn gained_by(slug: &str, scenario: &str, rule: &str, seed: u64) -> U256 {
    let only = |calls| Options { scenarios: vec![scenario.to_owned()], ..options(seed, calls) };
    let protocol = load(slug);
    let (_, found) = search(&protocol, &only(40_000));
    let shown = found.findings.iter().find(|finding| finding.rule == rule);
    let shown = shown.unwrap_or_else(|| panic!("{slug}: {found:?}"));
    // Profits are shown without the invariants: a run that asks them all comes to the same.
    let sequence = Sequence::from_records(&protocol, &shown.steps).expect("it is of this protocol");
    let ends = [true, false].map(|is_judged| {
        let mut executor = Executor::for_protocol(&protocol).expect("its invariants compile");
        let run = if is_judged { Executor::run } else { Executor::rehearse };
        run(&mut executor, sequence.clone());
        let end = |execution: &Arc<Execution>| {
            let Execution { status, output, gas_used, logs, created } = &**execution;
            format!("{status:?} {output} {gas_used} {logs:?} {created:?}")
        };
        executor.executions().iter().map(end).collect::<Vec<_>>()
    });
    assert_eq!(ends[0], ends[1], "{slug}");
    let (_, found) = search(&load(&format!("{slug}-fixed")), &only(20_000));
    assert!(found.findings.is_empty() && found.defects.is_empty(), "{slug}-fixed: {found:?}");
    amount(&shown.profit.as_ref().expect("it is a profit").amount)
}

#[test]
fn donations_and_calls_that_come_back_are_found_by_what_they_are_for() {
    for (slug, scenario, rule) in
        [("donation-inflation", "donation", "ATK-DONATION"), ("reentrancy", "reentrancy", "ATK-REENTRANCY")]
    {
        let [gained, most] = [gained_by(slug, scenario, rule, 1), optimum(slug)];
        assert!(!gained.is_zero() && gained <= most, "{slug}: {gained} of {most}");
    }
}

#[test]
fn votes_that_are_bought_are_found() {
    // The treasury, less what buying the votes costs.
    let [gained, most] = [gained_by("low-quorum", "governance", "ATK-GOVERNANCE", 1), optimum("low-quorum")];
    assert!(!gained.is_zero() && gained <= most, "{gained} of {most}");
}

#[test]
fn what_is_made_of_others_calls_and_votes_is_found() {
    // A callback that knows the lender and not who asked; approvals behind a relay; votes that are borrowed tokens; goods that are
    // exchanged for themselves; who brings a trader in the place of who may call back.
    let cases = [
        ("unverified-callback", 1, 60_000),
        ("arbitrary-call", 3, 60_000),
        ("flash-governance", 1, 150_000),
        ("self-swap", 4, 100_000),
        ("storage-collision", 5, 110_000),
    ];
    for (slug, seed, calls) in cases {
        let (_, found) = search(&load(slug), &options(seed, calls));
        let gained = |finding: &Finding| Some(amount(&finding.profit.as_ref()?.amount));
        let most = found.findings.iter().filter_map(gained).max();
        assert!(most.is_some_and(|most| !most.is_zero()), "{slug}: {:?}", found.findings);
        let (_, found) = search(&load(&format!("{slug}-fixed")), &options(1, 30_000));
        assert!(found.findings.is_empty() && found.defects.is_empty(), "{slug}-fixed: {found:?}");
    }
}

/// What each finding gained, in the order in which that was told, until one is told again.
struct Told<'a>(BTreeMap<String, Vec<U256>>, &'a Progress);

impl Sink for Told<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Finding(finding) | Event::Enlarged(finding) = event
            && let Some(profit) = &finding.profit
        {
            self.0.entry(finding.id.clone()).or_default().push(amount(&profit.amount));
        }
        if let Event::Enlarged(_) = event {
            self.1.request_stop();
        }
        Ok(())
    }
}

#[test]
fn what_turns_out_to_gain_more_is_told_again() {
    for slug in ["reward-accrual", "fee-on-transfer"] {
        let progress = Progress::default();
        let mut told = Told(BTreeMap::new(), &progress);
        // Without tuning what is found first is rarely the most.
        let options = Options { features: Features { tuning: false, ..Features::all() }, ..options(1, 60_000) };
        campaign::run(&[load(slug)], &options, &mut told, &progress).expect("it runs");
        assert!(told.0.values().any(|amounts| amounts.len() > 1), "{slug}: {:?}", told.0);
        assert!(told.0.values().all(|amounts| amounts.is_sorted_by(|less, more| less < more)), "{slug}: {:?}", told.0);
    }
}

#[test]
fn a_cast_that_cuts_a_price_is_found() {
    let (_, found) = search(&load("unsafe-math"), &options(1, 20_000));
    let gained = found.findings.iter().filter_map(|finding| Some(amount(&finding.profit.as_ref()?.amount))).max();
    // 3,960,000 tokens of 1.98 are all there is of them before; the reserve is 3,920,400.
    let most = U256::from(3_960_000 * 198 / 100 + 3_920_400) * U256::from(10).pow(U256::from(18));
    assert!(gained.is_some_and(|gained| !gained.is_zero() && gained <= most), "{:?}", found.findings);
    let (_, found) = search(&load("unsafe-math-fixed"), &options(1, 30_000));
    assert!(found.findings.is_empty() && found.defects.is_empty(), "{found:?}");
}

#[test]
fn what_contracts_called_in_the_set_up_is_known() {
    let protocol = load("unverified-callback");
    let address = |name: &str| protocol.address_of(name).expect("it has this name");
    let ether = |count: u64| U256::from(count) * U256::from(10).pow(U256::from(18));
    let lends = |function: &Function| {
        protocol.contracts[function.contract].name == "lender" && function.abi.name == "flashLoan"
    };
    let asked: Vec<_> = protocol.rehearsed.iter().filter(|call| lends(&protocol.functions[call.function])).collect();
    // Alice's `lever(40000 ether, 20000 ether, 1400 ether)`: the leverager borrows for her, with her task as data.
    let [Rehearsed { arguments, .. }] = asked[..] else { panic!("{asked:?}") };
    let task = DynSolValue::Tuple(vec![
        DynSolValue::Bool(false),
        DynSolValue::Address(address("alice")),
        DynSolValue::Address(address("alice")),
        DynSolValue::Uint(ether(40_000), 256),
        DynSolValue::Uint(ether(1_400), 256),
    ]);
    let expected = [
        DynSolValue::Address(address("leverager")),
        DynSolValue::Address(address("franc")),
        DynSolValue::Uint(ether(20_000), 256),
        DynSolValue::Bytes(task.abi_encode()),
    ];
    assert_eq!(arguments[..], expected);
    // What is drawn after it: the same, but for a few words, of which the attacker's contract may be one.
    let (palette, dictionary) = (Palette::new(&protocol, Audience::Attacker), Dictionary::default());
    let generator = Generator::new(&palette, &dictionary);
    let function = protocol.functions.iter().find(|function| lends(function)).expect("it lends");
    let mut rng = generate::case_rng(&[7; 32]);
    let home = protocol.attacker_contract.expect("somebody attacks").into_word();
    let words = |bytes: &[u8]| -> Vec<B256> { bytes.chunks(32).map(B256::from_slice).collect() };
    let told = words(&task.abi_encode());
    let (mut flagged, mut received) = (0, 0);
    for _ in 0..4_000 {
        let drawn = generator.rehearse(function, &mut rng).expect("the set-up called it");
        let Some(DynSolValue::Bytes(data)) = drawn.last() else { panic!("{drawn:?}") };
        let other = words(data);
        assert_eq!(other.len(), 5);
        let changed = told.iter().zip(&other).filter(|(one, other)| one != other).count();
        let beside = drawn[..3].iter().zip(&expected).filter(|(one, other)| one != other).count();
        assert!(changed + beside <= 3, "{drawn:?}");
        assert!(other[1].starts_with(&[0; 12]) && other[2].starts_with(&[0; 12]), "accounts stay accounts: {drawn:?}");
        flagged += usize::from(other[0] == B256::with_last_byte(1));
        received += usize::from(other[2] == home);
    }
    // Three of eight draws exchange one to three of eight words each: a given word in about 9 % of all draws, for the attacker's
    // contract in more than a half of those.
    assert!(flagged > 200 && received > 80, "{flagged} {received}");
}

#[test]
fn what_pays_once_is_done_to_everything_else_as_well() {
    // Other accounts' balances and other tokens; approvals within data; wallets and what they hold.
    for (slug, seed, calls) in
        [("missing-access", 5, 40_000), ("arbitrary-call", 3, 60_000), ("paymaster-validation", 1, 60_000)]
    {
        let (_, found) = search(&load(slug), &options(seed, calls));
        let profits = found.findings.iter().filter_map(|finding| Some(amount(&finding.profit.as_ref()?.amount)));
        let (gained, most) = (profits.max().unwrap_or_default(), optimum(slug));
        assert!(gained <= most && gained >= most / U256::from(100) * U256::from(98), "{slug}: {gained} of {most}");
    }
}

#[test]
fn what_asks_for_no_capital_is_found_without_a_lender() {
    for slug in ["bridge-replay", "reinitialise", "signature-replay"] {
        let (_, found) = search(&load(slug), &options(5, 120_000));
        let rules: BTreeSet<_> = found.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert!(rules.contains("ATK-OWN-CAPITAL"), "{slug}: {rules:?}");
        // All of it is taken, whatever of it was found first: other assets, other people's, the same again.
        let profits = found.findings.iter().filter_map(|finding| Some(amount(&finding.profit.as_ref()?.amount)));
        let (gained, most) = (profits.max().unwrap_or_default(), optimum(slug));
        assert!(gained <= most && gained >= most / U256::from(100) * U256::from(98), "{slug}: {gained} of {most}");
        // Nothing is made or burned here: what the attacker has, others lost.
        for profit in found.findings.iter().filter_map(|finding| finding.profit.as_ref()) {
            let lost = profit.losses.iter().map(|loss| loss.amount.as_deref().map_or(U256::ZERO, amount)).sum::<U256>();
            assert!(lost >= amount(&profit.amount), "{slug}: {profit:?}");
            if slug == "bridge-replay" {
                // What is locked there: bridge-replay/optimum.md.
                let [loss] = &profit.losses[..] else { panic!("{profit:?}") };
                let locked = [("mark", "4247825000000000000000000"), ("zinc", "239880000000000000000000")];
                assert_eq!(loss.account, "escrow");
                assert!(
                    loss.changes.iter().all(|one| locked.contains(&(one.asset.as_str(), one.before.as_str()))),
                    "{loss:?}"
                );
            }
        }
        let (_, found) = search(&load(&format!("{slug}-fixed")), &options(1, 60_000));
        assert!(found.findings.is_empty() && found.defects.is_empty(), "{slug}-fixed: {found:?}");
    }
    // Where there is a lender, the scenario for it does the same and more; where nothing has a price it says so.
    let own = |protocol: &Protocol| {
        let mut all = scenario::of(protocol).expect("they ship").into_iter();
        all.find(|scenario| scenario.info().id == "own-capital").expect("it ships").applies(protocol)
    };
    let lent = gallery::load("vault").expect("it loads");
    assert!(own(&lent).is_err_and(|reason| reason.contains("`lender`")));
    let priceless = gallery::load("token").expect("it loads");
    assert!(own(&priceless).is_err_and(|reason| reason.contains("nothing has a price")));
}
