//! Guards: comparisons over arguments and state that the witness satisfies.

use super::{
    Actor, Rng,
    param::{Kind, Param, bits_of},
    term::{Operation, Term, largest, literal, signed_literal},
};
use alloy_primitives::{I256, U256};
use proptest::prelude::RngExt;

/// A condition, with a statement that goes before it.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) before: Option<String>,
    pub(crate) condition: String,
}

impl Guard {
    pub(crate) fn new(condition: impl Into<String>) -> Self {
        Self { before: None, condition: condition.into() }
    }

    /// How many comparisons it is.
    fn comparisons(&self) -> usize {
        1 + self.condition.matches("&&").count()
    }
}

/// Guards of `count` comparisons over `params`, which may look at `notes`, words of storage. At most one equality is led by each parameter, so
/// that it could be met by choosing that parameter last.
pub(crate) fn guards(params: &[Param], notes: &[Term], count: usize, rng: &mut Rng) -> Vec<Guard> {
    guards_with(numeric, (params, notes), count, rng)
}

/// How a guard over an unsigned number is drawn: the number, others, whether it is an equality, and a number that makes the
/// names of locals unique.
pub(crate) type Numeric = fn(&Term, &[Term], (bool, usize), &mut Rng) -> Guard;

/// [`guards`] whose numeric ones are drawn by `numeric`.
pub(crate) fn guards_with(
    numeric: Numeric,
    (params, notes): (&[Param], &[Term]),
    count: usize,
    rng: &mut Rng,
) -> Vec<Guard> {
    let known: Vec<_> = params.iter().filter(|param| param.word().is_some()).collect();
    let mut pinned = vec![false; known.len()];
    if known.is_empty() {
        return Vec::new();
    }
    let mut draw = |index: usize, rng: &mut Rng| {
        let lead = rng.random_range(0..known.len());
        let exact = !pinned[lead] && rng.random();
        pinned[lead] |= exact;
        let others = (0..known.len()).filter(|other| *other != lead).filter_map(|other| known[other].term());
        let helpers: Vec<_> = others.chain(notes.iter().cloned()).collect();
        of(numeric, (known[lead], &helpers), (exact, index), rng)
    };
    let (mut drawn, mut left) = (Vec::new(), count);
    while left > 0 {
        let guard = draw(drawn.len(), rng);
        if let Some(rest) = left.checked_sub(guard.comparisons()) {
            left = rest;
            drawn.push(guard);
        }
    }
    drawn
}

/// One guard led by `lead`.
fn of(numeric: Numeric, (lead, helpers): (&Param, &[Term]), (exact, index): (bool, usize), rng: &mut Rng) -> Guard {
    let (name, word) = (&lead.name, lead.word().unwrap_or_default());
    match lead.kind {
        Kind::Uint(_) => match lead.term() {
            Some(term) => numeric(&term, helpers, (exact, index), rng),
            None => Guard::new("true"),
        },
        Kind::Int(_) => Guard::new(signed(name, word, exact, rng)),
        Kind::Flag => Guard::new(if word.is_zero() { format!("!{name}") } else { name.clone() }),
        Kind::Address => Guard::new(address(name, word, exact)),
        Kind::Word => Guard::new(fixed(name, word, exact, rng)),
    }
}

/// A guard over an unsigned number.
pub(crate) fn numeric(lead: &Term, helpers: &[Term], (exact, index): (bool, usize), rng: &mut Rng) -> Guard {
    for _ in 0..8 {
        let made = match rng.random_range(0..100_u32) {
            0..18 => Some(Guard::new(relate(lead, exact, rng))),
            18..34 => pair(lead, helpers, exact, rng),
            34..62 => linear(lead, helpers, (exact, index), rng),
            62..72 => product(lead, exact, rng),
            72..80 => mask(lead, exact, rng),
            80..92 => division(lead, exact, rng),
            92..96 => shift(lead, exact, rng),
            _ => xor(lead, helpers, exact, rng),
        };
        if let Some(guard) = made {
            return guard;
        }
    }
    Guard::new(relate(lead, exact, rng))
}

