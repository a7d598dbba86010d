use super::{ghost, odd, set};
use crate::{
    evm::{Machine, Message},
    invariant::{Checks, Mode, StepFacts, Undecided},
    protocol::Protocol,
};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_primitives::{Address, Bytes, U256};
use proptest::prelude::*;
use std::sync::Arc;

/// State invariants that read storage, balances, time, events, and a slot that depends on another.
const STATES: [&str; 27] = [
    "gold.totalSupply() == initial(gold.totalSupply()) + minted(gold) - burned(gold)",
    "sum(x in holders, gold.balanceOf(x)) <= gold.totalSupply()",
    "all(x in holders, gold.balanceOf(x) <= gold.totalSupply())",
    "gold.pick() <= gold.limit()",
    "gold.interest() < 100",
    "balance(gold) >= 900 && balance(alice) >= initial(balance(alice)) - 50",
    "gold.purseOf(bob) <= initial(gold.purseOf(bob)) + 10",
    "gold.choice() < 4 || silver.pick() == 0",
    "block.timestamp < initial(block.timestamp) + 500",
    "gold.pick() == silver.pick() || gold.limit() > 5",
    "count(x in holders, silver.balanceOf(x) > 0) <= 3",
    "all(x in actors, balance(x) <= initial(balance(x)) + 20)",
    "all(x in holders, gold.balanceOf(x) >= initial(gold.balanceOf(x)) / 2)",
    "gold.open() ? gold.totalSupply() < 1e6 : silver.totalSupply() < 1e6",
    "Purse(gold.choice() % 2 == 0 ? gold : silver).limit() == 1000",
    "gold.worth(alice) + gold.twice(bob) < 5000",
    "gold.choice() == 0 ? true : block.timestamp < initial(block.timestamp) + 300",
    "sum(e in events(gold.Transfer), e.from == address(0) ? e.value : 0) < 60 + sum(e in events(silver.Transfer), e.2)",
    "all(x in holders, gold.balanceOf(x) >= sum(e in events(gold.Transfer), e.to == x ? e.value : 0))",
    "any(e in events(silver.Transfer), e.value > 20 && silver.balanceOf(e.to) > e.value) || gold.limit() > 5",
    "sum(x in values(gold.Transfer, to), gold.balanceOf(x)) <= gold.totalSupply()",
    "all(p in deployed(token), p.totalSupply() < 1010 && sum(v in values(gold.Transfer, value), v) < 70)",
    "all(x in holders, received(x) <= gold.balanceOf(x) + 20)",
    "supplies < 9000 && silver.totalSupply() >= 0",
    "all(x in holders, succeeds(x, gold.transfer(bob, 30)) == (gold.balanceOf(x) >= 30))",
    "after(alice, gold.choose(1), after(bob, gold.touch(), gold.pick() + gold.interest())) < 20",
    "after(bob, gold.pay(alice, 900), balance(gold)) < 30 || count(x in actors, succeeds(x, silver.burn(20))) == 1",
];

/// Ghosts that events, calls and what they left add to.
const GHOSTS: [[&str; 4]; 3] = [
    ["received", "gold.Transfer", "e.value", "e.to"],
    ["supplies", "silver.Transfer", "silver.totalSupply() + 1", ""],
    ["asked", "gold.mint", "argument(gold.mint, amount) - gold.balanceOf(sender) / 100", "sender"],
];

