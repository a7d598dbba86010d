//! A seed and a budget in calls fix every observable byte, at any number of threads.

use crate::support::files;
use heist::{
    campaign::{Executor, Features},
    gallery,
    generate::{self, Audience, Dictionary, Generator, Palette},
    sequence::{Advance, MarketMove, MoveKind, Step},
};
use std::{collections::BTreeMap, path::PathBuf};

/// What a run leaves behind, without times and thread counts.
fn run(seed: u64, threads: usize) -> BTreeMap<PathBuf, Vec<u8>> {
    run_with(seed, threads, &[])
}

fn run_with(seed: u64, threads: usize, more: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let seed = seed.to_string();
    let threads = threads.to_string();
    let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("heist"));
    let arguments = ["run", "--seed", &seed, "--threads", &threads, "--calls", "6000", "--progress", "none"];
    command.args(arguments).args([
        "--protocol",
        "token",
        "--protocol",
        "vault",
        "--protocol",
        "lending*",
        "--protocol",
        "stablecoin",
    ]);
    command.args(more).arg("--out").arg(&out).current_dir(folder.path());
    command.assert().code(1);
    let mut left = BTreeMap::new();
    for (name, bytes) in files(&out) {
        if name.starts_with("findings") || name.starts_with("corpus") {
            left.insert(name, bytes);
        } else if name.ends_with("events.jsonl") {
            let text = String::from_utf8(bytes).expect("events are text");
            let lines: Vec<_> = text.lines().map(without_times).collect();
            left.insert(name, lines.join("\n").into_bytes());
        }
    }
    left
}

fn without_times(line: &str) -> String {
    let mut event: serde_json::Value = serde_json::from_str(line).expect("an event is JSON");
    let fields = event.as_object_mut().expect("an event is an object");
    fields.remove("elapsed_seconds");
    fields.remove("threads");
    event.to_string()
}

#[test]
fn one_two_and_four_threads_leave_the_same_bytes() {
    for seed in 1..=5 {
        let one = run(seed, 1);
        assert!(one.keys().any(|name| name.starts_with("findings")), "seed {seed} finds something");
        assert!(one.keys().any(|name| name.starts_with("corpus")), "seed {seed} keeps something");
        for threads in [2, 4] {
            let other = run(seed, threads);
            assert_eq!(
                one.keys().collect::<Vec<_>>(),
                other.keys().collect::<Vec<_>>(),
                "seed {seed}, {threads} threads"
            );
            for (name, bytes) in &one {
                assert!(bytes == &other[name], "{} differs at seed {seed} and {threads} threads", name.display());
            }
        }
    }
}

/// A verdict that was different when found anew would be an event of a defect, or lead elsewhere.
#[test]
fn verdicts_that_are_found_anew_leave_the_same_bytes() {
    assert!(run(1, 2) == run_with(1, 2, &["--recheck"]));
}

#[test]
fn another_seed_leaves_other_bytes() {
    assert_ne!(run(1, 2), run(2, 2));
}

/// A dig asks what each step of a sequence touched; a market that falls silent sends nothing and must not be taken for what ran
/// before it, perhaps in another case.
#[test]
fn a_step_that_sends_nothing_tells_nothing_of_what_ran_before_it() {
    let protocol = gallery::load("stablecoin").expect("a gallery protocol loads");
    let palette = Palette::new(&protocol, Audience::Everyone);
    let dictionary = Dictionary::default();
    let generator = Generator::new(&palette, &dictionary);
    let feed = protocol.roles.iter().position(|role| role.movement.is_some()).expect("a feed that moves");
    let silent = Step::Market(MarketMove { advance: Advance::default(), feed, kind: MoveKind::Stale, price: None });
    let mut executor = Executor::for_protocol(&protocol).expect("the invariants fit").with_features(Features::all());
    let mut rng = generate::case_rng(&[3; 32]);
    let mut wrote = 0;
    for _ in 0..50 {
        let mut sequence = generator.draw_sequence(&protocol, 1..=4, &mut rng);
        executor.run(sequence.clone());
        wrote += usize::from(!executor.machine().recorder().writes().is_empty());
        sequence.steps.push(silent.clone());
        executor.run(sequence);
        let recorder = executor.machine().recorder();
        assert!(recorder.writes().is_empty() && recorder.loads().is_empty() && recorder.comparisons().is_empty());
        executor.machine().reset();
    }
    assert!(wrote > 5, "{wrote} sequences end with a write");
}
