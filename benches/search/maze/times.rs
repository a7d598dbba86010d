//! Times: calls that must come at an exact time, in a window of a few seconds, or after a number of blocks.

use super::{
    BLOCK_TIME, LONGEST_WAIT, Rng, START, Shape,
    draft::Draft,
    flight::{Flight, Step},
    guard::{Guard, guards},
    param::{Given, Kind, Param, kinds, params},
};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// What steps are called.
const VERBS: [&str; 8] = ["begin", "vest", "claim", "extend", "poke", "mature", "renew", "redeem"];
/// Spans as contracts write them, with their seconds.
const SPANS: [(&str, u64); 7] = [
    ("1 minutes", 60),
    ("1 hours", 3_600),
    ("8 hours", 28_800),
    ("1 days", 86_400),
    ("3 days", 259_200),
    ("1 weeks", 604_800),
    ("28 days", 2_419_200),
];

/// A point in time that a flight has stored.
#[derive(Debug, Clone)]
enum Mark {
    /// The time of the last call that was marked.
    Begun(String),
    /// The block of that call.
    Block(String),
    /// A time to come, and in how many seconds.
    Due(String, u64),
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let mut flight = Flight::new(rng.random_ratio(1, 5), false);
        let (mut mark, mut time) = (None, START);
        for stage in 0..depth {
            let mut step = Step::new(VERBS[stage % VERBS.len()], params(&kinds(rng), rng), rng);
            let comparisons = shape.draw_comparisons(rng).max(1);
            let mut timed = match &mark {
                Some(mark) => after(mark, &mut step, rng),
                None => absolute(time, &mut step, rng),
            };
            timed.truncate(comparisons);
            time += step.seconds;
            step.guards.extend(guards(&step.params, &[], comparisons - timed.len(), rng));
            step.guards.extend(timed);
            let room = shape.comparisons.saturating_sub(comparisons);
            let marks = stage + 1 < depth && rng.random_ratio(5, 6);
            mark = marks.then(|| set(&mut step, (target, stage), room, (draft, rng)));
            flight.steps.push(step);
        }
        flight.add_to(draft, rng);
    }
}

/// Seconds for a wait: a span that people write, and a few seconds more.
fn span(rng: &mut Rng) -> (String, u64) {
    let (text, seconds) = SPANS[rng.random_range(0..SPANS.len())];
    if rng.random() {
        return (text.to_owned(), seconds);
    }
    let extra = rng.random_range(1..3_600_u64);
    (format!("{text} + {extra}"), seconds + extra)
}

/// A condition on the time alone, and the wait that meets it.
fn absolute(time: u64, step: &mut Step, rng: &mut Rng) -> Vec<Guard> {
    let (_, wait) = span(rng);
    let then = time + wait;
    match rng.random_range(0..4_u32) {
        0 => {
            step.seconds = wait;
            vec![Guard::new(format!("block.timestamp == {then}"))]
        }
        1 => {
            step.seconds = wait;
            window(&then.to_string(), rng)
        }
        2 => {
            // The first minutes of a day.
            let second = rng.random_range(1..600_u64);
            step.seconds = 86_400 - time % 86_400 + second;
            vec![Guard::new(format!("block.timestamp % 1 days == {second}"))]
        }
        _ => Vec::new(),
    }
}

/// From `start` for a few seconds.
fn window(start: &str, rng: &mut Rng) -> Vec<Guard> {
    let width = rng.random_range(1..=10_u32);
    vec![Guard::new(format!("block.timestamp >= {start}")), Guard::new(format!("block.timestamp <= {start} + {width}"))]
}

/// A condition relative to what an earlier call stored, and the wait that meets it.
fn after(mark: &Mark, step: &mut Step, rng: &mut Rng) -> Vec<Guard> {
    match mark {
        Mark::Begun(name) => {
            let (text, seconds) = span(rng);
            match rng.random_range(0..6_u32) {
                0 => vec![Guard::new(format!("block.timestamp == {name}"))],
                1 | 2 => {
                    step.seconds = seconds;
                    window(&format!("{name} + {text}"), rng)
                }
                3 => {
                    step.seconds = seconds + 1;
                    vec![Guard::new(format!("block.timestamp - {name} > {text}"))]
                }
                _ => {
                    step.seconds = seconds;
                    vec![Guard::new(format!("block.timestamp == {name} + {text}"))]
                }
            }
        }
        Mark::Block(name) => {
            let blocks = if rng.random() { rng.random_range(2..64) } else { rng.random_range(1..=20_u64) * 50 };
            step.seconds = blocks * BLOCK_TIME;
            vec![Guard::new(format!("block.number - {name} == {blocks}"))]
        }
        Mark::Due(name, seconds) => {
            step.seconds = *seconds;
            if rng.random() { window(name, rng) } else { vec![Guard::new(format!("block.timestamp == {name}"))] }
        }
    }
}

/// Stores a point in time; `room` is how many comparisons it may add.
fn set(step: &mut Step, (target, stage): (usize, usize), room: usize, (draft, rng): (&mut Draft, &mut Rng)) -> Mark {
    let (name, text, mark): (_, _, fn(String) -> Mark) = match rng.random_range(0..4_u32) {
        0 | 1 => (format!("begun{target}_{stage}"), "block.timestamp".to_owned(), Mark::Begun),
        2 if room >= 2 => return due(step, (target, stage), draft, rng),
        _ => (format!("block{target}_{stage}"), "block.number".to_owned(), Mark::Block),
    };
    draft.state.push(format!("uint256 private {name};"));
    step.effects.push(format!("{name} = {text};"));
    mark(name)
}

/// Stores a time to come, after a delay that the caller chooses within bounds.
fn due(step: &mut Step, (target, stage): (usize, usize), draft: &mut Draft, rng: &mut Rng) -> Mark {
    let (name, delay) = (format!("due{target}_{stage}"), span(rng).1);
    draft.state.push(format!("uint256 private {name};"));
    step.params.push(Param::new("delay", Kind::Uint(32), Given::Value(U256::from(delay))));
    step.guards.push(Guard::new(format!("delay >= {} && delay <= {LONGEST_WAIT}", delay / 2)));
    step.effects.push(format!("{name} = block.timestamp + delay;"));
    Mark::Due(name, delay)
}