/// Call invariants, with gates, folds and the sender.
const CALLS: [&str; 22] = [
    "!called(gold.transfer) || gold.totalSupply() == old(gold.totalSupply())",
    "all(x in actors, gold.balanceOf(x) >= old(gold.balanceOf(x)) || x == sender)",
    "all(x in holders, gold.balanceOf(x) <= old(gold.balanceOf(x)) + 30)",
    "sum(x in holders, gold.balanceOf(x)) >= old(sum(x in holders, gold.balanceOf(x)))",
    "gold.balanceOf(sender) >= old(gold.balanceOf(sender))",
    "sender == alice || gold.limit() == old(gold.limit())",
    "called(gold.pay) ? balance(gold) < old(balance(gold)) : balance(gold) >= old(balance(gold))",
    "all(x in actors, all(y in actors, x == y || old(gold.balanceOf(x) + gold.balanceOf(y)) <= gold.totalSupply()))",
    "gold.paid(sender) + initial(gold.totalSupply()) >= 0 && silver.pick() >= old(silver.pick())",
    "called(silver.mint) && sender == bob || block.timestamp <= old(block.timestamp)",
    "!called(gold.mint) || gold.totalSupply() == old(gold.totalSupply()) + argument(gold.mint, amount) - msg.value",
    "!called(gold.set) || argument(gold.set, 0) != 1 || argument(gold.set, value) <= 20",
    "!called(gold.deposit) || balance(gold) == old(balance(gold)) + msg.value && msg.value < 30",
    "called(silver.transfer) ? old(silver.balanceOf(argument(silver.transfer, to))) < 20 : msg.value < 35",
    "succeeds(sender, gold.burn(10)) || !old(succeeds(sender, gold.burn(20)))",
    "!called(gold.transfer) || after(sender, gold.mint(bob, argument(gold.transfer, amount)), gold.balanceOf(bob)) > 9",
    "count(e in events(gold.Transfer), e.value > 20 || e.0 == bob) == 0",
    "all(e in events(silver.Transfer), e.to == alice || silver.balanceOf(e.to) >= e.value + 2)",
    "try(max(e in events(gold.Transfer), e.value), 3) < 35 || sender == bob",
    "sum(e in events(gold.Transfer), e.value) == sum(x in holders, gold.balanceOf(x)) - old(sum(x in holders, gold.balanceOf(x)))",
    "all(x in values(gold.Transfer, to), gold.balanceOf(x) >= old(gold.balanceOf(x)) - 5)",
    "asked(sender) <= old(asked(sender)) + 25 && received(bob) >= initial(received(bob))",
];

#[derive(Debug, Clone)]
pub(super) struct Move {
    contract: usize,
    function: usize,
    sender: usize,
    number: u64,
    address: usize,
    seconds: u64,
}

const FUNCTIONS: [&str; 11] =
    ["mint", "burn", "transfer", "conjure", "choose", "set", "setLimit", "shut", "touch", "deposit", "pay"];

pub(super) fn moves() -> impl Strategy<Value = Move> {
    let seconds = prop_oneof![3 => Just(0), 1 => 1..120_u64];
    (0..2_usize, 0..14_usize, 0..4_usize, 0..40_u64, 0..6_usize, seconds).prop_map(
        |(contract, function, sender, number, address, seconds)| Move {
            contract,
            function,
            sender,
            number,
            address,
            seconds,
        },
    )
}

pub(super) struct Run {
    protocol: Protocol,
    pub(super) machine: Machine,
}

impl Run {
    pub(super) fn new(protocol: &Protocol) -> Self {
        Self { machine: protocol.machine(), protocol: protocol.clone() }
    }

    fn address(&self, index: usize) -> Address {
        match self.protocol.actors.get(index) {
            Some(actor) => actor.address,
            // A stranger that only events name.
            None => Address::repeat_byte(index as u8),
        }
    }

    /// Runs a move under the eyes of all `checks`; what is not a function fails, or lets time pass.
    pub(super) fn step(&mut self, step: &Move, checks: &mut [&mut Checks]) {
        self.machine.advance(u64::from(step.seconds > 0), step.seconds);
        let name = match step.function {
            13 => {
                let facts = StepFacts { time_moved: step.seconds > 0, ..StepFacts::default() };
                for checks in checks {
                    checks.after(&mut self.machine, &facts, &[]);
                }
                return;
            }
            other => FUNCTIONS.get(other).copied().unwrap_or("fail"),
        };
        let contract = self.protocol.contract(["gold", "silver"][step.contract]).unwrap().clone();
        let abi = contract.artifact.abi.function(name).unwrap()[0].clone();
        let arguments: Vec<_> = abi
            .inputs
            .iter()
            .map(|input| match input.ty.as_str() {
                "address" => DynSolValue::Address(self.address(step.address)),
                "bool" => DynSolValue::Bool(step.number.is_multiple_of(2)),
                "uint8" => DynSolValue::Uint(U256::from(step.number % 3), 8),
                _ => DynSolValue::Uint(U256::from(step.number), 64),
            })
            .collect();
        let value = if name == "deposit" { U256::from(step.number) } else { U256::ZERO };
        let sender = self.address(step.sender);
        let index = self.protocol.contracts.iter().position(|other| other.name == contract.name).unwrap();
        let function =
            self.protocol.functions.iter().position(|known| known.contract == index && known.abi.name == name);
        let data: Bytes = abi.abi_encode_input(&arguments).unwrap().into();
        let time_moved = step.seconds > 0;
        let mut facts = StepFacts {
            sender: Some(sender),
            function,
            input: data.clone(),
            value,
            time_moved,
            ..StepFacts::default()
        };
        for checks in &mut *checks {
            checks.before(&mut self.machine, &facts);
        }
        let message = Message { from: sender, to: Some(contract.address), data, value };
        let execution = self.machine.execute(&message);
        facts.succeeded = execution.succeeded();
        facts.output = execution.output.clone();
        for checks in checks {
            checks.after(&mut self.machine, &facts, &execution.logs);
        }
    }
}

