//! How many attacks a second are tried: a script of five calls inside a flash loan on the lending market, run by the attacker's contract
//! in one transaction. Amounts differ from script to script, so nothing can be remembered.

use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, U256};
use criterion::{Criterion, Throughput, criterion_group};
use heist::{
    campaign::Executor,
    gallery,
    protocol::{Function, Protocol},
    sequence::{Action, ActionCall, Advance, Attack, Loan, Sequence, Step},
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ETHER: u64 = 1_000_000_000_000_000_000;
/// Scripts of one measurement.
const SCRIPTS: u64 = 2_000;

fn call(protocol: &Protocol, (contract, name): (&str, &str), arguments: Vec<DynSolValue>) -> Action {
    let is_meant =
        |function: &Function| function.abi.name == name && protocol.contracts[function.contract].name == contract;
    let function = protocol.functions.iter().position(is_meant).expect("the market has it");
    let value = U256::ZERO;
    Action::Call(ActionCall { function, instance: None, arguments, live: Vec::new(), value, callback: Vec::new() })
}

fn ether(amount: u64) -> U256 {
    U256::from(amount) * U256::from(ETHER)
}

/// Buys gems with borrowed cash, deposits some, borrows against them, pays a part back, and sells the others.
fn script(protocol: &Protocol, index: u64) -> Sequence {
    let home = protocol.attacker_contract.expect("it has a contract");
    let uint = |amount: U256| DynSolValue::Uint(amount, 256);
    let swap = |is_gem: bool, amount: U256| {
        let arguments = vec![uint(amount), DynSolValue::Bool(is_gem), uint(U256::ZERO), DynSolValue::Address(home)];
        call(protocol, ("pool", "swap"), arguments)
    };
    let market = |name: &str, amount: U256| call(protocol, ("market", name), vec![uint(amount)]);
    let more = U256::from(index);
    let body = vec![
        swap(false, ether(2_000) + more),
        market("deposit", ether(800) + more),
        market("borrow", ether(500) + more),
        market("repay", ether(250) + more),
        swap(true, ether(1) + more),
    ];
    let address = |name: &str| protocol.address_of(name).expect("it is deployed");
    let loan = Loan { lender: address("lender"), token: address("cash"), amount: ether(30_000) + more, body };
    let sender = protocol.attacker().map_or(Address::ZERO, |actor| actor.address);
    let attack = Attack { sender, contract: home, actions: vec![Action::Loan(loan)], advance: Advance::default() };
    Sequence { steps: vec![Step::Attack(attack)] }
}

/// Runs scripts on so many threads, each with a machine of its own; how long that took.
fn run(protocol: &Protocol, threads: u64, scripts: u64) -> Duration {
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                let mut executor = Executor::for_protocol(protocol).expect("its invariants compile");
                for index in (thread..scripts).step_by(threads as usize) {
                    black_box(executor.rehearse(script(protocol, index)));
                }
            });
        }
    });
    started.elapsed()
}

fn load() -> Protocol {
    let protocol = gallery::load("lending-fixed").expect("the gallery is embedded");
    let mut executor = Executor::for_protocol(&protocol).expect("its invariants compile");
    executor.rehearse(script(&protocol, 0));
    // A loan, a trade, a deposit, a loan of the market, a repayment, a trade, and the loan paid back: nine transfers and more.
    let logs: usize = executor.executions().iter().map(|execution| execution.logs.len()).sum();
    let moved = executor.executions().iter().flat_map(|execution| &execution.logs);
    let transfers = moved.filter_map(heist::protocol::Transfer::of).count();
    assert!(transfers >= 9, "all five calls succeed: {transfers} transfers, {logs} events");
    protocol
}

fn attacks(criterion: &mut Criterion) {
    let protocol = load();
    let mut group = criterion.benchmark_group("attacks");
    group.sample_size(10).throughput(Throughput::Elements(SCRIPTS));
    for threads in [1, 2] {
        let name = format!("five calls in a loan, {threads} threads");
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| run(&protocol, threads, SCRIPTS)).sum());
        });
    }
    group.finish();
}

criterion_group!(benches, attacks);

#[expect(clippy::print_stdout, reason = "the rates are the result")]
fn main() {
    benches();
    let protocol = load();
    let scripts = if std::env::args().any(|argument| argument == "--test") { 20 } else { 20_000 };
    for threads in [1, 2] {
        let took = run(&protocol, threads, scripts);
        println!("attacks of five calls, {threads} threads: {:.0}/s", scripts as f64 / took.as_secs_f64());
    }
    Criterion::default().configure_from_args().final_summary();
}
