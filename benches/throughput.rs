//! The whole campaign loop against bare revm on the same calls, in one run: the ratio is what counts.

use criterion::{Criterion, Throughput, criterion_group};
use heist::{
    campaign::{self, Executor, Features, Options, Progress},
    gallery,
    protocol::Protocol,
    sequence::Sequence,
};
use std::{
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

/// What a campaign does, without digs: their calls go on from kept states and are no part of a sequence that bare revm could run.
fn options(threads: usize, calls: u64) -> Options {
    let invariants = INVARIANTS.map(str::to_owned).to_vec();
    Options {
        seed: 1,
        calls: Some(calls),
        time: None,
        threads,
        scenarios: Vec::new(),
        invariants,
        features: Features { digs: false, ..Features::all() },
        memory: campaign::DEFAULT_MEMORY,
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

fn throughput(criterion: &mut Criterion) {
    let protocol = load();
    let sequences = campaign::record(&protocol, &options(1, CALLS)).expect("the campaign runs");
    let calls: u64 = sequences.iter().map(|sequence| sequence.steps.len() as u64).sum();
    let mut group = criterion.benchmark_group("throughput");
    group.sample_size(10).throughput(Throughput::Elements(calls));
    group.bench_function("bare revm", |bencher| bencher.iter(|| black_box(bare::run(&protocol, &sequences))));
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

/// Median of ratios of pairs that ran one after the other, so that a machine whose speed drifts does not matter.
fn ratio(pairs: usize, mut a: impl FnMut() -> u64, mut b: impl FnMut() -> u64) -> (f64, f64, f64) {
    let mut rows: Vec<_> = (0..pairs)
        .map(|_| {
            let ((calls_a, time_a), (calls_b, time_b)) = (time(&mut a), time(&mut b));
            let (a, b) = (calls_a as f64 / time_a.as_secs_f64(), calls_b as f64 / time_b.as_secs_f64());
            (a / b, a, b)
        })
        .collect();
    rows.sort_by(|left, right| left.0.total_cmp(&right.0));
    rows[rows.len() / 2]
}

#[expect(clippy::print_stdout, reason = "the ratios are the result")]
fn print_ratios(pairs: usize, calls: u64) {
    let protocol = load();
    let sequences: Vec<Sequence> = campaign::record(&protocol, &options(1, calls)).expect("the campaign runs");
    let sent: u64 = sequences.iter().map(|sequence| sequence.steps.len() as u64).sum();
    let (share, campaign, bare) = ratio(
        pairs,
        || loop_of(&protocol, 1, calls),
        || {
            bare::run(&protocol, &sequences);
            sent
        },
    );
    println!(
        "campaign loop / bare revm, same calls, 1 thread: {share:.2} ({campaign:.0} / {bare:.0} calls/s, median of {pairs})"
    );
    let replay = |features: Features| {
        let mut executor = Executor::for_protocol(&protocol).expect("the invariants fit").with_features(features);
        for sequence in &sequences {
            let outcome = executor.run(sequence.clone());
            // As in a campaign, what was seen once is known.
            let known: Vec<_> = outcome.nearer.iter().map(|nearer| (nearer.outcome, nearer.distance)).collect();
            executor.learn_distances(&known);
            executor.learn_edges(&outcome.fresh);
        }
        sent
    };
    let comparing = || replay(Features { comparisons: true, ..Features::none() });
    let (share, with, without) = ratio(pairs, comparing, || replay(Features::none()));
    println!(
        "with comparisons recorded / without, same calls: {share:.2} ({with:.0} / {without:.0} calls/s, median of {pairs})"
    );
    let (share, two, one) = ratio(pairs, || loop_of(&protocol, 2, 4 * calls), || loop_of(&protocol, 1, 4 * calls));
    println!("2 threads / 1 thread: {share:.2} ({two:.0} / {one:.0} calls/s, median of {pairs})");
}

fn main() {
    let smoke = std::env::args().any(|argument| argument == "--test");
    benches();
    Criterion::default().configure_from_args().final_summary();
    if smoke { print_ratios(1, 2_000) } else { print_ratios(PAIRS, 4 * CALLS) }
}
