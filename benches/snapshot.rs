//! What it costs to keep and to resume an overlay, beside running its prefix again.

use criterion::{Criterion, criterion_group, criterion_main};
use heist::{
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
};
use std::hint::black_box;

fn snapshot(criterion: &mut Criterion) {
    let protocol = gallery::load("amm-fixed").expect("the gallery is embedded");
    let palette = Palette::new(&protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let sequence = generator.draw_sequence(&protocol, 20..=20, &mut generate::case_rng(&[7; 32]));
    let messages: Vec<_> = sequence.steps.iter().filter_map(|step| step.message(&protocol).ok().flatten()).collect();
    let mut machine = protocol.machine();
    let mut group = criterion.benchmark_group("snapshot");
    group.bench_function("run a prefix of 20 calls", |bencher| {
        bencher.iter(|| {
            machine.reset();
            for message in &messages {
                black_box(machine.execute(message));
            }
        });
    });
    group.bench_function("keep", |bencher| bencher.iter(|| black_box(machine.snapshot())));
    let kept = machine.snapshot();
    group.bench_function("resume", |bencher| bencher.iter(|| machine.restore(black_box(&kept))));
    group.finish();
}

criterion_group!(benches, snapshot);
criterion_main!(benches);