/// A comparison of a term with a number: `==`, or one of the others with a bound that leaves the witness some room.
pub(crate) fn relate(term: &Term, exact: bool, rng: &mut Rng) -> String {
    let Term { text, value, bits } = term;
    if exact {
        return format!("{text} == {}", literal(*value));
    }
    let room = (*value >> rng.random_range(0..8_usize)) + U256::from(rng.random_range(1..=16_u32));
    let above = value.saturating_add(room).min(largest(*bits));
    let below = value.saturating_sub(room);
    match rng.random_range(0..5_u32) {
        0 | 1 if above > *value => format!("{text} {} {}", pick(&["<", "<="], rng), literal(above)),
        2 | 3 if below < *value => format!("{text} {} {}", pick(&[">", ">="], rng), literal(below)),
        _ => {
            let other = if rng.random() && !value.is_zero() { U256::ZERO } else { *value ^ U256::ONE };
            format!("{text} != {}", literal(other))
        }
    }
}

/// Two numbers compared with each other.
fn pair(lead: &Term, helpers: &[Term], exact: bool, rng: &mut Rng) -> Option<Guard> {
    let helper = choose(helpers, rng)?;
    let bits = lead.bits.max(helper.bits);
    let (one, two) = (lead.to(bits), helper.to(bits));
    let (large, small) = if one.value >= two.value { (&one, &two) } else { (&two, &one) };
    if exact {
        let gap = Term::number(large.value - small.value, bits);
        let sum = small.checked(Operation::Add, &gap)?;
        return Some(Guard::new(format!("{} == {}", large.text, sum.text)));
    }
    let sign = if large.value > small.value { pick(&[">", ">=", "!="], rng) } else { ">=" };
    Some(Guard::new(format!("{} {sign} {}", large.text, small.text)))
}

/// `3 * a + 5 * b - 2 * note` in 64, 128 or 256 bits, checked or not.
fn linear(lead: &Term, helpers: &[Term], (exact, index): (bool, usize), rng: &mut Rng) -> Option<Guard> {
    let widths: Vec<_> = [64, 128, 256].into_iter().filter(|bits| *bits >= lead.bits).collect();
    let bits = widths[rng.random_range(0..widths.len())];
    let wraps = rng.random_ratio(1, 3);
    let join = |left: &Term, operation, right: &Term| {
        if wraps { left.wrapping(operation, right) } else { left.checked(operation, right) }
    };
    let scaled = |term: &Term, rng: &mut Rng| match factor(rng) {
        1 => Some(term.to(bits)),
        factor => join(&term.to(bits), Operation::Multiply, &Term::number(U256::from(factor), bits)),
    };
    let mut sum = scaled(lead, rng)?;
    for _ in 0..rng.random_range(1..=2_u32) {
        let Some(helper) = choose(helpers, rng).filter(|helper| helper.bits <= bits) else { break };
        let part = scaled(helper, rng)?;
        let operation = if rng.random() { Operation::Add } else { Operation::Subtract };
        sum = join(&sum, operation, &part)?;
    }
    let constant = Term::number(U256::from(rng.random_range(1..1_000_u32)), bits);
    sum = join(&sum, Operation::Add, &constant)?;
    if !wraps {
        return Some(Guard::new(relate(&sum, exact, rng)));
    }
    let name = format!("t{index}");
    let before = format!("uint{bits} {name}; unchecked {{ {name} = {}; }}", sum.text);
    Some(Guard { before: Some(before), condition: relate(&Term::new(name, sum.value, bits), exact, rng) })
}

/// A coefficient.
fn factor(rng: &mut Rng) -> u32 {
    [1, 2, 3, 5, 7, 10, 11, 100][rng.random_range(0..8_usize)]
}

fn product(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let factor = U256::from(rng.random_range(3..=10_000_u32));
    let wide = lead.to(if lead.bits < 128 { 128 } else { 256 });
    let product = wide.checked(Operation::Multiply, &Term::number(factor, wide.bits))?;
    Some(Guard::new(relate(&product, exact, rng)))
}

/// Some of the bits are given.
fn mask(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let width = lead.bits.min(48);
    let mask = bits_of(width, rng) & bits_of(width, rng);
    if mask.is_zero() {
        return None;
    }
    let value = lead.value & mask;
    if exact {
        return Some(Guard::new(format!("({} & 0x{mask:x}) == 0x{value:x}", lead.text)));
    }
    (!value.is_zero()).then(|| Guard::new(format!("({} & 0x{mask:x}) != 0", lead.text)))
}

