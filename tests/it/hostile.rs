//! Contracts that loop, swell, recurse, disappear and lie do not stop a campaign, nor the judging of the others.

use crate::{
    cli::{copy_example, home, say},
    support::{Collector, options, search},
};
use heist::{
    campaign::{InvariantStatus, Options, ProtocolSummary, ReplayStatus, replay},
    gallery,
    protocol::Protocol,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::mpsc, thread, time::Duration};

/// Longest that anything here may take; far above what it does take, even on a busy machine.
const GUARD: Duration = Duration::from_mins(4);
/// An epoch: a campaign ends with a whole one.
const EPOCH_CASES: u64 = 512;

fn project(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/hostile").join(name)
}

fn load(name: &str) -> Protocol {
    Protocol::load(&project(name), Some(gallery::attacker())).expect("the project loads")
}

/// Runs `work` and fails when it hangs.
fn guarded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || sender.send(work()));
    match receiver.recv_timeout(GUARD) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            std::panic::resume_unwind(worker.join().expect_err("it ended without a result"))
        }
    }
}

/// A campaign over a hostile project within its budget, without a defect, in which only the till's bug is found.
fn campaign(name: &'static str, threads: usize, calls: u64) -> (ProtocolSummary, Collector) {
    let (mut summary, found) = guarded(move || search(&load(name), &Options { threads, ..options(3, calls) }));
    assert_eq!(found.defects, Vec::<String>::new(), "{name} on {threads} threads");
    assert!((calls..calls + EPOCH_CASES * 64).contains(&summary.calls), "{} of {calls} calls", summary.calls);
    let protocol = summary.protocols.remove(0);
    let mut rules: Vec<_> = found.findings.iter().map(|finding| finding.rule.as_str()).collect();
    // It may be shown by several functions.
    rules.dedup();
    assert_eq!(rules, ["TILL-TOTAL"], "{name} on {threads} threads: {:#?}", found.findings);
    // Two calls, or one script that makes them.
    assert!((1..=2).contains(&found.findings[0].steps.len()), "{:#?}", found.findings[0].steps);
    (protocol, found)
}

/// Every function is called, and honest ones succeed, whatever ran before them.
fn assert_all_called(protocol: &ProtocolSummary, honest: &[&str]) {
    let functions: BTreeMap<_, _> =
        protocol.functions.iter().map(|each| (each.function.as_str(), (each.calls, each.reverts))).collect();
    for (function, (calls, _)) in &functions {
        assert!(*calls > 0, "{function} was never called: {functions:?}");
    }
    for function in honest {
        let (calls, reverts) = functions[function];
        assert!(calls > reverts, "{function}: {reverts} of {calls} calls reverted");
    }
}

/// Each of `expected` was judged on changed states and held.
fn assert_held(protocol: &ProtocolSummary, expected: &[(&str, &[&str])]) {
    for (id, contracts) in expected {
        let invariant = protocol.invariants.iter().find(|each| each.id == *id && each.contracts == *contracts);
        let invariant = invariant.unwrap_or_else(|| panic!("no {id} of {contracts:?}: {:?}", protocol.invariants));
        assert_eq!(invariant.status, InvariantStatus::Held, "{id}");
        assert!(invariant.evaluations > 0, "{id}");
    }
}

#[test]
fn contracts_that_take_all_they_get_do_not_stop_a_campaign() {
    let campaigns = [1, 2].map(|threads| campaign("endless", threads, 4_000));
    for (protocol, _) in &campaigns {
        assert_all_called(
            protocol,
            &[
                "till.put(uint256)",
                "till.take(uint256)",
                "noise.transfer(address,uint256)",
                "noise.ping()",
                "noise.crowd()",
                "noise.oddities()",
                "noise.shout()",
                "bulk.answer()",
                "recursion.dig(uint256)",
                "spawner.spawn(uint8)",
                "spawner.miscarry()",
            ],
        );
        let held: [(&str, &[&str]); 10] = [
            ("TILL-VISITS", &[]),
            ("TILL-INSIDE", &[]),
            ("LOOP-HEAVY", &[]),
            ("BULK-LIST", &[]),
            ("GARBAGE-TYPES", &[]),
            ("RECURSION-DEPTH", &[]),
            ("SUPPLY-001", &["noise"]),
            ("SUPPLY-003", &["noise"]),
            ("SUPPLY-004", &["noise"]),
            ("SUPPLY-001", &["garbage"]),
        ];
        assert_held(protocol, &held);
    }
    let [(_, one), (_, two)] = &campaigns;
    assert_eq!(one.findings, two.findings);
}

