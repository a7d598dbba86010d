//! How fast sequences are drawn and mutated.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heist::{
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
};
use std::hint::black_box;

fn generation(criterion: &mut Criterion) {
    let protocol = gallery::load("lending-fixed").expect("the gallery is embedded");
    let palette = Palette::new(&protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let mut rng = generate::case_rng(&[7; 32]);
    let mut group = criterion.benchmark_group("generation");
    group.throughput(Throughput::Elements(30));
    group.bench_function("draw 30 calls", |bencher| {
        bencher.iter(|| black_box(generator.draw_sequence(&protocol, 30..=30, &mut rng)));
    });
    let first = generator.draw_sequence(&protocol, 30..=30, &mut rng);
    let second = generator.draw_sequence(&protocol, 30..=30, &mut rng);
    group.bench_function("mutate 30 calls", |bencher| {
        bencher.iter(|| black_box(generate::mutate(&generator, &protocol, (&first, &second), 30, &mut rng)));
    });
    group.bench_function("encode 30 calls", |bencher| {
        bencher.iter(|| {
            for step in &first.steps {
                black_box(step.message(&protocol).expect("a drawn call has a message"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, generation);
criterion_main!(benches);
