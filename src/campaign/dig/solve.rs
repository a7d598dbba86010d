//! How far to go along a direction: the difference of two operands is taken to be linear in the steps made.

use crate::evm::{Comparison, ComparisonKind};
use alloy_primitives::{U256, U512};

/// How far to go: `count` steps along a direction, divided by `over`. Both are signed (two's complement).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) count: U256,
    pub(super) over: U256,
}

impl Steps {
    pub(super) fn whole(count: U256) -> Self {
        Self { count, over: U256::ONE }
    }

    /// What the steps are of an amount a step, rounded towards zero; wraps when they are whole.
    pub(super) fn of(self, amount: U256) -> U256 {
        if self.over == U256::ONE {
            return amount.wrapping_mul(self.count);
        }
        let product = U512::from(magnitude(amount)) * U512::from(magnitude(self.count));
        let part = U256::wrapping_from(product / U512::from(magnitude(self.over).max(U256::ONE)));
        let minus = [amount, self.count, self.over].into_iter().filter(|word| is_negative(*word)).count() % 2 == 1;
        if minus { part.wrapping_neg() } else { part }
    }
}

/// How far to go such that `comparison` comes out otherwise, when one step changes `left - right` by `slope`; the likeliest
/// first. `modulus` is what one of the operands is a remainder of.
pub(super) fn candidates(comparison: &Comparison, slope: U256, modulus: Option<U256>) -> Vec<Steps> {
    let Some(modulus) = modulus else {
        return part(comparison, slope).into_iter().chain(whole(comparison, slope)).collect();
    };
    if residue(slope, modulus).is_zero() {
        // Whole rounds change nothing.
        return Vec::new();
    }
    let wanted = comparison.right.wrapping_sub(comparison.left);
    if comparison.kind == ComparisonKind::Equal {
        return congruent(wanted, slope, modulus).into_iter().map(Steps::whole).collect();
    }
    // An order is met on either side of equality, as near to it as steps come.
    let common = gcd(residue(slope, modulus), modulus);
    let beside = residue(wanted, modulus) % common;
    let near = [wanted.wrapping_sub(beside), wanted.wrapping_sub(beside).wrapping_add(common)];
    let near = near.into_iter().flat_map(|wanted| congruent(wanted, slope, modulus)).map(Steps::whole);
    whole(comparison, centred(slope, modulus)).into_iter().chain(near).collect()
}

/// Numbers of whole steps after which `comparison` may come out otherwise, when one step changes `left - right` by `slope`. The
/// likeliest first.
pub(super) fn whole(comparison: &Comparison, slope: U256) -> Vec<Steps> {
    let difference = comparison.left.wrapping_sub(comparison.right);
    let mut found = Vec::new();
    let mut add = |count: U256| {
        let steps = Steps::whole(count);
        if !count.is_zero() && !found.contains(&steps) {
            found.push(steps);
        }
    };
    let (quotient, exact) = divided(difference.wrapping_neg(), slope);
    let around = [quotient, quotient.wrapping_add(U256::ONE), quotient.wrapping_sub(U256::ONE)];
    if comparison.kind == ComparisonKind::Equal && exact {
        add(quotient);
    } else if comparison.kind == ComparisonKind::Equal {
        around.into_iter().for_each(&mut add);
    } else {
        around.into_iter().chain([quotient.wrapping_add(quotient)]).for_each(&mut add);
    }
    found
}

/// Numbers of whole steps after which the operands of an equality meet in unchecked arithmetic, which wraps at the width of its
/// type. Such a word is rarely what a later comparison expects, so this is the last resort.
pub(super) fn wrapped(comparison: &Comparison, slope: U256) -> Vec<Steps> {
    let wanted = comparison.right.wrapping_sub(comparison.left);
    let width = comparison.left.bit_len().max(comparison.right.bit_len());
    let widths = [64, 128, 256].into_iter().filter(|bits| *bits >= width);
    let mut found: Vec<_> = widths.filter_map(|bits| modular(wanted, slope, bits)).map(Steps::whole).collect();
    found.dedup();
    found
}

/// A part of one step where less than that is missing, or where steps do not lead there exactly: divisions and rounding.
fn part(comparison: &Comparison, slope: U256) -> Option<Steps> {
    let difference = comparison.left.wrapping_sub(comparison.right);
    let (_, exact) = divided(difference.wrapping_neg(), slope);
    (!exact).then_some(Steps { count: difference.wrapping_neg(), over: slope })
}