#[test]
fn contracts_that_disappear_do_not_stop_a_campaign() {
    let campaigns = [1, 2].map(|threads| campaign("mortal", threads, 20_000));
    for (protocol, _) in &campaigns {
        let honest = [
            "mortal.transfer(address,uint256)",
            "mortal.die(address)",
            "mortal.dieAlone()",
            "nest.hatch()",
            "nest.crack()",
            "nest.flash()",
            "till.put(uint256)",
        ];
        assert_all_called(protocol, &honest);
        let held: [(&str, &[&str]); 5] = [
            ("TILL-VISITS", &[]),
            ("NEST-HATCHED", &[]),
            ("SUPPLY-001", &["mortal"]),
            ("SUPPLY-003", &["mortal"]),
            ("SUPPLY-004", &["mortal"]),
        ];
        assert_held(protocol, &held);
    }
    let [(_, one), (_, two)] = &campaigns;
    assert_eq!(one.findings, two.findings);
}

#[test]
fn a_coin_that_hides_and_a_market_without_a_way_back_make_nobody_rich() {
    let campaigns = [1, 2].map(|threads| {
        let (summary, found) = guarded(move || search(&load("shy"), &Options { threads, ..options(3, 40_000) }));
        assert_eq!(found.defects, Vec::<String>::new());
        let counted = |function: &str| {
            let count = summary.protocols[0].functions.iter().find(|each| each.function == function);
            count.map(|each| (each.calls, each.reverts)).expect("the function is called")
        };
        for function in ["ware.hush(bool)", "trap.buy(uint256)", "jar.take()"] {
            let (calls, reverts) = counted(function);
            assert!(calls > reverts, "{function}: {reverts} of {calls} calls reverted");
        }
        // The way back was tried too, and failed each time.
        let (calls, reverts) = counted("trap.sell(uint256)");
        assert!(calls > 0 && calls == reverts, "{reverts} of {calls} sales reverted");
        found
    });
    for found in &campaigns {
        let profits: Vec<_> = found.findings.iter().filter_map(|finding| finding.profit.as_ref()).collect();
        assert!(!profits.is_empty(), "{:#?}", found.findings);
        for profit in profits {
            // All that anybody can have is what is in the jar: ware counts at its price only while it is there.
            assert_eq!((profit.token.as_str(), profit.amount.as_str()), ("cash", "100000000000000000000"));
        }
        for finding in found.findings.iter().filter(|finding| finding.profit.is_some()) {
            let status = replay(&load("shy"), finding).status;
            assert!(matches!(status, ReplayStatus::Reproduced { .. }), "{status:?}");
        }
    }
    let [one, two] = &campaigns;
    assert_eq!(one.findings, two.findings);
}

