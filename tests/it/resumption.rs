//! Kept states: a sequence that is resumed ends where the whole one does.

use heist::{
    campaign::{Executor, Features},
    evm::Edge,
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
    sequence::Sequence,
};
use proptest::prelude::RngExt;
use std::collections::BTreeSet;

/// Random resumptions of one run; `HEIST_RESUMPTIONS` asks for more.
const RESUMPTIONS: usize = 1_500;

fn resumptions() -> usize {
    std::env::var("HEIST_RESUMPTIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(RESUMPTIONS)
}

const PROTOCOLS: [&str; 5] = ["vault-fixed", "lending", "staking-fixed", "stablecoin", "amm"];

/// Everything that a run shows: how steps ended (gas, output, events), violations, the last verdict on each invariant with its
/// margin, the end state and the edges.
fn shown(executor: &mut Executor, outcome: &heist::campaign::Outcome) -> (String, BTreeSet<Edge>) {
    let ends: Vec<_> = executor
        .executions()
        .iter()
        .map(|end| (end.status.clone(), end.output.clone(), end.gas_used, end.logs.clone()))
        .collect();
    let mut violations: Vec<_> = outcome.violations.iter().map(|each| (each.instance, each.step)).collect();
    violations.sort_unstable();
    let edges = outcome.fresh.iter().copied().collect();
    let checks = executor.checks();
    let verdicts: Vec<_> = (0..checks.len()).map(|index| checks.outcome(index)).collect();
    (format!("{ends:?} {violations:?} {verdicts:?} {:?} {:?}", outcome.sequence, executor.machine().block()), edges)
}

#[test]
fn resumed_sequences_agree_with_whole_ones() {
    let count = resumptions();
    for id in PROTOCOLS {
        let protocol = gallery::load(id).expect("a gallery protocol loads");
        let palette = Palette::new(&protocol, Audience::Everyone);
        let dictionary = Dictionary::default();
        let generator = Generator::new(&palette, &dictionary);
        let mut rng = generate::case_rng(&[5; 32]);
        let executor = || Executor::for_protocol(&protocol).expect("the invariants fit").with_features(Features::all());
        let (mut whole, mut parts) = (executor(), executor());
        let mut resumed = 0;
        while resumed < count / PROTOCOLS.len() {
            let first = generator.draw_sequence(&protocol, 1..=12, &mut rng);
            let kept = parts.run(first);
            // Nothing was ever told to this executor, so the last step with an unseen edge of this run has kept its state.
            let Some(resume) = kept.resume else { continue };
            for _ in 0..rng.random_range(1..=4_u32) {
                let tail = generator.draw_sequence(&protocol, 1..=6, &mut rng).steps;
                let outcome = parts.resume(&resume, tail);
                let before = parts.executions().len() - (outcome.sequence.steps.len() - resume.steps.len());
                let (fast, fast_edges) = shown(&mut parts, &outcome);
                let expected = whole.run(Sequence { steps: outcome.sequence.steps.clone() });
                let (slow, slow_edges) = shown(&mut whole, &expected);
                let early: Vec<_> = expected.violations.iter().filter(|each| each.step < before).collect();
                if early.is_empty() {
                    assert_eq!(fast, slow, "{id}");
                }
                // What the steps before the state reached is not fresh to what comes behind it, and nothing else is missing.
                let prefix: BTreeSet<_> =
                    whole.run(Sequence { steps: resume.steps.clone() }).fresh.into_iter().collect();
                let together: BTreeSet<_> = fast_edges.union(&prefix).copied().collect();
                assert_eq!(together, slow_edges, "{id}");
                let world = |executor: &mut Executor| executor.machine().merge_into((*protocol.world).clone()).hash();
                whole.run(Sequence { steps: outcome.sequence.steps });
                assert_eq!(world(&mut parts), world(&mut whole), "{id}");
                resumed += 1;
            }
            assert!(resume.bytes() > 0);
        }
    }
}