fn division(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let divisor = Term::number(U256::from(rng.random_range(2..=200_u32)), lead.bits);
    let operation = if rng.random() { Operation::Divide } else { Operation::Modulo };
    Some(Guard::new(relate(&lead.checked(operation, &divisor)?, exact, rng)))
}

fn shift(lead: &Term, exact: bool, rng: &mut Rng) -> Option<Guard> {
    let by = rng.random_range(1..lead.bits / 2);
    let shifted = lead.shifted_right(by);
    (!shifted.value.is_zero()).then(|| Guard::new(relate(&shifted, exact, rng)))
}

fn xor(lead: &Term, helpers: &[Term], exact: bool, rng: &mut Rng) -> Option<Guard> {
    let helper = choose(helpers, rng)?;
    let bits = lead.bits.max(helper.bits);
    let mixed = lead.to(bits).checked(Operation::Xor, &helper.to(bits))?;
    Some(Guard::new(relate(&mixed, exact, rng)))
}

fn signed(name: &str, word: U256, exact: bool, rng: &mut Rng) -> String {
    let value = I256::from_raw(word);
    let factor = I256::unchecked_from(rng.random_range(1..=9_i64));
    let offset = I256::unchecked_from(rng.random_range(-500..=500_i64));
    let (text, value) = match rng.random_range(0..3_u32) {
        0 => (name.to_owned(), value),
        1 => (format!("{name} + ({offset})"), value + offset),
        _ => (format!("{name} * {factor}"), value * factor),
    };
    let bound = |value: I256| signed_literal(value.into_raw());
    let room = I256::unchecked_from(rng.random_range(1..=2_000_i64));
    match (exact, rng.random_range(0..3_u32)) {
        (true, _) => format!("{text} == {}", bound(value)),
        (_, 0) => format!("{text} < {}", bound(value + room)),
        (_, 1) => format!("{text} > {}", bound(value - room)),
        _ => format!("{text} != {}", bound(value + room)),
    }
}

fn address(name: &str, word: U256, exact: bool) -> String {
    if exact {
        return format!("{name} == address(0x{word:x})");
    }
    let other = Actor::ALL.into_iter().find(|actor| actor.word() != word).map_or(U256::ZERO, Actor::word);
    format!("{name} != address(0x{other:x})")
}

fn fixed(name: &str, word: U256, exact: bool, rng: &mut Rng) -> String {
    match (exact, rng.random_range(0..2_u32)) {
        (true, 0) => format!("{name} == bytes32(uint256({word}))"),
        (true, _) => format!("bytes4({name}) == 0x{:08x}", word >> 224_usize),
        (false, 0) => format!("{name} != bytes32(0)"),
        (false, _) => relate(&Term::new(format!("uint256({name}) % 1000"), word % U256::from(1000), 256), false, rng),
    }
}

/// One of several.
pub(crate) fn choose<'a, T>(list: &'a [T], rng: &mut Rng) -> Option<&'a T> {
    (!list.is_empty()).then(|| &list[rng.random_range(0..list.len())])
}

/// One of several texts.
pub(crate) fn pick(list: &[&'static str], rng: &mut Rng) -> &'static str {
    list[rng.random_range(0..list.len())]
}

/// A condition that nothing meets, as nested conditions of which no optimizer of solc sees that the last one is false.
pub(crate) fn impossible(lead: &Term, rng: &mut Rng) -> Vec<String> {
    let (text, low) = (&lead.text, rng.random_range(3..100_u32));
    match rng.random_range(0..4_u32) {
        0 => vec![format!("{text} < {low}"), format!("{text} > {}", low + rng.random_range(1..100_u32))],
        1 if lead.bits <= 128 => vec![format!("uint256({text}) * 2 == {}", 2 * u64::from(low) + 1)],
        2 => vec![format!("({text} & 0xf0) == 0x{:x}", 1 + low % 15)],
        _ => vec![format!("{text} / {low} > 2"), format!("{text} % {low} >= {low}")],
    }
}
