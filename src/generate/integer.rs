//! Draws of integers: where DeFi arithmetic breaks is at boundaries, at round amounts over many orders of magnitude, at
//! constants of the code and at fractions of what somebody holds.

use super::{CaseRng, Generator};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// The largest value of an unsigned integer of `bits` bits.
pub(super) fn max_of(bits: usize) -> U256 {
    if bits >= 256 { U256::MAX } else { (U256::ONE << bits) - U256::ONE }
}

/// An unsigned integer of `bits` bits.
pub(super) fn draw(generator: &Generator<'_>, bits: usize, rng: &mut CaseRng) -> U256 {
    let max = max_of(bits);
    let word = match rng.random_range(0..100_u32) {
        0..8 => U256::ZERO,
        8..18 => boundary(max, rng),
        18..24 if generator.palette.home.is_some() => U256::from(rng.random_range(2..=24_u32)),
        18..40 => log_uniform(bits, rng),
        40..55 => round(rng),
        55..72 => match generator.dictionary.draw(rng) {
            Some(word) => nudge(word, rng),
            None => log_uniform(bits, rng),
        },
        _ => match generator.palette.draw_holding(rng) {
            Some(amount) if bits >= 64 => nudge(amount, rng),
            _ => log_uniform(bits, rng),
        },
    };
    if word > max { word & max } else { word }
}

fn boundary(max: U256, rng: &mut CaseRng) -> U256 {
    match rng.random_range(0..5_u32) {
        0 | 1 => U256::ONE,
        2 => max,
        3 => max >> 1,
        _ => (max >> 1) + U256::ONE,
    }
}

fn log_uniform(bits: usize, rng: &mut CaseRng) -> U256 {
    let width = rng.random_range(1..=bits);
    let word = U256::from_limbs([rng.random(), rng.random(), rng.random(), rng.random()]);
    (word & max_of(width)) | (U256::ONE << (width - 1))
}

/// A small number times a power of ten, up to amounts of a few billion tokens with 18 decimals.
fn round(rng: &mut CaseRng) -> U256 {
    let exponent = rng.random_range(0..=27_u32);
    U256::from(rng.random_range(1..=10_u32)) * U256::from(10).pow(U256::from(exponent))
}

/// Mostly the word itself, sometimes its neighbours.
fn nudge(word: U256, rng: &mut CaseRng) -> U256 {
    match rng.random_range(0..8_u32) {
        0 => word.wrapping_add(U256::ONE),
        1 => word.wrapping_sub(U256::ONE),
        _ => word,
    }
}