/// Whole steps along two directions after which the operands of an equality meet, where one direction alone never makes them
/// meet: the solutions of `first * u + second * v = right - left` with `u` nearest to zero on either side.
pub(super) fn pair(comparison: &Comparison, first: U256, second: U256) -> Vec<(U256, U256)> {
    let wanted = comparison.right.wrapping_sub(comparison.left);
    let common = gcd(magnitude(first), magnitude(second));
    if common.is_zero() || !(magnitude(wanted) % common).is_zero() {
        return Vec::new();
    }
    let (wanted, first, second) = (divided(wanted, common).0, divided(first, common).0, divided(second, common).0);
    let solutions = congruent(wanted, first, magnitude(second)).into_iter().map(|count| {
        let rest = wanted.wrapping_sub(count.wrapping_mul(first));
        (count, divided(rest, second))
    });
    solutions.filter(|(_, (_, exact))| *exact).map(|(u, (v, _))| (u, v)).collect()
}

/// The solutions of `slope * steps = number` modulo `modulus` that are nearest to zero on either side.
fn congruent(number: U256, slope: U256, modulus: U256) -> Vec<U256> {
    let (number, slope) = (residue(number, modulus), residue(slope, modulus));
    let common = gcd(slope, modulus);
    if !(number % common).is_zero() {
        return Vec::new();
    }
    let (number, slope, modulus) = (number / common, slope / common, modulus / common);
    let Some(inverse) = slope.inv_mod(modulus).or((modulus == U256::ONE).then_some(U256::ZERO)) else {
        return Vec::new();
    };
    let least = number.mul_mod(inverse, modulus);
    vec![least, least.wrapping_sub(modulus)]
}

/// The remainder of a word as two's complement; never negative.
fn residue(word: U256, modulus: U256) -> U256 {
    let rest = magnitude(word) % modulus;
    if is_negative(word) && !rest.is_zero() { modulus - rest } else { rest }
}

/// The number nearest to zero with the same remainder.
fn centred(word: U256, modulus: U256) -> U256 {
    let rest = residue(word, modulus);
    if rest > modulus / U256::from(2) { rest.wrapping_sub(modulus) } else { rest }
}

pub(super) fn gcd(mut one: U256, mut other: U256) -> U256 {
    while !other.is_zero() {
        (one, other) = (other, one % other);
    }
    one
}

/// Whether a word is negative as two's complement.
pub(super) fn is_negative(word: U256) -> bool {
    word.bit(255)
}

/// The absolute value of a word as two's complement.
pub(super) fn magnitude(word: U256) -> U256 {
    if is_negative(word) { word.wrapping_neg() } else { word }
}

/// The signed quotient rounded towards zero, and whether it is exact.
pub(super) fn divided(number: U256, by: U256) -> (U256, bool) {
    let (quotient, rest) = magnitude(number).div_rem(magnitude(by));
    let signed = if is_negative(number) == is_negative(by) { quotient } else { quotient.wrapping_neg() };
    (signed, rest.is_zero())
}

/// The least solution of `slope * steps = number` modulo `2^bits`.
fn modular(number: U256, slope: U256, bits: usize) -> Option<U256> {
    let cut = |word: U256| if bits >= 256 { word } else { word & ((U256::ONE << bits) - U256::ONE) };
    let (number, slope) = (cut(number), cut(slope));
    let twos = slope.trailing_zeros();
    if slope.is_zero() || (!number.is_zero() && number.trailing_zeros() < twos) {
        return None;
    }
    let steps = cut((number >> twos).wrapping_mul(inverse(slope >> twos)));
    Some(if bits - twos >= 256 { steps } else { steps & ((U256::ONE << (bits - twos)) - U256::ONE) })
}