fn checks(protocol: &Protocol, mode: Mode) -> Checks {
    let mut protocol = protocol.clone();
    protocol.vocabulary.ghosts = GHOSTS.map(ghost).to_vec();
    let set = set(&mut protocol, &STATES, &CALLS);
    Checks::new(Arc::new(protocol), Arc::new(set)).with_mode(mode)
}

fn outcomes(checks: &Checks) -> Vec<Option<Result<(bool, String), Undecided>>> {
    (0..checks.len())
        .map(|index| {
            checks.outcome(index).map(|outcome| outcome.map(|verdict| (verdict.holds, verdict.margin.to_string())))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn incremental_verdicts_are_those_of_evaluating_always(cases in prop::collection::vec(prop::collection::vec(moves(), 0..25), 1..4)) {
        let protocol = odd();
        let mut run = Run::new(&protocol);
        let mut always = checks(&protocol, Mode::Always);
        for case in cases {
            run.machine.reset();
            always.reset();
            for step in &case {
                run.step(step, &mut [&mut always]);
                prop_assert_eq!(always.discrepancies(), &Vec::<String>::new()[..], "{:?}", step);
            }
        }
    }

    #[test]
    fn a_case_is_judged_alike_whatever_came_before(first in prop::collection::vec(moves(), 0..25), case in prop::collection::vec(moves(), 1..25)) {
        let protocol = odd();
        let mut run = Run::new(&protocol);
        let mut fresh = checks(&protocol, Mode::Incremental);
        let mut used = fresh.clone();
        for step in &first {
            run.step(step, &mut [&mut used]);
        }
        let before = used.counts();
        run.machine.reset();
        fresh.reset();
        used.reset();
        for step in &case {
            run.step(step, &mut [&mut fresh, &mut used]);
            prop_assert_eq!(outcomes(&fresh), outcomes(&used));
            prop_assert_eq!(fresh.violated(), used.violated());
        }
        // Counts are a function of the case as well: sums over workers do not depend on who ran what.
        for ((fresh, used), before) in fresh.counts().into_iter().zip(used.counts()).zip(before) {
            prop_assert_eq!(used.evaluations - before.evaluations, fresh.evaluations);
            prop_assert_eq!(used.on_change - before.on_change, fresh.on_change);
            prop_assert_eq!(used.undecided - before.undecided, fresh.undecided);
        }
    }

    #[test]
    fn a_resumed_snapshot_is_judged_as_if_never_left(prefix in prop::collection::vec(moves(), 0..12), other in prop::collection::vec(moves(), 0..8), tail in prop::collection::vec(moves(), 1..12)) {
        let protocol = odd();
        let mut run = Run::new(&protocol);
        let mut straight = checks(&protocol, Mode::Incremental);
        let mut resumed = straight.clone();
        for step in &prefix {
            run.step(step, &mut [&mut straight]);
        }
        let (snapshot, kept) = (run.machine.snapshot(), straight.keep());
        run.machine.reset();
        resumed.reset();
        for step in &other {
            run.step(step, &mut [&mut resumed]);
        }
        run.machine.reset();
        resumed.reset();
        run.machine.restore(&snapshot);
        resumed.resume(&mut run.machine, &kept);
        for step in &tail {
            run.step(step, &mut [&mut straight, &mut resumed]);
            prop_assert_eq!(outcomes(&straight), outcomes(&resumed));
        }
    }
}

pub(super) fn call(contract: usize, name: &str, sender: usize, number: u64, address: usize) -> Move {
    let function = FUNCTIONS.iter().position(|known| *known == name).unwrap();
    Move { contract, function, sender, number, address, seconds: 0 }
}

/// Judges these expressions over these moves; gives counts, and the text of each violation at the end.
pub(super) fn judged(states: &[&str], calls: &[&str], moves: &[Move]) -> (Checks, Vec<String>) {
    let mut protocol = odd();
    let set = set(&mut protocol, states, calls);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut run = Run::new(&protocol);
    for step in moves {
        run.step(step, &mut [&mut checks]);
    }
    let violated = checks.violated().to_vec();
    let texts = violated.iter().map(|index| checks.explain(&mut run.machine, *index)).collect();
    (checks, texts)
}

#[test]
fn a_violation_names_its_numbers() {
    let conjured = [call(0, "conjure", 3, 7, 0)];
    let (_, texts) = judged(&["sum(x in holders, gold.balanceOf(x)) <= gold.totalSupply()"], &[], &conjured);
    assert_eq!(texts, ["sum(x in holders, gold.balanceOf(x)) = 1007 > gold.totalSupply() = 1000"]);
    let (_, texts) = judged(&["all(x in actors, gold.balanceOf(x) * 2 < 3)"], &[], &conjured);
    assert_eq!(texts, ["for x = alice: gold.balanceOf(x) * 2 = 2000 >= 3 (with gold.balanceOf(x) = 1000)"]);
    let (_, texts) = judged(&[], &["gold.balanceOf(bob) == old(gold.balanceOf(bob)) || sender == alice"], &conjured);
    assert_eq!(texts, ["gold.balanceOf(bob) = 7 != old(gold.balanceOf(bob)) = 0\nsender = bob != alice"]);
    let (_, texts) = judged(&["!(gold.balanceOf(bob) > 3)", "gold.open() && gold.limit() == 1000"], &[], &conjured);
    assert_eq!(texts, ["gold.balanceOf(bob) = 7 > 3"]);
    let (_, texts) = judged(&["near(gold.balanceOf(bob), 0, 5)"], &[], &conjured);
    assert_eq!(texts, ["abs(gold.balanceOf(bob) - 0) = 7 > 5 (with gold.balanceOf(bob) = 7)"]);
    let (_, texts) = judged(&["try(1 / (gold.limit() - gold.limit()) > 0, gold.balanceOf(bob) < 7)"], &[], &conjured);
    assert_eq!(texts, ["gold.balanceOf(bob) = 7 >= 7"]);
    let (_, texts) = judged(&["gold.open()"], &[], &[call(0, "shut", 0, 0, 0)]);
    assert_eq!(texts, ["gold.open() = false != true"]);
}

#[test]
fn a_call_is_judged_by_what_it_carried_and_returned() {
    let (checks, texts) = judged(
        &[],
        &[
            "!called(gold.mint) || argument(gold.mint, amount) < 7 && argument(gold.mint, 0) != bob",
            "msg.value == 0",
            "argument(gold.burn, amount) == 1",
        ],
        &[call(0, "mint", 2, 3, 2), call(0, "mint", 2, 9, 2), call(0, "deposit", 2, 5, 0), call(0, "mint", 2, 7, 2)],
    );
    assert_eq!(texts, ["argument(gold.mint, amount) = 7 >= 7"]);
    // Each mint is judged by its own argument; no call burns anything.
    assert_eq!(checks.evaluations_on_change(), [3, 4, 0]);
    assert_eq!(checks.outcome(2), Some(Err(Undecided::NotCaptured)));

    let mut protocol = odd();
    let set = set(&mut protocol, &[], &["returned(odd.bump) == old(odd.counter()) + 1", "returned(odd.bump).0 < 8"]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut run = Run::new(&protocol);
    let odd = protocol.contracts.iter().position(|contract| contract.name == "odd").unwrap();
    let bump = protocol.functions.iter().position(|known| known.contract == odd && known.abi.name == "bump");
    let data = Bytes::copy_from_slice(protocol.functions[bump.unwrap()].abi.selector().as_slice());
    let (from, to) = (protocol.actors[0].address, Some(protocol.contracts[odd].address));
    for counter in 6..=8_u64 {
        let mut facts = StepFacts { sender: Some(from), function: bump, input: data.clone(), ..StepFacts::default() };
        checks.before(&mut run.machine, &facts);
        let execution = run.machine.execute(&Message { from, to, data: data.clone(), value: U256::ZERO });
        (facts.succeeded, facts.output) = (execution.succeeded(), execution.output.clone());
        checks.after(&mut run.machine, &facts, &execution.logs);
        assert_eq!(checks.violated(), if counter == 8 { &[1_usize][..] } else { &[] });
    }
    assert_eq!(checks.explain(&mut run.machine, 1), "returned(odd.bump).0 = 8 >= 8");
}

#[test]
fn unrelated_calls_are_not_counted_as_changes() {
    let moves =
        [call(1, "setLimit", 0, 3, 0), call(1, "mint", 0, 3, 2), call(0, "mint", 0, 3, 2), call(0, "set", 0, 1, 0)];
    let (checks, _) = judged(
        &["gold.totalSupply() < 1e18", "gold.pick() < 1e18"],
        &["gold.totalSupply() >= old(gold.totalSupply())"],
        &moves,
    );
    let counts = checks.counts();
    assert_eq!(counts.iter().map(|count| count.evaluations).collect::<Vec<_>>(), [4, 4, 4]);
    // `set` writes the entry 1 while the view reads entry 0.
    assert_eq!(counts.iter().map(|count| count.on_change).collect::<Vec<_>>(), [1, 0, 1]);
    assert!(counts[1].is_vacuous() && !counts[0].is_vacuous());
    assert_eq!(checks.evaluations_on_change(), [1, 0, 1]);
}

#[test]
fn a_gate_that_stays_shut_leaves_the_invariant_vacuous() {
    let moves = [call(0, "mint", 0, 3, 2), call(0, "conjure", 0, 3, 2)];
    let (checks, _) = judged(&[], &["!called(gold.burn) || gold.totalSupply() < old(gold.totalSupply())"], &moves);
    assert_eq!(checks.evaluations_on_change(), [0]);
    let (checks, texts) = judged(
        &[],
        &["!called(gold.burn) || gold.totalSupply() < old(gold.totalSupply())"],
        &[call(0, "burn", 2, 3, 0)],
    );
    assert_eq!((checks.evaluations_on_change(), texts.len()), (vec![1], 0));
}

#[test]
fn a_view_that_reverts_is_undecided_and_counted_so() {
    let moves = [call(0, "shut", 0, 0, 0), call(0, "set", 0, 1, 0)];
    let (checks, texts) = judged(&["gold.pick() == 0"], &[], &moves);
    assert_eq!(checks.outcome(0), Some(Err(Undecided::Reverted)));
    assert!(texts.is_empty());
    let counts = checks.counts()[0];
    assert_eq!((counts.evaluations, counts.on_change, counts.undecided), (2, 1, 1));
    assert!(counts.is_vacuous());
}

#[test]
fn market_moves_are_not_judged_as_calls() {
    let mut protocol = odd();
    let set = set(&mut protocol, &[], &["gold.limit() == old(gold.limit())"]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut run = Run::new(&protocol);
    let contract = protocol.contract("gold").unwrap().clone();
    let abi = contract.artifact.abi.function("setLimit").unwrap()[0].clone();
    let data = abi.abi_encode_input(&[DynSolValue::Uint(U256::from(3), 64)]).unwrap();
    let message =
        Message { from: protocol.actors[0].address, to: Some(contract.address), data: data.into(), value: U256::ZERO };
    for (sender, violated) in [(None, 0), (Some(protocol.actors[0].address), 1)] {
        run.machine.reset();
        checks.reset();
        let mut facts = StepFacts { sender, ..StepFacts::default() };
        checks.before(&mut run.machine, &facts);
        facts.succeeded = run.machine.execute(&message).succeeded();
        checks.after(&mut run.machine, &facts, &[]);
        assert!(facts.succeeded);
        assert_eq!(checks.violated().len(), violated);
    }
}

#[test]
fn accounts_for_which_something_is_stored_are_holders() {
    let mut protocol = odd();
    let everybody = "count(x in holders, true) == initial(count(x in holders, true))";
    let set = set(&mut protocol, &[everybody], &[]);
    let mut checks = Checks::new(Arc::new(protocol.clone()), Arc::new(set));
    let mut machine = protocol.machine();
    let queue = protocol.contract("queue").unwrap().clone();
    let from = protocol.actors[0].address;
    let mut meets = |name: &str, arguments: Vec<DynSolValue>| {
        let function = &queue.artifact.abi.function(name).unwrap()[0];
        let data = Bytes::from(function.abi_encode_input(&arguments).unwrap());
        let facts = StepFacts { sender: Some(from), succeeded: true, ..StepFacts::default() };
        checks.before(&mut machine, &facts);
        let execution = machine.execute(&Message { from, to: Some(queue.address), data, value: U256::ZERO });
        assert!(execution.succeeded());
        checks.after(&mut machine, &facts, &execution.logs);
        !checks.violated().is_empty()
    };
    let account = |byte: u8| DynSolValue::Address(Address::repeat_byte(byte));
    // What a list or a word holds is no key, and a number is no account.
    assert!(!meets("number", vec![DynSolValue::Uint(U256::from(5), 256), account(0xa1)]));
    assert!(!meets("join", vec![account(0xa2)]));
    // Who is known already is no news.
    assert!(!meets("sit", vec![DynSolValue::Address(from)]));
    // An entry of a mapping in a mapping is written for the account, though no event says so.
    assert!(meets("sit", vec![account(0xa3)]));
}