#[test]
fn a_lender_that_has_nothing_lends_nothing() {
    /// Whether each finding of the example borrows, with its lender's funds or without them.
    fn borrows(is_funded: bool) -> Vec<bool> {
        let home = home();
        // A campaign's draws depend on what the protocol is called, which is what its folder is.
        let folder = home.path().join("vault");
        copy_example("attacks/vault-pool-price", &folder);
        let file = folder.join("heist.toml");
        let mut text = fs::read_to_string(&file).expect("it is there");
        for token in ["usdx", "usdy"].into_iter().filter(|_| !is_funded) {
            let funds = format!("[[setup]]\ncall = \"{token}.mint\"\narguments = [\"lender\", \"50000000 ether\"]\n");
            assert_eq!(text.matches(&funds).count(), 1);
            text = text.replace(&funds, "");
        }
        fs::write(&file, text).expect("it is written");
        let protocol = Protocol::load(&folder, Some(gallery::attacker())).expect("it loads");
        let options = Options { scenarios: vec!["flash-loan".to_owned()], ..options(5, 10_000) };
        let (summary, found) = guarded(move || search(&protocol, &options));
        assert_eq!(found.defects, Vec::<String>::new());
        assert!(summary.calls >= 10_000);
        let steps = found.findings.iter().map(|finding| serde_json::to_string(&finding.steps).expect("it is JSON"));
        steps.map(|steps| steps.contains(r#""action":"loan""#)).collect()
    }
    assert!(borrows(true).contains(&true));
    // Whatever is found needs no loan: there is none.
    assert!(!borrows(false).contains(&true));
}

#[test]
fn a_finding_beside_hostile_contracts_replays() {
    for name in ["endless", "mortal"] {
        guarded(move || {
            let protocol = load(name);
            let (_, found) = search(&protocol, &options(5, 5_000));
            assert!(!found.findings.is_empty());
            for finding in &found.findings {
                let status = replay(&protocol, finding).status;
                assert!(matches!(status, ReplayStatus::Reproduced { .. }), "{name}: {status:?}");
            }
        });
    }
}

/// A finding of `steps`, each a function without arguments, or with a number.
fn claim(protocol: &str, rule: &str, steps: &[&str]) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| {
            let (contract, function) = step.split_once('.').expect("contract.function");
            let arguments = match function.split_once('(').expect("a signature").1 {
                ")" => json!([]),
                "address)" => json!(["alice"]),
                _ => json!(["3"]),
            };
            json!({
                "step": "call", "from": "alice", "contract": contract, "function": function, "arguments": arguments,
                "calldata": "0x"
            })
        })
        .collect();
    json!({
        "format": 1, "id": "claim", "rule": rule, "kind": "invariant", "protocol": protocol, "title": "A claim",
        "severity": "high", "contracts": [], "predicate": "true", "evidence": "none", "scenario": null,
        "steps": steps, "original_steps": 1, "profit": null, "seed": 1, "case": 1, "version": "0.1.0",
        "protocol_hash": "0x00", "code_hashes": {}
    })
}

#[test]
fn traces_of_hostile_calls_are_of_a_bearable_length() {
    let endless: [&[&str]; 16] = [
        &["loop.spin()"],
        &["loop.spinInMemory()"],
        &["loop.halt()"],
        &["bulk.answer()", "bulk.relay()"],
        &["bulk.refuse()", "bulk.refuseFalsely()"],
        &["recursion.deepen()"],
        &["recursion.dig(uint256)"],
        &["recursion.branch(uint256)"],
        &["recursion.reflect(uint256)"],
        &["spawner.spawn(uint8)", "spawner.miscarry()"],
        &["spawner.spawnForever()"],
        &["noise.ping()"],
        &["noise.crowd()"],
        &["noise.oddities()"],
        &["noise.shout()"],
        &["garbage.garble(uint8)", "till.put(uint256)"],
    ];
    let mortal: [&[&str]; 3] = [
        &["mortal.die(address)", "mortal.transfer(address,uint256)", "mortal.dieAlone()"],
        &["nest.hatch()", "nest.crack()", "nest.hatch()", "nest.crack()"],
        &["nest.flash()", "till.put(uint256)"],
    ];
    let endless = endless.iter().map(|steps| ("endless", *steps));
    let mortal = mortal.iter().map(|steps| ("mortal", *steps));
    let home = home();
    for (name, steps) in endless.chain(mortal) {
        let mut claim = claim(name, "TILL-TOTAL", steps);
        for step in claim["steps"].as_array_mut().expect("steps") {
            if step["function"] == "transfer(address,uint256)" {
                step["arguments"] = json!(["bob", "1"]);
            }
        }
        fs::write(home.path().join("claim.json"), claim.to_string()).expect("writable");
        let folder = home.path().to_owned();
        let (code, stdout, stderr) = guarded(move || {
            let project = project(name);
            say(&folder, &["replay", "claim.json", "--project", project.to_str().expect("a path in UTF-8")])
        });
        assert_eq!(code, 0, "{steps:?}: {stdout:.2000}{stderr}");
        assert!(stdout.starts_with("fixed: "), "{steps:?}: {stdout:.2000}");
        assert!(stdout.len() < 1 << 20, "{steps:?}: {} bytes of trace", stdout.len());
        for step in steps {
            let call = step.split_once('(').expect("a signature").0;
            assert!(stdout.contains(&format!("alice: {call}(")), "{call} is missing: {stdout:.2000}");
        }
    }
}
