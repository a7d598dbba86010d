use super::{CaseRng, Generator, draw_weighted, integer};
use crate::{
    protocol::Protocol,
    sequence::{Call, Sequence, Step},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// One way to change a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutator {
    /// A further call.
    Insert,
    /// A step less.
    Remove,
    /// Two steps in the other order.
    Swap,
    /// A step again, up to four times.
    Repeat,
    /// The end of another sequence in place of the own one.
    Splice,
    /// Other time before a step.
    Wait,
    /// Another sender and value.
    Send,
    /// The same function with everything else drawn anew.
    Redraw,
    /// A number a little or a bit other than it was.
    Vary,
    /// An argument drawn anew.
    Replace,
}

/// How often each is drawn, in percent.
const MUTATORS: [(Mutator, u64); 10] = [
    (Mutator::Insert, 15),
    (Mutator::Remove, 10),
    (Mutator::Swap, 7),
    (Mutator::Repeat, 10),
    (Mutator::Splice, 8),
    (Mutator::Wait, 8),
    (Mutator::Send, 4),
    (Mutator::Redraw, 4),
    (Mutator::Vary, 17),
    (Mutator::Replace, 17),
];

/// A variation of `sequence`: one to four changes of its steps, at most `longest` steps. `other` gives material to splice.
pub fn mutate(
    generator: &Generator<'_>,
    protocol: &Protocol,
    (sequence, other): (&Sequence, &Sequence),
    longest: usize,
    rng: &mut CaseRng,
) -> Sequence {
    let mut steps = sequence.steps.clone();
    for _ in 0..rng.random_range(1..=4_u32) {
        let mutator = if steps.is_empty() {
            Mutator::Insert
        } else {
            MUTATORS[draw_weighted(&MUTATORS.map(|(_, weight)| weight), rng)].0
        };
        change(mutator, (generator, protocol), (&mut steps, &other.steps), rng);
    }
    // What was reached deep in a sequence is best continued there.
    let tail = rng.random_range(0..=longest.min(8));
    generator.extend(protocol, &mut steps, tail, rng);
    steps.truncate(longest.max(1));
    Sequence { steps }
}

fn change(
    mutator: Mutator,
    (generator, protocol): (&Generator<'_>, &Protocol),
    (steps, other): (&mut Vec<Step>, &[Step]),
    rng: &mut CaseRng,
) {
    let at = rng.random_range(0..steps.len().max(1));
    match mutator {
        Mutator::Insert => {
            if let Some(call) = generator.draw_call(protocol, rng) {
                steps.insert(at, Step::Call(call));
            }
        }
        Mutator::Remove => {
            steps.remove(at);
        }
        Mutator::Swap => {
            let with = rng.random_range(0..steps.len());
            steps.swap(at, with);
        }
        Mutator::Repeat => {
            let step = steps[at].clone();
            for _ in 0..rng.random_range(1..=4_u32) {
                steps.insert(at, step.clone());
            }
        }
        Mutator::Splice => {
            let from = rng.random_range(0..=other.len());
            steps.truncate(at);
            steps.extend_from_slice(&other[from..]);
        }
        Mutator::Wait => *steps[at].advance_mut() = generator.draw_advance(protocol, rng),
        Mutator::Send | Mutator::Redraw | Mutator::Vary | Mutator::Replace => {
            if let Step::Call(call) = &mut steps[at] {
                change_call(mutator, (generator, protocol), call, rng);
            }
        }
    }
}

fn change_call(
    mutator: Mutator,
    (generator, protocol): (&Generator<'_>, &Protocol),
    call: &mut Call,
    rng: &mut CaseRng,
) {
    if matches!(mutator, Mutator::Send | Mutator::Redraw) || call.arguments.is_empty() {
        if let Some(drawn) = generator.draw_call_of(protocol, call.function, rng) {
            if mutator == Mutator::Redraw {
                *call = drawn;
            } else {
                (call.sender, call.value) = (drawn.sender, drawn.value);
            }
        }
        return;
    }
    let function = &protocol.functions[call.function];
    let argument = rng.random_range(0..call.arguments.len());
    call.live.retain(|live| live.spot.argument != argument);
    let kind = &function.inputs[argument];
    call.arguments[argument] = match (kind, &call.arguments[argument]) {
        (DynSolType::Uint(bits), DynSolValue::Uint(number, _)) if mutator == Mutator::Vary => {
            DynSolValue::Uint(vary(*number, rng) & integer::max_of(*bits), *bits)
        }
        _ => generator.draw_argument(function, argument, rng),
    };
}

fn vary(number: U256, rng: &mut CaseRng) -> U256 {
    match rng.random_range(0..6_u32) {
        0 => number.wrapping_add(U256::ONE),
        1 => number.wrapping_sub(U256::ONE),
        2 => number.wrapping_shl(1),
        3 => number >> 1,
        4 => number ^ (U256::ONE << rng.random_range(0..256_usize)),
        _ => number.wrapping_add(number >> 3),
    }
}
