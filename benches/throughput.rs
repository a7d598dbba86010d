//! The whole campaign loop against bare revm on the same calls, in one run: the ratio is what counts.

use criterion::{Criterion, Throughput, criterion_group};
use heist::{
    campaign::{self, Features, Options, Progress},
    evm::{Act, Comparing},
    gallery,
    invariant::Mode,
    protocol::Protocol,
};
use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

mod bare;

/// The allocator of the binary, for both sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The protocol that is measured: two tokens and their constant-product pair.
const PROTOCOL: &str = "amm-fixed";
/// What is judged after each call; the first one on each of the three tokens.
const INVARIANTS: [&str; 3] = ["SUPPLY-001", "AMM-K", "AMM-RESERVES"];
/// Calls of one measured campaign.
const CALLS: u64 = 40_000;
/// Pairs of measurements whose median ratio is printed.
const PAIRS: usize = 7;

/// What a campaign does, with all of it on.
fn options(threads: usize, calls: u64) -> Options {
    let invariants = INVARIANTS.map(str::to_owned).to_vec();
    Options {
        seed: 1,
        calls: Some(calls),
        time: None,
        threads,
        scenarios: Vec::new(),
        invariants,
        features: Features::all(),
        memory: campaign::DEFAULT_MEMORY,
        mode: Mode::Incremental,
    }
}

fn load() -> Protocol {
    // Without scenarios every message is one call.
    let mut protocol = gallery::load(PROTOCOL).expect("the gallery is embedded");
    protocol.campaign.scenarios = Some(Vec::new());
    protocol
}

fn loop_of(protocol: &Protocol, threads: usize, calls: u64) -> u64 {
    let progress = Progress::default();
    let protocols = std::slice::from_ref(protocol);
    let summary = campaign::run(protocols, &options(threads, calls), &mut campaign::Ignore, &progress);
    summary.expect("the campaign runs").calls
}

fn record(protocol: &Protocol, calls: u64) -> (Vec<Act>, u64) {
    let tape = campaign::record(protocol, &options(1, calls)).expect("the campaign runs");
    let sent = tape.iter().filter(|act| matches!(act, Act::Sent { .. })).count() as u64;
    (tape, sent)
}

fn throughput(criterion: &mut Criterion) {
    let protocol = load();
    let (tape, calls) = record(&protocol, CALLS);
    let mut group = criterion.benchmark_group("throughput");
    group.sample_size(10).throughput(Throughput::Elements(calls));
    group.bench_function("bare revm", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| bare::run(&protocol, &tape)).sum());
    });
    group.bench_function("campaign loop, 1 thread", |bencher| {
        bencher.iter(|| black_box(loop_of(&protocol, 1, CALLS)));
    });
    group.bench_function("campaign loop, 2 threads", |bencher| {
        bencher.iter(|| black_box(loop_of(&protocol, 2, CALLS)));
    });
    group.finish();
}

criterion_group!(benches, throughput);

fn time(work: impl FnOnce() -> u64) -> (u64, Duration) {
    let started = Instant::now();
    let calls = work();
    (calls, started.elapsed())
}

/// Median of ratios of pairs that ran one after the other, so that a machine whose speed drifts does not matter. Both sides tell
/// their calls and the time that they took.
fn ratio(pairs: usize, a: impl Fn() -> (u64, Duration), b: impl Fn() -> (u64, Duration)) -> (f64, f64, f64) {
    let mut rows: Vec<_> = (0..pairs)
        .map(|_| {
            let ((calls_a, time_a), (calls_b, time_b)) = (a(), b());
            let (a, b) = (calls_a as f64 / time_a.as_secs_f64(), calls_b as f64 / time_b.as_secs_f64());
            (a / b, a, b)
        })
        .collect();
    rows.sort_by(|left, right| left.0.total_cmp(&right.0));
    rows[rows.len() / 2]
}

/// Sends the messages of a tape in a machine with hooks, which is told what it saw at each reset, as in a campaign.
fn replay(protocol: &Protocol, tape: &[Act], comparing: Comparing) -> u64 {
    let mut machine = protocol.machine();
    machine.recorder_mut().watch_comparisons(comparing);
    let (mut kept, mut sent) = (HashMap::new(), 0);
    for act in tape {
        match act {
            Act::Reset => {
                let recorder = machine.recorder_mut();
                let (edges, nearer) = (recorder.fresh_edges(), recorder.nearer());
                recorder.learn(&edges);
                let known: Vec<_> = nearer.iter().map(|nearer| (nearer.outcome, nearer.distance)).collect();
                recorder.learn_distances(&known);
                machine.reset();
            }
            Act::Kept(number) => {
                kept.insert(*number, machine.snapshot());
            }
            Act::Restored(number) => machine.restore(&kept[number]),
            Act::Sent { block, message, .. } => {
                machine.set_block(*block);
                black_box(machine.execute(message));
                sent += 1;
            }
        }
    }
    sent
}

#[expect(clippy::print_stdout, reason = "the ratios are the result")]
fn print_ratios(pairs: usize, calls: u64) {
    let protocol = load();
    let (tape, sent) = record(&protocol, calls);
    let looped = |threads: usize, calls: u64| time(|| loop_of(&protocol, threads, calls));
    let (share, campaign, bare) = ratio(pairs, || looped(1, calls), || (sent, bare::run(&protocol, &tape)));
    println!(
        "campaign loop / bare revm, same calls, 1 thread: {share:.2} ({campaign:.0} / {bare:.0} calls/s, median of {pairs})"
    );
    let hooked = |comparing: Comparing| time(|| replay(&protocol, &tape, comparing));
    let (share, with, without) = ratio(pairs, || hooked(Comparing::Open), || hooked(Comparing::Nothing));
    println!(
        "with comparisons recorded / without, same calls: {share:.2} ({with:.0} / {without:.0} calls/s, median of {pairs})"
    );
    let (share, two, one) = ratio(pairs, || looped(2, 4 * calls), || looped(1, 4 * calls));
    println!("2 threads / 1 thread: {share:.2} ({two:.0} / {one:.0} calls/s, median of {pairs})");
}

fn main() {
    let smoke = std::env::args().any(|argument| argument == "--test");
    benches();
    Criterion::default().configure_from_args().final_summary();
    if smoke { print_ratios(1, 2_000) } else { print_ratios(PAIRS, 4 * CALLS) }
}
