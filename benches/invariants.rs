//! What the judging of invariants adds to the calls of a protocol, and what single evaluations cost.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use heist::{
    generate::{self, Audience, Dictionary, Generator, Palette},
    invariant::{Checks, Formula, Ledger, Memory, Mode, Scene, StepFacts},
    protocol::{Place, Protocol},
    sequence::{Sequence, Step},
};
use std::{hint::black_box, path::Path};

/// Cases of one measured run.
const CASES: u8 = 32;

fn load(id: &str) -> Protocol {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts").join(id);
    Protocol::load(&folder, None).expect("a protocol of the gallery loads")
}

fn draw(protocol: &Protocol) -> Vec<Sequence> {
    let palette = Palette::new(protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let sequence = |seed| generator.draw_sequence(protocol, 30..=30, &mut generate::case_rng(&[seed; 32]));
    (0..CASES).map(sequence).collect()
}

fn run(protocol: &Protocol, sequences: &[Sequence], checks: &mut Option<Checks>) -> usize {
    let mut machine = protocol.machine();
    let mut violations = 0;
    for sequence in sequences {
        machine.reset();
        if let Some(checks) = checks {
            checks.reset();
        }
        for step in &sequence.steps {
            let advance = step.advance();
            machine.advance(advance.blocks, advance.seconds);
            let Ok(Some(message)) = step.message(protocol) else { continue };
            let function = if let Step::Call(call) = step { Some(call.function) } else { None };
            let mut facts = StepFacts {
                sender: Some(message.from),
                function,
                input: message.data.clone(),
                value: message.value,
                ..StepFacts::default()
            };
            if let Some(checks) = checks {
                checks.before(&mut machine, &facts);
            }
            let execution = machine.execute(&message);
            facts.succeeded = execution.succeeded();
            facts.output = execution.output.clone();
            if let Some(checks) = checks {
                checks.after(&mut machine, &facts, &execution.logs);
                violations += checks.violated().len();
            }
        }
    }
    violations
}

fn judging(criterion: &mut Criterion) {
    for id in ["amm-fixed", "vault-fixed", "stablecoin-fixed"] {
        let protocol = load(id);
        let sequences = draw(&protocol);
        let steps: usize = sequences.iter().map(|sequence| sequence.steps.len()).sum();
        let mut group = criterion.benchmark_group(format!("judging {id}"));
        group.sample_size(20).throughput(Throughput::Elements(steps as u64));
        group.bench_function("calls alone", |bencher| {
            bencher.iter(|| black_box(run(&protocol, &sequences, &mut None)));
        });
        for (name, mode) in [("calls and checks", Mode::Incremental), ("calls and checks, always", Mode::Always)] {
            let checks = Checks::for_protocol(&protocol, &[]).expect("the gallery's invariants compile");
            let mut checks = Some(checks.with_mode(mode));
            group.bench_function(name, |bencher| {
                bencher.iter(|| black_box(run(&protocol, &sequences, &mut checks)));
            });
        }
        group.finish();
    }
}

fn evaluation(criterion: &mut Criterion) {
    let protocol = load("amm-fixed");
    let mut machine = protocol.machine();
    let ledger = Ledger::new(&protocol);
    let memory = Memory::default();
    let mut group = criterion.benchmark_group("evaluation without cache");
    for text in
        ["gold.totalSupply()", "gold.totalSupply() <= gold.balanceOf(pair)", "1 + block.number < 2 * block.timestamp"]
    {
        let formula = Formula::new(&protocol, text, &Place::default()).expect("the expression compiles");
        group.bench_function(text, |bencher| {
            bencher.iter(|| black_box(formula.value(&mut Scene::new(&mut machine, &protocol, &ledger), &memory)));
        });
    }
    group.finish();
}

criterion_group!(benches, judging, evaluation);
criterion_main!(benches);
