//! A campaign up to its first finding, shrinking and confirmation included.

use criterion::{Criterion, criterion_group, criterion_main};
use heist::{
    campaign::{self, Features, Options, Progress},
    gallery,
    invariant::Mode,
};
use std::hint::black_box;

fn shrink(criterion: &mut Criterion) {
    let protocol = gallery::load("token").expect("the gallery is embedded");
    let options = Options {
        seed: 1,
        calls: Some(5_000),
        time: None,
        threads: 1,
        scenarios: Vec::new(),
        invariants: vec!["SUPPLY-003".to_owned()],
        features: Features::all(),
        memory: campaign::DEFAULT_MEMORY,
        mode: Mode::Incremental,
    };
    let mut group = criterion.benchmark_group("shrink");
    group.sample_size(10);
    group.bench_function("find and shrink one violation in 5,000 calls", |bencher| {
        bencher.iter(|| {
            let protocols = std::slice::from_ref(&protocol);
            let summary = campaign::run(protocols, &options, &mut campaign::Ignore, &Progress::default());
            let summary = summary.expect("the campaign runs");
            assert!(summary.findings > 0, "the planted bug is found");
            black_box(summary.calls)
        });
    });
    group.finish();
}

criterion_group!(benches, shrink);
criterion_main!(benches);
