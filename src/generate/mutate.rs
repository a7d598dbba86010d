use super::{CaseRng, Generator, integer};
use crate::{
    protocol::Protocol,
    sequence::{Call, Sequence, Step},
};
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

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
        change(generator, protocol, (&mut steps, &other.steps), rng);
    }
    // What was reached deep in a sequence is best continued there.
    let tail = rng.random_range(0..=longest.min(8));
    for _ in 0..tail {
        steps.extend(generator.draw_call(protocol, rng).map(Step::Call));
    }
    steps.truncate(longest.max(1));
    Sequence { steps }
}

fn change(
    generator: &Generator<'_>,
    protocol: &Protocol,
    (steps, other): (&mut Vec<Step>, &[Step]),
    rng: &mut CaseRng,
) {
    if steps.is_empty() {
        steps.extend(generator.draw_call(protocol, rng).map(Step::Call));
        return;
    }
    let at = rng.random_range(0..steps.len());
    match rng.random_range(0..100_u32) {
        0..15 => {
            if let Some(call) = generator.draw_call(protocol, rng) {
                steps.insert(at, Step::Call(call));
            }
        }
        15..25 => {
            steps.remove(at);
        }
        25..32 => {
            let with = rng.random_range(0..steps.len());
            steps.swap(at, with);
        }
        32..42 => {
            let step = steps[at].clone();
            for _ in 0..rng.random_range(1..=4_u32) {
                steps.insert(at, step.clone());
            }
        }
        42..50 => {
            let from = rng.random_range(0..=other.len());
            steps.truncate(at);
            steps.extend_from_slice(&other[from..]);
        }
        50..58 => *steps[at].advance_mut() = generator.draw_advance(protocol, rng),
        _ => {
            if let Step::Call(call) = &mut steps[at] {
                change_call(generator, protocol, call, rng);
            }
        }
    }
}

fn change_call(generator: &Generator<'_>, protocol: &Protocol, call: &mut Call, rng: &mut CaseRng) {
    let function = &protocol.functions[call.function];
    if rng.random_ratio(1, 5) || call.arguments.is_empty() {
        // Another sender, value and arguments for the same function.
        if let Some(drawn) = generator.draw_call_of(protocol, call.function, rng) {
            if rng.random() {
                call.sender = drawn.sender;
                call.value = drawn.value;
            } else {
                *call = drawn;
            }
        }
        return;
    }
    let argument = rng.random_range(0..call.arguments.len());
    call.live.retain(|live| live.argument != argument);
    let kind = &function.inputs[argument];
    call.arguments[argument] = match (kind, &call.arguments[argument]) {
        (DynSolType::Uint(bits), DynSolValue::Uint(number, _)) if rng.random() => {
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