/// The inverse of an odd word modulo 2^256, by Newton's iteration, which doubles the number of right bits each time.
fn inverse(odd: U256) -> U256 {
    let two = U256::from(2);
    // Right to 3 bits.
    let mut inverse = odd;
    for _ in 0..7 {
        inverse = inverse.wrapping_mul(two.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{Steps, candidates, inverse, modular, pair, part, whole};
    use crate::evm::{Comparison, ComparisonKind, Site};
    use alloy_primitives::U256;

    fn comparison(kind: ComparisonKind, left: u64, right: u64) -> Comparison {
        Comparison { site: Site { code: 0, pc: 0 }, kind, left: U256::from(left), right: U256::from(right) }
    }

    #[test]
    fn an_equality_is_met_exactly() {
        // 61 p = 61000 from p = 3: 997 more.
        let equal = comparison(ComparisonKind::Equal, 183, 61_000);
        assert_eq!(whole(&equal, U256::from(61))[0].count, U256::from(997));
        // From above: three less.
        let equal = comparison(ComparisonKind::Equal, 130, 100);
        assert_eq!(whole(&equal, U256::from(10))[0].count, U256::from(3).wrapping_neg());
    }

    #[test]
    fn an_order_is_crossed_by_one_step_beyond_equality() {
        let less = comparison(ComparisonKind::Less, 10, 100);
        let found: Vec<_> = whole(&less, U256::from(9)).into_iter().map(|steps| steps.count).collect();
        assert_eq!(found[..2], [U256::from(10), U256::from(11)]);
    }

    #[test]
    fn a_part_of_a_step_is_rounded_towards_zero() {
        // 550 more at 16 a step of 2^24.
        let equal = comparison(ComparisonKind::Equal, 3, 553);
        let steps = part(&equal, U256::from(16));
        assert_eq!(steps.map(|steps| steps.of(U256::from(1 << 24))), Some(U256::from(550 * (1 << 20))));
        let back = Steps { count: U256::from(7).wrapping_neg(), over: U256::from(2) };
        assert_eq!(back.of(U256::ONE), U256::from(3).wrapping_neg());
        assert_eq!(part(&comparison(ComparisonKind::Equal, 0, 32), U256::from(16)), None);
    }

    #[test]
    fn two_words_meet_where_one_does_not() {
        // 10 u + 11 v = 177 - 100: u = -1, v = 7 and u = 0, v = 7 is none; 10 * 0 + 11 * 7 = 77.
        let equal = comparison(ComparisonKind::Equal, 100, 177);
        let found = pair(&equal, U256::from(10), U256::from(11));
        assert!(found.contains(&(U256::ZERO, U256::from(7))), "{found:?}");
        for (first, second, left, right) in [(100, 11, 5, 6), (7, 3, 900, 20), (6, 4, 2, 20)] {
            let equal = comparison(ComparisonKind::Equal, left, right);
            let found = pair(&equal, U256::from(first), U256::from(second));
            assert_eq!(found.len(), 2);
            for (u, v) in found {
                let sum = u.wrapping_mul(U256::from(first)).wrapping_add(v.wrapping_mul(U256::from(second)));
                assert_eq!(sum, U256::from(right).wrapping_sub(U256::from(left)));
            }
        }
        // Even numbers never add up to an odd one.
        assert!(pair(&comparison(ComparisonKind::Equal, 1, 2), U256::from(6), U256::from(4)).is_empty());
    }

    #[test]
    fn remainders_are_met_forwards_and_backwards() {
        // 10 t = 144 - 7 modulo 186: even products never make an odd number. 5 t = 137 modulo 186 does.
        let equal = comparison(ComparisonKind::Equal, 7, 144);
        assert!(candidates(&equal, U256::from(10), Some(U256::from(186))).is_empty());
        let found = candidates(&equal, U256::from(5), Some(U256::from(186)));
        let met = |steps: &Steps| {
            let forwards = !steps.count.bit(255);
            let count: u64 = if forwards { steps.count.to() } else { 186 - steps.count.wrapping_neg().to::<u64>() };
            (7 + 5 * count) % 186 == 144
        };
        assert!(found.len() == 2 && found.iter().all(met), "{found:?}");
        // A step of 50 from 100 goes over the end of 142, to 8: its slope is 50 all the same.
        let greater = comparison(ComparisonKind::Greater, 100, 120);
        assert!(candidates(&greater, U256::from(284), Some(U256::from(142))).is_empty());
        let found = candidates(&greater, U256::from(92).wrapping_neg(), Some(U256::from(142)));
        assert_eq!(found[0].count, U256::ONE, "{found:?}");
        // Steps of 6 modulo 100 from 50 to something below 5: 9 steps lead to 4.
        let less = comparison(ComparisonKind::Less, 50, 5);
        let found = candidates(&less, U256::from(6), Some(U256::from(100)));
        assert!(found.contains(&Steps::whole(U256::from(9))), "{found:?}");
    }

    #[test]
    fn wrapping_products_are_solved_at_their_width() {
        for odd in [3_u64, 61, 0xdead_beef, u64::MAX] {
            assert_eq!(inverse(U256::from(odd)).wrapping_mul(U256::from(odd)), U256::ONE, "{odd}");
        }
        // 6 t = 10 modulo 2^64: t = 5 / 3 modulo 2^63.
        let found = modular(U256::from(10), U256::from(6), 64);
        assert_eq!(found.map(|steps| (steps * U256::from(6)) & U256::from(u64::MAX)), Some(U256::from(10)));
        // An even product is never odd.
        assert_eq!(modular(U256::from(9), U256::from(6), 64), None);
    }
}
