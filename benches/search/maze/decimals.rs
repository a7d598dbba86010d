//! Decimals: truncating casts, amounts scaled between 6, 12 and 18 digits, and what rounding leaves.

use super::{
    Rng, Shape,
    draft::Draft,
    guard::{Guard, choose, relate},
    param::Kind,
    stairs::{Style, fill_with},
    term::{Operation, Term, largest, literal},
};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    fill_with(draft, shape, Style { kinds, numeric }, rng);
}

/// Amounts, sometimes with a smaller number beside them.
fn kinds(rng: &mut Rng) -> Vec<Kind> {
    let mut kinds = vec![Kind::Uint(if rng.random_ratio(2, 3) { 256 } else { 128 })];
    if rng.random_ratio(2, 3) {
        kinds.push(Kind::Uint([32, 64, 128, 256][rng.random_range(0..4_usize)]));
    }
    if rng.random_ratio(1, 4) {
        kinds.push(Kind::draw(rng));
    }
    kinds
}

/// 1e6, 1e12 or 1e18.
fn unit(rng: &mut Rng) -> U256 {
    U256::from(10).pow(U256::from([6, 12, 18][rng.random_range(0..3_usize)]))
}

fn numeric(lead: &Term, helpers: &[Term], (exact, _): (bool, usize), rng: &mut Rng) -> Guard {
    for _ in 0..8 {
        let made = match rng.random_range(0..8_u32) {
            0 => cast(lead, exact, rng),
            1 | 2 => rounded(lead, Operation::Divide, exact, rng),
            3 => rounded(lead, Operation::Modulo, exact, rng),
            4 => rounded_up(lead, exact, rng),
            5 => price(lead, helpers, exact, rng),
            6 => fee(lead, exact, rng),
            _ => scaled_pair(lead, helpers, rng),
        };
        if let Some(guard) = made {
            return guard;
        }
    }
    Guard::new(relate(lead, exact, rng))
}

/// What a cast to a smaller type leaves; where the rest is not zero, that is asked as well.
fn cast(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let widths: Vec<_> = [8_usize, 16, 32, 64, 128].into_iter().filter(|bits| *bits < lead.bits).collect();
    let bits = *choose(&widths, rng)?;
    let low = lead.to(bits);
    if lead.value > largest(bits) && rng.random() {
        let high = lead.shifted_right(bits);
        let least = high.value - high.value / U256::from(3) - U256::ONE;
        return Some(Guard::new(format!("{} == {} && {} > {}", low.text, low.value, high.text, literal(least))));
    }
    Some(Guard::new(relate(&low, exact, rng)))
}

fn rounded(lead: &Term, operation: Operation, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let unit = unit(rng);
    if lead.value < unit || unit > largest(lead.bits) {
        return None;
    }
    Some(Guard::new(relate(&lead.checked(operation, &Term::number(unit, lead.bits))?, exact, rng)))
}

fn rounded_up(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let (unit, wide) = (unit(rng), lead.to(256));
    let more = wide.checked(Operation::Add, &Term::number(unit - U256::ONE, 256))?;
    Some(Guard::new(relate(&more.checked(Operation::Divide, &Term::number(unit, 256))?, exact, rng)))
}

/// Shares for an amount at a price that is a constant or another number.
fn price(lead: &Term, helpers: &[Term], exact: bool, rng: &mut Rng) -> Option<Guard> {
    let drawn = Term::number(U256::from(rng.random_range(2..5_000_000_u32)), 256);
    let price = choose(helpers, rng).filter(|_| rng.random()).map_or(drawn, |helper| helper.to(256));
    let whole = lead.to(256).checked(Operation::Multiply, &Term::number(unit(rng), 256))?;
    let shares = whole.checked(Operation::Divide, &price)?;
    (!shares.value.is_zero()).then(|| Guard::new(relate(&shares, exact, rng)))
}

/// A fee in basis points.
fn fee(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let bps = Term::number(U256::from([5, 30, 100, 250, 9_970][rng.random_range(0..5_usize)]), 256);
    let whole = lead.to(256).checked(Operation::Multiply, &bps)?;
    let fee = whole.checked(Operation::Divide, &Term::number(U256::from(10_000), 256))?;
    (!fee.value.is_zero()).then(|| Guard::new(relate(&fee, exact, rng)))
}

/// Two amounts with other numbers of digits.
fn scaled_pair(lead: &Term, helpers: &[Term], rng: &mut Rng) -> Option<Guard> {
    let (helper, unit) = (choose(helpers, rng)?.to(256), Term::number(unit(rng), 256));
    let (one, two) = (lead.to(256).checked(Operation::Divide, &unit)?, helper);
    let sign = if one.value > two.value { ">" } else { "<=" };
    Some(Guard::new(format!("{} {sign} {}", one.text, two.text)))
}
